/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * TCP's and UDP's checksums, left to the device: RFC 793 and 768 for where they
 * are and what they are of, RFC 1071 for how they are added.  IPv4's own, of
 * twenty bytes, stays with lwIP, and so does ICMP's. */
#include <string.h>

#include <usrd/net.h>

#include "inside.h"

enum { ETHERNET = 14, TCP = 6, UDP = 17 };

static unsigned word(const uint8_t *at)
{
    return (unsigned)at[0] << 8 | at[1];
}

/* Where its TCP or UDP header is, and in *AT where in that the checksum; 0: it
 * is none of these, not whole, or not all there. */
static size_t find(const uint8_t *frame, size_t bytes, size_t *at)
{
    const uint8_t *ip = frame + ETHERNET;

    if (bytes < ETHERNET + 20 || word(frame + 12) != 0x0800 || ip[0] >> 4 != 4)
        return 0;
    size_t start = ETHERNET + (ip[0] & 15u) * 4;
    if (word(ip + 6) & 0x3fff) /* more fragments, or not the first */
        return 0;
    *at = ip[9] == TCP ? 16 : 6;
    if ((ip[9] != TCP && ip[9] != UDP) || start < ETHERNET + 20 ||
        start + *at + 2 > bytes)
        return 0;
    return start;
}

bool net_is_whole(const uint8_t *frame, size_t bytes)
{
    size_t at;

    return find(frame, bytes, &at) != 0;
}

uint64_t net_offload(uint8_t *frame, size_t bytes)
{
    const uint8_t *ip = frame + ETHERNET;
    size_t at, start = find(frame, bytes, &at);
    uint32_t sum = 0;

    if (start == 0)
        return 0;
    for (unsigned n = 12; n < 20; n += 2) /* both addresses */
        sum += word(ip + n);
    sum += ip[9] + word(ip + 2) - (uint32_t)(start - ETHERNET);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    frame[start + at] = (uint8_t)(sum >> 8);
    frame[start + at + 1] = (uint8_t)sum;
    return USRD_NET_CHECKSUM(start, start + at);
}

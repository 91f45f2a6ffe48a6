/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Inside tasks/net. */
#ifndef NET_INSIDE_H
#define NET_INSIDE_H

#include <stdbool.h>
#include <stddef.h>

#include <lwip/netif.h>

#include "net.h"

/* ---- words.c: the program's arguments ---- */

struct net_words {
    const char *device;
    bool dhcp, has_mac;
    ip4_addr_t address, mask, via, dns; /* 0: none */
    uint8_t mac[6];
};

/* As net_start() says.  *BAD: the word that is wrong, or NULL. */
int net_words_parse(struct net_words *w, int argc, char **argv,
                    const char **bad);

/* ---- frames.c: the ring as lwIP's network interface ---- */

/* Blocks until the driver has taken the ring; KERN_SUCCESS or what
 * usrd_ring_open() and usrd_set_status() said. */
kern_return_t net_frames_open(const struct net_words *w, struct netif *netif);

/* All answers that are there, BUDGET at most: FALSE if there were none. */
bool net_frames_poll(unsigned budget);

/* Has nothing that was to be sent gone since it was last asked? */
bool net_frames_stuck(void);

extern struct net_counts net_count;

/* ---- offload.c: checksums that are left to the device ---- */

/* FRAME as it will be sent: puts the pseudo-header's sum into its TCP or UDP
 * header.  Returns the `record` of its USRD_RING_WRITE. */
uint64_t net_offload(uint8_t *frame, size_t bytes);

/* May the device be believed that this frame's checksums are right?  Not of a
 * fragment, whose packet it has not seen. */
bool net_is_whole(const uint8_t *frame, size_t bytes);

/* ---- hasten.c: TCP after a restart of the driver ---- */

/* There was one; LOST: something that was to be sent did not go. */
void net_hasten(bool lost);

/* Before each wait: asks peers for what they sent and nobody got. */
void net_hasten_wait(void);

/* Each 100 ms: a driver that is away is no reason to give a peer up. */
void net_hasten_patience(bool stuck);

void net_hasten_init(void);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The Internet checksum: each length and place, beside a sum of words, and an
 * example worked by hand. */
#include <stdlib.h>

#include <arch/cc.h>

#include "tap.h"

#define LONGEST 1600u

static uint16_t by_words(const uint8_t *data, unsigned bytes)
{
    uint32_t sum = 0;

    for (unsigned n = 0; n < bytes; n++)
        sum += n & 1 ? (uint32_t)data[n] << 8 : data[n];
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)sum;
}

/* BYTES from AT on, in memory that ends with them. */
static bool same(unsigned at, unsigned bytes, int fill)
{
    uint8_t *data = malloc(at + bytes + 1);

    for (unsigned n = 0; n < at + bytes; n++)
        data[n] = (uint8_t)(fill ? fill : rand());
    data = realloc(data, at + bytes ? at + bytes : 1);
    bool good =
        net_checksum(data + at, (int)bytes) == by_words(data + at, bytes);
    free(data);
    return good;
}

int main(void)
{
    const uint8_t example[] = {0, 1, 0xf2, 3, 0xf4, 0xf5, 0xf6, 0xf7};
    bool noise = true, ones = true;

    srand(1);
    for (unsigned bytes = 0; bytes <= LONGEST; bytes++)
        for (unsigned at = 0; at < 8; at++) {
            noise = noise && same(at, bytes, 0);
            ones = ones && same(at, bytes, 0xff);
        }
    OK(noise, "noise, of each length up to %u, wherever it begins", LONGEST);
    OK(ones, "bytes that are all ones, whose sums carry most");
    EQ(net_checksum(example, sizeof example), 0xf2dd,
       "the example of RFC 1071");
    EQ(net_checksum(example, 0), 0, "nothing");
    EQ(net_checksum(example, -1), 0, "less than nothing");
    return tap_end();
}

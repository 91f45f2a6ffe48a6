/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The Internet checksum (RFC 1071) eight bytes at a time: a sum of longer words
 * is folded to that of 16 bits, in whichever byte order.  With lwIP's own, half
 * of what a large packet costs in the stack is its checksum. */
#include <stddef.h>

#include <arch/cc.h>

#define CHUNK 64u

static uint64_t add(uint64_t sum, uint64_t word)
{
    sum += word;
    return sum + (sum < word);
}

static uint64_t add_chunk(uint64_t sum, const uint8_t *p)
{
    __asm__("addq (%1), %0\n\t"
            "adcq 8(%1), %0\n\t"
            "adcq 16(%1), %0\n\t"
            "adcq 24(%1), %0\n\t"
            "adcq 32(%1), %0\n\t"
            "adcq 40(%1), %0\n\t"
            "adcq 48(%1), %0\n\t"
            "adcq 56(%1), %0\n\t"
            "adcq $0, %0"
            : "+r"(sum)
            : "r"(p), "m"(*(const uint8_t(*)[CHUNK])p)
            : "cc");
    return sum;
}

static uint64_t word_at(const uint8_t *p, size_t bytes)
{
    uint64_t word = 0;

    __builtin_memcpy(&word, p, bytes);
    return word;
}

uint16_t net_checksum(const void *data, int bytes)
{
    const uint8_t *p = data;
    size_t left = bytes > 0 ? (size_t)bytes : 0;
    uint64_t sum = 0;

    for (; left >= CHUNK; p += CHUNK, left -= CHUNK)
        sum = add_chunk(sum, p);
    for (; left >= 8; p += 8, left -= 8)
        sum = add(sum, word_at(p, 8));
    if (left & 4)
        sum = add(sum, word_at(p, 4));
    if (left & 2)
        sum = add(sum, word_at(p + (left & 4), 2));
    if (left & 1)
        sum = add(sum, p[left & 6]);
    sum = (sum & 0xffffffff) + (sum >> 32);
    sum = (sum & 0xffff) + (sum >> 16 & 0xffff) + (sum >> 32);
    sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)((sum & 0xffff) + (sum >> 16));
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The sequence of /random: the words of splitmix64 from a seed, as bytes, the
 * lowest first.  Word N (0..) of seed S, modulo 2^64:
 *
 *     z = S + (N + 1) * 0x9e3779b97f4a7c15
 *     z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9
 *     z = (z ^ z >> 27) * 0x94d049bb133111eb
 *     z ^ z >> 31
 *
 * tests/harness/sums.py makes the same. */
#ifndef RANDOM_H
#define RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* N words from byte AT, which is a multiple of 8, on. */
static inline void random_words(uint64_t seed, uint64_t at, uint64_t *words,
                                size_t n)
{
    uint64_t sum = seed + at / 8 * 0x9e3779b97f4a7c15;

    for (size_t i = 0; i < n; i++) {
        uint64_t z = sum += 0x9e3779b97f4a7c15;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
        z = (z ^ z >> 27) * 0x94d049bb133111eb;
        words[i] = z ^ z >> 31;
    }
}

#endif

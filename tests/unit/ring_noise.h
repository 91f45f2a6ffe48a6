/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * For one side of a ring, included after this: another side that writes
 * anything into its page, between two calls and before any load. */
#ifndef RING_NOISE_H
#define RING_NOISE_H

#include <stdlib.h>
#include <string.h>

#include <sanitizer/asan_interface.h>

#include "../../libusrd-min/ring/ring.h"

#include "tap.h"

static void noise_before_load(void);
#undef RING_LOAD
#define RING_LOAD(field) \
    (noise_before_load(), __atomic_load_n(&(field), __ATOMIC_ACQUIRE))

static uint64_t noise_state;
static unsigned noise_loads;   /* since it was set to 0 */
static unsigned noise_percent; /* of loads that find something else */

static unsigned below(unsigned n)
{
    noise_state ^= noise_state << 13;
    noise_state ^= noise_state >> 7;
    noise_state ^= noise_state << 17;
    return (unsigned)((noise_state >> 32) % n);
}

/* Both pages stand alone: the sanitizer ends the program at a byte beside. */
static char noise_memory[5 * 4096] __attribute__((aligned(4096)));
#define CLIENT_PAGE ((struct usrd_ring_client *)(noise_memory + 4096))
#define DRIVER_PAGE ((struct usrd_ring_driver *)(noise_memory + 3 * 4096))

static void noise_pages(void)
{
    ASAN_UNPOISON_MEMORY_REGION(noise_memory, sizeof noise_memory);
    memset(noise_memory, 0, sizeof noise_memory);
    ASAN_POISON_MEMORY_REGION(noise_memory, sizeof noise_memory);
    ASAN_UNPOISON_MEMORY_REGION(CLIENT_PAGE, sizeof *CLIENT_PAGE);
    ASAN_UNPOISON_MEMORY_REGION(DRIVER_PAGE, sizeof *DRIVER_PAGE);
}

/* Any word of SIZE bytes at PAGE. */
static void scribble(void *page, size_t size)
{
    static const uint64_t values[] = {
        0,          1,          2,
        3,          63,         64,
        65,         127,        128,
        UINT16_MAX, UINT32_MAX, UINT64_MAX,
        INT64_MAX,  1u << 31,   1ull << 32,
        4096,       1u << 20,   UINT64_MAX - 4095};
    size_t width = 2u << below(3);
    char *at = (char *)page + below((unsigned)(size / width)) * width;
    uint64_t value = 0;

    memcpy(&value, at, width);
    switch (below(4)) {
    case 0:
        value += below(2) ? 1 : (uint64_t)-1;
        break;
    case 1:
        value = (uint64_t)below(UINT32_MAX) << 32 | below(UINT32_MAX);
        break;
    default:
        value = values[below(sizeof values / sizeof *values)];
    }
    memcpy(at, &value, width);
}

/* Rounds and seed: of the command line, for the long form. */
static unsigned noise_rounds(int argc, char **argv, unsigned rounds)
{
    noise_state =
        0x9e3779b97f4a7c15 + (argc > 2 ? strtoul(argv[2], NULL, 0) : 0);
    return argc > 1 ? (unsigned)strtoul(argv[1], NULL, 0) : rounds;
}

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * rings load DEVICE DEATHS DEPTH: random reads and writes, DEPTH at a time, until
 * the driver has died so often.  Each slot has blocks of the disk of its own, so
 * what is in a block is what was written there last, and each read is checked.
 * A cookie is one request: it must come back once. */
#include <stdio.h>
#include <stdlib.h>
#include <device/userspace_driver_sdk.h>

#include "rings.h"

#define BLOCKS 4u  /* of the disk, for each slot, */
#define SIZE 1024u /* bytes of each */

static struct slot {
    uint64_t cookie; /* 0: none is posted */
    enum usrd_ring_op op;
    unsigned block;
    unsigned long since;      /* us */
    uint32_t version[BLOCKS]; /* written last; 0: nothing */
} slots[USRD_RING_SLOTS];

static struct {
    unsigned long requests, wrong, strange, errors, timeouts, slowest;
} count;

static uint64_t record_of(unsigned n, unsigned block)
{
    return (uint64_t)(n * BLOCKS + block) * (SIZE / RECORD);
}

/* A block says what it is, in each of its words. */
static uint32_t word_of(unsigned n, const struct slot *s)
{
    return n << 24 | s->block << 20 | (s->version[s->block] & 0xfffff);
}

static void fill(uint32_t *data, uint32_t word)
{
    for (unsigned w = 0; w < SIZE / sizeof word; w++)
        data[w] = word;
}

static bool is_right(const uint32_t *data, uint32_t word)
{
    unsigned same = 0;

    while (same < SIZE / sizeof word && data[same] == word)
        same++;
    return same == SIZE / sizeof word;
}

static void post(struct usrd_ring *ring, unsigned n)
{
    static uint64_t cookies;
    struct slot *s = &slots[n];
    uint32_t *buffer = (uint32_t *)(void *)ring_buffer(ring, n);

    s->block = random_below(BLOCKS);
    s->op = random_below(2) ? USRD_RING_WRITE : USRD_RING_READ;
    s->cookie = ++cookies << 8 | n;
    s->since = usrd_now();
    if (s->op == USRD_RING_WRITE) {
        s->version[s->block]++;
        fill(buffer, word_of(n, s));
    } else {
        fill(buffer, ~0u);
    }
    if (!usrd_ring_post(ring, s->op, record_of(n, s->block), SIZE, n * BLOCK,
                        s->cookie))
        count.strange++;
    count.requests++;
}

static bool collect(struct usrd_ring *ring)
{
    struct usrd_ring_result r;
    kern_return_t kr = usrd_ring_wait(ring, &r);
    unsigned n = r.cookie & 0xff;

    if (kr == MACH_RCV_TIMED_OUT)
        count.timeouts++;
    if (kr != KERN_SUCCESS) {
        printf("wait: %s\n", usrd_error_text(kr));
        return false;
    }
    struct slot *s = &slots[n % USRD_RING_SLOTS];
    if (s->cookie != r.cookie) { /* answered twice, or never asked */
        count.strange++;
        return false;
    }
    unsigned long took = usrd_now() - s->since;
    if (took > count.slowest)
        count.slowest = took;
    count.errors += r.result != KERN_SUCCESS || r.count != SIZE;
    if (s->op == USRD_RING_READ && s->version[s->block] > 0)
        count.wrong +=
            !is_right((uint32_t *)(void *)ring_buffer(ring, n), word_of(n, s));
    s->cookie = 0;
    return true;
}

int load(const char *device, unsigned deaths, unsigned depth)
{
    struct usrd_ring *ring = ring_open(device, USRD_RING_SLOTS);
    bool good = ring != NULL;

    while (good && generation(device) <= deaths) {
        for (unsigned round = 0; good && round < 64; round++) {
            for (unsigned n = 0; n < depth; n++)
                if (!slots[n].cookie)
                    post(ring, n);
            good = collect(ring);
        }
    }
    for (unsigned n = 0; good && n < depth; n++)
        if (slots[n].cookie)
            good = collect(ring); /* as many as are posted, whosever */
    good = good && !count.wrong && !count.strange && !count.errors &&
           !count.timeouts;
    printf("requests=%lu wrong=%lu strange=%lu errors=%lu\n", count.requests,
           count.wrong, count.strange, count.errors);
    printf("timeouts=%lu slowest=%luus %s\n", count.timeouts, count.slowest,
           good ? "good" : "bad");
    if (ring)
        usrd_ring_close(ring);
    return !good;
}

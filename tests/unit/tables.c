/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Tables as a remapping unit walks them: what is mapped is reached, with its
 * rights and at its address, nothing else is; and pages come back. */
#include "tables.h"

#include <stdlib.h>

#include "tap.h"

#define PAGE 4096u
#define PAGES 40u
#define PHYSICAL 0x7f000000ull
#define RW (KX_DMA_READ | KX_DMA_WRITE)
#define NOTHING ~0ull

static char *memory;
static struct kx_tables t;

static void begin(unsigned levels)
{
    memset(memory, 0, PAGES * PAGE);
    kx_tables_init(&t, memory, PHYSICAL, PAGES, levels, false);
}

static uint64_t entry(uint64_t table, unsigned n)
{
    uint64_t value;
    if (table < PHYSICAL || table >= PHYSICAL + PAGES * PAGE)
        abort();
    memcpy(&value, memory + (table - PHYSICAL) + 8 * n, 8);
    return value;
}

/* VT-d 3.3, §3.4, §3.7: what SOURCE may do at ADDRESS, in bits 0 and 1. */
static uint64_t walk(uint16_t source, uint64_t address, unsigned *domain)
{
    uint64_t root = entry(PHYSICAL, 2 * (source >> 8));
    if (!(root & 1))
        return NOTHING;
    uint64_t low = entry(root & ~4095ull, 2 * (source & 0xff));
    uint64_t high = entry(root & ~4095ull, 2 * (source & 0xff) + 1);
    if (!(low & 1))
        return NOTHING;
    unsigned levels = (high & 7) + 2;
    *domain = high >> 8 & 0xffff;
    uint64_t table = low & ~4095ull, rights = 3;
    if (address >> (12 + 9 * levels))
        return NOTHING;
    for (unsigned level = levels; level > 0; level--) {
        uint64_t e = entry(table, address >> (12 + 9 * (level - 1)) & 511);
        rights &= e;
        if (!rights)
            return NOTHING;
        table = e & 0xffffffffff000ull;
    }
    return table | rights;
}

static uint64_t reached(uint16_t source, uint64_t address)
{
    unsigned domain;
    return walk(source, address, &domain);
}

static void mapping(unsigned levels)
{
    const uint64_t first = 0x1f9ff000, last = 0x1fa01fff; /* over 2 MiB */
    unsigned domain = 0;
    begin(levels);
    uint64_t *top = kx_tables_page(&t);
    OK(kx_tables_map(&t, top, first, last, RW), "%u levels: three pages",
       levels);
    EQ(reached(0x18, first), NOTHING, "whose function is not attached");
    OK(kx_tables_attach(&t, 0x18, top, 5), "it is");
    EQ(walk(0x18, first, &domain), first | RW, "the first page");
    EQ(domain, 5, "in its domain");
    EQ(reached(0x18, 0x1fa01000), 0x1fa01000 | RW, "the last");
    EQ(reached(0x18, first - 1), NOTHING, "not the byte before");
    EQ(reached(0x18, last + 1), NOTHING, "not the byte after");
    EQ(reached(0x18, first + (1ull << 30)), NOTHING, "nor a GiB on");
    EQ(reached(0x20, first), NOTHING, "nor for another function");
    EQ(reached(0x118, first), NOTHING, "nor on another bus");
    OK(kx_tables_map(&t, top, 0x1000, 0x1fff, KX_DMA_READ) &&
           reached(0x18, 0x1000) == (0x1000 | KX_DMA_READ),
       "one that is only read");
    kx_tables_unmap(&t, top, 0x1fa00000, 0x1fa00fff);
    OK(reached(0x18, 0x1fa00000) == NOTHING &&
           reached(0x18, 0x1fa01000) == (0x1fa01000 | RW) &&
           reached(0x18, first) == (first | RW),
       "one is unmapped, its neighbours are not");
    kx_tables_detach(&t, 0x18, false);
    EQ(reached(0x18, first), NOTHING, "and when it is detached");
    OK(!kx_tables_map(&t, top, 1ull << (12 + 9 * levels),
                      (1ull << (12 + 9 * levels)) + 4095, RW),
       "past the tree");
}

static void pages(void)
{
    begin(3);
    uint64_t *top = kx_tables_page(&t);
    kx_tables_map(&t, top, 0, 4095, RW);
    unsigned used = t.used;
    for (unsigned n = 1; n < 1000; n++) {
        uint64_t at = n * 0x200000ull % 0x40000000;
        if (!kx_tables_map(&t, top, at, at + 8191, RW))
            break;
        kx_tables_unmap(&t, top, at, at + 8191);
        kx_tables_forgotten(&t);
    }
    OK(t.used <= used + 2, "a thousand times mapped and unmapped: %u pages",
       t.used);
    kx_tables_map(&t, top, 0x600000, 0x600fff, RW);
    unsigned had = t.used, was_free = t.free;
    kx_tables_unmap(&t, top, 0x600000, 0x600fff);
    OK(t.limbo && t.free == was_free, "a table waits");
    kx_tables_map(&t, top, 0x800000, 0x800fff, RW);
    OK(t.limbo, "and is not used before all have forgotten it");
    (void)had;
    kx_tables_forgotten(&t);
    OK(!t.limbo && t.free, "then it is");
    for (uint64_t at = 0;; at += 0x200000)
        if (!kx_tables_map(&t, top, at, at + 4095, RW)) {
            OK(at > 0, "full after %u MiB", (unsigned)(at >> 20));
            break;
        }
    OK(!kx_tables_attach(&t, 0x300, top, 1), "nor is there one for a bus");
}

static void silence(void)
{
    begin(3);
    kx_tables_detach(&t, 0x18, true);
    uint64_t low = entry(entry(PHYSICAL, 0) & ~4095ull, 2 * 0x18);
    EQ(low, 2, "absent, and its faults are not recorded");
}

int main(void)
{
    memory = aligned_alloc(PAGE, PAGES * PAGE);
    mapping(3);
    mapping(4);
    pages();
    silence();
    free(memory);
    return tap_end();
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Root, context and second-level tables (Intel VT-d 3.3, §9). */
#include "tables.h"
#include "vtd_regs.h"

#include <string.h>

#define PAGE 4096ull
#define ENTRIES 512u /* of 8 bytes */

void kx_tables_init(struct kx_tables *t, void *base, uint64_t physical,
                    unsigned pages, unsigned levels, bool coherent)
{
    *t = (struct kx_tables){.base = base,
                            .physical = physical,
                            .n = pages,
                            .levels = levels,
                            .coherent = coherent};
    t->root = kx_tables_page(t);
}

/* A unit may look at any time: whole entries, and out of our caches. */
static void set(const struct kx_tables *t, uint64_t *entry, uint64_t value)
{
    *(volatile uint64_t *)entry = value;
    if (!t->coherent)
        __asm__ volatile("clflush %0" : "+m"(*(volatile char *)entry));
}

/* ---- pages ---- */

static char *page_of(const struct kx_tables *t, unsigned n)
{
    return t->base + n * PAGE;
}

uint64_t kx_tables_at(const struct kx_tables *t, const void *page)
{
    return t->physical + (uint64_t)((const char *)page - t->base);
}

void *kx_tables_page(struct kx_tables *t)
{
    if (t->free) {
        uint64_t *page = (uint64_t *)page_of(t, t->free - 1);
        t->free = (unsigned)page[0];
        set(t, page, 0); /* the rest is zero as it is */
        return page;
    }
    return t->used < t->n ? page_of(t, t->used++) : NULL;
}

/* Of a table whose entries are all zero. */
static void drop(struct kx_tables *t, uint64_t *page)
{
    page[0] = (uint64_t)t->limbo << 2; /* no right in it, to who looks still */
    t->limbo = (unsigned)(((char *)page - t->base) / PAGE) + 1;
}

void kx_tables_forgotten(struct kx_tables *t)
{
    while (t->limbo) {
        uint64_t *page = (uint64_t *)page_of(t, t->limbo - 1);
        unsigned next = (unsigned)(page[0] >> 2);
        page[0] = t->free;
        t->free = t->limbo;
        t->limbo = next;
    }
}

/* ---- trees ---- */

static unsigned index_in(unsigned level, uint64_t address)
{
    return (unsigned)(address >> (12 + 9 * (level - 1))) % ENTRIES;
}

static uint64_t *below(const struct kx_tables *t, uint64_t entry)
{
    return (uint64_t *)(t->base + ((entry & ENTRY_ADDRESS) - t->physical));
}

/* The entry of ADDRESS at the lowest level, making what is on the way. */
static uint64_t *leaf(struct kx_tables *t, uint64_t *table, uint64_t address,
                      bool make)
{
    for (unsigned level = t->levels; level > 1; level--) {
        uint64_t *entry = &table[index_in(level, address)];
        if (!*entry) {
            void *page = make ? kx_tables_page(t) : NULL;
            if (!page)
                return NULL;
            set(t, entry, kx_tables_at(t, page) | TABLE_BITS);
        }
        table = below(t, *entry);
    }
    return &table[index_in(1, address)];
}

static bool in_tree(const struct kx_tables *t, uint64_t first, uint64_t last)
{
    return first <= last && last >> (12 + 9 * t->levels) == 0;
}

bool kx_tables_map(struct kx_tables *t, uint64_t *top, uint64_t first,
                   uint64_t last, unsigned access)
{
    if (!in_tree(t, first, last))
        return false;
    for (uint64_t at = first; at < last; at += PAGE) {
        uint64_t *entry = leaf(t, top, at, true);
        if (!entry)
            return false;
        set(t, entry, at | (*entry & TABLE_BITS) | access);
    }
    return true;
}

static bool empty(const uint64_t *table)
{
    for (unsigned n = 0; n < ENTRIES; n++)
        if (table[n])
            return false;
    return true;
}

/* The table at the lowest level that has ADDRESS, if nothing is in it: its
 * bottom only, since those above are few. */
static void prune(struct kx_tables *t, uint64_t *table, uint64_t address)
{
    for (unsigned level = t->levels; level > 2; level--) {
        uint64_t entry = table[index_in(level, address)];
        if (!entry)
            return;
        table = below(t, entry);
    }
    uint64_t *entry = &table[index_in(2, address)];
    if (!*entry || !empty(below(t, *entry)))
        return;
    uint64_t *bottom = below(t, *entry);
    set(t, entry, 0);
    drop(t, bottom);
}

void kx_tables_unmap(struct kx_tables *t, uint64_t *top, uint64_t first,
                     uint64_t last)
{
    const uint64_t span = ENTRIES * PAGE;
    if (!in_tree(t, first, last))
        return;
    for (uint64_t at = first; at < last; at += PAGE) {
        uint64_t *entry = leaf(t, top, at, false);
        if (entry && *entry)
            set(t, entry, 0);
    }
    for (uint64_t at = first & ~(span - 1); at < last; at += span)
        prune(t, top, at);
}

/* ---- §9.1, §9.3: functions ---- */

static uint64_t *context(struct kx_tables *t, uint16_t source, bool make)
{
    uint64_t *root = &t->root[2 * (source >> 8)];
    if (!*root) {
        void *page = make ? kx_tables_page(t) : NULL;
        if (!page)
            return NULL;
        set(t, root, kx_tables_at(t, page) | ENTRY_PRESENT);
    }
    return below(t, *root) + 2 * (source & 0xff);
}

bool kx_tables_attach(struct kx_tables *t, uint16_t source, const uint64_t *top,
                      unsigned domain)
{
    uint64_t *entry = context(t, source, true);
    if (!entry)
        return false;
    set(t, entry, 0);
    set(t, entry + 1, CONTEXT_HIGH(domain, t->levels));
    set(t, entry, kx_tables_at(t, top) | ENTRY_PRESENT);
    return true;
}

void kx_tables_detach(struct kx_tables *t, uint16_t source, bool silent)
{
    uint64_t *entry = context(t, source, silent);
    if (entry)
        set(t, entry, silent ? CONTEXT_SILENT : 0);
}

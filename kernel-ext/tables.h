/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What remapping units read in memory: a root table, a context table for each
 * bus that has one, and for each domain a tree of second-level tables (Intel
 * VT-d 3.3, §9), where an address stands for itself.  All of it is one piece
 * of memory, set aside once; a page of it that is no longer used is used again
 * only after kx_tables_forgotten().
 *
 * No Mach header here or in tables.c: the host tests it. */
#ifndef KX_TABLES_H
#define KX_TABLES_H

#include <stdbool.h>
#include <stdint.h>

#define KX_DMA_READ 0x1u /* by the device */
#define KX_DMA_WRITE 0x2u

struct kx_tables {
    char *base; /* pages in a row, */
    uint64_t physical;
    unsigned n;
    unsigned used;        /* of which those from here on never were; */
    unsigned free, limbo; /* lists of others: number + 1, 0: none */
    unsigned levels;      /* of a tree: 3 or 4 */
    bool coherent;        /* units see what the processor has cached */
    uint64_t *root;       /* its first page */
};

/* PAGES pages at BASE, which are clear. */
void kx_tables_init(struct kx_tables *t, void *base, uint64_t physical,
                    unsigned pages, unsigned levels, bool coherent);

/* A page of zeros, or NULL; and where a unit finds it. */
void *kx_tables_page(struct kx_tables *t);
uint64_t kx_tables_at(const struct kx_tables *t, const void *page);

/* Pages from FIRST to LAST, both whole, are as ACCESS says in the tree TOP,
 * too.  False: there are not enough pages; some may be mapped. */
bool kx_tables_map(struct kx_tables *t, uint64_t *top, uint64_t first,
                   uint64_t last, unsigned access);
/* They are not there any more, once units have forgotten them. */
void kx_tables_unmap(struct kx_tables *t, uint64_t *top, uint64_t first,
                     uint64_t last);
void kx_tables_forgotten(struct kx_tables *t); /* all that was unmapped */

/* What is SOURCE's: the tree TOP, as DOMAIN; false: there is no page.  Or
 * nothing; SILENT: nor does anybody hear of it. */
bool kx_tables_attach(struct kx_tables *t, uint16_t source, const uint64_t *top,
                      unsigned domain);
void kx_tables_detach(struct kx_tables *t, uint16_t source, bool silent);

#endif

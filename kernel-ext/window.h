/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A window into shared memory: how much of it, from where, for what. */
#ifndef KX_WINDOW_H
#define KX_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

/* Mach's VM_PROT_*. */
#define KX_PROT_READ 1u
#define KX_PROT_WRITE 2u

/* Whole pages. */
struct kx_window {
    uint64_t first, size; /* in the memory object */
    unsigned access;      /* KX_PROT_* at most */
};

/* What a client's vm_map asks of a window; offset is within it, and becomes
 * that of the object. */
struct kx_mapping {
    uint64_t offset, size;
    unsigned access, most; /* most: what vm_protect may make of it later */
    bool copy;
};

/* The pages of W that hold SIZE bytes from OFFSET, with ACCESS; false where
 * that is no part of it. */
bool kx_window_cut(const struct kx_window *w, uint64_t offset, uint64_t size,
                   unsigned access, struct kx_window *part);

/* NULL where W allows M, which is then in terms of the object; else the word
 * for what is wrong with it. */
const char *kx_window_map(const struct kx_window *w, struct kx_mapping *m);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A window into shared memory: the numbers in a request for a part of it come
 * from a task and may be anything. */
#include "window.h"
#include "holds.h"

#define PAGE 4096ull

/* SIZE in whole pages; 0 where that is too large for a number. */
static uint64_t pages(uint64_t size)
{
    return (size + PAGE - 1) & ~(PAGE - 1);
}

static bool inside(const struct kx_window *w, uint64_t offset, uint64_t size)
{
    uint64_t whole = pages(size);
    return offset % PAGE == 0 && whole > 0 && offset < w->size &&
           whole <= w->size - offset;
}

bool kx_window_cut(const struct kx_window *w, uint64_t offset, uint64_t size,
                   unsigned access, struct kx_window *part)
{
    if (!inside(w, offset, size) || access == 0 || (access & ~w->access))
        return false;
    part->first = w->first + offset;
    part->size = pages(size);
    part->access = access;
    return true;
}

const char *kx_window_map(const struct kx_window *w, struct kx_mapping *m)
{
    if (m->copy)
        return "copy";
    if (KX_HOLDS(WINDOW) && !inside(w, m->offset, m->size))
        return "range";
    if (KX_HOLDS(WINDOW) && (m->access & ~w->access))
        return "access";
    m->offset += w->first;
    m->most &= w->access;
    return 0;
}

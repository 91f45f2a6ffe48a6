/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The table of windows.  A device that is one knows its place here; a chain of
 * them ends, since none is made that would close a circle. */
#include "extent.h"

#include <stddef.h>

static struct kx_extent extents[KX_EXTENTS];

const struct kx_extent *kx_extent_of(const struct kx_device *d)
{
    return d->extent ? &extents[d->extent - 1] : NULL;
}

struct kx_device *kx_extent_base(struct kx_device *d)
{
    for (const struct kx_extent *e; (e = kx_extent_of(d)) != NULL;)
        d = e->of;
    return d;
}

bool kx_extent_within(const struct kx_extent *e, uint64_t *first,
                      uint64_t *count)
{
    if (*count == 0) {
        *first = e->first;
        *count = e->count;
        return true;
    }
    if (*first > e->count || *count > e->count - *first)
        return false;
    *first += e->first;
    return true;
}

/* Where OF is a window of another, it has to be a part of that, too. */
bool kx_extent_may(const struct kx_device *d, const struct kx_device *of,
                   uint64_t first, uint64_t count)
{
    unsigned deep = 1;
    if (count == 0 || first + count < first)
        return false;
    for (; of != d; deep++) {
        const struct kx_extent *e = kx_extent_of(of);
        if (!e)
            return deep <= KX_EXTENTS_DEEP;
        if (!kx_extent_within(e, &first, &count))
            return false;
        of = e->of;
    }
    return false;
}

bool kx_extent_add(struct kx_device *d, struct kx_device *of, uint64_t first,
                   uint64_t count)
{
    unsigned n = d->extent;
    for (unsigned k = 0; !n && k < KX_EXTENTS; k++)
        if (!extents[k].of)
            n = k + 1;
    if (!n)
        return false;
    d->extent = (uint8_t)n;
    extents[n - 1] = (struct kx_extent){of, first, count};
    return true;
}

void kx_extent_remove(struct kx_device *d)
{
    if (d->extent)
        extents[d->extent - 1].of = NULL;
    d->extent = 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Devices that are windows of others: so many records from one on.
 *
 * No Mach header here or in extent.c: the host tests this file.
 */
#ifndef KX_EXTENT_H
#define KX_EXTENT_H

#include "names.h"

#define KX_EXTENTS 128
#define KX_EXTENTS_DEEP 4 /* windows of windows, at most so many */

struct kx_extent {
    struct kx_device *of;
    uint64_t first, count;
};

/* May D be that window of OF?  Not of itself, and not of what OF has not. */
bool kx_extent_may(const struct kx_device *d, const struct kx_device *of,
                   uint64_t first, uint64_t count);

/* Then it becomes it, whatever it was; false where there are KX_EXTENTS. */
bool kx_extent_add(struct kx_device *d, struct kx_device *of, uint64_t first,
                   uint64_t count);
void kx_extent_remove(struct kx_device *d); /* it is a device of its own */

/* NULL where D is not a window. */
const struct kx_extent *kx_extent_of(const struct kx_device *d);

/* What D is in the end: itself where it is no window. */
struct kx_device *kx_extent_base(struct kx_device *d);

/* *FIRST and *COUNT are a part of a device, all of it where both are 0; make
 * them that of what it is the window E of.  False where they are past it. */
bool kx_extent_within(const struct kx_extent *e, uint64_t *first,
                      uint64_t *count);

#endif

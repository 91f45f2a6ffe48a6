/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Windows of devices: what may be one, and what it comes to. */
#include "extent.h"

#include "tap.h"

static struct kx_device disk, a, b, c, d, e, other[KX_EXTENTS + 1];

static bool add(struct kx_device *window, struct kx_device *of, uint64_t first,
                uint64_t count)
{
    return kx_extent_may(window, of, first, count) &&
           kx_extent_add(window, of, first, count);
}

static void circles(void)
{
    OK(add(&a, &disk, 100, 50), "a window of a disk");
    OK(!add(&disk, &a, 0, 1), "not the other way round as well");
    OK(!add(&disk, &disk, 0, 1), "nor of itself");
    OK(add(&b, &a, 10, 40), "a window of a window");
    OK(!add(&a, &b, 0, 1), "which is not the window of that");
    OK(kx_extent_base(&b) == &disk && kx_extent_base(&disk) == &disk,
       "both are the disk in the end");
    OK(add(&c, &b, 0, 1) && add(&d, &c, 0, 1), "four in a row");
    OK(!add(&e, &d, 0, 1), "not five");
}

static void bounds(void)
{
    OK(!add(&c, &a, 0, 0), "not of nothing");
    OK(!add(&c, &disk, UINT64_MAX, 2), "not around the end of all numbers");
    OK(add(&c, &disk, UINT64_MAX - 1, 1), "but up to it");
    OK(add(&c, &a, 49, 1) && add(&c, &a, 0, 50), "all of a window");
    OK(!add(&c, &a, 0, 51) && !add(&c, &a, 50, 1) && !add(&c, &a, 49, 2) &&
           !add(&c, &a, 10, UINT64_MAX - 5),
       "no more than it has");
    OK(!add(&c, &b, 1, 40), "of a window of a window neither");
}

static void composed(void)
{
    uint64_t first = 0, count = 0;
    OK(kx_extent_within(kx_extent_of(&b), &first, &count) && first == 10 &&
           count == 40,
       "a whole window");
    OK(kx_extent_within(kx_extent_of(&a), &first, &count) && first == 110 &&
           count == 40,
       "in terms of the disk");
    add(&a, &disk, 100, 49);
    first = 10, count = 40;
    OK(!kx_extent_within(kx_extent_of(&a), &first, &count),
       "not where the outer one became smaller");
}

static void many(void)
{
    unsigned n = 0;
    while (n < KX_EXTENTS + 1 && add(&other[n], &disk, 0, 1))
        n++;
    EQ(n, KX_EXTENTS - 4, "so many in all");
    OK(add(&a, &disk, 5, 5), "one that is there may change");
    kx_extent_remove(&b);
    OK(!kx_extent_of(&b) && kx_extent_base(&b) == &b, "or go");
    kx_extent_remove(&b);
    OK(add(&other[n], &disk, 0, 1), "and another come");
}

int main(void)
{
    circles();
    bounds();
    composed();
    many();
    return tap_end();
}

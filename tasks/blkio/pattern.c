/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a record has: words that depend on its number, its version and their
 * place.  tests/harness/blk.py has the same. */
#include "blkio.h"

static uint64_t word(uint64_t record, unsigned version, unsigned n)
{
    return ((record + 1) * 0x9e3779b97f4a7c15u +
            version * 0xbf58476d1ce4e5b9u) ^
           n;
}

void pattern_fill(void *data, uint64_t record, uint64_t bytes, unsigned version)
{
    unsigned words = way_record / 8;
    uint64_t *at = data;

    for (uint64_t n = 0; n < bytes / 8; n++)
        at[n] = word(record + n / words, version, (unsigned)(n % words));
}

bool pattern_is(const void *data, uint64_t record, uint64_t bytes,
                unsigned version)
{
    unsigned words = way_record / 8;
    const uint64_t *at = data;

    for (uint64_t n = 0; n < bytes / 8; n++)
        if (at[n] != word(record + n / words, version, (unsigned)(n % words)))
            return false;
    return true;
}

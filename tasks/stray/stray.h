/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the three agree on. */
#ifndef STRAY_H
#define STRAY_H

#include <stdint.h>

#define FIELD_BYTES (1024u * 1024)
#define FIELD_TAG 0xf1e1d000ull /* upper half of each of its words */
#define STRAY_BYTES 256u        /* of a transfer */

/* Record 0 of field: where it is.  Record 1: also how many of its words are not
 * what it wrote. */
struct field_state {
    uint64_t physical;
    uint64_t changed;
};

#endif

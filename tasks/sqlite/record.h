/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a device says of its files, in two records at its end, written in turn. */
#ifndef SQLITE_RECORD_H
#define SQLITE_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "store.h"

#define RECORD_BLOCKS 2u

struct files {
    uint64_t size[STORE_FILES];
    bool exists[STORE_FILES];
};

/* The device's; FILES stays as it is where none was found.  0, or the disk's
 * error. */
int record_find(struct files *files, bool *found);

/* On stable storage when it returns 0.  Else it is not known which of two the
 * next record_find() would find, and nothing may be written that rests on
 * either, until this has succeeded. */
int record_write(const struct files *files);
bool record_in_doubt(void);

#endif

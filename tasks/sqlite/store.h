/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Two files on a block device: a database and its journal.  Knows neither Mach
 * nor SQLite.
 *
 *     the database, from block 0, byte for byte as a file would have it
 *     the journal, a quarter of the device
 *     two records, a block each, at the device's end
 *
 * A record has the sizes of both files, and which of them exist.  The two are
 * written in turn, each with a higher number and a checksum: the one of the
 * higher number counts, and a write that is cut off leaves the other.  What was
 * written since the last store_sync() is there after a crash in part or not at
 * all, as with a file; deleting is at once and for good.  Between a file's old
 * end and where it was written past it, it has whatever was there.
 *
 * A device without a record is taken for a new one if its first block is zero,
 * for a database of the host's if it begins as one, and is refused otherwise. */
#ifndef SQLITE_STORE_H
#define SQLITE_STORE_H

#include <stdbool.h>
#include <stdint.h>

enum store_file { STORE_MAIN, STORE_JOURNAL, STORE_FILES };

enum {                     /* beside the disk's errors, which are positive */
       STORE_FOREIGN = -1, /* the device has something else on it */
       STORE_SMALL = -2,   /* or has no room for anything */
       STORE_FULL = -3,
};

int store_open(void); /* on the disk that is open */

bool store_exists(enum store_file file);
int store_create(enum store_file file); /* empty, if it is not there */
int store_delete(enum store_file file);
uint64_t store_size(enum store_file file);

/* *GOT may be less than SIZE, at the end of the file. */
int store_read(enum store_file file, void *data, uint64_t size, uint64_t at,
               uint64_t *got);
int store_write(enum store_file file, const void *data, uint64_t size,
                uint64_t at);
int store_truncate(enum store_file file, uint64_t size);
int store_sync(enum store_file file);

#endif

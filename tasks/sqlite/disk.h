/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The way to the block device, in blocks of 4 KiB: all that is below store.c.
 * Each call waits for as long as the device is away and comes back; its driver
 * may die meanwhile.  0, or what the device answered (D_*), which is also
 * printed. */
#ifndef SQLITE_DISK_H
#define SQLITE_DISK_H

#include <stdint.h>

#define DISK_BLOCK 4096u

/* One device at a time. */
int disk_open(const char *name);
uint64_t disk_blocks(void);
int disk_read(uint64_t block, void *data);
int disk_write(uint64_t block, const void *data);
int disk_flush(void); /* what was written is on stable storage */

#endif

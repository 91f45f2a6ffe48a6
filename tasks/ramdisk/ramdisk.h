/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Inside ramdisk: the memory that is the disk. */
#ifndef RAMDISK_H
#define RAMDISK_H

#include <stdint.h>

#include <device/userspace_driver_sdk.h>
#include <usrd/types.h>

#define RECORD 512u

/* SIZE bytes (whole records), as they were when the last incarnation died;
 * zero at first.  *FRESH: nobody has said store_filled() yet. */
kern_return_t store_open(usrd_driver_t driver, uint64_t size, boolean_t *fresh);
void store_filled(void);

/* [AT, AT + N) is in the store. */
void store_read(uint64_t at, void *data, size_t n);
void store_write(uint64_t at, const void *data, size_t n);
void store_zero(uint64_t at, size_t n);

/* load.c: the size of the kernel's ramdisk NAME in bytes, whole records; and
 * all of it into the store. */
kern_return_t load_size(const char *name, uint64_t *size);
kern_return_t load(const char *name, uint64_t size);

#endif

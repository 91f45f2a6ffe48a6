/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A range of a block device, read and written in order. */
#ifndef DISK_H
#define DISK_H

#include <mach/mach.h>
#include <stdbool.h>
#include <stdint.h>
#include <usrd/client.h>

#define DISK_PIECE 16384u /* bytes of one request */
#define DISK_DEPTH 8u     /* requests of a batch */
#define DISK_BATCH (DISK_PIECE * DISK_DEPTH)

struct disk {
    char name[64];
    uint64_t first, count; /* the range, in records; it may be past the end */
    uint32_t record_size;
    mach_port_t device;
    struct usrd_ring *ring; /* NULL: by Mach's requests */
    unsigned char *data;    /* DISK_BATCH bytes */
};

/* WORD is NAME, for all of the device, or NAME@FIRST+COUNT. */
kern_return_t disk_open(struct disk *disk, const char *word, bool ring,
                        dev_mode_t mode);
void disk_close(struct disk *disk);

/* BYTES, whole records and at most DISK_BATCH, between disk->data and where
 * the range has byte AT.  Blocks until that is done. */
kern_return_t disk_read(struct disk *disk, uint64_t at, size_t bytes);
kern_return_t disk_write(struct disk *disk, uint64_t at, size_t bytes);

#endif

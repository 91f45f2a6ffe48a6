/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A range of a block device, read and written in order. */
#ifndef RANGE_H
#define RANGE_H

#include <mach/mach.h>
#include <stdbool.h>
#include <stdint.h>
#include <usrd/client.h>

#define RANGE_PIECE 16384u /* bytes of one request */
#define RANGE_DEPTH 8u     /* requests of a batch */
#define RANGE_BATCH (RANGE_PIECE * RANGE_DEPTH)

struct range {
    char name[64];
    uint64_t first, count; /* the range, in records; it may be past the end */
    uint32_t record_size;
    mach_port_t device;
    struct usrd_ring *ring; /* NULL: by Mach's requests */
    unsigned char *data;    /* RANGE_BATCH bytes */
};

/* WORD is NAME, for all of the device, or NAME@FIRST+COUNT. */
kern_return_t range_open(struct range *range, const char *word, bool ring,
                         dev_mode_t mode);
void range_close(struct range *range);

/* BYTES, whole records and at most RANGE_BATCH, between range->data and where
 * the range has byte AT.  Blocks until that is done. */
kern_return_t range_read(struct range *range, uint64_t at, size_t bytes);
kern_return_t range_write(struct range *range, uint64_t at, size_t bytes);

/* All of it. */
kern_return_t range_zero(struct range *range);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a client of a virtio disk can ask beyond reading and writing.  Its
 * records are the disk's logical blocks; DEV_GET_SIZE and DEV_GET_RECORDS have
 * their size and number, as far as an int goes.
 *
 * A write that was answered is with the disk, which may have it in a cache; a
 * flush that was answered has brought all writes that were answered before it
 * to stable storage.  The cache is the disk's own: neither its driver's death
 * nor the reset that follows drops it. */
#ifndef VIRTIO_BLK_H
#define VIRTIO_BLK_H

#include <stdint.h>

/* usrd_get_status(): what the disk is, in VIRTIO_BLK_WORDS words; a value of
 * two words has the lower one first. */
#define VIRTIO_BLK_IDENTITY 0x76626c00u

enum virtio_blk_word {
    VIRTIO_BLK_RECORDS,                              /* two */
    VIRTIO_BLK_RECORD_SIZE = VIRTIO_BLK_RECORDS + 2, /* bytes */
    VIRTIO_BLK_READ_ONLY,                            /* 0 or 1 */
    VIRTIO_BLK_CACHE,     /* 1: a flush is needed, 0: writes are stable */
    VIRTIO_BLK_CYLINDERS, /* of its geometry, all 0 where it has none */
    VIRTIO_BLK_HEADS,
    VIRTIO_BLK_SECTORS,       /* of 512 bytes, a track */
    VIRTIO_BLK_DISCARD_MOST,  /* records that the disk takes at a time, */
    VIRTIO_BLK_DISCARD_ALIGN, /* and their alignment; 0: it has none */
    VIRTIO_BLK_ZERO_MOST,     /* the same; the driver divides longer ones */
    VIRTIO_BLK_TRANSFER_MOST, /* records that one transfer has */
    VIRTIO_BLK_WORDS,
};

/* usrd_set_status(): what Mach's protocol has no request for; answered when the
 * disk has done it.  D_INVALID_OPERATION: the disk cannot.  Of a part of a disk
 * there is the flush only; the others go by a ring. */
#define VIRTIO_BLK_DO_FLUSH 0x76626c01u   /* no words */
#define VIRTIO_BLK_DO_DISCARD 0x76626c02u /* the first record and how many, */
#define VIRTIO_BLK_DO_ZERO 0x76626c03u    /* two words each */

#endif

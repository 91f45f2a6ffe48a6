/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the files of virtio-blk share.  device.c knows the device, request.c
 * its requests, rpc.c Mach's device protocol, ring.c rings. */
#ifndef BLK_H
#define BLK_H

#include <device/userspace_driver_sdk.h>

#include <linux/virtio_blk.h>

#include "virtio_pci.h"

#define BLK_SECTOR 512u   /* §5.2: what the device counts in */
#define BLK_SEGMENTS 16u  /* of data, in one request of the device */
#define BLK_PIECE 65536u  /* bytes that an RPC moves at a time */
#define BLK_RPCS 32u      /* at a time: as many as the SDK keeps */
#define BLK_REQUESTS 128u /* at a time, those of RPCs among them */

/* ---- device.c ---- */

struct blk_limits {
    uint64_t most;  /* bytes at a time; 0: it cannot */
    uint32_t align; /* bytes */
};

struct blk_device {
    usrd_driver_t driver;
    struct virtio_pci pci;
    struct virtio_queue queue;
    uint64_t bytes;
    uint32_t record; /* bytes */
    boolean_t read_only, cache;
    uint32_t segment;  /* bytes that one segment may have */
    uint64_t transfer; /* bytes that one request of the device may move */
    unsigned cylinders, heads, sectors;
    struct blk_limits discard, zero;
};

extern struct blk_device blk;

/* From an unknown state to a working one. */
kern_return_t blk_start(usrd_driver_t driver);

/* Can the disk do TYPE (VIRTIO_BLK_T_*) with COUNT bytes from RECORD?
 * D_READ_ONLY, D_INVALID_OPERATION; D_INVALID_SIZE: they are no whole records;
 * D_INVALID_RECNUM: they are not all on it. */
kern_return_t blk_check(uint32_t type, uint64_t record, uint64_t count);

/* The device cannot go on: end this incarnation, whose successor resets it. */
void blk_give_up(const char *why) __attribute__((noreturn));

/* ---- request.c ---- */

/* One request, however many of the device's it takes, one after the other. */
struct blk_request {
    uint32_t type;     /* VIRTIO_BLK_T_* */
    uint64_t at;       /* byte of the disk */
    uint64_t count;    /* bytes; 0 of a flush */
    uint64_t physical; /* of the data, where there is some */
    void (*answer)(struct blk_request *r, kern_return_t result);

    uint64_t done; /* bytes */

    /* request.c's */
    uint64_t piece; /* bytes that the device has in hand */
    struct blk_cell *cell;
    struct blk_request *next; /* of those that wait for room in the queue */
};

/* Give each its cell; after blk_start() has made the queue. */
kern_return_t blk_requests_init(usrd_driver_t driver);

/* Carry it out: type to answer are set, all is checked.  answer() is called
 * from blk_collect(). */
void blk_submit(struct blk_request *r);

/* Tell the device of what was submitted. */
void blk_publish(void);

/* Answer what the device has done. */
void blk_collect(void);

/* With each heartbeat: no interrupt and no notification is waited for that was
 * lost, nor a device that is gone. */
kern_return_t blk_health_check(usrd_driver_t driver);

/* ---- rpc.c ---- */

kern_return_t blk_rpc_init(usrd_driver_t driver);
kern_return_t blk_read(usrd_driver_t driver, void *context, dev_mode_t mode,
                       recnum_t recnum, vm_size_t wanted, void **data,
                       vm_size_t *got);
kern_return_t blk_write(usrd_driver_t driver, void *context, dev_mode_t mode,
                        recnum_t recnum, void *data, vm_size_t size,
                        vm_size_t *written);
kern_return_t blk_set_status(usrd_driver_t driver, void *context,
                             dev_flavor_t flavor, dev_status_t status,
                             natural_t count);

/* ---- ring.c ---- */

struct usrd_ring_request;
void blk_ring_init(void);
kern_return_t blk_ring(usrd_driver_t driver, void *context,
                       const struct usrd_ring_request *q);
void blk_ring_end(usrd_driver_t driver);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A split virtqueue (virtio 1.2 §2.7), the driver's side.  It knows no device
 * and no bus: the caller gives it memory that the device reaches, tells the
 * device when virtqueue_publish() says so, and looks for what is done when the
 * device interrupts.
 *
 * The device is not believed.  What it writes is read once and checked, and
 * what must be remembered is in memory of the driver's own.  A device that
 * breaks the rules makes the queue `broken`: nothing more comes out of it, and
 * a reset is the only way on.
 *
 * Requests may be done in any order (§2.7.8).  Nothing here blocks. */
#ifndef VIRTQUEUE_H
#define VIRTQUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/virtio_ring.h>

#define VIRTQUEUE_MAX 256u /* entries */

/* A piece of memory, as the device sees it. */
struct virtqueue_segment {
    uint64_t address;
    uint32_t length;
};

struct virtqueue {
    bool broken;
    unsigned in_flight; /* requests that the device has */

    /* The rest is virtqueue.c's. */
    unsigned size, most; /* entries; segments of an indirect table, or 0 */
    bool event_index;
    struct vring_desc *descriptors;
    struct vring_avail *available;
    struct vring_used *used;
    struct vring_desc *tables; /* of each entry, MOST long */
    uint64_t tables_at;        /* as the device sees them */
    uint16_t posted;           /* requests made available */
    uint16_t published;        /* of these, what the device was told of */
    uint16_t seen;             /* of what the device has used */
    uint16_t n_free, first_free;
    struct {
        void *cookie;
        uint32_t writable; /* bytes that the device may write */
        uint16_t count;    /* descriptors of its chain; 0: it heads none */
        uint16_t next;
    } entries[VIRTQUEUE_MAX];
};

/* Where its parts are, from the beginning of its memory. */
struct virtqueue_layout {
    size_t available, used, tables, bytes;
};

/* Of a queue with SIZE entries, a power of two up to VIRTQUEUE_MAX.  MOST: how
 * many segments a request may have in an indirect table, 0 without
 * VIRTIO_RING_F_INDIRECT_DESC, where a request takes an entry a segment. */
struct virtqueue_layout virtqueue_layout(unsigned size, unsigned most);

/* MEMORY, with the layout's bytes, is at PHYSICAL for the device, both on a
 * boundary of 16.  The device does not use it as yet.
 * EVENT_INDEX: VIRTIO_RING_F_EVENT_IDX was negotiated. */
void virtqueue_init(struct virtqueue *q, unsigned size, unsigned most,
                    bool event_index, void *memory, uint64_t physical);

/* A request: READABLE segments that the device reads, then WRITABLE ones that
 * it writes.  FALSE: there is no room, or there are too many segments for the
 * queue.  The device hears of it with virtqueue_publish(). */
bool virtqueue_add(struct virtqueue *q, const struct virtqueue_segment *s,
                   unsigned readable, unsigned writable, void *cookie);

/* All that was added is the device's: must it be notified?  Once a batch. */
bool virtqueue_publish(struct virtqueue *q);

/* A request that the device has done; *WRITTEN is how many bytes it says that
 * it wrote, at most as many as it may.  FALSE: there is none. */
bool virtqueue_get(struct virtqueue *q, void **cookie, uint32_t *written);

/* Have the device interrupt when AFTER more are done than virtqueue_get() has
 * given (1 or more; without VIRTIO_RING_F_EVENT_IDX each interrupts).  TRUE:
 * some are done already, take them first. */
bool virtqueue_interrupt_after(struct virtqueue *q, unsigned after);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Requests (virtio 1.2 §5.2.6): a header that the device reads, the data, a
 * status that it writes.  What is longer than one of the device's requests may
 * be is a row of them. */
#include "blk.h"

#define STATUS_NONE 0xffu /* no status of the device's */

/* Around the data of a request, in memory that the device reaches. */
struct blk_cell {
    struct virtio_blk_outhdr head;
    struct virtio_blk_discard_write_zeroes range;
    uint8_t status;
    uint8_t unused[31];
};

static struct {
    struct blk_cell *cells;
    vm_offset_t physical;
    unsigned given;
    struct blk_request *first, **last; /* wait for room, in their order */
} requests;

kern_return_t blk_requests_init(usrd_driver_t driver)
{
    requests.cells = usrd_dma_alloc(
        driver, BLK_REQUESTS * sizeof(struct blk_cell), &requests.physical);
    requests.last = &requests.first;
    return requests.cells ? KERN_SUCCESS : D_NO_MEMORY;
}

static struct blk_cell *cell(struct blk_request *r)
{
    if (!r->cell)
        r->cell = &requests.cells[requests.given++];
    return r->cell;
}

static uint64_t physical(const void *part)
{
    return requests.physical +
           (uint64_t)((const char *)part - (const char *)requests.cells);
}

static boolean_t is_range(uint32_t type)
{
    return type == VIRTIO_BLK_T_DISCARD || type == VIRTIO_BLK_T_WRITE_ZEROES;
}

/* Bytes that the device takes at a time. */
static uint64_t most(uint32_t type)
{
    switch (type) {
    case VIRTIO_BLK_T_DISCARD:
        return blk.discard.most;
    case VIRTIO_BLK_T_WRITE_ZEROES:
        return blk.zero.most;
    }
    return blk.transfer;
}

/* The data of a transfer, in segments no longer than the device takes. */
static unsigned data_segments(const struct blk_request *r,
                              struct virtqueue_segment *s)
{
    unsigned n = 0;

    for (uint64_t at = 0; at < r->piece; n++) {
        uint64_t left = r->piece - at;
        s[n].address = r->physical + r->done + at;
        s[n].length = left < blk.segment ? (uint32_t)left : blk.segment;
        at += s[n].length;
    }
    return n;
}

/* The next piece of it; FALSE: the queue has no room. */
static boolean_t issue(struct blk_request *r)
{
    struct virtqueue_segment s[BLK_SEGMENTS + 2];
    struct blk_cell *c = cell(r);
    uint64_t left = r->count - r->done, limit = most(r->type);
    uint64_t sector = (r->at + r->done) / BLK_SECTOR;
    unsigned n = 1, readable;

    r->piece = left < limit ? left : limit;
    c->head = (struct virtio_blk_outhdr){.type = r->type};
    c->status = STATUS_NONE;
    s[0] = (struct virtqueue_segment){physical(&c->head), sizeof c->head};
    if (is_range(r->type)) {
        c->range = (struct virtio_blk_discard_write_zeroes){
            .sector = sector, .num_sectors = (uint32_t)(r->piece / BLK_SECTOR)};
        s[n++] =
            (struct virtqueue_segment){physical(&c->range), sizeof c->range};
    } else if (r->piece) {
        c->head.sector = sector;
        n += data_segments(r, s + 1);
    }
    readable = r->type == VIRTIO_BLK_T_IN ? 1 : n;
    s[n++] = (struct virtqueue_segment){physical(&c->status), 1};
    return virtqueue_add(&blk.queue.ring, s, readable, n - readable, r);
}

static void wait_for_room(struct blk_request *r)
{
    r->next = NULL;
    *requests.last = r;
    requests.last = &r->next;
}

void blk_submit(struct blk_request *r)
{
    r->done = 0;
    if (requests.first || !issue(r))
        wait_for_room(r);
}

static void submit_waiting(void)
{
    while (requests.first && issue(requests.first)) {
        requests.first = requests.first->next;
        if (!requests.first)
            requests.last = &requests.first;
    }
}

/* §5.2.6: what its status says.  A read that did not write all its data is
 * not believed: something else would be in its place. */
static kern_return_t result(const struct blk_request *r, uint32_t written)
{
    switch (__atomic_load_n(&r->cell->status, __ATOMIC_RELAXED)) {
    case VIRTIO_BLK_S_OK:
        return r->type == VIRTIO_BLK_T_IN && written < r->piece + 1
                   ? D_IO_ERROR
                   : KERN_SUCCESS;
    case VIRTIO_BLK_S_UNSUPP:
        return D_INVALID_OPERATION;
    }
    return D_IO_ERROR;
}

static void done(struct blk_request *r, uint32_t written)
{
    kern_return_t kr = result(r, written);

    if (kr == KERN_SUCCESS)
        r->done += r->piece;
    if (kr != KERN_SUCCESS || r->done == r->count)
        r->answer(r, kr);
    else if (requests.first || !issue(r))
        wait_for_room(r);
}

/* With many in flight one interrupt for three quarters of them, so that the
 * device has work while they are answered. */
static unsigned batch(unsigned in_flight)
{
    return in_flight >= 8 ? in_flight * 3 / 4 : 1;
}

void blk_collect(void)
{
    struct virtqueue *q = &blk.queue.ring;
    uint32_t written;
    void *r;

    do {
        while (virtqueue_get(q, &r, &written))
            done(r, written);
        if (q->broken)
            blk_give_up("the device broke the rules of its queue");
        submit_waiting();
    } while (virtqueue_interrupt_after(q, batch(q->in_flight)));
}

void blk_publish(void)
{
    if (virtqueue_publish(&blk.queue.ring))
        virtio_pci_notify(&blk.queue);
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Requests of rings: the disk reads and writes the client's own buffers. */
#include <usrd/ring.h>

#include "blk.h"

#define RINGED (BLK_REQUESTS - BLK_RPCS)

static struct ringed {
    struct blk_request request; /* first */
    unsigned id;                /* the SDK's */
    struct ringed *next;        /* a free one */
} ringed[RINGED];

static struct ringed *free_ones;

void blk_ring_init(void)
{
    for (unsigned n = 0; n < RINGED; n++) {
        ringed[n].next = free_ones;
        free_ones = &ringed[n];
    }
}

static void answered(struct blk_request *request, kern_return_t result)
{
    struct ringed *r = (struct ringed *)request;

    r->next = free_ones;
    free_ones = r;
    usrd_ring_complete(r->id, result, request->done);
}

static uint32_t type_of(enum usrd_ring_op op)
{
    switch (op) {
    case USRD_RING_READ:
        return VIRTIO_BLK_T_IN;
    case USRD_RING_WRITE:
        return VIRTIO_BLK_T_OUT;
    case USRD_RING_FLUSH:
        return VIRTIO_BLK_T_FLUSH;
    case USRD_RING_DISCARD:
        return VIRTIO_BLK_T_DISCARD;
    case USRD_RING_ZERO:
        break;
    }
    return VIRTIO_BLK_T_WRITE_ZEROES;
}

/* Nothing is to be done: no records, or no cache that could be flushed. */
static boolean_t is_done(uint32_t type, uint64_t count)
{
    return type == VIRTIO_BLK_T_FLUSH ? !blk.cache : count == 0;
}

kern_return_t blk_ring(usrd_driver_t driver, void *context,
                       const struct usrd_ring_request *q)
{
    uint32_t type = type_of(q->op);
    struct ringed *r = free_ones;

    (void)driver, (void)context;
    USRD_CHECK_RETURN(blk_check(type, q->record, q->count));
    if (is_done(type, q->count)) {
        usrd_ring_complete(q->id, KERN_SUCCESS, 0);
        return KERN_SUCCESS;
    }
    if (!r)
        return D_WOULD_BLOCK;
    free_ones = r->next;
    r->id = q->id;
    r->request.type = type;
    r->request.at = q->record * blk.record;
    r->request.count = type == VIRTIO_BLK_T_FLUSH ? 0 : q->count;
    r->request.physical = q->physical;
    r->request.answer = answered;
    blk_submit(&r->request);
    return KERN_SUCCESS;
}

/* A batch is submitted.  What is done meanwhile is taken, too, and the disk's
 * next interrupt put off by what came. */
void blk_ring_end(usrd_driver_t driver)
{
    (void)driver;
    blk_publish();
    blk_collect();
    blk_publish();
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Mach's device_read and device_write, and what device_set_status does beyond:
 * each is kept until the disk has done it.  The data goes through memory that
 * the disk reaches, a piece at a time. */
#include <string.h>

#include "blk.h"
#include "virtio_blk.h"

struct rpc {
    struct blk_request request; /* of the present piece; first */
    usrd_op_t op;               /* 0: free */
    char *data;                 /* the answer of a read; the rest of a write */
    uint64_t first;             /* byte of the disk */
    vm_size_t size, done;       /* bytes */
    char *piece;                /* what the disk reaches */
    vm_offset_t physical;
};

static struct rpc rpcs[BLK_RPCS];

kern_return_t blk_rpc_init(usrd_driver_t driver)
{
    for (unsigned n = 0; n < BLK_RPCS; n++) {
        rpcs[n].piece = usrd_dma_alloc(driver, BLK_PIECE, &rpcs[n].physical);
        if (!rpcs[n].piece)
            return D_NO_MEMORY;
    }
    return KERN_SUCCESS;
}

/* Those that the client gave up, or that died, are the device's all the same
 * until it has done them. */
static struct rpc *free_rpc(void)
{
    for (unsigned n = 0; n < BLK_RPCS; n++)
        if (!rpcs[n].op)
            return &rpcs[n];
    return NULL;
}

/* What a read has got is the SDK's, if there is still somebody to have it. */
static void finish(struct rpc *r, kern_return_t result)
{
    boolean_t read =
        r->request.type == VIRTIO_BLK_T_IN && result == KERN_SUCCESS;
    usrd_op_t op = r->op;

    r->op = 0;
    if (usrd_complete(op, result, read ? r->data : NULL,
                      result == KERN_SUCCESS ? r->done : 0) != USRD_SUCCESS ||
        !read)
        usrd_free(blk.driver, r->data, r->size);
}

static void answered(struct blk_request *request, kern_return_t result);

/* The next piece; of a write, its data is put where the disk reaches it. */
static void next_piece(struct rpc *r, const char *data)
{
    vm_size_t left = r->size - r->done;

    r->request.at = r->first + r->done;
    r->request.count = left < BLK_PIECE ? left : BLK_PIECE;
    r->request.physical = r->physical;
    r->request.answer = answered;
    if (r->request.type == VIRTIO_BLK_T_OUT)
        memcpy(r->piece, data + r->done, r->request.count);
    blk_submit(&r->request);
}

static void answered(struct blk_request *request, kern_return_t result)
{
    struct rpc *r = (struct rpc *)request;

    if (result == KERN_SUCCESS && request->type == VIRTIO_BLK_T_IN)
        memcpy(r->data + r->done, r->piece, request->count);
    r->done += request->done;
    if (result != KERN_SUCCESS || r->done == r->size)
        finish(r, result);
    else
        next_piece(r, r->data);
}

/* A free one of TYPE, with its request kept. */
static kern_return_t begin(uint32_t type, uint64_t record, vm_size_t size,
                           struct rpc **rpc)
{
    struct rpc *r = free_rpc();

    if (!r)
        return D_NO_MEMORY;
    r->request.type = type;
    r->first = record * blk.record;
    r->size = size;
    r->done = 0;
    r->data = NULL;
    *rpc = r;
    return KERN_SUCCESS;
}

static kern_return_t keep(struct rpc *r)
{
    r->op = usrd_defer(blk.driver);
    if (r->op)
        return KERN_SUCCESS;
    usrd_free(blk.driver, r->data, r->size);
    r->data = NULL;
    return D_NO_MEMORY;
}

kern_return_t blk_read(usrd_driver_t driver, void *context, dev_mode_t mode,
                       recnum_t recnum, vm_size_t wanted, void **data,
                       vm_size_t *got)
{
    struct rpc *r;

    (void)context, (void)mode, (void)data, (void)got;
    USRD_CHECK_RETURN(blk_check(VIRTIO_BLK_T_IN, recnum, wanted));
    if (wanted == 0)
        return KERN_SUCCESS;
    USRD_CHECK_RETURN(begin(VIRTIO_BLK_T_IN, recnum, wanted, &r));
    r->data = usrd_malloc(driver, wanted);
    if (!r->data)
        return D_NO_MEMORY;
    USRD_CHECK_RETURN(keep(r));
    next_piece(r, NULL);
    blk_publish();
    return MIG_NO_REPLY;
}

/* What does not fit into one piece is copied, for it is the SDK's. */
kern_return_t blk_write(usrd_driver_t driver, void *context, dev_mode_t mode,
                        recnum_t recnum, void *data, vm_size_t size,
                        vm_size_t *written)
{
    struct rpc *r;

    (void)context, (void)mode, (void)written;
    USRD_CHECK_RETURN(blk_check(VIRTIO_BLK_T_OUT, recnum, size));
    if (size == 0)
        return KERN_SUCCESS;
    USRD_CHECK_RETURN(begin(VIRTIO_BLK_T_OUT, recnum, size, &r));
    if (size > BLK_PIECE) {
        r->data = usrd_malloc(driver, size);
        if (!r->data)
            return D_NO_MEMORY;
        memcpy(r->data, data, size);
    }
    USRD_CHECK_RETURN(keep(r));
    next_piece(r, data);
    blk_publish();
    return MIG_NO_REPLY;
}

static void flushed(struct blk_request *request, kern_return_t result)
{
    finish((struct rpc *)request, result);
}

static kern_return_t whole(uint32_t type, uint64_t record, uint64_t count)
{
    struct rpc *r;

    USRD_CHECK_RETURN(begin(type, record, 0, &r));
    USRD_CHECK_RETURN(keep(r));
    r->request.at = r->first;
    r->request.count = count;
    r->request.answer = flushed;
    blk_submit(&r->request);
    blk_publish();
    return MIG_NO_REPLY;
}

static uint64_t two(const int *words)
{
    return (uint32_t)words[0] | (uint64_t)(uint32_t)words[1] << 32;
}

static kern_return_t range(uint32_t type, const int *words, natural_t count)
{
    if (count != 4)
        return D_INVALID_SIZE;
    uint64_t record = two(words), records = two(words + 2);
    if (records > UINT64_MAX / blk.record)
        return D_INVALID_RECNUM;
    USRD_CHECK_RETURN(blk_check(type, record, records * blk.record));
    return records ? whole(type, record, records * blk.record) : KERN_SUCCESS;
}

kern_return_t blk_set_status(usrd_driver_t driver, void *context,
                             dev_flavor_t flavor, dev_status_t status,
                             natural_t count)
{
    (void)context;
    usrd_dont_keep(driver);
    switch (flavor) {
    case VIRTIO_BLK_DO_FLUSH:
        return blk.cache ? whole(VIRTIO_BLK_T_FLUSH, 0, 0) : KERN_SUCCESS;
    case VIRTIO_BLK_DO_DISCARD:
        return range(VIRTIO_BLK_T_DISCARD, status, count);
    case VIRTIO_BLK_DO_ZERO:
        return range(VIRTIO_BLK_T_WRITE_ZEROES, status, count);
    }
    return D_INVALID_OPERATION;
}

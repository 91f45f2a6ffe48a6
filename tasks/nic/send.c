/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Frames that go: out of a ring's own buffers, or copied from a message.  A
 * message is answered when its frame is copied, as long as there are buffers
 * for as many as the SDK keeps; then when it was sent.  So there is always one.
 *
 * A frame that the device had when it was reset may be lost: on a wire it may. */
#include <usrd/ring.h>

#include "class.h"

#define KEPT 32u          /* messages that the SDK keeps at a time */
#define COPIES (KEPT + 8) /* buffers for them */
#define RINGED (NIC_SENDS - COPIES)

static struct sending {
    struct nic_client *client; /* NULL: free, or its client is gone */
    unsigned request;          /* of a ring; 0: of a message, */
    usrd_op_t op;              /* not yet answered; 0: it is */
    uint32_t bytes;
    bool busy;
} sending[NIC_SENDS]; /* by the device's id: copies first */

static struct {
    uint8_t ids[NIC_SENDS]; /* free ones: of copies, then of rings */
    unsigned copies, ringed;
    char *data; /* of copies */
    vm_offset_t physical;
    uint32_t bytes; /* each */
} tx;

static unsigned kept; /* messages that wait for an answer */

kern_return_t nic_send_init(void)
{
    tx.bytes = (nic_frame_max() + 63) & ~63u;
    tx.data = usrd_dma_alloc(nic.driver, COPIES * tx.bytes, &tx.physical);
    if (!tx.data)
        return D_NO_MEMORY;
    for (unsigned id = 0; id < NIC_SENDS; id++)
        tx.ids[id] = (uint8_t)id;
    tx.copies = COPIES;
    tx.ringed = RINGED;
    return KERN_SUCCESS;
}

/* ---- Ids ---- */

static int take_copy(void)
{
    return tx.copies ? tx.ids[--tx.copies] : -1;
}

static int take_ringed(void)
{
    return tx.ringed ? tx.ids[COPIES + --tx.ringed] : -1;
}

static void free_id(unsigned id)
{
    if (id < COPIES)
        tx.ids[tx.copies++] = (uint8_t)id;
    else
        tx.ids[COPIES + tx.ringed++] = (uint8_t)id;
}

/* ---- Done ---- */

static void done(unsigned id, kern_return_t result)
{
    struct sending *s = &sending[id];
    struct nic_client *c = s->client;

    s->busy = false;
    if (c && result == KERN_SUCCESS)
        c->sent++;
    if (c && s->request)
        c->sending--;
    if (s->request)
        usrd_ring_complete(s->request, result,
                           result == KERN_SUCCESS ? s->bytes : 0);
    else if (s->op) {
        kept--;
        usrd_complete(s->op, KERN_SUCCESS, NULL, s->bytes);
    }
    free_id(id);
}

/* ---- From a ring ---- */

static bool offload_ok(uint64_t record, uint32_t bytes)
{
    uint32_t start = USRD_NET_CHECKSUM_START(record);
    uint32_t at = USRD_NET_CHECKSUM_AT(record);

    return record == USRD_NET_CHECKSUM(start, at) && start >= USRD_NET_HEADER &&
           at >= start && at + 2 <= bytes;
}

static kern_return_t check(struct nic_client *c,
                           const struct usrd_ring_request *q)
{
    if (q->count < USRD_NET_HEADER || q->count > nic_frame_max() ||
        (q->record && !offload_ok(q->record, (uint32_t)q->count))) {
        c->bad++;
        return D_INVALID_SIZE;
    }
    return q->record && !(nic.device->features & USRD_NET_CAN_SUM)
               ? D_INVALID_OPERATION
               : KERN_SUCCESS;
}

kern_return_t nic_write(struct nic_client *c, const struct usrd_ring_request *q)
{
    USRD_CHECK_RETURN(check(c, q));
    int id = take_ringed();
    if (id < 0)
        return D_WOULD_BLOCK;
    c->slots = q->slots;
    c->sending++;
    sending[id] = (struct sending){
        .client = c,
        .request = q->id,
        .bytes = (uint32_t)q->count,
        .busy = true,
    };
    nic.dirty = true;
    if (nic.device->send((unsigned)id, q->physical, (uint32_t)q->count,
                         q->record))
        return KERN_SUCCESS;
    sending[id].busy = false;
    c->sending--;
    free_id((unsigned)id);
    return D_WOULD_BLOCK;
}

/* Until less than a quarter of a ring's slots wait for their answer. */
unsigned nic_sent_soon(void)
{
    unsigned soon = NIC_SENDS;

    if (kept || tx.ringed == 0)
        return 1;
    NIC_EACH_CLIENT (c) {
        unsigned most = c->slots < 4 ? 1 : c->slots / 4;
        if (c->closing && c->sending)
            return 1;
        if (c->sending >= most && c->sending - most < soon)
            soon = c->sending - most + 1;
    }
    return soon;
}

/* ---- From a message ---- */

kern_return_t nic_write_copy(struct nic_client *c, const void *data,
                             vm_size_t size)
{
    if (size < USRD_NET_HEADER || size > nic_frame_max()) {
        c->bad++;
        return D_INVALID_SIZE;
    }
    int id = take_copy();
    if (id < 0)
        return D_NO_MEMORY;
    usrd_op_t op = tx.copies < KEPT ? usrd_defer(nic.driver) : 0;
    kept += op != 0;
    sending[id] = (struct sending){
        .client = c, .op = op, .bytes = (uint32_t)size, .busy = true};
    memcpy(tx.data + (unsigned)id * tx.bytes, data, size);
    nic.dirty = true;
    if (!nic.device->send((unsigned)id, tx.physical + (unsigned)id * tx.bytes,
                          (uint32_t)size, 0)) {
        c->missed++;
        done((unsigned)id, D_IO_ERROR); /* lost */
    }
    nic_flush(); /* it may be sent with this */
    return op ? MIG_NO_REPLY : KERN_SUCCESS;
}

/* ---- From the device ---- */

void nic_sent(unsigned id, kern_return_t result)
{
    if (id >= NIC_SENDS || !sending[id].busy)
        nic_give_up("the device answers what it was not asked");
    nic.sent++;
    done(id, result);
}

void nic_send_stopped(void)
{
    for (unsigned id = 0; id < NIC_SENDS; id++)
        if (sending[id].busy)
            done(id, D_IO_ERROR);
}

/* Of a message that was answered the frame may be with the device still. */
void nic_send_forget(struct nic_client *c)
{
    for (unsigned id = 0; id < COPIES; id++)
        if (sending[id].client == c)
            sending[id].client = NULL;
}

void nic_flush(void)
{
    if (!nic.dirty || nic.suspended)
        return;
    nic.dirty = false;
    nic.device->kick();
}

void nic_end(void)
{
    nic_replenish();
    nic_flush();
}

uint16_t nic_checksum(const uint8_t *data, uint32_t bytes)
{
    uint64_t sum = 0;

    for (uint32_t at = 0; at + 1 < bytes; at += 2)
        sum += (uint32_t)(data[at] | data[at + 1] << 8);
    if (bytes % 2)
        sum += data[bytes - 1];
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)sum == 0xffff ? 0xffff : (uint16_t)~sum;
}

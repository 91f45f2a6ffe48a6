/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Frames that come.  The device fills the primary's own buffers; a frame for
 * another client is copied out of them, and the buffer goes back to the device.
 * Where the primary has few posted, or there is none, and others wait, the
 * device has buffers of the driver's besides: the primary then keeps as many of
 * its own aside, to be copied into. */
#include <usrd/ring.h>

#include "class.h"

#define OWN 32u        /* buffers of the driver's own, */
#define OWN_BYTES 2048 /* each so large */
#define FEW 8u         /* of the primary's: with fewer the device gets some */
#define READS (USRD_MAX_RINGS_OF_DRIVER * USRD_RING_SLOTS)

static struct {
    struct nic_buffer buffers[READS];
    unsigned used;           /* of these, ever */
    struct nic_buffer *free; /* of those */
    struct nic_queue own;    /* that the device does not have */
    unsigned own_posted;
    struct nic_buffer own_buffers[OWN];
    struct nic_buffer *posted[NIC_RECEIVES]; /* by the device's id */
    uint8_t ids[NIC_RECEIVES];               /* free ones: */
    unsigned n_ids;
} rx;

_Static_assert(NIC_RECEIVES <= 256, "ids are bytes");

/* A frame in several buffers, until the last of them. */
static struct {
    struct nic_buffer *parts[NIC_RECEIVES];
    uint32_t bytes[NIC_RECEIVES];
    unsigned n;
    uint32_t length;
    uint8_t whole[NIC_MTU_MAX + USRD_NET_HEADER];
} merged;

/* ---- Buffers ---- */

static void append(struct nic_queue *q, struct nic_buffer *b)
{
    b->next = NULL;
    if (q->n++ == 0)
        q->first = b;
    else
        q->last->next = b;
    q->last = b;
}

static void prepend(struct nic_queue *q, struct nic_buffer *b)
{
    b->next = q->first;
    if (q->n++ == 0)
        q->last = b;
    q->first = b;
}

static struct nic_buffer *take_first(struct nic_queue *q)
{
    struct nic_buffer *b = q->first;

    q->first = b->next;
    q->n--;
    return b;
}

kern_return_t nic_receive_init(void)
{
    vm_offset_t physical;
    char *data = usrd_dma_alloc(nic.driver, OWN * OWN_BYTES, &physical);

    if (!data)
        return D_NO_MEMORY;
    for (unsigned n = 0; n < OWN; n++) {
        rx.own_buffers[n] = (struct nic_buffer){
            .bytes = OWN_BYTES,
            .data = data + n * OWN_BYTES,
            .physical = physical + n * OWN_BYTES,
        };
        append(&rx.own, &rx.own_buffers[n]);
    }
    while (rx.n_ids < NIC_RECEIVES) {
        rx.ids[rx.n_ids] = (uint8_t)rx.n_ids;
        rx.n_ids++;
    }
    return KERN_SUCCESS;
}

static bool post(struct nic_buffer *b)
{
    if (rx.n_ids == 0)
        return false;
    unsigned id = rx.ids[rx.n_ids - 1];
    if (!nic.device->receive(id, b->physical, b->bytes))
        return false;
    rx.n_ids--;
    rx.posted[id] = b;
    nic.dirty = true;
    if (b->client)
        b->client->posted++;
    else
        rx.own_posted++;
    return true;
}

/* It has come back from the device. */
static struct nic_buffer *posted(unsigned id)
{
    struct nic_buffer *b = rx.posted[id];

    rx.posted[id] = NULL;
    rx.ids[rx.n_ids++] = (uint8_t)id;
    if (b->client)
        b->client->posted--;
    else
        rx.own_posted--;
    return b;
}

void nic_replenish(void)
{
    struct nic_client *p = nic.primary;

    if (nic.suspended)
        return;
    while (p && p->waiting.n > rx.own_posted && post(p->waiting.first))
        take_first(&p->waiting);
    if (!nic.others || (p && p->posted >= FEW))
        return;
    while (rx.own.n > 0 && (!p || p->posted + rx.own_posted < FEW) &&
           post(rx.own.first))
        take_first(&rx.own);
}

/* To where it waits to be posted, first. */
static void give_back(struct nic_buffer *b)
{
    prepend(b->client ? &b->client->waiting : &rx.own, b);
}

static void answer(struct nic_buffer *b, kern_return_t result, uint64_t count)
{
    usrd_ring_complete(b->request, result, count);
    b->next = rx.free;
    rx.free = b;
}

kern_return_t nic_read(struct nic_client *c, const struct usrd_ring_request *q)
{
    struct nic_buffer *b = rx.free;

    if (q->count < USRD_NET_BUFFER_MIN || q->count < nic.device->buffer_min) {
        c->bad++;
        return D_INVALID_SIZE;
    }
    if (b)
        rx.free = b->next;
    else if (rx.used < READS)
        b = &rx.buffers[rx.used++];
    else
        return D_NO_MEMORY;
    *b = (struct nic_buffer){
        .client = c,
        .request = q->id,
        .bytes = (uint32_t)q->count,
        .data = q->data,
        .physical = q->physical,
    };
    append(&c->waiting, b);
    nic_hand_over(c);
    return KERN_SUCCESS;
}

void nic_receive_stopped(void)
{
    for (unsigned id = 0; id < NIC_RECEIVES; id++)
        if (rx.posted[id])
            give_back(posted(id));
    while (merged.n > 0)
        give_back(merged.parts[--merged.n]);
}

bool nic_receive_busy(const struct nic_client *c)
{
    return c->posted > 0 || merged.n > 0;
}

void nic_receive_forget(struct nic_client *c)
{
    while (c->waiting.n > 0)
        answer(take_first(&c->waiting), D_DEVICE_DOWN, 0);
    nic_drop_held(c);
}

/* ---- Whom a frame is for ---- */

static bool same(const uint8_t *a, const uint8_t *b)
{
    return memcmp(a, b, USRD_NET_ADDRESS) == 0;
}

/* How many bytes behind the header its client gets, from 1; 0: it is not for
 * it. */
static uint32_t wanted(const struct nic_client *c, const uint8_t *frame,
                       uint32_t bytes)
{
    if (!(frame[0] & 1) && !c->greedy && !same(frame, c->address))
        return 0;
    return c->filter.n ? nic_filter_run(&c->filter, frame, bytes) : bytes;
}

bool nic_copy(struct nic_client *c, const uint8_t *frame, uint32_t bytes,
              uint64_t flags)
{
    uint32_t room = 0;

    for (struct nic_buffer *b = c->waiting.n ? c->waiting.first : NULL;
         b && room < bytes; b = b->next)
        room += b->bytes;
    if (room < bytes || (c->waiting.first->bytes < bytes &&
                         !(nic.device->features & USRD_NET_MERGES)))
        return false;
    while (bytes > 0) {
        struct nic_buffer *b = take_first(&c->waiting);
        uint32_t part = bytes < b->bytes ? bytes : b->bytes;
        memcpy(b->data, frame, part);
        frame += part;
        bytes -= part;
        answer(b, KERN_SUCCESS, part | flags | (bytes ? USRD_NET_MORE : 0));
    }
    return true;
}

/* To all but WHO, for whom it is. */
static bool deliver(const struct nic_client *who, const uint8_t *frame,
                    uint32_t bytes, uint64_t flags)
{
    bool anybody = false;

    NIC_EACH_CLIENT (c) {
        uint32_t keep;
        if (c == who || c->closing || (!c->ring && !c->filter.n) ||
            (keep = wanted(c, frame, bytes)) == 0)
            continue;
        anybody = true;
        if (!c->ring)
            nic_message(c, frame, bytes, keep);
        else if (c->n_held == 0 && nic_copy(c, frame, bytes, flags))
            c->received++;
        else if (!nic_hold(c, frame, bytes, flags))
            c->missed++;
    }
    return anybody;
}

/* A frame in buffer B alone. */
static void single(struct nic_buffer *b, uint32_t bytes, uint64_t flags)
{
    struct nic_client *c = b->client;
    const uint8_t *frame = (const uint8_t *)b->data;
    bool mine = c && wanted(c, frame, bytes) != 0;

    if ((nic.others || !c) && !deliver(c, frame, bytes, flags) && !mine)
        nic.nobody++;
    if (mine) {
        c->received++;
        answer(b, KERN_SUCCESS, bytes | flags);
    } else {
        give_back(b);
    }
}

/* ---- A frame in several buffers ---- */

/* Are all of them its? */
static bool all_of(const struct nic_client *c)
{
    for (unsigned n = 0; n < merged.n; n++)
        if (merged.parts[n]->client != c)
            return false;
    return true;
}

static void finish_merged(uint64_t flags)
{
    struct nic_client *c = merged.parts[0]->client;
    bool whole = merged.length <= sizeof merged.whole &&
                 merged.length >= USRD_NET_HEADER;
    bool mine =
        whole && c && all_of(c) && wanted(c, merged.whole, merged.length) != 0;

    if (!whole)
        nic.nobody++;
    else
        deliver(mine ? c : NULL, merged.whole, merged.length, flags);
    if (mine)
        c->received++;
    for (unsigned n = merged.n; n-- > 0 && !mine;)
        give_back(merged.parts[n]);
    for (unsigned n = 0; n < merged.n && mine; n++)
        answer(merged.parts[n], KERN_SUCCESS,
               merged.bytes[n] | flags |
                   (n + 1 < merged.n ? USRD_NET_MORE : 0));
    merged.n = 0;
}

static void gather(struct nic_buffer *b, uint32_t bytes, uint64_t flags)
{
    if (merged.n == 0)
        merged.length = 0;
    if (merged.length + bytes <= sizeof merged.whole)
        memcpy(merged.whole + merged.length, b->data, bytes);
    merged.length += bytes;
    merged.parts[merged.n] = b;
    merged.bytes[merged.n++] = bytes;
    if (!(flags & USRD_NET_MORE))
        finish_merged(flags);
    else if (merged.n == NIC_RECEIVES)
        nic_give_up("the device has a frame without an end");
}

/* The device left the sum to us. */
static void sum(uint8_t *frame, uint32_t bytes, uint64_t flags)
{
    uint32_t start = USRD_NET_CHECKSUM_START(flags);
    uint32_t at = USRD_NET_CHECKSUM_AT(flags);

    if (start >= bytes || at + 2 > bytes)
        return;
    uint16_t value = nic_checksum(frame + start, bytes - start);
    memcpy(frame + at, &value, sizeof value);
}

void *nic_buffer(unsigned id)
{
    return id < NIC_RECEIVES && rx.posted[id] ? rx.posted[id]->data : NULL;
}

void nic_received(unsigned id, uint32_t bytes, uint64_t flags)
{
    if (id >= NIC_RECEIVES || !rx.posted[id])
        nic_give_up("the device answers what it was not asked");
    struct nic_buffer *b = posted(id);
    if (bytes > b->bytes)
        bytes = b->bytes;
    if (flags >> 63)
        sum((uint8_t *)b->data, bytes, flags);
    flags &= USRD_NET_CHECKED | USRD_NET_MORE;
    if (merged.n > 0 || (flags & USRD_NET_MORE)) {
        gather(b, bytes, flags);
        nic.received += !(flags & USRD_NET_MORE);
        return;
    }
    nic.received++;
    if (bytes < USRD_NET_HEADER) {
        nic.nobody++;
        give_back(b);
    } else {
        single(b, bytes, flags);
    }
}

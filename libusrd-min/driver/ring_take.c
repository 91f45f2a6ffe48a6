/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A ring's requests: taken, checked, offered to the driver, answered. */
#include <string.h>

#include "ring.h"

static boolean_t blocked; /* the device has no room */
static boolean_t begun;   /* device_ring_end is due */

/* Something killed the driver before us: what it had is taken one by one. */
static boolean_t wary;
static unsigned long since; /* us: when the last of those was taken */

/* With one that does nothing, not even kill; then the others are let go. */
#define PATIENCE_US 1000000

void usrd_rings_have_room(void)
{
    blocked = FALSE;
}

/* ---- A request that the driver has ---- */

/* An id is turn << 11 | ring << 6 | slot, and never 0. */
static unsigned new_id(const struct usrd_open_ring *r, unsigned slot)
{
    static unsigned turn;

    turn = turn % 0x1fffff + 1;
    return turn << 11 | (unsigned)(r - usrd_open_rings) << 6 | slot;
}

static void give(struct usrd_open_ring *r, unsigned slot, unsigned id)
{
    r->ids[slot] = id;
    usrd_ring_ops++;
    if (usrd_the_driver.limits[USRD_RESOURCE_IO_OPS] && usrd_ops_full())
        usrd_paused = TRUE;
}

static void take_back(struct usrd_open_ring *r, unsigned slot)
{
    r->ids[slot] = 0;
    usrd_ring_ops--;
}

void usrd_ring_forget(struct usrd_open_ring *r)
{
    for (unsigned slot = 0; slot < USRD_RING_SLOTS; slot++)
        if (r->ids[slot])
            take_back(r, slot);
}

void usrd_ring_complete(unsigned id, kern_return_t result, uint64_t count)
{
    unsigned slot = id % 64;
    struct usrd_open_ring *r = &usrd_open_rings[id / 64 % 32];

    if (id == 0 || !r->used || r->ids[slot] != id)
        return;
    take_back(r, slot);
    usrd_rings_have_room();
    if (usrd_the_driver.limits[USRD_RESOURCE_BANDWIDTH] &&
        (r->moves & ring_bit(slot)) && result == KERN_SUCCESS)
        usrd_charge((uint32_t)count); /* the rest are flags */
    usrd_rd_answer(&r->side, slot, result, count);
}

/* ---- A request on its way there ---- */

/* What the driver need not see; else Q is what it gets. */
static kern_return_t check(const struct usrd_open_ring *r,
                           const struct usrd_ring_slot *s,
                           struct usrd_ring_request *q)
{
    const struct usrd_handle *h = usrd_handle(r->handle);
    boolean_t moves = s->op == USRD_RING_READ || s->op == USRD_RING_WRITE;

    if (usrd_the_driver.suspended)
        return D_DEVICE_DOWN;
    USRD_CHECK_RETURN(usrd_rd_check(s, r->words[USRD_RING_WORD_BYTES]));
    if (s->op != USRD_RING_READ && s->op != USRD_RING_FLUSH &&
        !(r->mode & D_WRITE))
        return D_READ_ONLY;
    if (s->op == USRD_RING_READ && (r->mode & D_WRITE) && !(r->mode & D_READ))
        return D_INVALID_OPERATION; /* its device may not write there */
    q->op = (enum usrd_ring_op)s->op;
    q->record = s->record;
    q->count = s->count;
    if (moves) {
        uint64_t at = USRD_RING_DATA_AT + s->offset;
        q->data = (char *)r->words[USRD_RING_WORD_ADDRESS] + at;
        if (r->words[USRD_RING_WORD_PHYSICAL])
            q->physical = r->words[USRD_RING_WORD_PHYSICAL] + at;
    }
    if (s->op != USRD_RING_FLUSH && h->window.count)
        return usrd_window_move(&h->window, &q->record, q->count);
    return KERN_SUCCESS;
}

static void offer(struct usrd_open_ring *r, const struct usrd_ring_slot *s,
                  unsigned slot)
{
    usrd_driver_t d = &usrd_the_driver;
    struct usrd_ring_request q = {
        .id = new_id(r, slot),
        .slots = (unsigned)r->words[USRD_RING_WORD_SLOTS],
    };
    kern_return_t kr = check(r, s, &q);

    if (kr != KERN_SUCCESS) {
        usrd_rd_answer(&r->side, slot, kr, 0);
        return;
    }
    r->moves &= ~ring_bit(slot);
    if (q.data)
        r->moves |= ring_bit(slot);
    give(r, slot, q.id);
    kr = d->call->device_ring(d, usrd_handle(r->handle)->context, &q);
    if (kr == KERN_SUCCESS)
        begun = TRUE;
    else if (kr == D_WOULD_BLOCK && r->ids[slot] == q.id) {
        take_back(r, slot);
        usrd_rd_put_back(&r->side, slot);
        blocked = TRUE;
    } else
        usrd_ring_complete(q.id, kr, 0);
}

/* One of io-ops= is left to those who send messages. */
boolean_t usrd_rings_may_take(void)
{
    usrd_driver_t d = &usrd_the_driver;
    unsigned limit = d->limits[USRD_RESOURCE_IO_OPS];

    if (blocked || d->stop)
        return FALSE;
    if (wary && usrd_ring_ops > 0 && usrd_now() - since < PATIENCE_US)
        return FALSE;
    if (limit && usrd_ring_ops > 0 && usrd_ring_ops + 1 >= limit)
        return FALSE;
    return !(limit && usrd_ops_full()) &&
           !(d->limits[USRD_RESOURCE_BANDWIDTH] && usrd_debt());
}

/* Take N of its requests, if it has so many.  Was there one? */
static boolean_t take(struct usrd_open_ring *r, unsigned n)
{
    struct usrd_ring_slot copy;
    unsigned slot;
    boolean_t some = FALSE;

    while (n-- > 0 && r->attached && !r->closing && usrd_rings_may_take() &&
           usrd_rd_take(&r->side, &copy, &slot)) {
        some = TRUE;
        usrd_the_driver.requests++;
        offer(r, &copy, slot);
        usrd_beat_if_due();
    }
    return some;
}

void usrd_rings_beware(void)
{
    wary = TRUE;
    since = usrd_now();
}

/* Of those that the driver died with, each alone: if it dies again, that was
 * the one. */
static boolean_t take_suspect(void)
{
    boolean_t stuck = usrd_ring_ops > 0 && usrd_now() - since >= PATIENCE_US;

    USRD_EACH_RING (r)
        if (!stuck && !r->closing && usrd_rd_suspects(&r->side)) {
            boolean_t some = take(r, 1);
            if (some)
                since = usrd_now();
            return some;
        }
    wary = FALSE;
    return TRUE;
}

static boolean_t take_all(void)
{
    boolean_t some = FALSE;

    USRD_EACH_RING (r)
        some |= take(r, (unsigned)r->words[USRD_RING_WORD_SLOTS]);
    return some;
}

boolean_t usrd_rings_pass(void)
{
    usrd_driver_t d = &usrd_the_driver;

    usrd_request.id = 0; /* there is none to be deferred; its answer's data */
    usrd_request.op = 0; /* stays */
    boolean_t some = wary ? take_suspect() : take_all();
    if (begun && d->call->device_ring_end) {
        begun = FALSE;
        d->call->device_ring_end(d);
    }
    return some;
}

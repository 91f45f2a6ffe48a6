/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The driver's side of a ring.  It may die between any two of these stores;
 * usrd_rd_attach() is what its successor makes of it.
 *
 * `held` has the turn of the request that was last taken from each slot, so a
 * successor knows what was begun.  It takes what was not by its turn, too: the
 * client may be posting it just now, and count it later, which is passed over;
 * or a broken predecessor has passed it over. */
#include "ring.h"

static uint32_t turn_of(const struct usrd_rd *d, unsigned s)
{
    return RING_LOAD(d->theirs->slots[s].turn);
}

/* Our predecessor took it and did not answer it. */
static bool was_held(const struct usrd_rd *d, unsigned s)
{
    uint32_t turn = turn_of(d, s);

    return turn == d->mine->held[s] && turn != d->mine->answers[s].turn;
}

static void count_taken(struct usrd_rd *d, uint32_t taken)
{
    RING_STORE(d->mine->taken, d->taken = taken);
}

/* Their count is none, or counts more than there are, for what came by its turn
 * is counted again: go by the turns. */
static void look_at_all(struct usrd_rd *d)
{
    count_taken(d, RING_LOAD(d->theirs->posted));
    for (unsigned s = 0; s < d->slots; s++)
        if (!(d->hand & ring_bit(s)) &&
            turn_of(d, s) != d->mine->answers[s].turn)
            d->again |= ring_bit(s);
}

static void give(struct usrd_rd *d, unsigned s, kern_return_t result,
                 uint64_t count)
{
    struct usrd_ring_answer *answer = &d->mine->answers[s];

    RING_STORE(answer->result, result);
    RING_STORE(answer->count, count);
    RING_STORE(answer->turn, d->mine->held[s]);
    RING_STORE(d->mine->order[d->done % RING_ANSWERS], (uint16_t)s);
    RING_STORE(d->mine->done, ++d->done);
    d->news = true;
}

/* A slot that was held: to be taken again, unless it has killed too many.  A
 * buffer for frames kills nobody; a frame to be sent does so once at most. */
static void take_over(struct usrd_rd *d, unsigned s, bool blamed, bool wire)
{
    uint8_t tries = d->mine->tries[s];

    if (wire)
        tries = blamed && RING_LOAD(d->theirs->slots[s].op) != USRD_RING_READ
                    ? RING_POISON
                    : 0;
    else if (tries & RING_BEGUN)
        tries = blamed ? tries + 1 : tries - 1;
    RING_STORE(d->mine->tries[s], tries);
    if (tries < RING_POISON)
        d->again |= ring_bit(s);
    else
        give(d, s, D_IO_ERROR, 0);
}

/* What was posted and not taken, and comes in its turn. */
static uint64_t in_order(const struct usrd_rd *d)
{
    uint32_t ahead = RING_LOAD(d->theirs->posted) - d->taken;
    uint64_t coming = 0;

    for (uint32_t n = 0; ahead <= d->slots && n < ahead; n++)
        coming |= ring_bit(
            RING_LOAD(d->theirs->order[(d->taken + n) % USRD_RING_SLOTS]) %
            USRD_RING_SLOTS);
    return coming;
}

void usrd_rd_attach(struct usrd_rd *d, const struct usrd_ring_client *theirs,
                    struct usrd_ring_driver *mine, unsigned slots,
                    uint32_t generation, bool blamed, bool wire)
{
    *d = (struct usrd_rd){.theirs = theirs,
                          .mine = mine,
                          .slots = slots,
                          .taken = mine->taken,
                          .done = mine->done,
                          .naps = mine->naps,
                          .news = true};
    usrd_rd_wake(d);
    uint64_t coming = in_order(d);
    for (unsigned s = 0; s < slots; s++)
        if (was_held(d, s))
            take_over(d, s, blamed, wire);
        else if (!(coming & ring_bit(s)) &&
                 turn_of(d, s) != mine->answers[s].turn)
            d->again |= ring_bit(s);
    RING_STORE(mine->epoch, generation);
}

/* FALSE: there is no request in it, or one that is in hand. */
static bool begin(struct usrd_rd *d, unsigned s, struct usrd_ring_slot *copy)
{
    const struct usrd_ring_slot *slot = &d->theirs->slots[s];
    struct usrd_ring_driver *mine = d->mine;

    if (d->hand & ring_bit(s))
        return false;
    copy->turn = RING_LOAD(slot->turn);
    if (copy->turn == mine->answers[s].turn)
        return false;
    copy->op = RING_LOAD(slot->op);
    copy->reserved = 0;
    copy->record = RING_LOAD(slot->record);
    copy->count = RING_LOAD(slot->count);
    copy->offset = RING_LOAD(slot->offset);
    RING_STORE(mine->tries[s], copy->turn == mine->held[s]
                                   ? mine->tries[s] | RING_BEGUN
                                   : RING_BEGUN);
    RING_STORE(mine->held[s], copy->turn);
    d->hand |= ring_bit(s);
    return true;
}

bool usrd_rd_take(struct usrd_rd *d, struct usrd_ring_slot *copy,
                  unsigned *slot)
{
    uint32_t ahead = RING_LOAD(d->theirs->posted) - d->taken;

    if (ahead > d->slots) {
        look_at_all(d);
        ahead = 0;
    }
    while (d->again != 0) {
        *slot = ring_pick(&d->again);
        if (begin(d, *slot, copy))
            return true;
    }
    while (ahead-- > 0) {
        bool begun;
        *slot = RING_LOAD(d->theirs->order[d->taken % USRD_RING_SLOTS]);
        begun = *slot < d->slots && begin(d, *slot, copy);
        count_taken(d, d->taken + 1);
        if (begun)
            return true;
    }
    return false;
}

kern_return_t usrd_rd_check(const struct usrd_ring_slot *copy, uint64_t bytes)
{
    switch (copy->op) {
    case USRD_RING_READ:
    case USRD_RING_WRITE:
        return copy->count > bytes || copy->offset > bytes - copy->count
                   ? D_INVALID_SIZE
                   : KERN_SUCCESS;
    case USRD_RING_FLUSH:
    case USRD_RING_DISCARD:
    case USRD_RING_ZERO:
        return KERN_SUCCESS;
    default:
        return D_INVALID_OPERATION;
    }
}

static bool let_go(struct usrd_rd *d, unsigned s)
{
    if (s >= d->slots || !(d->hand & ring_bit(s)))
        return false;
    d->hand &= ~ring_bit(s);
    return true;
}

void usrd_rd_put_back(struct usrd_rd *d, unsigned slot)
{
    if (!let_go(d, slot))
        return;
    d->mine->tries[slot] &= ~RING_BEGUN;
    d->again |= ring_bit(slot);
}

void usrd_rd_answer(struct usrd_rd *d, unsigned slot, kern_return_t result,
                    uint64_t count)
{
    if (let_go(d, slot))
        give(d, slot, result, count);
}

bool usrd_rd_suspects(const struct usrd_rd *d)
{
    uint64_t again = d->again, hand = d->hand;
    bool found = false;

    while (again != 0)
        found |= d->mine->tries[ring_pick(&again)] > 0;
    while (hand != 0)
        found |= d->mine->tries[ring_pick(&hand)] > 1;
    return found;
}

bool usrd_rd_must_ring(struct usrd_rd *d)
{
    uint32_t naps;

    if (!d->news)
        return false;
    d->news = false;
    ring_fence();
    naps = RING_LOAD(d->theirs->naps);
    if (naps % 2 == 0 || naps == d->rung)
        return false;
    d->rung = naps;
    return true;
}

bool usrd_rd_nap(struct usrd_rd *d)
{
    RING_STORE(d->mine->naps, d->naps = ring_asleep(d->naps));
    ring_fence();
    if (d->again == 0 && RING_LOAD(d->theirs->posted) == d->taken)
        return true;
    usrd_rd_wake(d);
    return false;
}

void usrd_rd_wake(struct usrd_rd *d)
{
    RING_STORE(d->mine->naps, d->naps = ring_awake(d->naps));
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The client's side of a ring.
 *
 * `order` and `done` say where to look; what was answered is what the turns
 * say.  So an answer may be found twice, by look_at_all() and by its number in
 * the order, and is passed over the second time.  Between one look and the next
 * that happens once for each slot at most: the order has place for as many. */
#include "ring.h"

_Static_assert(sizeof(((struct usrd_ring_driver *)0)->order) ==
                   RING_ANSWERS * sizeof(uint16_t),
               "each answer twice");

void usrd_rc_init(struct usrd_rc *c, struct usrd_ring_client *mine,
                  const struct usrd_ring_driver *theirs, unsigned slots)
{
    *c = (struct usrd_rc){.mine = mine, .theirs = theirs, .slots = slots};
}

bool usrd_rc_post(struct usrd_rc *c, enum usrd_ring_op op, uint64_t record,
                  uint64_t count, uint64_t offset, uint64_t cookie)
{
    uint64_t unused = ~c->flying;
    unsigned s = unused == 0 ? c->slots : ring_pick(&unused);
    struct usrd_ring_slot *slot = &c->mine->slots[s];

    if (s >= c->slots)
        return false;
    c->flying |= ring_bit(s);
    c->cookies[s] = cookie;
    RING_STORE(slot->op, (uint16_t)op);
    RING_STORE(slot->record, record);
    RING_STORE(slot->count, count);
    RING_STORE(slot->offset, offset);
    RING_STORE(slot->turn, slot->turn + 1);
    RING_STORE(c->mine->order[c->posted % USRD_RING_SLOTS], (uint16_t)s);
    RING_STORE(c->mine->posted, ++c->posted);
    c->news = true;
    return true;
}

static bool is_answered(const struct usrd_rc *c, unsigned s)
{
    return RING_LOAD(c->theirs->answers[s].turn) == c->mine->slots[s].turn;
}

/* What was counted before this is found by it. */
static void look_at_all(struct usrd_rc *c)
{
    uint64_t flying = c->flying;

    c->seen = RING_LOAD(c->theirs->done);
    while (flying != 0) {
        unsigned s = ring_pick(&flying);
        if (is_answered(c, s))
            c->found |= ring_bit(s);
    }
}

static void look_at_order(struct usrd_rc *c)
{
    uint32_t ahead = RING_LOAD(c->theirs->done) - c->seen;

    if (ahead > 2 * c->slots) { /* no driver counts like that */
        look_at_all(c);
        return;
    }
    for (; ahead > 0 && c->found == 0; ahead--) {
        unsigned s = RING_LOAD(c->theirs->order[c->seen++ % RING_ANSWERS]);
        if (s < c->slots && (c->flying & ring_bit(s)) && is_answered(c, s))
            c->found = ring_bit(s);
    }
}

bool usrd_rc_collect(struct usrd_rc *c, struct usrd_ring_result *result)
{
    uint32_t epoch = RING_LOAD(c->theirs->epoch);
    unsigned s;

    if (epoch != c->epoch) { /* it may have died before it counted */
        c->epoch = epoch;
        look_at_all(c);
    }
    if (c->found == 0)
        look_at_order(c);
    if (c->found == 0)
        return false;
    s = ring_pick(&c->found);
    c->flying &= ~ring_bit(s);
    result->slot = s;
    result->cookie = c->cookies[s];
    result->result = RING_LOAD(c->theirs->answers[s].result);
    result->count = RING_LOAD(c->theirs->answers[s].count);
    if ((result->count & ~c->flags) > c->mine->slots[s].count) { /* nor moves */
        result->result = D_IO_ERROR;
        result->count = 0;
    }
    return true;
}

bool usrd_rc_must_ring(struct usrd_rc *c)
{
    uint32_t naps;

    if (!c->news)
        return false;
    c->news = false;
    ring_fence();
    naps = RING_LOAD(c->theirs->naps);
    if (naps % 2 == 0 || naps == c->rung)
        return false;
    c->rung = naps;
    return true;
}

bool usrd_rc_nap(struct usrd_rc *c)
{
    RING_STORE(c->mine->naps, c->naps = ring_asleep(c->naps));
    ring_fence();
    if (c->found == 0 && RING_LOAD(c->theirs->done) == c->seen &&
        RING_LOAD(c->theirs->epoch) == c->epoch)
        return true;
    usrd_rc_wake(c);
    return false;
}

void usrd_rc_wake(struct usrd_rc *c)
{
    RING_STORE(c->mine->naps, c->naps = ring_awake(c->naps));
}

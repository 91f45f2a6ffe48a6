/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The two sides of a ring, as <usrd/ring.h> has it: what each does to the
 * pages, and nothing else.  No message is sent here and no Mach call made; the
 * callers do that when they are told to.  rc is the client's side, rd the
 * driver's.
 *
 * Whatever the other side's page holds, and however it changes meanwhile,
 * nothing is read or written outside of the two pages and the structures
 * below, and no call takes more than a few steps for each slot. */
#ifndef USRD_RING_RING_H
#define USRD_RING_RING_H

#include <stdbool.h>

#include <usrd/ring.h>

/* The order of the answers holds this many: see client.c. */
#define RING_ANSWERS (2 * USRD_RING_SLOTS)

/* In `tries`: the request was begun, and two for each death that followed.  With
 * two deaths it is not begun again. */
#define RING_BEGUN 1
#define RING_POISON 4

struct usrd_rc {
    struct usrd_ring_client *mine;
    const struct usrd_ring_driver *theirs;
    unsigned slots;
    uint32_t posted;
    uint32_t seen;   /* of their done */
    uint32_t epoch;  /* theirs, when all slots were last looked at */
    uint32_t naps;   /* ours */
    uint32_t rung;   /* their naps when the bell was last rung */
    bool news;       /* posted since then */
    uint64_t flags;  /* bits of an answered count that are not bytes */
    uint64_t flying; /* slots that are posted and not collected, a bit each */
    uint64_t found;  /* of those, answered */
    uint64_t cookies[USRD_RING_SLOTS];
};

/* MINE and THEIRS are new pages of a ring of SLOTS, a power of two. */
void usrd_rc_init(struct usrd_rc *c, struct usrd_ring_client *mine,
                  const struct usrd_ring_driver *theirs, unsigned slots);

/* FALSE: all slots are used. */
bool usrd_rc_post(struct usrd_rc *c, enum usrd_ring_op op, uint64_t record,
                  uint64_t count, uint64_t offset, uint64_t cookie);

/* One answer that is there.  FALSE: none is. */
bool usrd_rc_collect(struct usrd_rc *c, struct usrd_ring_result *result);

/* Whether the driver is to be sent its bell now, for what was posted since this
 * was last asked. */
bool usrd_rc_must_ring(struct usrd_rc *c);

/* Before and after a wait for the bell.  FALSE: do not wait, there is something
 * to collect; wake was done. */
bool usrd_rc_nap(struct usrd_rc *c);
void usrd_rc_wake(struct usrd_rc *c);

struct usrd_rd {
    const struct usrd_ring_client *theirs;
    struct usrd_ring_driver *mine;
    unsigned slots;
    uint32_t taken; /* of their posted */
    uint32_t done;
    uint32_t naps;  /* ours */
    uint32_t rung;  /* their naps when the bell was last rung */
    bool news;      /* answered since then, or new here */
    uint64_t hand;  /* slots that were taken and not answered, a bit each */
    uint64_t again; /* to be taken although `taken` has counted them */
};

/* A ring of SLOTS comes to incarnation GENERATION of the driver: its first, or
 * with what its predecessors left in MINE.  BLAMED: the last of them died of
 * itself.  Requests that killed two are answered; of a WIRE, all but reads that
 * were in hand when one died of itself. */
void usrd_rd_attach(struct usrd_rd *d, const struct usrd_ring_client *theirs,
                    struct usrd_ring_driver *mine, unsigned slots,
                    uint32_t generation, bool blamed, bool wire);

/* The next request, those of the predecessors first: *COPY of it, which does not
 * change any more, and *SLOT, now in hand.  FALSE: there is none. */
bool usrd_rd_take(struct usrd_rd *d, struct usrd_ring_slot *copy,
                  unsigned *slot);

/* What is wrong with it, for a ring of BYTES: KERN_SUCCESS, D_INVALID_SIZE or
 * D_INVALID_OPERATION. */
kern_return_t usrd_rd_check(const struct usrd_ring_slot *copy, uint64_t bytes);

/* Of a slot in hand, else nothing: it was not begun and will be taken again;
 * or it is answered. */
void usrd_rd_put_back(struct usrd_rd *d, unsigned slot);
void usrd_rd_answer(struct usrd_rd *d, unsigned slot, kern_return_t result,
                    uint64_t count);

/* Some that predecessors died with, and that may have killed them, are not
 * answered yet.  Which one does can be told if they are in hand alone. */
bool usrd_rd_suspects(const struct usrd_rd *d);

/* As the client's. */
bool usrd_rd_must_ring(struct usrd_rd *d);
bool usrd_rd_nap(struct usrd_rd *d);
void usrd_rd_wake(struct usrd_rd *d);

/* Nothing is in hand: no device has a buffer of the ring. */
static inline bool usrd_rd_idle(const struct usrd_rd *d)
{
    return d->hand == 0;
}

/* ---- What both sides do ---- */

/* Of the other's page, or for it: once, and in this order. */
#define RING_LOAD(field) __atomic_load_n(&(field), __ATOMIC_ACQUIRE)
#define RING_STORE(field, value) \
    __atomic_store_n(&(field), value, __ATOMIC_RELEASE)

/* What was stored is seen by the other before anything below is read. */
static inline void ring_fence(void)
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static inline uint64_t ring_bit(unsigned slot)
{
    return (uint64_t)1 << slot;
}

/* The lowest of a set that is not empty, taken out of it. */
static inline unsigned ring_pick(uint64_t *set)
{
    unsigned slot = (unsigned)__builtin_ctzll(*set);

    *set &= *set - 1;
    return slot;
}

/* Naps are odd.  Each has another number, in a driver's successor, too: it
 * may be rung for once. */
static inline uint32_t ring_asleep(uint32_t naps)
{
    return (naps + 1) | 1;
}

static inline uint32_t ring_awake(uint32_t naps)
{
    return (naps + 1) & ~(uint32_t)1;
}

#endif

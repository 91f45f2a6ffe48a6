/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * op-timeout=: no operation takes longer.  A driver's heartbeats tell the age
 * of its oldest one.  What it cannot lie about is looked at here: whether it
 * takes the requests that wait in its handles' queues; health.c sees whether
 * a callback returns.
 *
 * Not everything counts.  A read that waits for input is not in the age that
 * the driver tells.  A driver that says that it may not take another request
 * (io-ops=, bandwidth=) is believed, for PATIENCE times the limit.  Nor does time
 * count that the task was held back (cpu=), or that we or the machine stood
 * still. */
#include "handle.h"

#include "mach_port.h"

#include <device/userspace_driver_types.h>

#define PATIENCE 8
/* A task that got no processor is given the time once more, so often. */
#define STARVED_MAX 10
/* Past so many operations the driver's library takes none, with any limit. */
#define OPERATIONS_MAX 32

static uint64_t next = KX_NEVER; /* when to look at one of them */

static uint64_t limit_of(const struct kx_incarnation *i)
{
    return KX_HOLDS(OP_TIMEOUT) ? (uint64_t)i->limits[KX_LIMIT_TIMEOUT] * KX_MS
                                : 0;
}

uint64_t kx_overdue_period(const struct kx_incarnation *i)
{
    uint64_t quarter = limit_of(i) / 4;
    return quarter && quarter < KX_TICK ? KX_TICK : quarter;
}

/* The incarnation's own time: it stands still while nothing counts. */
static uint64_t own_time(const struct kx_incarnation *i, uint64_t now)
{
    const struct kx_overdue *o = &i->task->overdue;
    return now - o->late - o->paused - kx_throttled_us(i->task);
}

static bool older(uint64_t since, uint64_t own, uint64_t age)
{
    return since && own > since && own - since >= age;
}

/* Does it say that it may not take another request? */
static bool says_paused(const struct kx_incarnation *i, uint64_t now)
{
    unsigned most = i->limits[KX_LIMIT_IO_OPS];
    if (!most || most > OPERATIONS_MAX)
        most = OPERATIONS_MAX;
    return i->usage[USRD_RESOURCE_IO_OPS] >= most ||
           (i->limits[KX_LIMIT_BANDWIDTH] &&
            i->heartbeat + i->usage[USRD_USAGE_PAUSE_MS] * KX_MS > now);
}

bool kx_overdue_starved(struct kx_incarnation *i, uint64_t cpu)
{
    bool runnable;
    uint64_t used = kx_cpu(i, &runnable) - cpu;
    if (!runnable || used >= limit_of(i) / 4 ||
        i->task->overdue.starved++ >= STARVED_MAX)
        return false;
    kx_tlog('W', i->task, "starved", "by=%ums count=%u",
            i->limits[KX_LIMIT_TIMEOUT], i->task->overdue.starved);
    return true;
}

/* Has the queue of one of its handles moved?  *QUEUED is what waits in all,
 * *LEFT whether a handle was left out: those that came before a message may take
 * the limit each, and then it is its turn. */
static bool moved(struct kx_incarnation *i, uint64_t own, unsigned *queued,
                  bool *left)
{
    bool any = false;
    *queued = 0;
    *left = false;
    for (unsigned n = 0; n < kx_handles_top; n++) {
        struct kx_handle *h = &kx_handles[n];
        mach_port_status_t s;
        if (h->state != KX_H_OPEN || kx_handle_task(h) != i->task)
            continue;
        if (mach_port_get_receive_status(kx_port(KX_P_TASK, kx_slot(i)),
                                         h->there, &s) != KERN_SUCCESS)
            continue; /* then a notification is on its way */
        *queued += s.mps_msgcount;
        if (s.mps_msgcount == 0 || s.mps_seqno != h->seqno) {
            any |= s.mps_seqno != h->seqno;
            h->seqno = s.mps_seqno;
            h->still = 0;
        }
        if (s.mps_msgcount && !h->still) {
            h->still = own;
            h->ahead = 0;
        } else if (h->still && !h->ahead) {
            h->ahead = i->task->overdue.queued + 1;
        }
        if (h->ahead && older(h->still, own, (h->ahead + 1) * limit_of(i)))
            *left = true;
    }
    return any;
}

static void look(struct kx_incarnation *i, uint64_t now)
{
    struct kx_overdue *o = &i->task->overdue;
    uint64_t passed = now - o->looked;
    unsigned queued;
    bool runnable, left;

    o->looked = now;
    if (o->stuck && says_paused(i, now) &&
        o->believed < PATIENCE * limit_of(i)) {
        o->believed += passed;
        o->paused += passed;
    }
    uint64_t own = own_time(i, now);
    bool any = moved(i, own, &queued, &left);
    o->queued = queued;
    if (any || !queued) {
        o->stuck = o->believed = 0;
        o->starved = 0;
    }
    if (queued && !o->stuck) {
        o->stuck = own;
        o->cpu = kx_cpu(i, &runnable);
    }
    if (!left && !older(o->stuck, own, limit_of(i)))
        return;
    if (kx_overdue_starved(i, o->cpu))
        o->stuck = own;
    else
        kx_kill(i, KX_CAUSE_LIMIT_TIMEOUT, 0);
}

/* It registered, and its limit is known. */
void kx_overdue_start(struct kx_incarnation *i)
{
    uint64_t now = kx_now();
    struct kx_overdue *o = &i->task->overdue;
    if (!limit_of(i))
        return;
    *o = (struct kx_overdue){.looked = now, .look = now + kx_overdue_period(i)};
    if (o->look < next) {
        next = o->look;
        kx_timer_at(next);
    }
}

/* How much of the last AGE it can have been held back at most. */
static uint64_t held(const struct kx_incarnation *i, uint64_t age)
{
    uint64_t all = kx_throttled_us(i->task), percent = i->limits[KX_LIMIT_CPU];
    uint64_t most = age / 100 * (100 - percent) + KX_WINDOW;
    return all < most ? all : most;
}

/* A heartbeat: what the driver itself says of its oldest operation. */
void kx_overdue_heard(struct kx_incarnation *i)
{
    uint64_t now = kx_now(), limit = limit_of(i);
    uint64_t age = (uint64_t)i->usage[USRD_USAGE_OLDEST_MS] * KX_MS;
    if (!limit || age < limit)
        return;
    uint64_t excused = held(i, age);
    if (age < now && now - age < i->task->overdue.late_at)
        excused += i->task->overdue.late_by;
    if (age >= limit + excused)
        kx_kill(i, KX_CAUSE_LIMIT_TIMEOUT, 0);
}

void kx_overdue_excuse(uint64_t late, uint64_t now)
{
    for (unsigned n = 0; n < kx_n_tasks; n++) {
        struct kx_overdue *o = &kx_tasks[n].overdue;
        o->late += late;
        o->late_at = now;
        o->late_by = late;
    }
}

uint64_t kx_overdue_tick(uint64_t now)
{
    if (now < next)
        return next;
    next = KX_NEVER;
    for (unsigned n = 0; n < kx_n_tasks; n++) {
        struct kx_task *t = &kx_tasks[n];
        struct kx_incarnation *i = t->current;
        if (!i || i->phase != KX_ALIVE || !i->registered || !limit_of(i))
            continue;
        if (t->overdue.look <= now) {
            t->overdue.look = now + kx_overdue_period(i);
            if (t->state == KX_READY && !kx_throttled(t))
                look(i, now);
        }
        if (i->phase == KX_ALIVE && t->overdue.look < next)
            next = t->overdue.look;
    }
    return next;
}

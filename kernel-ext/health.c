/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Is the incarnation well?  A driver's loop waits without a time-out, which
 * makes each call to it cheaper; so half-way to its watchdog's deadline it is
 * asked, on its service port, for a heartbeat.  That shows that it still has
 * the port and that its loop runs, which a heartbeat by itself does not. */
#include "kx.h"

#include "mach_port.h"

/* A callback may take this long, with heartbeats, before the loop reads on;
 * where op-timeout= says how long one may take, no longer than that. */
#define CALLBACK_TIME 10000000
/* Starved this often in a row, a task ends all the same. */
#define STARVED_MAX 10

/* The time by which the running incarnation has to be heard of. */
static uint64_t due(const struct kx_task *t)
{
    const struct kx_incarnation *i = t->current;
    return i->watched && t->words.watchdog ? i->heartbeat + t->words.watchdog
                                           : KX_NEVER;
}

/* How long after a heartbeat it is asked for the next one; 0: never. */
static uint64_t period(const struct kx_task *t)
{
    uint64_t half = t->words.watchdog / 2;
    uint64_t operations = kx_overdue_period(t->current);
    return operations && (!half || operations < half) ? operations : half;
}

static void has_read(struct kx_incarnation *i, unsigned seqno, uint64_t now)
{
    bool runnable;
    i->seqno = seqno;
    i->read = now;
    if (i->limits[KX_LIMIT_TIMEOUT])
        i->read_cpu = kx_cpu(i, &runnable);
}

static void has_not_read(struct kx_task *t, uint64_t now)
{
    struct kx_incarnation *i = t->current;
    uint64_t limit = KX_HOLDS(OP_TIMEOUT)
                         ? (uint64_t)i->limits[KX_LIMIT_TIMEOUT] * KX_MS
                         : 0;
    uint64_t since = i->read > i->ready ? i->read : i->ready;
    bool operation = limit != 0;
    if (t->state != KX_READY || /* then it need not read yet */
        now - since <= (operation ? limit : CALLBACK_TIME))
        return;
    if (operation && kx_overdue_starved(i, i->read_cpu)) {
        has_read(i, i->seqno, now);
        return;
    }
    i->silent = now - i->read;
    kx_kill(i, operation ? KX_CAUSE_LIMIT_TIMEOUT : KX_CAUSE_HANG_BLOCKED, 0);
}

/* Its service port must be there and be read.  Sequence numbers count what
 * was read, so they tell whether the last probe was. */
static void ask(struct kx_task *t, uint64_t now)
{
    struct kx_incarnation *i = t->current;
    mach_port_status_t status;

    i->asked = now;
    if (mach_port_get_receive_status(kx_port(KX_P_TASK, kx_slot(i)),
                                     USRD_PORT_SERVICE,
                                     &status) != KERN_SUCCESS) {
        kx_kill(i, KX_CAUSE_PORT, 0);
        return;
    }
    if (status.mps_msgcount == 0 || status.mps_seqno != i->seqno)
        has_read(i, status.mps_seqno, now);
    else
        has_not_read(t, now);
    if (i->phase != KX_ALIVE)
        return;
    /* A message that was handed to a thread which has not run since counts in
     * both figures, so the last probe may be one less far than it seemed. */
    if (status.mps_seqno + 1 >= i->probe_at && kx_service_probe(t))
        i->probe_at = status.mps_seqno + status.mps_msgcount + 1;
}

/* Is it one that is to be asked? */
static bool is_asked(const struct kx_task *t)
{
    return t->current->registered && t->current->watched && period(t);
}

/* Set the deadline at which to look again; ask, if it is time for it. */
void kx_health_arm(struct kx_task *t)
{
    struct kx_incarnation *i = t->current;
    uint64_t now = kx_now(), often = period(t);
    bool asks = is_asked(t);

    /* However often it is heard of: it may be a callback that does that. */
    if (asks && now >= i->asked + often)
        ask(t, now);
    uint64_t next = asks ? i->asked + often : KX_NEVER;
    if (due(t) < next)
        next = due(t);
    kx_arm(t, next == KX_NEVER || !KX_HOLDS(WATCHDOG) ? 0 : next);
}

/* It was starved, or we were late, and nobody has asked it since it was heard
 * of: it may be well. */
static bool was_not_asked(struct kx_task *t, uint64_t now)
{
    struct kx_incarnation *i = t->current;

    if (!is_asked(t) || i->asked > i->heartbeat)
        return false;
    ask(t, now);
    if (i->phase == KX_ALIVE)
        kx_arm(t, now + period(t));
    return true;
}

/* The watchdog ran out.  The loop sends a heartbeat each half of it, so a
 * spinning task has had the processor for the other half: less than a quarter
 * of the whole is somebody else's doing, and the task is starved, and gets more
 * time and a line about it.  Who waits is blocked. */
void kx_health_check(struct kx_task *t)
{
    struct kx_incarnation *i = t->current;
    uint64_t now = kx_now();
    bool runnable;

    if (due(t) > now) {
        kx_health_arm(t);
        return;
    }
    if (was_not_asked(t, now))
        return;
    uint64_t used = kx_cpu(i, &runnable) - i->cpu;
    bool spun = used >= t->words.watchdog / 4;
    if (!spun && runnable && i->starved++ < STARVED_MAX) {
        kx_tlog('W', t, "starved", "by=%ums count=%u",
                (unsigned)((now - i->heartbeat) / 1000), i->starved);
        kx_arm(t, now + t->words.watchdog);
        return;
    }
    t->deadline = 0;
    i->silent = now - i->heartbeat;
    kx_kill(i,
            spun       ? KX_CAUSE_HANG_SPINNING
            : runnable ? KX_CAUSE_STARVED
                       : KX_CAUSE_HANG_BLOCKED,
            0);
}

/* Not ready yet: late, or hanging in its initialisation. */
void kx_health_late(struct kx_task *t)
{
    struct kx_incarnation *i = t->current;
    uint64_t limit = i->started + t->words.ready_timeout + kx_throttled_us(t);
    if (!t->words.ready_timeout)
        limit = KX_NEVER;
    if (kx_now() >= limit) {
        t->deadline = 0;
        kx_kill(i, KX_CAUSE_LATE, 0);
        return;
    }
    kx_health_check(t);
    if (i->phase == KX_ALIVE && limit != KX_NEVER &&
        (!t->deadline || t->deadline > limit))
        kx_arm(t, limit);
}

void kx_heard(struct kx_incarnation *i)
{
    bool runnable;
    struct kx_task *t = i->task;
    bool first = !i->watched;
    i->watched = true;
    i->starved = 0;
    i->heartbeat = kx_now();
    if (first)
        i->asked = i->heartbeat;
    if (!period(t))
        return;
    /* Whoever began just now has used next to nothing; to ask the kernel would
     * cost a restart 1,450 instructions. */
    i->cpu =
        i->heartbeat - i->started < period(t) / 8 ? 0 : kx_cpu(i, &runnable);
    if (first && (!t->deadline || due(t) < t->deadline))
        kx_health_arm(t);
}

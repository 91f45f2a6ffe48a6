/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * cpu=: a task that used its share of the window does not run again before the
 * next one.  An executioner stops it, as that can wait; letting it go never
 * does.  What is sent to it meanwhile stays in its queues, and no deadline of
 * its own runs. */
#include "kx.h"

static uint64_t next = KX_NEVER; /* when to look at one of them */

static void at(struct kx_throttle *h, uint64_t time)
{
    h->look = time;
    if (time < next) {
        next = time;
        kx_timer_at(time);
    }
}

bool kx_throttled(const struct kx_task *t)
{
    return t->throttle.stage != KX_T_RUNS;
}

uint64_t kx_throttled_us(const struct kx_task *t)
{
    const struct kx_throttle *h = &t->throttle;
    return h->held + (h->since ? kx_now() - h->since : 0);
}

void kx_throttle_start(struct kx_incarnation *i)
{
    bool runnable;
    struct kx_throttle *h = &i->task->throttle;
    uint32_t percent = i->limits[KX_LIMIT_CPU];
    if (h->look) {
        at(h, kx_now());
    } else if (KX_HOLDS(CPU) && percent && percent < 100) {
        uint64_t now = kx_now();
        kx_budget_start(&h->budget, now, kx_cpu(i, &runnable));
        at(h, now + kx_budget(percent));
    }
}

/* The first time in an incarnation's life, and at each power of two. */
static void say(struct kx_task *t, uint64_t used)
{
    struct kx_throttle *h = &t->throttle;
    h->count++;
    if ((h->count & (h->count - 1)) == 0)
        kx_tlog('W', t, "throttle", "used=%ums limit=%u count=%u",
                (unsigned)(kx_budget_used(&h->budget, used) / 1000),
                t->current->limits[KX_LIMIT_CPU], h->count);
}

/* The time that it was held is nobody's fault: its deadlines are moved. */
static void let_go(struct kx_task *t, uint64_t now)
{
    struct kx_incarnation *i = t->current;
    struct kx_throttle *h = &t->throttle;
    uint64_t held = now - h->since;
    h->stage = KX_T_RUNS;
    h->since = 0;
    h->held += held;
    thread_resume(kx_port(KX_P_THREAD, kx_slot(i)));
    i->heartbeat = kx_later(i->heartbeat, held, now);
    i->read = kx_later(i->read, held, now);
    kx_lines_held(t, held, now);
    if (t->deadline)
        kx_arm(t, t->deadline + held);
}

static void look(struct kx_task *t, uint64_t now)
{
    struct kx_incarnation *i = t->current;
    struct kx_throttle *h = &t->throttle;
    uint32_t percent = i->limits[KX_LIMIT_CPU];
    uint64_t again;
    bool runnable;

    if (h->stage == KX_T_STOPS) {
        h->look = KX_NEVER; /* kx_throttle_stopped will see to it */
        return;
    }
    if (h->stage == KX_T_HELD)
        let_go(t, now);
    if (!percent) { /* it registered again, without */
        h->look = 0;
        return;
    }
    uint64_t used = kx_cpu(i, &runnable);
    bool spent = kx_budget_spent(&h->budget, now, used, percent, &again);
    at(h, again);
    if (!spent)
        return;
    h->stage = KX_T_STOPS;
    h->since = now;
    say(t, used);
    kx_job(KX_JOB_THROTTLE, i);
}

/* An executioner has stopped it. */
void kx_throttle_stopped(struct kx_incarnation *i)
{
    struct kx_throttle *h = &i->task->throttle;
    if (i->task->current != i || i->phase != KX_ALIVE)
        return;
    h->stage = KX_T_HELD;
    if (h->look == KX_NEVER)
        at(h, kx_now());
}

uint64_t kx_throttle_tick(uint64_t now)
{
    if (now < next)
        return next;
    next = KX_NEVER;
    for (unsigned n = 0; n < kx_n_tasks; n++) {
        struct kx_task *t = &kx_tasks[n];
        struct kx_throttle *h = &t->throttle;
        if (!h->look || !t->current || t->current->phase != KX_ALIVE)
            continue;
        if (h->look <= now)
            look(t, now);
        if (h->look && h->look < next)
            next = h->look;
    }
    return next;
}

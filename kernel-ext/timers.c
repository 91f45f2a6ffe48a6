/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What happens because time has passed: the deadline of each task's state, and
 * what is done every second or so. */
#include "iommu.h"

#define SECOND 1000000
/* Later than this is not the clock's coarseness. */
#define LATE (5 * KX_TICK)

static uint64_t next_timer; /* not later than the earliest deadline */
static uint64_t next_second, next_kill;

void kx_timer_at(uint64_t deadline)
{
    if (deadline < next_timer)
        next_timer = deadline;
}

void kx_arm(struct kx_task *t, uint64_t deadline)
{
    t->deadline = deadline;
    if (deadline)
        kx_timer_at(deadline);
}

/* --kill-every: the next driver in turn that is ready and has clients' names. */
static void kill_one(void)
{
    static unsigned turn;
    for (unsigned n = 0; n < kx_n_tasks; n++) {
        struct kx_task *t = &kx_tasks[turn++ % kx_n_tasks];
        if (t->state == KX_READY && t->current->registered &&
            t->current->phase == KX_ALIVE) {
            kx_tlog('N', t, "operator", "command=kill by=--kill-every");
            kx_kill(t->current, KX_CAUSE_OPERATOR, 0);
            return;
        }
    }
}

static void second(uint64_t now)
{
    kx_clock_refine();
    kx_guard_tick();
    kx_lines_tick(now);
    kx_bells_tick();
    kx_handles_tick();
}

uint64_t kx_later(uint64_t time, uint64_t late, uint64_t now)
{
    return time + late < now ? time + late : now;
}

/* Our own lateness is nobody else's fault: deadlines that went by while we did
 * not run, or the whole machine did not, are put off by as much. */
void kx_excuse(uint64_t late, uint64_t now)
{
    if (late < LATE)
        return;
    for (unsigned n = 0; n < kx_n_tasks; n++) {
        struct kx_task *t = &kx_tasks[n];
        if (t->deadline)
            t->deadline += late;
        if (t->current && t->current->watched) {
            t->current->heartbeat = kx_later(t->current->heartbeat, late, now);
            t->current->read = kx_later(t->current->read, late, now);
        }
    }
    kx_jobs_excuse(late);
    kx_lines_excuse(late, now);
    kx_overdue_excuse(late, now);
}

uint64_t kx_next_timer(void)
{
    return next_timer;
}

void kx_timers(void)
{
    uint64_t now = kx_now();

    if (next_timer)
        kx_excuse(now - next_timer, now);
    next_timer = KX_NEVER;
    kx_background_wake();
    if (now >= next_second) {
        next_second = now + SECOND;
        second(now);
    }
    kx_timer_at(next_second);
    if (kx_options.kill_every && now >= next_kill) {
        if (next_kill)
            kill_one();
        next_kill = now + kx_options.kill_every;
    }
    if (kx_options.kill_every)
        kx_timer_at(next_kill);
    kx_timer_at(kx_job_deadlines(now));
    kx_timer_at(kx_memory_tick(now));
    kx_timer_at(kx_lines_due(now));
    kx_timer_at(kx_iommu_tick(now));
    kx_timer_at(kx_config_tick(now));
    kx_timer_at(kx_throttle_tick(now)); /* before deadlines are judged */
    kx_timer_at(kx_overdue_tick(now));
    for (unsigned n = 0; n < kx_n_tasks; n++) {
        struct kx_task *t = &kx_tasks[n];
        if (t->current && (t->current->phase == KX_DYING || kx_throttled(t)))
            continue;
        if (t->deadline && t->deadline <= now)
            kx_event(t, KX_EV_TIMER);
        if (t->deadline)
            kx_timer_at(t->deadline);
    }
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The state table applied to a task: what each action does, and the timers. */
#include "kx.h"

#include <stdio.h>
#include <string.h>

#include "mach_port.h"

#define SECOND 1000000
/* No memory for an incarnation, or too many corpses: try again after this. */
#define SPAWN_AGAIN 100000
/* A callback may take this long, with heartbeats, before the loop reads on. */
#define PROBE_TIME (10 * SECOND)
/* Later than this is not the clock's coarseness. */
#define LATE (5 * KX_TICK)
/* Starved this often in a row, a task ends all the same. */
#define STARVED_MAX 10

struct kx_task kx_tasks[KX_MAX_TASKS];
unsigned kx_n_tasks;

static uint64_t next_timer; /* not later than the earliest deadline */
static uint64_t next_second;
static uint64_t next_kill = KX_NEVER;
static bool is_up;

void kx_timer_at(uint64_t deadline)
{
    if (deadline < next_timer)
        next_timer = deadline;
}

static void arm(struct kx_task *t, uint64_t deadline)
{
    t->deadline = deadline;
    if (deadline)
        kx_timer_at(deadline);
}

/* The name and the names provided of instance N: NAME becomes NAME.N. */
void kx_task_instance(struct kx_task *t, const char *name, unsigned n)
{
    snprintf(t->name, sizeof t->name, "%.58s.%u", name, n);
    for (unsigned k = 0; k < t->words.n_provides; k++) {
        char *p = t->words.provides[k];
        size_t len = strnlen(p, 58);
        snprintf(p + len, KX_NAME_MAX - len, ".%u", n);
    }
    t->words.name = t->name;
}

struct kx_task *kx_task_find(const char *name)
{
    for (unsigned n = 0; n < kx_n_tasks; n++)
        if (strncmp(kx_tasks[n].name, name, KX_NAME_MAX) == 0)
            return &kx_tasks[n];
    return NULL;
}

/* ---- needs ---- */

static const char *missing(const struct kx_task *t)
{
    for (unsigned n = 0; n < t->words.n_needs; n++) {
        const struct kx_device *d = kx_device_find(t->words.needs[n]);
        if (!d || kx_tasks[d->task].state != KX_READY)
            return t->words.needs[n];
    }
    return NULL;
}

void kx_needs_met(void)
{
    for (unsigned n = 0; n < kx_n_tasks; n++)
        if (kx_tasks[n].state == KX_WAITING && !missing(&kx_tasks[n]))
            kx_event(&kx_tasks[n], KX_EV_NEEDS_MET);
}

void kx_tasks_start(void)
{
    static const char *const restart[] = {"no", "on-failure", "always"};
    for (unsigned n = 0; n < kx_n_tasks; n++) {
        struct kx_task *t = &kx_tasks[n];
        t->words.name = t->name;
        t->deadline = 0;
        kx_tlog('D', t, "adopt", "policy=%s watchdog=%ums",
                restart[t->words.restart],
                (unsigned)(t->words.watchdog / 1000));
    }
    next_second = kx_now() + SECOND;
    if (kx_options.kill_every)
        next_kill = kx_now() + kx_options.kill_every;
    for (unsigned n = 0; n < kx_n_tasks; n++) {
        struct kx_task *t = &kx_tasks[n];
        const char *name = missing(t);
        t->state = KX_WAITING;
        if (name)
            kx_tlog('I', t, "wait", "needs=%s", name);
        else
            kx_event(t, KX_EV_NEEDS_MET);
    }
}

/* On its way to ready, as far as anyone can tell. */
static bool coming(const struct kx_task *t)
{
    const char *name = t->state == KX_WAITING ? missing(t) : NULL;
    if (name) {
        const struct kx_task *p = kx_provider(name);
        return p && p->state != KX_FAILED && p->state != KX_STOPPED;
    }
    return t->state == KX_WAITING || t->state == KX_STARTING ||
           t->state == KX_BACKOFF;
}

/* Once every task is somewhere: the image is up. */
static void check_up(void)
{
    unsigned ready = 0, failed = 0;
    if (is_up)
        return;
    for (unsigned n = 0; n < kx_n_tasks; n++) {
        if (coming(&kx_tasks[n]))
            return;
        ready += kx_tasks[n].state == KX_READY;
        failed += kx_tasks[n].state == KX_FAILED;
    }
    is_up = true;
    kx_log('N', NULL, 0, "up", "ready=%u failed=%u took=%uus", ready, failed,
           (unsigned)kx_now());
}

/* ---- the actions ---- */

/* "try=2/5": which of the starts that start-limit= allows; "try=2" without. */
static const char *attempt(const struct kx_task *t)
{
    static char text[32];
    snprintf(text, sizeof text, t->words.start_limit ? "try=%u/%u" : "try=%u",
             t->attempt, t->words.start_limit);
    return text;
}

/* The time by which the running incarnation has to be heard of. */
static uint64_t due(const struct kx_task *t)
{
    const struct kx_incarnation *i = t->current;
    return i->watched && t->words.watchdog ? i->heartbeat + t->words.watchdog
                                           : KX_NEVER;
}

/* A driver's loop waits without a time-out, which makes each call to it
 * cheaper: half-way to the deadline it is asked for a heartbeat. */
static void ask(struct kx_task *t, uint64_t now)
{
    struct kx_incarnation *i = t->current;
    uint64_t half = i->heartbeat + t->words.watchdog / 2;

    if (due(t) == KX_NEVER) {
        arm(t, 0);
        return;
    }
    if (i->registered && !i->asked && now >= half) {
        i->asked = true;
        kx_service_probe(t);
    }
    arm(t, i->registered && !i->asked ? half : due(t));
}

static void announce(struct kx_task *t)
{
    struct kx_incarnation *i = t->current;
    t->tsc_ready = __builtin_ia32_rdtsc();
    i->ready = kx_now();
    ask(t, i->ready);
    kx_devices_prune(t);
    kx_handles_replay(t);
    kx_needs_met();
    kx_background_wake();

    char cause[32];
    if (t->died) {
        t->outage = i->ready - t->died;
        if (t->outage > t->worst_outage)
            t->worst_outage = t->outage;
        kx_log_death(t);
        kx_tlog('W', t, "restart", "cause=%s outage=%uus %s",
                kx_cause_text(t->cause, t->code, cause, sizeof cause),
                (unsigned)t->outage, attempt(t));
        t->died = 0;
    } else {
        kx_tlog('I', t, "ready", "took=%uus",
                (unsigned)(i->ready - i->started));
    }
    check_up();
}

static void delay(struct kx_task *t)
{
    kx_log_death(t);
    kx_tlog('W', t, "backoff", "delay=%ums %s", (unsigned)(t->delay / 1000),
            attempt(t));
    arm(t, kx_now() + t->delay);
}

static void spawn(struct kx_task *t)
{
    if (kx_spawn(t)) {
        arm(t, t->words.ready_timeout ? kx_now() + t->words.ready_timeout : 0);
        return;
    }
    t->state = KX_BACKOFF;
    t->delay = SPAWN_AGAIN;
    delay(t);
}

static void end(struct kx_task *t, char severity, const char *verb)
{
    char cause[32];
    kx_log_death(t);
    kx_tlog(severity, t, verb, "cause=%s",
            kx_cause_text(t->cause, t->code, cause, sizeof cause));
    t->died = 0;
    arm(t, 0);
    kx_handles_down(t);
    check_up();
    if (t->state == KX_FAILED && t->words.on_limit == KX_ON_LIMIT_REBOOT)
        kx_halt(USRD_REBOOT, 1);
}

static void ask_stop(struct kx_task *t)
{
    struct kx_incarnation *i = t->current;
    arm(t, kx_now() + t->words.stop_timeout);
    if (!i->registered || !kx_service_stop(t))
        kx_kill(i, KX_CAUSE_OPERATOR, 0);
}

/* The watchdog ran out.  The loop sends a heartbeat each half of it, so a
 * spinning task has had the processor for the other half: less than a quarter
 * of the whole is somebody else's doing, and the task is starved, and gets more
 * time and a line about it.  Who waits is blocked. */
static void check(struct kx_task *t)
{
    struct kx_incarnation *i = t->current;
    uint64_t now = kx_now();
    bool runnable;

    if (due(t) > now) {
        ask(t, now);
        return;
    }
    uint64_t used = kx_cpu(i, &runnable) - i->cpu;
    bool spun = used >= t->words.watchdog / 4;
    if (!spun && runnable && i->starved++ < STARVED_MAX) {
        kx_tlog('W', t, "starved", "by=%ums count=%u",
                (unsigned)((now - i->heartbeat) / 1000), i->starved);
        arm(t, now + t->words.watchdog);
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
static void late(struct kx_task *t)
{
    struct kx_incarnation *i = t->current;
    uint64_t limit = i->started + t->words.ready_timeout;
    if (!t->words.ready_timeout)
        limit = KX_NEVER;
    if (kx_now() >= limit) {
        t->deadline = 0;
        kx_kill(i, KX_CAUSE_LATE, 0);
        return;
    }
    check(t);
    if (i->phase == KX_ALIVE && (!t->deadline || t->deadline > limit))
        arm(t, limit);
}

static void act(struct kx_task *t, enum kx_action action)
{
    switch (action) {
    case KX_DO_NOTHING:
    case KX_DO_REFUSE:
    case KX_ACTIONS:
        break;
    case KX_DO_SPAWN:
        spawn(t);
        break;
    case KX_DO_ANNOUNCE:
        announce(t);
        break;
    case KX_DO_DELAY:
        delay(t);
        break;
    case KX_DO_GIVE_UP:
        end(t, 'E', "failed");
        break;
    case KX_DO_REST:
        end(t, 'N', "stopped");
        break;
    case KX_DO_ASK_STOP:
        ask_stop(t);
        break;
    case KX_DO_KILL:
        t->deadline = 0;
        kx_kill(t->current, KX_CAUSE_OPERATOR, 0);
        break;
    case KX_DO_LATE:
        late(t);
        break;
    case KX_DO_CHECK:
        check(t);
        break;
    }
}

bool kx_event(struct kx_task *t, enum kx_event event)
{
    const struct kx_cell *cell = &kx_table[t->state][event];
    t->state = cell->next;
    act(t, cell->action);
    return cell->action != KX_DO_REFUSE;
}

void kx_heard(struct kx_incarnation *i)
{
    bool runnable;
    struct kx_task *t = i->task;
    bool first = !i->watched;
    i->watched = true;
    i->starved = 0;
    i->asked = false;
    i->heartbeat = kx_now();
    if (!t->words.watchdog)
        return;
    i->cpu = kx_cpu(i, &runnable);
    if (first && (!t->deadline || due(t) < t->deadline))
        ask(t, i->heartbeat);
}

/* ---- timers ---- */

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

/* A heartbeat proves only its sender.  The driver must still have its service
 * port, and read it: each second it gets a probe there. */
static void probe(struct kx_task *t, uint64_t now)
{
    struct kx_incarnation *i = t->current;
    mach_port_status_t status;
    if (mach_port_get_receive_status(kx_port(KX_P_TASK, kx_slot(i)),
                                     USRD_PORT_SERVICE,
                                     &status) != KERN_SUCCESS) {
        kx_kill(i, KX_CAUSE_PORT, 0);
    } else if (status.mps_msgcount == 0 || status.mps_seqno != i->seqno) {
        i->seqno = status.mps_seqno;
        i->read = now;
        kx_service_probe(t);
    } else if (now - i->read > PROBE_TIME) {
        i->silent = now - i->read;
        kx_kill(i, KX_CAUSE_HANG_BLOCKED, 0);
    }
}

static void second(uint64_t now)
{
    for (unsigned n = 0; n < kx_n_tasks; n++)
        if (kx_tasks[n].state == KX_READY && kx_tasks[n].current->registered &&
            kx_tasks[n].words.watchdog)
            probe(&kx_tasks[n], now);
    kx_clock_refine();
    kx_guard_tick();
    kx_lines_tick(now);
}

/* Our own lateness is nobody else's fault: deadlines that went by while we did
 * not run, or the whole machine did not, are put off by as much. */
static void excuse(uint64_t now)
{
    uint64_t late = now - next_timer;
    if (next_timer == 0 || late < LATE)
        return;
    for (unsigned n = 0; n < kx_n_tasks; n++) {
        struct kx_task *t = &kx_tasks[n];
        if (t->deadline)
            t->deadline += late;
        if (t->current && t->current->watched)
            t->current->heartbeat += late;
    }
}

uint64_t kx_next_timer(void)
{
    return next_timer;
}

void kx_timers(void)
{
    uint64_t now = kx_now();

    excuse(now);
    next_timer = KX_NEVER;
    kx_background_wake();
    if (now >= next_second) {
        next_second = now + SECOND;
        second(now);
    }
    if (now >= next_kill) {
        next_kill = now + kx_options.kill_every;
        kill_one();
    }
    kx_timer_at(next_second);
    kx_timer_at(next_kill);
    kx_timer_at(kx_job_deadlines(now));
    kx_timer_at(kx_memory_tick(now));
    for (unsigned n = 0; n < kx_n_tasks; n++) {
        struct kx_task *t = &kx_tasks[n];
        if (t->current && t->current->phase == KX_DYING)
            continue;
        if (t->deadline && t->deadline <= now)
            kx_event(t, KX_EV_TIMER);
        if (t->deadline)
            kx_timer_at(t->deadline);
    }
}

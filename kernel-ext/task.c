/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The state table applied to a task: what each action does. */
#include "pci.h"

#include <stdio.h>
#include <string.h>

/* No memory for an incarnation, or too many corpses: try again after this. */
#define SPAWN_AGAIN 100000

struct kx_task kx_tasks[KX_MAX_TASKS];
unsigned kx_n_tasks;

static bool is_up;

/* The name and the names provided of instance N: NAME becomes NAME.N. */
void kx_task_instance(struct kx_task *t, unsigned n)
{
    const char *name = t->words.name;
    snprintf(t->name, sizeof t->name, "%.58s.%u", name, n);
    for (unsigned k = 0; k < t->words.n_provides; k++) {
        const char **p = &t->words.provides[k];
        *p = *p == name ? t->name : kx_name_instance(*p, n);
    }
    t->words.name = t->name;
    t->instance = n;
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
    for (unsigned n = 0; n < kx_n_tasks; n++) {
        kx_tasks[n].state = KX_WAITING;
        kx_event(&kx_tasks[n], KX_EV_NEEDS_MET);
    }
}

/* On its way to ready, as far as anyone can tell. */
static bool coming(const struct kx_task *t)
{
    const char *name = t->state == KX_WAITING ? kx_needs(t) : NULL;
    if (name) {
        const struct kx_task *p = kx_provider(name);
        return p && p->state != KX_FAILED && p->state != KX_STOPPED;
    }
    return t->state == KX_WAITING || t->state == KX_STARTING ||
           t->state == KX_SETTLING || t->state == KX_BACKOFF;
}

/* Once every task is somewhere: the image is up. */
static void check_up(void)
{
    static unsigned at; /* the one that was not there the last time */
    unsigned ready = 0, failed = 0;
    if (is_up)
        return;
    for (unsigned n = 0; n < kx_n_tasks; n++) {
        const struct kx_task *t = &kx_tasks[at];
        if (coming(t))
            return;
        at = (at + 1) % kx_n_tasks;
        ready += t->state == KX_READY;
        failed += t->state == KX_FAILED;
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

static void announce(struct kx_task *t)
{
    struct kx_incarnation *i = t->current;
    t->tsc_ready = __builtin_ia32_rdtsc();
    i->ready = kx_now();
    kx_health_arm(t);
    if (t->suspended && !kx_service_suspend(t))
        kx_kill(i, KX_CAUSE_HANG_BLOCKED, 0);
    kx_driver_ready(t);
    kx_rings_over(t, true); /* what only its predecessor had */
    kx_handles_replay(t);
    kx_background_wake();

    char cause[32];
    if (t->died) {
        t->outage = i->ready - t->died;
        if (t->outage > t->worst_outage)
            t->worst_outage = t->outage;
        kx_log_death(t);
        kx_deaths_over(t);
        kx_tlog('W', t, "restart", "cause=%s outage=%uus %s",
                kx_cause_text(t->cause, t->code, cause, sizeof cause),
                (unsigned)t->outage, attempt(t));
        t->died = 0;
    } else {
        /* Later ones are what the operator has asked for. */
        kx_tlog(t->number > 1 ? 'N' : 'I', t, "ready", "took=%uus",
                (unsigned)(i->ready - i->started));
    }
    check_up();
}

static void delay(struct kx_task *t)
{
    kx_log_death(t);
    kx_tlog('W', t, "backoff", "delay=%ums %s", (unsigned)(t->delay / 1000),
            attempt(t));
    kx_arm(t, kx_now() + t->delay);
}

static void end(struct kx_task *t, char severity, const char *verb)
{
    char cause[32];
    kx_log_death(t);
    kx_tlog(severity, t, verb, "cause=%s",
            kx_cause_text(t->cause, t->code, cause, sizeof cause));
    t->died = 0;
    t->suspended = false;
    t->stale = true;
    kx_arm(t, 0);
    kx_spare_drop(t);
    kx_driver_down(t);
    kx_handles_down(t);
    check_up();
    if (t->state == KX_FAILED && t->words.on_limit == KX_ON_LIMIT_REBOOT)
        kx_halt(USRD_REBOOT, 1);
}

/* A first start, or one by the operator, waits for what the task needs; after a
 * death it does not, because a provider's trouble is not its clients'. */
static void spawn(struct kx_task *t)
{
    if (t->unquiet || !kx_dma_make(t)) {
        t->state = KX_FAILED;
        t->cause = t->unquiet ? KX_CAUSE_UNQUIET : KX_CAUSE_LIMIT_MEMORY;
        end(t, 'E', "failed");
        return;
    }
    const char *name = t->died ? NULL : kx_needs(t);
    if (name) {
        t->state = KX_WAITING;
        kx_tlog('I', t, "wait", "needs=%s", name);
        kx_needs_wait(t, name);
        kx_arm(t, 0);
        return;
    }
    if (kx_spawn(t)) {
        kx_arm(t,
               t->words.ready_timeout ? kx_now() + t->words.ready_timeout : 0);
        return;
    }
    t->state = KX_BACKOFF;
    t->delay = SPAWN_AGAIN;
    delay(t);
}

static void ask_stop(struct kx_task *t)
{
    struct kx_incarnation *i = t->current;
    kx_arm(t, kx_now() + t->words.stop_timeout);
    t->stale = true; /* if it does not read that */
    if (!i->registered || !kx_service_stop(t))
        kx_kill(i, KX_CAUSE_OPERATOR, 0);
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
    case KX_DO_SETTLE:
        kx_pci_settle(t);
        break;
    case KX_DO_SETTLED:
        kx_pci_settled(t);
        break;
    case KX_DO_ASK_STOP:
        ask_stop(t);
        break;
    case KX_DO_KILL:
        t->deadline = 0;
        kx_kill(t->current, KX_CAUSE_OPERATOR, 0);
        break;
    case KX_DO_LATE:
        kx_health_late(t);
        break;
    case KX_DO_CHECK:
        kx_health_check(t);
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

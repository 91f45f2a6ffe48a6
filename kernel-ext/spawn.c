/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * An incarnation is made in two steps.  A *spare* is a fork of the template
 * with a control port, not yet given anything: made when there is time.
 * Handing over what the task owns and letting it run is what a restart pays
 * for. */
#include "kx.h"

#include "mach_port.h"
#include <mach/notify.h>
#include <mach/task_special_ports.h>
#include <mach/thread_special_ports.h>
#include <string.h>

/* A dead incarnation is looked into when its successor is ready, or after
 * this long. */
#define AUTOPSY_DELAY 50000
/* For this long a task that is ready again serves those who have it open; what
 * else we do would keep it from that, since we go before it. */
#define SERVE_FIRST 10000
/* Corpses that a task may have lying about before it waits for them. */
#define MAX_SLOTS 8

struct kx_incarnation kx_incarnations[KX_MAX_INCARNATIONS];

static struct kx_incarnation *allocate(void)
{
    static unsigned turn;
    for (unsigned n = 0; n < KX_MAX_INCARNATIONS; n++) {
        struct kx_incarnation *i = &kx_incarnations[turn];
        if (++turn == KX_MAX_INCARNATIONS)
            turn = 0;
        if (i->phase == KX_FREE)
            return i;
    }
    return NULL;
}

/* The task and its one thread, suspended, under names that say whose. */
static kern_return_t fork_template(unsigned template, unsigned slot,
                                   unsigned number, unsigned watchdog)
{
    mach_port_t task, thread;
    kern_return_t kr =
        task_create(kx_port(KX_P_TEMPLATE, template), TRUE, &task);
    if (kr != KERN_SUCCESS)
        return kr;
    kx_port_is(KX_P_TASK, slot, task);
    kr = thread_create(task, &thread);
    if (kr != KERN_SUCCESS)
        return kr;
    kx_port_is(KX_P_THREAD, slot, thread);

    struct i386_thread_state state = *kx_template_state(template);
    state.r12 = number;
    state.r13 = watchdog;
    state.r14 = kx_tsc_khz(); /* a task need not measure it */
    return thread_set_state(kx_port(KX_P_THREAD, slot), i386_REGS_SEGS_STATE,
                            (thread_state_t)&state, i386_THREAD_STATE_COUNT);
}

/* Stand between the task and the kernel: all its special ports are CONTROL. */
static kern_return_t interpose(unsigned slot, mach_port_t control)
{
    mach_port_t task = kx_port(KX_P_TASK, slot), previous;
    kern_return_t kr = task_set_special_port(task, TASK_KERNEL_PORT, control);
    if (kr == KERN_SUCCESS)
        kr = task_set_special_port(task, TASK_EXCEPTION_PORT, control);
    if (kr == KERN_SUCCESS)
        kr = task_set_special_port(task, TASK_BOOTSTRAP_PORT, control);
    if (kr == KERN_SUCCESS)
        kr = thread_set_special_port(kx_port(KX_P_THREAD, slot),
                                     THREAD_KERNEL_PORT, control);
    if (kr == KERN_SUCCESS)
        kr = mach_port_request_notification(
            mach_task_self(), task, MACH_NOTIFY_DEAD_NAME, 0, control,
            MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous);
    return kr;
}

static kern_return_t make_control(unsigned slot)
{
    kern_return_t kr = kx_port_make(KX_P_CONTROL, slot);
    mach_port_t control = kx_port(KX_P_CONTROL, slot);
    if (kr == KERN_SUCCESS)
        kr = kx_port_make_send(control);
    if (kr == KERN_SUCCESS)
        kr = kx_port_listen(control);
    if (kr == KERN_SUCCESS)
        kr = interpose(slot, control);
    if (kr == KERN_SUCCESS)
        kr = mach_port_allocate_name(kx_port(KX_P_TASK, slot),
                                     MACH_PORT_RIGHT_PORT_SET, USRD_PORT_SET);
    return kr;
}

static void release(struct kx_incarnation *i);

static void make_spare(struct kx_task *t)
{
    struct kx_incarnation *i = allocate();
    if (!i)
        return;
    unsigned slot = kx_slot(i);
    memset(i, 0, sizeof *i);
    i->task = t;
    i->phase = KX_SPARE;
    i->number = t->number + 1;
    memcpy(i->limits, t->words.limit, sizeof i->limits);
    t->slots++;
    if (fork_template(t->template, slot, i->number,
                      (unsigned)(t->words.watchdog / 1000)) == KERN_SUCCESS &&
        make_control(slot) == KERN_SUCCESS && kx_shares_map(i)) {
        kx_quota_set(i);
        t->spare = i;
        return;
    }
    /* It never ran, so this waits for nobody, and message 72 may not come. */
    task_terminate(kx_port(KX_P_TASK, slot));
    release(i);
}

/* The service port: made once, and again only if it was stolen. */
static void make_service(struct kx_task *t)
{
    kx_port_destroy(KX_P_SERVICE, kx_task_index(t));
    kx_port_make(KX_P_SERVICE, kx_task_index(t));
    kx_port_make_send(kx_port(KX_P_SERVICE, kx_task_index(t)));
    t->service_here = true;
}

/* An open or a stop that its predecessor did not read would be one too many:
 * what still holds is said again. */
static void drop_stale(struct kx_task *t)
{
    static union {
        mach_msg_header_t head;
        char bytes[2048];
    } msg;
    mach_port_t service = kx_port(KX_P_SERVICE, kx_task_index(t));
    while (mach_msg(&msg.head, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, sizeof msg,
                    service, 0, MACH_PORT_NULL) == MACH_MSG_SUCCESS)
        kx_msg_destroy(&msg.head);
    t->stale = false;
}

static void hand_over(struct kx_task *t, struct kx_incarnation *i)
{
    unsigned slot = kx_slot(i);
    mach_port_t task = kx_port(KX_P_TASK, slot);

    if (!t->service_here)
        make_service(t);
    else if (t->stale)
        drop_stale(t);
    mach_port_t service = kx_port(KX_P_SERVICE, kx_task_index(t));
    mach_port_request_notification(mach_task_self(), service,
                                   MACH_NOTIFY_PORT_DESTROYED, 0,
                                   kx_port(KX_P_CONTROL, slot),
                                   MACH_MSG_TYPE_MAKE_SEND_ONCE, &i->previous);
    mach_port_insert_right(task, USRD_PORT_SERVICE, service,
                           MACH_MSG_TYPE_MOVE_RECEIVE);
    mach_port_move_member(task, USRD_PORT_SERVICE, USRD_PORT_SET);
    t->service_here = false;
    kx_ports_grant(i);
}

bool kx_spawn(struct kx_task *t)
{
    bool had_spare = t->spare != NULL;
    if (!had_spare)
        make_spare(t);
    struct kx_incarnation *i = t->spare;
    t->spare = NULL;
    t->current = i;
    if (!i)
        return false;
    t->number = i->number;
    i->phase = KX_ALIVE;
    hand_over(t, i);
    t->tsc_start = __builtin_ia32_rdtsc();
    i->started = kx_now();
    thread_resume(kx_port(KX_P_THREAD, kx_slot(i)));
    t->throttle = (struct kx_throttle){0};
    kx_throttle_start(i);
    if (!t->died)
        kx_tlog('D', t, "start", "spare=%s", had_spare ? "yes" : "no");
    return true;
}

void kx_spare_drop(struct kx_task *t)
{
    if (!t->spare)
        return;
    kx_corpse(t->spare);
    t->spare = NULL;
}

/* A send-once right to its predecessor's control port, or what is left of it. */
static void drop_previous(struct kx_incarnation *i)
{
    if (i->previous != MACH_PORT_NULL && i->previous != MACH_PORT_DEAD)
        mach_port_deallocate(mach_task_self(), i->previous);
    i->previous = MACH_PORT_NULL;
}

/* The last word about an incarnation: message 72 came, the autopsy is done. */
static void release(struct kx_incarnation *i)
{
    static const enum kx_port_kind kinds[] = {KX_P_TASK, KX_P_THREAD,
                                              KX_P_CONTROL};
    for (unsigned n = 0; n < 3; n++)
        kx_port_destroy(kinds[n], kx_slot(i));
    drop_previous(i);
    i->task->slots--;
    i->phase = KX_FREE;
}

void kx_reap(struct kx_incarnation *i)
{
    if (i->phase == KX_CORPSE && i->gone && i->reported && !i->jobs)
        release(i);
    else
        kx_background_wake();
}

/* ---- background: what a restart does not wait for ---- */

static bool work; /* there may be some */

void kx_background_wake(void)
{
    work = true;
}

bool kx_background_pending(void)
{
    return work;
}

static struct kx_incarnation *corpses; /* not looked into yet, oldest first */

void kx_corpse(struct kx_incarnation *i)
{
    struct kx_incarnation **p = &corpses;
    i->phase = KX_CORPSE;
    if (i->sent)
        return;
    while (*p)
        p = &(*p)->next;
    *p = i;
    i->next = NULL;
    kx_background_wake();
}

static bool before(uint64_t time)
{
    if (kx_now() >= time)
        return false;
    kx_timer_at(time);
    return true;
}

bool kx_serves_first(const struct kx_task *t)
{
    return t->state == KX_READY && t->handles &&
           before(t->current->ready + SERVE_FIRST);
}

/* A corpse is looked into once its successor is ready, or no longer coming.
 * It ends with that, and those whose requests died with it hear of it. */
static bool autopsy_one(void)
{
    for (struct kx_incarnation **p = &corpses; *p && kx_autopsy_room();
         p = &(*p)->next) {
        struct kx_incarnation *i = *p;
        if (i->jobs ||
            (i->task->state == KX_STARTING && before(i->died + AUTOPSY_DELAY)))
            continue;
        *p = i->next;
        i->sent = true;
        kx_job(KX_JOB_AUTOPSY, i);
        return true;
    }
    return false;
}

static bool spare_one(void)
{
    for (unsigned n = 0; n < kx_n_tasks; n++) {
        struct kx_task *t = &kx_tasks[n];
        if (t->state != KX_READY || t->spare || t->slots >= MAX_SLOTS ||
            t->words.restart == KX_RESTART_NO || kx_serves_first(t))
            continue;
        make_spare(t);
        if (t->spare)
            kx_warm(t->spare);
        return t->spare != NULL;
    }
    return false;
}

void kx_background(void)
{
    work = autopsy_one() || kx_search_one() || spare_one() || kx_report_one();
}

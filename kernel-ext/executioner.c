/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Executioners make the kernel calls that can wait on another task: suspend,
 * read, terminate.  Each is a thread that receives jobs on one port; a job
 * has a deadline, and an executioner that misses it stays with it while the
 * others go on.  They touch their job and nothing else of kernel-ext's. */
#include "kx.h"

#include "mach_host.h"
#include "mach_port.h"
#include <mach/mig_errors.h>
#include <mach/mig_support.h>
#include <mach/policy.h>

#define EXECUTIONERS 4
#define STACK 8192
/* All tasks may die at once, and all be searched for a right. */
#define JOBS (2 * KX_MAX_TASKS + 64)
#define AUTOPSIES 32
#define HOLD_TIME 200000 /* microseconds */
#define AUTOPSY_TIME 2000000
#define MAP_END 0x800000000000ull
#define MAIN_PRIORITY 8
#define EXECUTIONER_PRIORITY 10

enum job_state { FREE, QUEUED, RUNNING, DONE, TO_REPORT };

/* The main loop makes a job, any executioner takes it.  The messages between
 * them only wake: one that does not fit in a queue is not missed. */
struct job {
    enum job_state state; /* atomic */
    bool late;
    enum kx_job_kind kind;
    struct kx_incarnation *incarnation;
    uint64_t deadline;
    bool thief;               /* of KX_JOB_SEARCH: it was one */
    const mach_port_t *names; /* of KX_JOB_DROP: COUNT rights of TYPE */
    unsigned count, type;
    struct kx_autopsy *autopsy;
};
static struct job jobs[JOBS];
static unsigned top; /* those past it are free */

/* Autopsies keep their job until they are in the log. */
#define UNREPORTED_MAX 16
static unsigned unreported;
static struct kx_autopsy autopsies[AUTOPSIES];
static struct job *user[AUTOPSIES]; /* of each, or null */

static char stacks[EXECUTIONERS][STACK] __attribute__((aligned(4096)));
static mach_port_t reply_ports[EXECUTIONERS + 1];

/* MIG's reply port is one a thread; the stack tells which thread this is. */
mach_port_t mig_get_reply_port(void)
{
    char here;
    size_t n = (size_t)(&here - stacks[0]) / STACK;
    mach_port_t *port = &reply_ports[n < EXECUTIONERS ? n : EXECUTIONERS];
    if (*port == MACH_PORT_NULL)
        *port = mach_reply_port();
    return *port;
}

void mig_put_reply_port(mach_port_t port)
{
    (void)port;
}

void mig_dealloc_reply_port(mach_port_t port)
{
    for (unsigned n = 0; n <= EXECUTIONERS; n++)
        if (reply_ports[n] == port)
            reply_ports[n] = MACH_PORT_NULL;
    mach_port_mod_refs(mach_task_self(), port, MACH_PORT_RIGHT_RECEIVE, -1);
}

static void wake(enum kx_own_port port)
{
    mach_msg_header_t msg = {
        .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
        .msgh_size = sizeof msg,
        .msgh_remote_port = KX_OWN(port),
    };
    kx_send(&msg);
}

static bool move(struct job *j, enum job_state from, enum job_state to)
{
    return __atomic_compare_exchange_n(&j->state, &from, to, false,
                                       __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

/* ---- in an executioner ---- */

/* Let go of a thread that waits in an exception: a terminated one would leak
 * the kernel's port for it. */
static void answer_exception(mach_port_t reply)
{
    mig_reply_header_t msg = {
        .Head =
            {
                .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0),
                .msgh_size = sizeof msg,
                .msgh_remote_port = reply,
                .msgh_id = 2500,
            },
        .RetCodeType =
            {
                .msgt_name = MACH_MSG_TYPE_INTEGER_32,
                .msgt_size = 32,
                .msgt_number = 1,
                .msgt_inline = TRUE,
            },
        .RetCode = KERN_SUCCESS,
    };
    if (kx_send(&msg.Head) != MACH_MSG_SUCCESS)
        mach_port_deallocate(mach_task_self(), reply);
}

static void execute(struct job *j)
{
    struct kx_incarnation *i = j->incarnation;
    if (j->kind == KX_JOB_DROP) {
        kx_drop_ports(j->names, j->count, j->type);
        return;
    }
    mach_port_t task = kx_port(KX_P_TASK, kx_slot(i));
    mach_port_t thread = kx_port(KX_P_THREAD, kx_slot(i));
    bool runnable;

    switch (j->kind) {
    case KX_JOB_DROP:
        break;
    case KX_JOB_HOLD:
        task_suspend(task);
        break;
    case KX_JOB_PAUSE:
        /* Out of its receive, too, or the kernel would hand the next message
         * to a thread that does not run: it would be lost with it. */
        thread_suspend(thread);
        thread_abort(thread);
        break;
    case KX_JOB_THROTTLE:
        /* The same, but one that could run is not in its receive, and might
         * have to wait for its turn to be out of the kernel. */
        kx_cpu(i, &runnable);
        thread_suspend(thread);
        if (!runnable)
            thread_abort(thread);
        break;
    case KX_JOB_EMPTY:
        vm_deallocate(task, 0, MAP_END);
        break;
    case KX_JOB_SEARCH:
        j->thief = kx_search(task);
        break;
    case KX_JOB_AUTOPSY:
        kx_look(i, j->autopsy);
        if (i->reply != MACH_PORT_NULL)
            answer_exception(i->reply);
        thread_abort(thread);
        task_terminate(task);
        break;
    }
}

static void __attribute__((noreturn)) executioner(void)
{
    mach_msg_header_t msg;
    mig_get_reply_port(); /* now: no name is made later */
    for (;;) {
        mach_msg(&msg, MACH_RCV_MSG, 0, sizeof msg, KX_OWN(KX_OWN_JOBS), 0,
                 MACH_PORT_NULL);
        for (unsigned n = 0; n < __atomic_load_n(&top, __ATOMIC_SEQ_CST); n++) {
            if (!move(&jobs[n], QUEUED, RUNNING))
                continue;
            execute(&jobs[n]);
            move(&jobs[n], RUNNING, DONE);
            wake(KX_OWN_DONE);
        }
    }
}

/* ---- in the main loop ---- */

static struct job *free_job(void)
{
    for (unsigned n = 0; n < JOBS; n++)
        if (__atomic_load_n(&jobs[n].state, __ATOMIC_SEQ_CST) == FREE) {
            if (n >= top)
                __atomic_store_n(&top, n + 1, __ATOMIC_SEQ_CST);
            return &jobs[n];
        }
    return NULL;
}

static void release(struct job *j, enum job_state from)
{
    unsigned n = top;
    move(j, from, FREE);
    while (n > 0 &&
           __atomic_load_n(&jobs[n - 1].state, __ATOMIC_SEQ_CST) == FREE)
        n--;
    __atomic_store_n(&top, n, __ATOMIC_SEQ_CST);
}

static unsigned free_autopsy(void)
{
    unsigned n = 0;
    while (n < AUTOPSIES && user[n])
        n++;
    return n;
}

bool kx_autopsy_room(void)
{
    return free_autopsy() < AUTOPSIES;
}

static void submit(struct job *j, enum kx_job_kind kind, uint64_t deadline)
{
    j->late = false;
    j->kind = kind;
    j->deadline = deadline;
    kx_timer_at(deadline);
    move(j, FREE, QUEUED);
    wake(KX_OWN_JOBS);
}

void kx_job(enum kx_job_kind kind, struct kx_incarnation *i)
{
    struct job *j = free_job();
    if (!j) /* that many tasks stuck: only a reset helps */
        kx_halt(USRD_REBOOT, 2);
    if (kind == KX_JOB_AUTOPSY) {
        unsigned n = free_autopsy();
        user[n] = j;
        j->autopsy = &autopsies[n];
    }
    j->incarnation = i;
    i->jobs++;
    submit(j, kind,
           kx_now() + (kind == KX_JOB_HOLD ? HOLD_TIME : AUTOPSY_TIME));
}

bool kx_job_drop(const mach_port_t *names, unsigned count, unsigned type)
{
    struct job *j = free_job();
    if (!j)
        return false;
    j->incarnation = NULL;
    j->names = names;
    j->count = count;
    j->type = type;
    submit(j, KX_JOB_DROP, KX_NEVER);
    return true;
}

static void report(struct job *j)
{
    struct kx_incarnation *i = j->incarnation;
    kx_crash_report(i, j->autopsy);
    user[j->autopsy - autopsies] = NULL;
    unreported--;
    release(j, TO_REPORT);
    i->reported = true;
    kx_reap(i);
}

bool kx_report_one(void)
{
    for (unsigned n = 0; unreported > 0 && n < top; n++) {
        struct job *j = &jobs[n];
        if (j->state != TO_REPORT || (unreported < UNREPORTED_MAX &&
                                      kx_serves_first(j->incarnation->task)))
            continue;
        report(j);
        return true;
    }
    return false;
}

static void done(struct job *j)
{
    struct kx_incarnation *i = j->incarnation;
    if (j->kind == KX_JOB_AUTOPSY) {
        i->jobs--;
        unreported++;
        move(j, DONE, TO_REPORT);
        if (unreported > UNREPORTED_MAX)
            report(j);
        kx_background_wake();
        return;
    }
    release(j, DONE);
    if (!i)
        return;
    i->jobs--;
    if (j->kind == KX_JOB_HOLD) {
        kx_held(i);
    } else if (j->kind == KX_JOB_SEARCH) {
        i->searched = false;
        if (j->thief)
            kx_kill(i, KX_CAUSE_PORT, 0);
    } else if (j->kind == KX_JOB_THROTTLE) {
        kx_throttle_stopped(i);
    }
    kx_reap(i);
}

void kx_jobs_done(void)
{
    for (unsigned n = 0; n < top; n++)
        if (__atomic_load_n(&jobs[n].state, __ATOMIC_SEQ_CST) == DONE)
            done(&jobs[n]);
}

/* We were late ourselves, and the executioners with us. */
void kx_jobs_excuse(uint64_t late)
{
    for (unsigned n = 0; n < top; n++)
        if (jobs[n].deadline != KX_NEVER)
            jobs[n].deadline += late;
}

/* A job past its deadline: the incarnation is stuck in the kernel.  Its
 * threads are held, they never return to user mode: go on without it.  Where
 * every executioner is stuck that would not be true of the next, nor is it of
 * one that no executioner has begun with. */
uint64_t kx_job_deadlines(uint64_t now)
{
    uint64_t next = KX_NEVER;
    unsigned stuck = 0;
    for (unsigned n = 0; n < top; n++) {
        struct job *j = &jobs[n];
        stuck += j->state == RUNNING && j->late;
        if (j->state == FREE || j->state == TO_REPORT || j->late)
            continue;
        if (now >= j->deadline && j->kind == KX_JOB_HOLD &&
            __atomic_load_n(&j->state, __ATOMIC_SEQ_CST) == QUEUED)
            j->deadline = now + HOLD_TIME;
        if (now < j->deadline) {
            if (j->deadline < next)
                next = j->deadline;
            continue;
        }
        j->late = true;
        if (j->kind == KX_JOB_THROTTLE) { /* it cannot be held back */
            kx_kill(j->incarnation, KX_CAUSE_HANG_BLOCKED, 0);
            continue;
        }
        kx_log('E', j->incarnation->task->name, j->incarnation->number, "stuck",
               "after=%ums", (unsigned)((now - j->incarnation->died) / 1000));
        if (j->kind == KX_JOB_HOLD)
            kx_held(j->incarnation);
    }
    if (stuck == EXECUTIONERS)
        kx_halt(USRD_REBOOT, 2);
    return next;
}

/* ---- at boot ---- */

static void prioritise(mach_port_t thread, int priority)
{
    thread_max_priority(thread, KX_OWN(KX_OWN_PSET), priority);
    thread_priority(thread, priority, FALSE);
    thread_policy(thread, POLICY_FIXEDPRI, 10);
    thread_wire(KX_OWN(KX_OWN_HOST), thread, TRUE);
}

static void start_one(unsigned n)
{
    mach_port_t thread;
    struct i386_thread_state state;
    mach_msg_type_number_t count = i386_THREAD_STATE_COUNT;
    if (thread_create(mach_task_self(), &thread) != KERN_SUCCESS)
        return;
    thread_get_state(thread, i386_REGS_SEGS_STATE, (thread_state_t)&state,
                     &count);
    state.rip = (uint64_t)executioner;
    state.ursp = (uint64_t)stacks[n] + STACK - 8;
    thread_set_state(thread, i386_REGS_SEGS_STATE, (thread_state_t)&state,
                     i386_THREAD_STATE_COUNT);
    prioritise(thread, EXECUTIONER_PRIORITY);
    thread_resume(thread);
}

void kx_executioners_start(void)
{
    kx_port_make(KX_P_OWN, KX_OWN_JOBS);
    kx_port_make_send(KX_OWN(KX_OWN_JOBS));
    kx_port_make(KX_P_OWN, KX_OWN_DONE);
    kx_port_make_send(KX_OWN(KX_OWN_DONE));
    kx_port_listen(KX_OWN(KX_OWN_DONE));
    processor_set_policy_enable(KX_OWN(KX_OWN_PSET), POLICY_FIXEDPRI);
    for (unsigned n = 0; n < EXECUTIONERS; n++)
        start_one(n);
    prioritise(mach_thread_self(), MAIN_PRIORITY);
}

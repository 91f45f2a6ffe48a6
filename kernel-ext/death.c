/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * How an incarnation ends: hold it, take back what it was given, decide what
 * comes next.  Looking into the corpse and burying it is for later. */
#include "kx.h"

#include "exc.h"
#include <mach/exception.h>
#include "mach_port.h"
#include "pci.h"

/* Take the receive right NAME out of the dying task.  It comes back as OURS
 * if we hold a send right to it, and else as a name that is returned. */
mach_port_t kx_extract(struct kx_incarnation *i, mach_port_t name)
{
    mach_port_t right;
    mach_msg_type_name_t type;
    if (mach_port_extract_right(kx_port(KX_P_TASK, kx_slot(i)), name,
                                MACH_MSG_TYPE_MOVE_RECEIVE, &right,
                                &type) != KERN_SUCCESS)
        return MACH_PORT_NULL;
    return right;
}

static void take_service(struct kx_incarnation *i)
{
    struct kx_task *t = i->task;
    mach_port_t service = kx_port(KX_P_SERVICE, kx_task_index(t));
    if (t->service_here)
        return;
    mach_port_t right = kx_extract(i, USRD_PORT_SERVICE);
    if (right == service)
        t->service_here = true;
    else if (right != MACH_PORT_NULL)
        kx_drop(right, MACH_PORT_RIGHT_RECEIVE);
}

/* What follows a death in T's state: as policy says, but that the operator's
 * wish comes first. */
static enum kx_verdict follows(const struct kx_task *t, enum kx_verdict policy)
{
    if (t->state == KX_STOPPING)
        return KX_REST;
    return t->state == KX_RESTARTING ? KX_RESTART_NOW : policy;
}

/* It can no longer run, or will not before we are done with it. */
static void over(struct kx_incarnation *i)
{
    struct kx_task *t = i->task;
    uint64_t delay = 0;

    kx_corpse(i);
    kx_log_death(t);                /* its predecessor's, if nobody did */
    bool quiet = kx_pci_quiesce(t); /* before anything of it is used again */
    kx_lines_release(i);
    kx_handles_take(i);
    take_service(i);
    kx_handles_forget(i);
    kx_rings_forget(i);

    t->current = NULL;
    t->deaths++;
    t->faults += i->cause != KX_CAUSE_OPERATOR;
    t->dead = i->number;
    t->cause = i->cause;
    t->code = i->code;
    t->died = i->died;
    t->ran = i->died - i->started;
    t->silent = i->silent;
    t->address = i->address;
    t->death_logged = false;
    enum kx_verdict verdict =
        kx_policy(&t->words, &t->history, i->cause, i->code, i->died, i->ready,
                  kx_pci_there(t), &delay, &t->attempt);
    t->delay = delay;
    t->verdict = follows(t, verdict);
    bool settles = kx_pci_settles(t, quiet);
    kx_rings_died(i);
    if (!settles && !kx_pci_resets(t))
        kx_rings_over(t, true);
    kx_event(t, settles ? KX_EV_DEATH_SETTLE
                        : KX_EV_DEATH_NOW + (enum kx_event)verdict);
    kx_background_wake();
}

void kx_log_death(struct kx_task *t)
{
    char cause[32];
    if (!t->died || t->death_logged)
        return;
    t->death_logged = true;
    kx_deaths_add(t);
    kx_log_at(t->died, 'W', t->name, t->dead, "death",
              t->silent ? "cause=%s ran=%ums silent=%ums" : "cause=%s ran=%ums",
              kx_cause_text(t->cause, t->code, cause, sizeof cause),
              (unsigned)(t->ran / 1000), (unsigned)(t->silent / 1000));
}

static void dies(struct kx_incarnation *i)
{
    i->task->tsc_death = __builtin_ia32_rdtsc();
    i->died = kx_now();
}

/* End it.  Everything but an exception leaves a thread that may still run, so
 * what it owns is not touched before an executioner has stopped it. */
void kx_kill(struct kx_incarnation *i, enum kx_cause cause, int code)
{
    if (!i || i->phase != KX_ALIVE)
        return;
    i->phase = KX_DYING;
    i->cause = cause;
    i->code = code;
    dies(i);
    /* At once: a request that comes while it waits to be stopped would be
     * handed to it, and lost with it. */
    kx_handles_take(i);
    kx_job(KX_JOB_HOLD, i);
    /* It may sleep for want of a page, where nothing stops it: its own will
     * wake it. */
    if (cause == KX_CAUSE_LIMIT_MEMORY)
        kx_job(KX_JOB_EMPTY, i);
}

void kx_held(struct kx_incarnation *i)
{
    if (i->phase == KX_DYING)
        over(i);
}

static enum kx_cause cause_of(int exception)
{
    switch (exception) {
    case EXC_BAD_ACCESS:
        return KX_CAUSE_BAD_ACCESS;
    case EXC_BAD_INSTRUCTION:
        return KX_CAUSE_BAD_INSTRUCTION;
    case EXC_ARITHMETIC:
        return KX_CAUSE_ARITHMETIC;
    case EXC_EMULATION:
        return KX_CAUSE_EMULATION;
    case EXC_BREAKPOINT:
        return KX_CAUSE_BREAKPOINT;
    default:
        return KX_CAUSE_SOFTWARE;
    }
}

/* The kernel's exception message, as mach/exc.defs lays it out. */
struct exception_message {
    mach_msg_header_t head;
    mach_msg_type_t thread_type;
    uint64_t thread;
    mach_msg_type_t task_type;
    uint64_t task;
    mach_msg_type_t exception_type;
    int exception, pad1;
    mach_msg_type_t code_type;
    int code, pad2;
    mach_msg_type_t subcode_type;
    uint64_t subcode;
};

/* What the kernel sends holds its thread's and its task's port: twice the
 * control port, which soon goes, and these rights with it. */
static bool kernels(struct kx_incarnation *i, const struct exception_message *m)
{
    mach_port_t control = kx_port(KX_P_CONTROL, kx_slot(i));
    return m->thread == control && m->task == control &&
           m->thread_type.msgt_name == MACH_MSG_TYPE_PORT_SEND &&
           m->task_type.msgt_name == MACH_MSG_TYPE_PORT_SEND &&
           m->thread_type.msgt_number == 1 && m->task_type.msgt_number == 1 &&
           m->thread_type.msgt_inline && m->task_type.msgt_inline &&
           !MACH_MSG_TYPE_PORT_ANY_RIGHT(m->exception_type.msgt_name) &&
           !MACH_MSG_TYPE_PORT_ANY_RIGHT(m->code_type.msgt_name) &&
           !MACH_MSG_TYPE_PORT_ANY_RIGHT(m->subcode_type.msgt_name);
}

/* A thread that raised an exception waits for our answer: it is stopped
 * already, so the next incarnation need not wait for the executioner, who
 * makes sure of it before any driver runs again (he has the better priority).
 * That also holds for a message that the task forged. */
void kx_exception(struct kx_incarnation *i, mach_msg_header_t *msg)
{
    struct exception_message *m = (void *)msg;
    if (msg->msgh_size != sizeof *m) {
        kx_deny(i, "forged id=%d", msg->msgh_id);
        kx_reply_error(msg, MIG_BAD_ARGUMENTS);
        return;
    }
    dies(i);
    int exception = m->exception;
    i->cause = i->aborting ? KX_CAUSE_ABORT : cause_of(exception);
    i->exception = exception;
    i->exception_code = m->code;
    i->address = m->subcode;
    bool waits =
        MACH_MSGH_BITS_REMOTE(msg->msgh_bits) == MACH_MSG_TYPE_PORT_SEND_ONCE;
    if (waits) {
        i->reply = msg->msgh_remote_port;
        msg->msgh_remote_port = MACH_PORT_NULL;
        msg->msgh_bits &= ~(mach_msg_bits_t)MACH_MSGH_BITS_REMOTE_MASK;
    }
    if (!waits || !kernels(i, m))
        kx_msg_destroy(msg);
    i->phase = KX_DYING;
    kx_job(KX_JOB_HOLD, i);
    over(i);
}

void kx_bury(struct kx_incarnation *i)
{
    i->gone = true;
    if (i->phase == KX_ALIVE || i->phase == KX_DYING) {
        if (i->phase == KX_ALIVE)
            i->cause = KX_CAUSE_VANISHED;
        if (!i->died)
            dies(i);
        i->sent = i->reported = true;
        over(i);
    } else if (i->phase == KX_SPARE) {
        i->task->spare = NULL;
        i->sent = i->reported = true;
        kx_corpse(i);
    }
    kx_reap(i);
}

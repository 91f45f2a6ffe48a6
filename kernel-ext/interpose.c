/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Between a task and the kernel.  mach_task_self() and mach_thread_self() of a
 * task are its control port, so each kernel call on itself comes here: what
 * is on the list goes on to the real port, with the caller's reply right; the
 * rest is refused.  Nothing on the list can wait on a task, and nothing lets
 * one task reach another, make one, or loosen what we have arranged. */
#include "kx.h"

#include <mach/notify.h>
#include <stdarg.h>
#include <stdio.h>

/* Refusals that are logged one by one, and how many are a death. */
#define DENIALS_LOGGED 16
#define DENIALS_MAX 10000

#define USER_PRIORITY 25 /* every task's; the kernel's best is 0 */

void kx_deny(struct kx_incarnation *i, const char *fmt, ...)
{
    struct kx_task *t = i->task;
    char text[KX_LOG_LINE];
    va_list args;

    t->denied++;
    if (++i->denied == DENIALS_MAX) {
        kx_kill(i, KX_CAUSE_REFUSED, 0);
        return;
    }
    if (i->denied > DENIALS_LOGGED && (i->denied & (i->denied - 1)))
        return; /* then only each power of two, with the count */
    int n = snprintf(text, sizeof text, "what=");
    va_start(args, fmt);
    n += vsnprintf(text + n, sizeof text - (size_t)n, fmt, args);
    va_end(args);
    if (i->denied > DENIALS_LOGGED && (size_t)n < sizeof text)
        snprintf(text + n, sizeof text - (size_t)n, " count=%u", i->denied);
    kx_log('W', t->name, i->number, "deny", "%s", text);
}

void kx_deny_name(struct kx_incarnation *i, const char *name)
{
    char quoted[KX_LOG_LINE];
    kx_deny(i, "name name=%s",
            kx_log_quote(name, sizeof(usrd_name_t), quoted, sizeof quoted));
}

enum target { NO, TASK, THREAD };

static enum target allowed(int id)
{
    switch (id) {
    case 2019: /* thread_info */
    case 2620: /* thread_priority */
        return THREAD;
    case 2012: /* task_info */
    case 2021: /* vm_allocate */
    case 2023: /* vm_deallocate */
    case 2024: /* vm_protect */
    case 2025: /* vm_inherit */
    case 2029: /* vm_region */
    case 2030: /* vm_statistics */
    case 2089: /* vm_map */
    case 3200: /* mach_port_names */
    case 3201: /* mach_port_type */
    case 3203: /* mach_port_allocate_name */
    case 3204: /* mach_port_allocate */
    case 3205: /* mach_port_destroy */
    case 3206: /* mach_port_deallocate */
    case 3207: /* mach_port_get_refs */
    case 3208: /* mach_port_mod_refs */
    case 3210: /* mach_port_set_qlimit */
    case 3212: /* mach_port_get_set_status */
    case 3213: /* mach_port_move_member */
    case 3214: /* mach_port_request_notification */
    case 3215: /* mach_port_insert_right */
    case 3217: /* mach_port_get_receive_status */
        return TASK;
    default:
        return NO;
    }
}

/* vm_allocate and mach_port_request_notification, as MIG lays them out. */
struct allocate {
    mach_msg_header_t head;
    mach_msg_type_t address_type;
    uint64_t address;
    mach_msg_type_t size_type;
    uint64_t size;
};
struct notification {
    mach_msg_header_t head;
    mach_msg_type_t name_type;
    uint32_t name, pad;
    mach_msg_type_t id_type;
    int id;
};

struct priority {
    mach_msg_header_t head;
    mach_msg_type_t priority_type;
    int priority;
};

/* mach_port_insert_right and mach_port_set_qlimit; mach_port_allocate_name. */
struct named {
    mach_msg_header_t head;
    mach_msg_type_t name_type;
    uint32_t name;
};
struct allocate_name {
    mach_msg_header_t head;
    mach_msg_type_t right_type;
    uint32_t right, pad;
    mach_msg_type_t name_type;
    uint32_t name;
};

static kern_return_t free_to_use(uint32_t name)
{
    bool ours = name == USRD_PORT_SERVICE || name == USRD_PORT_SET ||
                (name >= USRD_PORT_HANDLE(0) &&
                 name < USRD_PORT_HANDLE(USRD_HANDLE_NAMES * USRD_MAX_HANDLES));
    return ours ? KERN_NO_ACCESS : KERN_SUCCESS;
}

/* Allowed, but not everything about it. */
static kern_return_t examine(struct kx_incarnation *i, mach_msg_header_t *msg)
{
    if (msg->msgh_id == 2021 && msg->msgh_size >= sizeof(struct allocate)) {
        const struct allocate *m = (const void *)msg;
        return kx_memory_allows(i, m->size) ? KERN_SUCCESS : KERN_NO_SPACE;
    }
    if (msg->msgh_id == 2089)
        return kx_map_examine(i, msg);
    /* Names that we give rights at are not the task's to fill, and how much
     * their queues hold would outlive it. */
    if ((msg->msgh_id == 3215 || msg->msgh_id == 3210) &&
        msg->msgh_size >= sizeof(struct named))
        return free_to_use(((const struct named *)msg)->name);
    if (msg->msgh_id == 3203 && msg->msgh_size >= sizeof(struct allocate_name))
        return free_to_use(((const struct allocate_name *)msg)->name);
    /* Let others go first, never be let. */
    if (msg->msgh_id == 2620 && msg->msgh_size >= sizeof(struct priority))
        return ((const struct priority *)msg)->priority >= USER_PRIORITY
                   ? KERN_SUCCESS
                   : KERN_NO_ACCESS;
    /* Our own notifications on what we retain must stay. */
    if (msg->msgh_id == 3214 && msg->msgh_size >= sizeof(struct notification)) {
        const struct notification *m = (const void *)msg;
        return m->id == MACH_NOTIFY_DEAD_NAME ? KERN_SUCCESS : KERN_NO_ACCESS;
    }
    return KERN_SUCCESS;
}

bool kx_interpose(struct kx_incarnation *i, mach_msg_header_t *msg)
{
    int id = msg->msgh_id;
    bool kernels = (id >= 2000 && id < 2800) || (id >= 3000 && id < 4400);
    if (!kernels)
        return false;

    if (id == 2008 || id == 2016) { /* task_terminate, thread_terminate */
        kx_msg_destroy(msg);
        kx_kill(i, KX_CAUSE_VANISHED, 0);
        return true;
    }
    enum target target = allowed(id);
    if (!KX_HOLDS(CALLS) && target == NO)
        target = TASK;
    kern_return_t kr = target == NO ? KERN_NO_ACCESS : examine(i, msg);
    if (kr == KERN_NO_ACCESS)
        kx_deny(i, "call id=%d", id);
    if (kr != KERN_SUCCESS) {
        kx_reply_error(msg, kr);
        return true;
    }

    /* The kernel runs the call in this send and answers the caller. */
    mach_msg_header_t before = *msg;
    bool answer =
        MACH_MSGH_BITS_REMOTE(msg->msgh_bits) == MACH_MSG_TYPE_PORT_SEND_ONCE;
    if (!answer)
        kx_drop(msg->msgh_remote_port, MACH_PORT_RIGHT_SEND);
    msg->msgh_bits = (msg->msgh_bits & MACH_MSGH_BITS_COMPLEX) |
                     MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND,
                                    answer ? MACH_MSG_TYPE_MOVE_SEND_ONCE : 0);
    msg->msgh_local_port = answer ? msg->msgh_remote_port : MACH_PORT_NULL;
    msg->msgh_remote_port =
        kx_port(target == TASK ? KX_P_TASK : KX_P_THREAD, kx_slot(i));
    if (kx_send(msg) != MACH_MSG_SUCCESS) {
        before.msgh_bits &= ~MACH_MSGH_BITS_COMPLEX;
        if (answer)
            kx_reply_error(&before, KERN_INVALID_ARGUMENT);
    }
    return true;
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The main loop: one thread, one port set, one receive with a deadline.  Where
 * a message came in says what it is about; nothing else in it is believed. */
#include "ring.h"

#include "mach_port.h"
#include <mach/mig_errors.h>
#include <mach/notify.h>

#include "userspace_driver_operator_server.h"
#include "userspace_driver_server.h"

#define BUFFER 8192
#define DRAIN_MAX 256 /* messages that a due timer lets pass before it */
/* A task that sends more than this in a window is not listened to until the
 * window is over. */
#define WINDOW 100000
#define WINDOW_MESSAGES 4000
/* Nor is one whose work took us this long of a window, for a window. */
#define WINDOW_WORK (WINDOW / 10 * 9)

boolean_t usrd_server(mach_msg_header_t *in, mach_msg_header_t *out);
boolean_t usrd_operator_server(mach_msg_header_t *in, mach_msg_header_t *out);

static union {
    mach_msg_header_t head;
    char bytes[BUFFER];
} in, out;

static uint64_t unmute_at = KX_NEVER;

/* Run MIG's server routine on MSG and answer it. */
static void serve(boolean_t (*server)(mach_msg_header_t *, mach_msg_header_t *),
                  mach_msg_header_t *msg)
{
    if (!server(msg, &out.head)) {
        kx_reply_error(msg, MIG_BAD_ID);
        return;
    }
    mig_reply_header_t *reply = (mig_reply_header_t *)&out.head;
    if (msg->msgh_id == KX_RING_CREATE && reply->RetCode == MIG_NO_REPLY)
        return; /* all that it brought is the ring's */
    bool ok = (out.head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
              reply->RetCode == KERN_SUCCESS;
    if (!ok ||
        MACH_MSGH_BITS_REMOTE(msg->msgh_bits) != MACH_MSG_TYPE_PORT_SEND_ONCE) {
        if (reply->RetCode == MIG_NO_REPLY)
            reply->RetCode = KERN_SUCCESS;
        kx_reply_error(msg, reply->RetCode);
        return;
    }
    if (kx_send(&out.head) != MACH_MSG_SUCCESS)
        kx_drop(msg->msgh_remote_port, MACH_PORT_RIGHT_SEND_ONCE);
    msg->msgh_remote_port = MACH_PORT_NULL;
    kx_msg_destroy(msg);
}

/* A right that we retain came back: message 69 on the control port.  From a
 * live incarnation that is a death. */
static void service_returned(struct kx_incarnation *i, mach_msg_header_t *msg)
{
    mach_port_destroyed_notification_t *n = (void *)msg;
    mach_port_t service = kx_port(KX_P_SERVICE, kx_task_index(i->task));
    if (msg->msgh_size != sizeof *n ||
        !(msg->msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
        n->not_type.msgt_name != MACH_MSG_TYPE_PORT_RECEIVE ||
        !n->not_type.msgt_inline || n->not_type.msgt_number != 1 ||
        n->not_port != service) {
        kx_deny(i, "forged id=%d", msg->msgh_id);
        kx_reply_error(msg, MIG_BAD_ID);
        return;
    }
    n->not_port = MACH_PORT_NULL; /* ours; what else it brought is not */
    kx_msg_destroy(msg);
    i->task->service_here = true;
    if (i->phase == KX_ALIVE)
        kx_kill(i, KX_CAUSE_PORT, 0);
}

/* Message 72, if it is true. */
static void dead_name(struct kx_incarnation *i, mach_msg_header_t *msg)
{
    mach_dead_name_notification_t *n = (void *)msg;
    mach_port_t name = kx_port(KX_P_TASK, kx_slot(i));
    mach_port_type_t type = 0;
    if (msg->msgh_size == sizeof *n &&
        (!KX_HOLDS(NOTIFICATIONS) ||
         (n->not_port == name &&
          mach_port_type(mach_task_self(), name, &type) == KERN_SUCCESS &&
          (type & MACH_PORT_TYPE_DEAD_NAME)))) {
        kx_msg_destroy(msg);
        kx_bury(i);
        return;
    }
    kx_deny(i, "forged id=%d", msg->msgh_id);
    kx_reply_error(msg, MIG_BAD_ID);
}

/* Until its window is over. */
static void mute(struct kx_incarnation *i)
{
    i->muted = true;
    kx_port_ignore(kx_port(KX_P_CONTROL, kx_slot(i)));
    if (unmute_at > i->window_end)
        unmute_at = i->window_end;
}

/* A message costs us more by each right in it. */
static bool flooding(struct kx_incarnation *i, unsigned rights)
{
    uint64_t now = kx_now();
    if (now >= i->window_end) {
        i->window_end = now + WINDOW;
        i->messages = 0;
        i->work = 0;
    }
    i->messages += 1 + rights;
    if (i->messages <= WINDOW_MESSAGES || !KX_HOLDS(FLOOD))
        return false;
    mute(i);
    kx_deny(i, "flood messages=%u", i->messages);
    return true;
}

void kx_worked(struct kx_incarnation *i, uint64_t began)
{
    uint64_t now = kx_now();
    i->work += now - began;
    if (i->work > WINDOW_WORK && KX_HOLDS(FLOOD) && i->phase == KX_ALIVE) {
        i->window_end = now + WINDOW;
        mute(i);
    }
}

/* Listen again to those whose window is over. */
static void unmute(void)
{
    uint64_t now = unmute_at == KX_NEVER ? 0 : kx_now();
    if (now < unmute_at)
        return;
    unmute_at = KX_NEVER;
    for (unsigned n = 0; n < KX_MAX_INCARNATIONS; n++) {
        struct kx_incarnation *i = &kx_incarnations[n];
        if (!i->muted)
            continue;
        if (i->phase != KX_FREE && now < i->window_end) {
            if (unmute_at > i->window_end)
                unmute_at = i->window_end;
            continue;
        }
        i->muted = false;
        if (i->phase != KX_FREE)
            kx_port_listen(kx_port(KX_P_CONTROL, n));
    }
}

static void control_message(struct kx_incarnation *i, mach_msg_header_t *msg)
{
    int id = msg->msgh_id;
    unsigned rights = kx_msg_rights(msg);

    /* First, because each costs so much: whatever it pretends to be. */
    if (rights > KX_RIGHTS_FEW) {
        kx_deny(i, "rights count=%u", rights);
        kx_msg_destroy(msg);
        kx_kill(i, KX_CAUSE_REFUSED, 0);
    } else if (id == MACH_NOTIFY_PORT_DESTROYED) {
        service_returned(i, msg);
    } else if (id == MACH_NOTIFY_DEAD_NAME) {
        dead_name(i, msg);
    } else if (i->phase != KX_ALIVE) {
        kx_msg_destroy(msg);
    } else if (flooding(i, rights)) {
        kx_reply_error(msg, KERN_RESOURCE_SHORTAGE);
    } else if (id == 2400) {
        kx_exception(i, msg);
    } else if (id >= 4800 && id < 4840) {
        serve(usrd_server, msg);
    } else if (id >= 4870 && id < 4900) {
        if (!KX_HOLDS(OPERATOR) ||
            kx_operator_may(i->task->words.operator_, id)) {
            serve(usrd_operator_server, msg);
        } else {
            kx_deny(i, "operator id=%d", id);
            kx_reply_error(msg, KERN_NO_ACCESS);
        }
    } else if (id == 2800 || id == 2806) {
        kx_device_open(i, msg);
    } else if (id > 2800 && id < 2900) {
        kx_reply_error(msg, D_INVALID_OPERATION);
    } else if (!kx_interpose(i, msg)) {
        kx_reply_error(msg, MIG_BAD_ID);
    }
}

static void dispatch(mach_msg_header_t *msg)
{
    mach_port_t port = msg->msgh_local_port;
    unsigned index = kx_port_index(port);

    switch (kx_port_kind(port)) {
    case KX_P_CONTROL:
        control_message(&kx_incarnations[index], msg);
        break;
    case KX_P_HANDLE:
        kx_handle_message(index, msg);
        break;
    case KX_P_NOTIFY:
        kx_handle_notify(index, msg);
        break;
    case KX_P_KEYS:
        kx_keys(index, msg);
        break;
    case KX_P_MAP:
        kx_map_message(index, msg);
        break;
    case KX_P_LINE:
        kx_line_interrupt(index);
        kx_msg_destroy(msg);
        break;
    case KX_P_OWN:
        if (port == KX_OWN(KX_OWN_DONE)) {
            kx_jobs_done();
            break;
        }
        if (port == KX_OWN(KX_OWN_TTY_REPLY)) {
            kx_tty_reply(msg);
            break;
        }
        /* fall through */
    default:
        kx_msg_destroy(msg);
    }
}

/* What the kernel could not give us whole. */
static void broken(mach_msg_return_t mr, mach_msg_header_t *msg)
{
    mach_port_t port = msg->msgh_local_port;
    if ((mr & ~MACH_MSG_MASK) == MACH_RCV_BODY_ERROR) {
        kx_reply_error(msg, KERN_RESOURCE_SHORTAGE);
    } else if (mr == MACH_RCV_TOO_LARGE && kx_port_kind(port) == KX_P_CONTROL) {
        /* Its sender hears that its right to reply is gone. */
        struct kx_incarnation *i = &kx_incarnations[kx_port_index(port)];
        if (i->phase == KX_ALIVE && !flooding(i, 0))
            kx_deny(i, "size id=%d", msg->msgh_id);
    }
}

static unsigned until(uint64_t deadline)
{
    uint64_t now = kx_now();
    return deadline <= now ? 0 : (unsigned)((deadline - now + 999) / 1000);
}

int main(int argc, char **argv)
{
    kx_boot(argc, argv);
    /* What came in before a deadline is read before the deadline is judged. */
    unsigned drained = 0;
    for (;;) {
        unmute();
        kx_tty_pump();
        uint64_t next =
            kx_next_timer() < unmute_at ? kx_next_timer() : unmute_at;
        unsigned wait = kx_background_pending() ? 0 : until(next);
        unsigned ack = kx_line_ack(&in.head);
        kern_return_t kr = mach_msg(
            &in.head,
            MACH_RCV_MSG | MACH_RCV_TIMEOUT | (ack ? MACH_SEND_MSG : 0), ack,
            sizeof in, KX_OWN(KX_OWN_SET), wait, MACH_PORT_NULL);
        if (kr == MACH_MSG_SUCCESS)
            dispatch(&in.head);
        else if (kr != MACH_RCV_TIMED_OUT)
            broken(kr, &in.head);
        if (kx_now() >= kx_next_timer() &&
            (kr != MACH_MSG_SUCCESS || ++drained > DRAIN_MAX)) {
            drained = 0;
            kx_timers();
        } else if (kr == MACH_RCV_TIMED_OUT && kx_background_pending()) {
            kx_background();
        }
    }
}

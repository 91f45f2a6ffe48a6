/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Open devices.  A handle's receive right is ours; the driver has it while it
 * is alive, its death brings it back with what is queued on it, and the next
 * incarnation is told to open the device again before it gets to see that.
 * The client holds a send right and notices nothing.
 *
 * Each handle has a notify port of its own, so that a notification tells
 * which handle it is about. */
#include "kx.h"

#include "mach_port.h"
#include <mach/mig_errors.h>
#include <mach/notify.h>
#include <stdio.h>
#include <string.h>

/* Opens and closes that a driver has not answered.  Its queue holds 16
 * messages, and has room for the rest, too: when it is full, it is not read. */
#define ASKED_MAX 8
/* What one task may have open, so that something is left for the others. */
#define OPENED_MAX (USRD_MAX_HANDLES / 4)

static struct kx_handle handles[USRD_MAX_HANDLES];
static unsigned top; /* handles past it are free */

static unsigned index_of(const struct kx_handle *h)
{
    return (unsigned)(h - handles);
}

static mach_port_t port_of(const struct kx_handle *h)
{
    return kx_port(KX_P_HANDLE, index_of(h));
}

static struct kx_task *task_of(const struct kx_handle *h)
{
    return &kx_tasks[h->task];
}

unsigned kx_handles_of(const char *device)
{
    unsigned n = 0;
    for (unsigned k = 0; k < top; k++)
        n += handles[k].state != KX_H_FREE &&
             strcmp(handles[k].name, device) == 0;
    return n;
}

/* ---- life and death ---- */

static void watch(struct kx_handle *h, int id)
{
    mach_port_t previous = MACH_PORT_NULL;
    mach_port_request_notification(mach_task_self(), port_of(h), id, 0,
                                   kx_port(KX_P_NOTIFY, index_of(h)),
                                   MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous);
    if (previous != MACH_PORT_NULL && previous != MACH_PORT_DEAD)
        mach_port_deallocate(mach_task_self(), previous);
}

struct kx_handle *kx_handle_new(struct kx_incarnation *client, const char *name,
                                unsigned mode, mach_port_t reply)
{
    struct kx_handle *h = NULL;
    if (client->task->opened >= OPENED_MAX)
        return NULL;
    for (unsigned n = 0; n < USRD_MAX_HANDLES && !h; n++)
        if (handles[n].state == KX_H_FREE)
            h = &handles[n];
    if (!h)
        return NULL;
    if (index_of(h) >= top)
        top = index_of(h) + 1;
    memset(h, 0, sizeof *h);
    if (kx_port_make(KX_P_HANDLE, index_of(h)) != KERN_SUCCESS)
        return NULL;
    if (kx_port_make(KX_P_NOTIFY, index_of(h)) != KERN_SUCCESS) {
        kx_port_destroy(KX_P_HANDLE, index_of(h));
        return NULL;
    }
    kx_port_make_send(port_of(h));
    kx_port_listen(kx_port(KX_P_NOTIFY, index_of(h)));
    watch(h, MACH_NOTIFY_NO_SENDERS);
    watch(h, MACH_NOTIFY_PORT_DESTROYED);
    strncpy(h->name, name, sizeof h->name - 1);
    h->mode = mode;
    h->opener = kx_task_index(client->task);
    client->task->opened++;
    h->client = client;
    h->reply = reply;
    h->state = KX_H_HELD;
    return h;
}

static void destroy(struct kx_handle *h)
{
    mach_port_t previous = MACH_PORT_NULL;
    /* Or the right would come back to us as a message. */
    mach_port_request_notification(
        mach_task_self(), port_of(h), MACH_NOTIFY_PORT_DESTROYED, 0,
        MACH_PORT_NULL, MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous);
    if (previous != MACH_PORT_NULL && previous != MACH_PORT_DEAD)
        mach_port_deallocate(mach_task_self(), previous);
    kx_port_destroy(KX_P_HANDLE, index_of(h));
    kx_port_destroy(KX_P_NOTIFY, index_of(h));
    kx_tasks[h->opener].opened--;
    if (h->state != KX_H_KDEV && task_of(h)->handles > 0)
        task_of(h)->handles--;
    h->state = KX_H_FREE;
    while (top > 0 && handles[top - 1].state == KX_H_FREE)
        top--;
}

static bool with_driver(const struct kx_handle *h)
{
    return h->state == KX_H_ASKED || h->state == KX_H_OPEN ||
           h->state == KX_H_CLOSING;
}

/* The driver has the receive right and the client the send right. */
static void both_gone(struct kx_handle *h)
{
    if (with_driver(h) && !h->client)
        kx_port_forget(KX_P_HANDLE, index_of(h));
}

/* ---- answering the client's device_open ---- */

static void answer_port(struct kx_handle *h)
{
    struct {
        mach_msg_header_t head;
        mach_msg_type_t result_type;
        int result, pad;
        mach_msg_type_t port_type;
        uint64_t port;
    } m = {
        .head =
            {
                .msgh_bits = MACH_MSGH_BITS_COMPLEX |
                             MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0),
                .msgh_size = sizeof m,
                .msgh_remote_port = h->reply,
                .msgh_id = 2900,
            },
        .result_type = {.msgt_name = MACH_MSG_TYPE_INTEGER_32,
                        .msgt_size = 32,
                        .msgt_number = 1,
                        .msgt_inline = TRUE},
        .port_type = {.msgt_name = MACH_MSG_TYPE_MOVE_SEND,
                      .msgt_size = 64,
                      .msgt_number = 1,
                      .msgt_inline = TRUE},
        .port = port_of(h),
    };
    if (kx_send(&m.head) != MACH_MSG_SUCCESS) {
        kx_drop(h->reply, MACH_PORT_RIGHT_SEND_ONCE);
        mach_port_mod_refs(mach_task_self(), port_of(h), MACH_PORT_RIGHT_SEND,
                           -1);
    }
    h->client = NULL;
    h->reply = MACH_PORT_NULL;
    both_gone(h);
}

/* We must hold the receive right. */
static void answer_error(struct kx_handle *h, int result)
{
    mach_msg_header_t request = {
        .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_PORT_SEND_ONCE, 0),
        .msgh_remote_port = h->reply,
        .msgh_id = 2800,
    };
    kx_reply_error(&request, result);
    destroy(h);
}

/* Answer RESULT to everything that comes in on it. */
static void refuse(struct kx_handle *h, int result)
{
    if (h->client) {
        answer_error(h, result);
        return;
    }
    h->state = KX_H_DOWN;
    h->result = result;
    kx_port_listen(port_of(h));
}

/* ---- to the driver and back ---- */

/* Insert the right at a name that tells which handle it is.  Where the kernel
 * has used that name for something else meanwhile, the next that does. */
static bool give(struct kx_handle *h, mach_port_t task)
{
    for (unsigned n = 0; n < USRD_HANDLE_NAMES; n++) {
        h->there = USRD_PORT_HANDLE(index_of(h)) + n * USRD_MAX_HANDLES;
        if (mach_port_insert_right(task, h->there, port_of(h),
                                   MACH_MSG_TYPE_MOVE_RECEIVE) == KERN_SUCCESS)
            return true;
    }
    return false;
}

/* Give the right to the task's incarnation and ask it to open the device. */
static void ask(struct kx_handle *h)
{
    struct kx_task *t = task_of(h);
    mach_port_t task = kx_port(KX_P_TASK, kx_slot(t->current));
    if (!give(h, task)) {
        kx_kill(t->current, KX_CAUSE_PORT, 0);
        return;
    }
    h->state = KX_H_ASKED;
    h->in = t->number;
    both_gone(h);
    char name[KX_NAME_MAX]; /* as the driver says it, without its .N */
    snprintf(name, sizeof name, "%s", h->name);
    char *number = t->words.instances > 1 ? strrchr(name, '.') : NULL;
    if (number)
        *number = 0;
    if (!kx_service_open(t, index_of(h), h->mode, name))
        kx_kill(t->current, KX_CAUSE_HANG_BLOCKED, 0);
}

/* Ask for as many as the driver's queue has room for. */
static void pump(struct kx_task *t)
{
    unsigned asked = 0;
    if (t->handles == 0 || t->state != KX_READY || !t->current ||
        t->current->phase != KX_ALIVE)
        return;
    for (unsigned n = 0; n < top; n++)
        asked += handles[n].task == kx_task_index(t) &&
                 (handles[n].state == KX_H_ASKED ||
                  handles[n].state == KX_H_CLOSING);
    for (unsigned n = 0; n < top && asked < ASKED_MAX; n++) {
        struct kx_handle *h = &handles[n];
        if (t->current->phase != KX_ALIVE)
            return;
        if (h->task != kx_task_index(t))
            continue;
        if (h->state == KX_H_OPEN && h->unused) {
            h->state = KX_H_CLOSING;
            if (!kx_service_close(t, n))
                kx_kill(t->current, KX_CAUSE_HANG_BLOCKED, 0);
            asked++;
        }
        if (h->state != KX_H_HELD)
            continue;
        int state = kx_device_state(t, h->name);
        if (state == D_SUCCESS) {
            ask(h);
            asked++;
        } else {
            refuse(h, state);
        }
    }
}

void kx_handle_wait(struct kx_handle *h, struct kx_task *t)
{
    h->task = kx_task_index(t);
    t->handles++;
    pump(t);
}

void kx_handles_replay(struct kx_task *t)
{
    for (unsigned n = 0; t->handles && n < top; n++)
        if (handles[n].state == KX_H_DOWN &&
            handles[n].task == kx_task_index(t)) {
            kx_port_ignore(port_of(&handles[n]));
            handles[n].state = KX_H_HELD;
        }
    pump(t);
}

/* The receive right is ours again, and called RIGHT. */
static void come_home(struct kx_handle *h, mach_port_t right)
{
    kx_port_is(KX_P_HANDLE, index_of(h), right);
    h->state = KX_H_HELD;
    if (h->unused)
        destroy(h);
}

static bool take(struct kx_handle *h, struct kx_incarnation *i)
{
    mach_port_t right = kx_extract(i, h->there);
    if (right == MACH_PORT_NULL)
        return false;
    if (h->client && right != port_of(h)) { /* the name is used again */
        kx_drop(right, MACH_PORT_RIGHT_RECEIVE);
        return false;
    }
    come_home(h, right);
    return true;
}

/* What cannot be taken comes back by message 69 if the task vanished or has it
 * in a queue of its own; if it gave it away, somebody else has it. */
void kx_handles_take(struct kx_incarnation *i)
{
    struct kx_task *t = i->task;
    bool missing = false;
    for (unsigned n = 0; t->handles && n < top; n++)
        if (with_driver(&handles[n]) && handles[n].task == kx_task_index(t))
            missing |= !take(&handles[n], i);
    if (missing && !i->gone)
        kx_search_all();
}

/* A handle that a later incarnation should have: look for it again, because
 * who has it now may have got it only after the last look. */
void kx_handles_tick(void)
{
    for (unsigned n = 0; n < top; n++) {
        struct kx_handle *h = &handles[n];
        if (with_driver(h) &&
            (!task_of(h)->current || task_of(h)->number != h->in)) {
            kx_search_all();
            return;
        }
    }
}

void kx_handles_down(struct kx_task *t)
{
    for (unsigned n = 0; t->handles && n < top; n++)
        if (handles[n].state == KX_H_HELD &&
            handles[n].task == kx_task_index(t))
            refuse(&handles[n], D_DEVICE_DOWN);
}

void kx_handles_forget(struct kx_incarnation *client)
{
    for (unsigned n = 0; n < top; n++) {
        struct kx_handle *h = &handles[n];
        if (h->state == KX_H_FREE || h->client != client)
            continue;
        kx_drop(h->reply, MACH_PORT_RIGHT_SEND_ONCE);
        mach_port_mod_refs(mach_task_self(), port_of(h), MACH_PORT_RIGHT_SEND,
                           -1);
        h->client = NULL;
        h->reply = MACH_PORT_NULL;
        both_gone(h);
    }
}

static void close_unused(struct kx_handle *h)
{
    if (h->state == KX_H_OPEN)
        pump(task_of(h));
    else if (!with_driver(h))
        destroy(h);
}

static struct kx_handle *of_driver(struct kx_incarnation *i, unsigned handle,
                                   enum kx_handle_state state)
{
    if (handle >= top || handles[handle].state != state ||
        handles[handle].task != kx_task_index(i->task)) {
        kx_deny(i, "handle id=%u", handle);
        return NULL;
    }
    return &handles[handle];
}

void kx_handle_opened(struct kx_incarnation *i, unsigned handle, int result)
{
    struct kx_handle *h = of_driver(i, handle, KX_H_ASKED);
    if (!h)
        return;
    if (result == D_SUCCESS) {
        mach_port_move_member(kx_port(KX_P_TASK, kx_slot(i)), h->there,
                              USRD_PORT_SET);
        h->state = KX_H_OPEN;
        if (h->client)
            answer_port(h);
        if (h->unused)
            close_unused(h);
    } else if (!take(h, i)) {
        kx_kill(i, KX_CAUSE_PORT, 0);
    } else if (h->state == KX_H_HELD) {
        refuse(h, result);
    }
    pump(i->task);
}

void kx_handle_closed(struct kx_incarnation *i, unsigned handle)
{
    struct kx_handle *h = of_driver(i, handle, KX_H_CLOSING);
    if (h && !take(h, i))
        kx_kill(i, KX_CAUSE_PORT, 0);
    pump(i->task);
}

/* ---- kernel devices, and messages for handles that we hold ---- */

void kx_handle_kdev(struct kx_handle *h, unsigned kdev)
{
    h->state = KX_H_KDEV;
    h->kdev = kdev;
    kx_port_listen(port_of(h));
    answer_port(h);
}

void kx_handle_message(unsigned handle, mach_msg_header_t *msg)
{
    struct kx_handle *h = &handles[handle];
    if (kx_msg_rights(msg) > KX_RIGHTS_FEW) {
        /* Its opener may have passed it on, so nobody is ended for it; but
         * more of the kind may be queued. */
        kx_tlog('W', &kx_tasks[h->opener], "deny",
                "what=rights count=%u name=%s", kx_msg_rights(msg), h->name);
        kx_msg_destroy(msg);
        destroy(h);
    } else if (h->state == KX_H_KDEV)
        kx_kdev_message(h, msg);
    else
        kx_reply_error(msg, msg->msgh_id == 2801 ? KERN_SUCCESS : h->result);
}

bool kx_handle_promised(unsigned handle)
{
    return handles[handle].client != NULL;
}

void kx_handle_notify(unsigned handle, mach_msg_header_t *msg)
{
    struct kx_handle *h = &handles[handle];
    if (h->state != KX_H_FREE && msg->msgh_id == MACH_NOTIFY_NO_SENDERS) {
        h->unused = true;
        close_unused(h);
    } else if (with_driver(h) && msg->msgh_id == MACH_NOTIFY_PORT_DESTROYED) {
        mach_port_destroyed_notification_t *n = (void *)msg;
        struct kx_task *t = task_of(h);
        mach_port_t right = n->not_port;
        msg->msgh_bits &= ~MACH_MSGH_BITS_COMPLEX;
        come_home(h, right);
        if (h->state != KX_H_HELD)
            return;
        watch(h, MACH_NOTIFY_PORT_DESTROYED);
        if (t->state == KX_FAILED || t->state == KX_STOPPED)
            refuse(h, D_DEVICE_DOWN);
        else if (h->in == t->number)
            kx_kill(t->current, KX_CAUSE_PORT, 0); /* of its own accord */
        else
            pump(t);
        return;
    } else if (h->state != KX_H_FREE &&
               msg->msgh_id == MACH_NOTIFY_PORT_DESTROYED) {
        /* So what was taken from the driver under its name is another port:
         * of that we would never hear that nobody uses it. */
        destroy(h);
    }
    kx_msg_destroy(msg);
}

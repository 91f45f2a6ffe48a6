/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Open devices and their drivers: a driver's death brings a handle's receive
 * right back with what is queued on it, and the next incarnation is told to
 * open the device again before it gets to see that. */
#include "ring.h"

#include "extent.h"

#include "mach_port.h"
#include <mach/notify.h>
#include <stdio.h>
#include <string.h>

/* Opens and closes that a driver has not answered.  Its queue holds 16
 * messages, and has room for the rest, too: when it is full, it is not read. */
#define ASKED_MAX 8

/* Insert the right at a name that tells which handle it is.  Where the kernel
 * has used that name for something else meanwhile, it drops the right instead,
 * which brings it back to us (kx_handle_notify), for the next such name. */
static bool give(struct kx_handle *h, mach_port_t task)
{
    h->there =
        USRD_PORT_HANDLE(kx_handle_index(h)) + h->tries * USRD_MAX_HANDLES;
    kern_return_t kr = mach_port_insert_right(task, h->there, kx_handle_port(h),
                                              MACH_MSG_TYPE_MOVE_RECEIVE);
    if (kr == KERN_SUCCESS) {
        h->tries = 0;
        return true;
    }
    if (kr == KERN_RIGHT_EXISTS) /* a client sent it there: it goes */
        h->unused = true;
    if (++h->tries < USRD_HANDLE_NAMES)
        return false;
    h->tries = 0;
    kx_kill(kx_handle_task(h)->current, KX_CAUSE_PORT, 0);
    return false;
}

/* io-ops=: who sends to it next waits, for as long as he likes. */
static void limit_queue(struct kx_handle *h, unsigned limit)
{
    if (limit > MACH_PORT_QLIMIT_MAX)
        limit = MACH_PORT_QLIMIT_MAX;
    if (limit == h->qlimit)
        return;
    h->qlimit = limit;
    mach_port_set_qlimit(mach_task_self(), kx_handle_port(h),
                         limit ? limit : MACH_PORT_QLIMIT_DEFAULT);
}

/* Give the right to the task's incarnation and ask it to open the device. */
static void ask(struct kx_handle *h)
{
    struct kx_task *t = kx_handle_task(h);
    mach_port_t task = kx_port(KX_P_TASK, kx_slot(t->current));
    limit_queue(h, t->current->limits[KX_LIMIT_IO_OPS]);
    h->still = h->ahead = 0;
    bool given = give(h, task);
    h->state = KX_H_ASKED;
    h->in = t->number;
    kx_handle_both_gone(h);
    if (!given)
        return;
    char name[KX_NAME_MAX]; /* as the driver says it, without its .N */
    snprintf(name, sizeof name, "%s", h->name);
    char *number = t->words.instances > 1 ? strrchr(name, '.') : NULL;
    if (number)
        *number = 0;
    struct kx_kept kept;
    bool told = (h->kept || h->filter) && kx_kept(h, &kept);
    bool sent = h->ring ? kx_ring_open(h->ring, name, told ? &kept : NULL)
                : told
                    ? kx_service_reopen(t, h, name, &kept, NULL, MACH_PORT_NULL)
                    : kx_service_open(t, h, name);
    if (!sent)
        kx_kill(t->current, KX_CAUSE_HANG_BLOCKED, 0);
}

static void pump(struct kx_task *t);

static void bind(struct kx_handle *h, struct kx_device *d)
{
    struct kx_task *t = &kx_tasks[d->task - 1];
    h->task = kx_task_index(t);
    h->device = d;
    d->handles++;
    t->handles++;
}

/* A window that is there stands for a part of another device: from now on the
 * handle is that one's, whatever becomes of the window's driver. */
static int follow(struct kx_handle *h)
{
    const struct kx_extent *e;
    int state;
    while ((state = kx_device_state(h->device)) == D_SUCCESS &&
           (e = kx_extent_of(h->device)) != NULL) {
        if (!kx_extent_within(e, &h->first, &h->count))
            return D_NO_SUCH_DEVICE;
        kx_keep_drop(h); /* what one driver was told is not for another */
        if (h->via)
            h->device->handles--;
        else
            h->via = h->device;
        kx_handle_task(h)->handles--;
        bind(h, e->of);
        h->name = e->of->name;
    }
    return state;
}

/* Open what we hold: was the driver T asked? */
static bool open_held(struct kx_task *t, struct kx_handle *h)
{
    int state = follow(h);
    if (kx_handle_task(h) != t) { /* another's, to open when it can */
        pump(kx_handle_task(h));
        return false;
    }
    if (state == D_SUCCESS && h->ring)
        state = kx_ring_enter(h->ring);
    if (state == D_SUCCESS)
        ask(h);
    else
        kx_handle_refuse(h, state);
    return state == D_SUCCESS;
}

/* Ask for as many as the driver's queue has room for; those that were told
 * something in the order in which they were. */
static void pump(struct kx_task *t)
{
    unsigned asked = 0, room = t->wary ? 1 : ASKED_MAX;
    struct kx_handle *h;
    if (t->handles == 0 || t->state != KX_READY || !t->current ||
        t->current->phase != KX_ALIVE)
        return;
    for (unsigned n = 0; n < kx_handles_top; n++)
        asked += kx_handles[n].task == kx_task_index(t) &&
                 (kx_handles[n].state == KX_H_ASKED ||
                  kx_handles[n].state == KX_H_CLOSING);
    while (t->kept && asked < room && (h = kx_keep_oldest(t)) != NULL) {
        asked += open_held(t, h);
        if (t->current->phase != KX_ALIVE)
            return;
    }
    for (unsigned n = 0; n < kx_handles_top && asked < room; n++) {
        h = &kx_handles[n];
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
        if (h->state == KX_H_HELD)
            asked += open_held(t, h);
    }
}

void kx_handle_wait(struct kx_handle *h, struct kx_device *d)
{
    bind(h, d);
    int state = follow(h);
    if (state == D_SUCCESS || state == D_WOULD_BLOCK)
        pump(kx_handle_task(h));
    else
        kx_handle_refuse(h, state);
}

void kx_handles_replay(struct kx_task *t)
{
    for (unsigned n = 0; t->handles && n < kx_handles_top; n++)
        if (kx_handles[n].state == KX_H_DOWN &&
            kx_handles[n].task == kx_task_index(t)) {
            kx_port_ignore(kx_handle_port(&kx_handles[n]));
            kx_handles[n].state = KX_H_HELD;
        }
    pump(t);
}

/* The receive right is ours again, and called RIGHT. */
static void come_home(struct kx_handle *h, mach_port_t right)
{
    kx_port_is(KX_P_HANDLE, kx_handle_index(h), right);
    bool deadly = h->state == KX_H_ASKED && !h->tries && kx_keep_died(h);
    h->state = KX_H_HELD;
    if (h->unused)
        kx_handle_destroy(h);
    else if (deadly)
        kx_handle_refuse(h, D_IO_ERROR);
}

/* A handle's port has no name here any more once its client has it; then
 * nothing else that we know may come under it. */
static bool genuine(const struct kx_handle *h, mach_port_t right)
{
    return right == kx_handle_port(h) ||
           (!h->client && kx_port_kind(right) == KX_P_NONE);
}

static bool take(struct kx_handle *h, struct kx_incarnation *i)
{
    mach_port_t right = kx_extract(i, h->there);
    if (right == MACH_PORT_NULL)
        return false;
    if (!genuine(h, right)) {
        /* The name is used again; or its client made the handle's own port a
         * filter's, or a ring's bell: then it goes, and message 69 says so. */
        enum kx_port_kind kind = kx_port_kind(right);
        bool kept = kind == KX_P_FILTER || kind == KX_P_BELL;
        h->unused |= kept;
        kx_drop(right, MACH_PORT_RIGHT_RECEIVE);
        return kept;
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
    for (unsigned n = 0; t->handles && n < kx_handles_top; n++)
        if (kx_handle_away(&kx_handles[n]) &&
            kx_handles[n].task == kx_task_index(t)) {
            t->stale |= kx_handles[n].state != KX_H_OPEN;
            missing |= !take(&kx_handles[n], i);
        }
    if (missing && !i->gone)
        kx_search_all();
}

/* A handle that a later incarnation should have: look for it again, because
 * who has it now may have got it only after the last look. */
void kx_handles_tick(void)
{
    for (unsigned n = 0; n < kx_handles_top; n++) {
        struct kx_handle *h = &kx_handles[n];
        if (kx_handle_away(h) && (!kx_handle_task(h)->current ||
                                  kx_handle_task(h)->number != h->in)) {
            kx_search_all();
            return;
        }
    }
}

void kx_handles_down(struct kx_task *t)
{
    for (unsigned n = 0; t->handles && n < kx_handles_top; n++)
        if (kx_handles[n].state == KX_H_HELD &&
            kx_handles[n].task == kx_task_index(t))
            kx_handle_refuse(&kx_handles[n], D_DEVICE_DOWN);
}

static void close_unused(struct kx_handle *h)
{
    if (h->state == KX_H_OPEN)
        pump(kx_handle_task(h));
    else if (!kx_handle_away(h))
        kx_handle_destroy(h);
}

void kx_handle_close(struct kx_handle *h)
{
    h->unused = true;
    close_unused(h);
}

/* Of a device of its own the driver sees to it. */
void kx_handles_end(const struct kx_device *window)
{
    for (unsigned n = 0; n < kx_handles_top; n++) {
        struct kx_handle *h = &kx_handles[n];
        if (h->state == KX_H_FREE || h->via != window)
            continue;
        if (h->client && !kx_handle_away(h))
            kx_handle_refuse(h, D_NO_SUCH_DEVICE);
        else
            kx_handle_close(h);
    }
}

static struct kx_handle *of_driver(struct kx_incarnation *i, unsigned handle,
                                   enum kx_handle_state state)
{
    if (handle >= kx_handles_top || kx_handles[handle].state != state ||
        kx_handles[handle].task != kx_task_index(i->task)) {
        kx_deny(i, "handle id=%u", handle);
        return NULL;
    }
    return &kx_handles[handle];
}

void kx_handle_opened(struct kx_incarnation *i, unsigned handle, int result)
{
    struct kx_handle *h = of_driver(i, handle, KX_H_ASKED);
    if (!h)
        return;
    if (h->deaths)
        kx_keep_survived(h);
    if (result == D_SUCCESS) {
        mach_port_move_member(kx_port(KX_P_TASK, kx_slot(i)), h->there,
                              USRD_PORT_SET);
        h->state = KX_H_OPEN;
        if (h->ring)
            kx_ring_opened(h->ring);
        if (h->client)
            kx_handle_give_port(h);
        if (h->unused)
            close_unused(h);
    } else {
        h->state = KX_H_CLOSING; /* it did not die of it */
        if (h->ring)
            kx_ring_left(h->ring);
        if (!take(h, i))
            kx_kill(i, KX_CAUSE_PORT, 0);
        else if (h->state == KX_H_HELD)
            kx_handle_refuse(h, result);
    }
    pump(i->task);
}

/* Because we said so, or a client did, with device_close: then the port dies
 * under whoever has a right to it, as one of the kernel's devices does. */
void kx_handle_closed(struct kx_incarnation *i, unsigned handle)
{
    bool open =
        handle < kx_handles_top && kx_handles[handle].state == KX_H_OPEN;
    struct kx_handle *h = of_driver(i, handle, open ? KX_H_OPEN : KX_H_CLOSING);
    if (h && h->ring)
        kx_ring_left(h->ring);
    if (h && !take(h, i))
        kx_kill(i, KX_CAUSE_PORT, 0);
    else if (h && h->state == KX_H_HELD)
        kx_handle_destroy(h);
    pump(i->task);
}

void kx_handle_notify(unsigned handle, mach_msg_header_t *msg)
{
    struct kx_handle *h = &kx_handles[handle];
    if (h->state != KX_H_FREE && msg->msgh_id == MACH_NOTIFY_NO_SENDERS) {
        kx_handle_close(h);
    } else if (kx_handle_away(h) &&
               msg->msgh_id == MACH_NOTIFY_PORT_DESTROYED) {
        mach_port_destroyed_notification_t *n = (void *)msg;
        struct kx_task *t = kx_handle_task(h);
        mach_port_t right = n->not_port;
        if (!genuine(h, right)) {
            kx_msg_destroy(msg);
            kx_handle_destroy(h);
            return;
        }
        msg->msgh_bits &= ~MACH_MSGH_BITS_COMPLEX;
        come_home(h, right);
        if (h->state != KX_H_HELD)
            return;
        kx_handle_watch(h, MACH_NOTIFY_PORT_DESTROYED);
        if (t->state == KX_FAILED || t->state == KX_STOPPED)
            kx_handle_refuse(h, D_DEVICE_DOWN);
        else if (h->in == t->number && !h->tries)
            kx_kill(t->current, KX_CAUSE_PORT, 0); /* of its own accord */
        else
            pump(t);
        return;
    } else if (h->state != KX_H_FREE &&
               msg->msgh_id == MACH_NOTIFY_PORT_DESTROYED) {
        /* So what was taken from the driver under its name is another port:
         * of that we would never hear that nobody uses it. */
        kx_handle_destroy(h);
    }
    kx_msg_destroy(msg);
}

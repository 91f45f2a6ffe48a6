/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * device_open: the control port of a task is its device master.  Who may open
 * what is in its module line. */
#include "kx.h"

#include <string.h>

#include "extent.h"

static bool needs(const struct kx_words *w, const char *name)
{
    if (w->needs_all)
        return true;
    for (unsigned n = 0; n < w->n_needs; n++)
        if (strcmp(w->needs[n], name) == 0)
            return true;
    return false;
}

/* What an open of D has to expect: D_SUCCESS (ask the driver, or go on with
 * what it is a window of), D_WOULD_BLOCK (it will be ready, or fail), or the
 * error.  A window is there while its driver restarts. */
int kx_device_state(const struct kx_device *d)
{
    const struct kx_task *t = &kx_tasks[d->task - 1];
    switch (t->state) {
    case KX_FAILED:
    case KX_STOPPED:
    case KX_STOPPING:
        return D_DEVICE_DOWN;
    case KX_READY:
        if (t->suspended)
            return D_DEVICE_DOWN;
        return d->used ? D_SUCCESS : D_NO_SUCH_DEVICE;
    default:
        return d->used && d->extent ? D_SUCCESS : D_WOULD_BLOCK;
    }
}

/* Of all on the way to what D is in the end. */
static int chain_state(const struct kx_device *d)
{
    const struct kx_extent *e;
    int state;
    while ((state = kx_device_state(d)) == D_SUCCESS &&
           (e = kx_extent_of(d)) != NULL)
        d = e->of;
    return state;
}

/* device_open and device_open_new, as MIG lays them out. */
struct open_message {
    mach_msg_header_t head;
    mach_msg_type_t mode_type;
    unsigned mode, pad;
    mach_msg_type_t name_type;
    char name[128];
};

kern_return_t kx_may_open(struct kx_incarnation *client, const char *name)
{
    const struct kx_words *w = &client->task->words;
    const struct kx_device *d = kx_name_find(name);
    unsigned kdev = kx_kdev_named(name);
    if (!kdev && (!d || !d->task))
        return D_NO_SUCH_DEVICE;
    if (kdev ? w->kdev & kdev : needs(w, name) || !KX_HOLDS(NEEDS))
        return KERN_SUCCESS;
    char quoted[40];
    kx_deny(client, "open name=%s",
            kx_log_quote(name, strlen(name), quoted, sizeof quoted));
    return KERN_NO_ACCESS;
}

int kx_device_find(struct kx_incarnation *client, const char *name,
                   unsigned mode, struct kx_device **device)
{
    int state = kx_may_open(client, name);
    struct kx_device *d = kx_kdev_named(name) ? NULL : kx_name_find(name);
    *device = d;
    if (state == KERN_SUCCESS && d)
        state = chain_state(d);
    return state == D_WOULD_BLOCK && !(mode & D_NOWAIT) ? D_SUCCESS : state;
}

static int start_open(struct kx_incarnation *client, struct open_message *m,
                      mach_port_t reply)
{
    struct kx_device *d;
    m->name[sizeof m->name - 1] = 0;
    int state = kx_device_find(client, m->name, m->mode, &d);
    if (state != D_SUCCESS)
        return state;
    unsigned kdev = kx_kdev_named(m->name);
    struct kx_handle *h =
        kx_handle_new(client, d ? d->name : kx_kdev_name(kdev), m->mode, reply);
    if (!h)
        return D_NO_MEMORY;
    h->open_id = m->head.msgh_id;
    if (d)
        kx_handle_wait(h, d);
    else
        kx_handle_kdev(h, kdev);
    return D_SUCCESS;
}

/* One thing of 1024 bits, or, of device_open_new, 128 of eight. */
static bool name_is_typed(const struct open_message *m)
{
    unsigned n = m->head.msgh_id == 2806 ? sizeof m->name : 1;
    return kx_msg_is(&m->name_type, MACH_MSG_TYPE_STRING_C,
                     8 * sizeof m->name / n, n);
}

void kx_device_open(struct kx_incarnation *client, mach_msg_header_t *msg)
{
    struct open_message *m = (void *)msg;
    if (msg->msgh_size != sizeof *m ||
        (msg->msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
        !kx_msg_is(&m->mode_type, MACH_MSG_TYPE_INTEGER_32, 32, 1) ||
        !name_is_typed(m) ||
        MACH_MSGH_BITS_REMOTE(msg->msgh_bits) != MACH_MSG_TYPE_PORT_SEND_ONCE) {
        kx_reply_error(msg, MIG_BAD_ARGUMENTS);
        return;
    }
    int result = start_open(client, m, msg->msgh_remote_port);
    if (result != D_SUCCESS)
        kx_reply_error(msg, result);
}

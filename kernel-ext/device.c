/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Device names, and device_open: the control port of a task is its device
 * master.  Who may open what is in its module line. */
#include "kx.h"

#include <device/userspace_driver_types.h>
#include <string.h>

struct kx_device kx_devices[KX_MAX_DEVICES];

struct kx_device *kx_device_find(const char *name)
{
    for (unsigned n = 0; n < KX_MAX_DEVICES; n++)
        if (kx_devices[n].used && strcmp(kx_devices[n].name, name) == 0)
            return &kx_devices[n];
    return NULL;
}

kern_return_t kx_device_add(struct kx_task *t, const char *name, unsigned kind)
{
    struct kx_device *d = kx_device_find(name), *free = NULL;
    unsigned mine = 0;
    if (d && d->task != kx_task_index(t))
        return USRD_ERROR_DRIVER_EXISTS;
    for (unsigned n = 0; !d && n < KX_MAX_DEVICES; n++) {
        if (!kx_devices[n].used && !free)
            free = &kx_devices[n];
        mine += kx_devices[n].used && kx_devices[n].task == kx_task_index(t);
    }
    if (!d && (!free || mine >= USRD_MAX_DEVICES_PER_DRIVER))
        return USRD_ERROR_NO_RESOURCES;
    if (!d) {
        d = free;
        d->used = true;
        d->task = kx_task_index(t);
        strncpy(d->name, name, sizeof d->name - 1);
    }
    d->kind = kind;
    d->number = t->number;
    if (t->state == KX_READY)
        kx_needs_met();
    return KERN_SUCCESS;
}

kern_return_t kx_device_remove(struct kx_task *t, const char *name)
{
    struct kx_device *d = kx_device_find(name);
    if (!d || d->task != kx_task_index(t))
        return USRD_ERROR_NOT_REGISTERED;
    d->used = false;
    return KERN_SUCCESS;
}

/* A new incarnation is ready: what only its predecessors had is gone. */
void kx_devices_prune(struct kx_task *t)
{
    for (unsigned n = 0; n < KX_MAX_DEVICES; n++) {
        struct kx_device *d = &kx_devices[n];
        if (d->used && d->task == kx_task_index(t) && d->number != t->number)
            d->used = false;
    }
}

/* The task whose line provides NAME, registered or not. */
struct kx_task *kx_provider(const char *name)
{
    struct kx_device *d = kx_device_find(name);
    if (d)
        return &kx_tasks[d->task];
    for (unsigned n = 0; n < kx_n_tasks; n++)
        for (unsigned k = 0; k < kx_tasks[n].words.n_provides; k++)
            if (strcmp(kx_tasks[n].words.provides[k], name) == 0)
                return &kx_tasks[n];
    return NULL;
}

static bool may_open(const struct kx_task *t, const char *name)
{
    if (t->words.needs_all)
        return true;
    for (unsigned n = 0; n < t->words.n_needs; n++)
        if (strcmp(t->words.needs[n], name) == 0)
            return true;
    return false;
}

/* What an open of NAME at T has to expect: D_SUCCESS (ask the driver),
 * D_WOULD_BLOCK (it will be ready, or fail), or the error. */
int kx_device_state(const struct kx_task *t, const char *name)
{
    switch (t->state) {
    case KX_FAILED:
    case KX_STOPPED:
    case KX_STOPPING:
        return D_DEVICE_DOWN;
    case KX_READY:
        return kx_device_find(name) ? D_SUCCESS : D_NO_SUCH_DEVICE;
    default:
        return D_WOULD_BLOCK;
    }
}

/* device_open and device_open_new, as MIG lays them out. */
struct open_message {
    mach_msg_header_t head;
    mach_msg_type_t mode_type;
    unsigned mode, pad;
    mach_msg_type_t name_type;
    char name[128];
};

static int start_open(struct kx_incarnation *client, struct open_message *m,
                      mach_port_t reply)
{
    m->name[sizeof m->name - 1] = 0;
    unsigned kdev = kx_kdev_named(m->name);
    struct kx_task *t = kx_provider(m->name);
    if (!kdev && !t)
        return D_NO_SUCH_DEVICE;
    if (kdev ? !(client->task->words.kdev & kdev)
             : !may_open(client->task, m->name)) {
        char quoted[40];
        kx_deny(client, "open name=%s",
                kx_log_quote(m->name, sizeof m->name, quoted, sizeof quoted));
        return KERN_NO_ACCESS;
    }
    int state = kdev ? D_SUCCESS : kx_device_state(t, m->name);
    if (state != D_SUCCESS && (state != D_WOULD_BLOCK || (m->mode & D_NOWAIT)))
        return state;
    struct kx_handle *h = kx_handle_new(client, m->name, m->mode, reply);
    if (!h)
        return D_NO_MEMORY;
    h->open_id = m->head.msgh_id;
    if (kdev)
        kx_handle_kdev(h, kdev);
    else
        kx_handle_wait(h, t);
    return D_SUCCESS;
}

void kx_device_open(struct kx_incarnation *client, mach_msg_header_t *msg)
{
    struct open_message *m = (void *)msg;
    if (msg->msgh_size != sizeof *m ||
        (msg->msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
        MACH_MSGH_BITS_REMOTE(msg->msgh_bits) != MACH_MSG_TYPE_PORT_SEND_ONCE) {
        kx_reply_error(msg, MIG_BAD_ARGUMENTS);
        return;
    }
    int result = start_open(client, m, msg->msgh_remote_port);
    if (result != D_SUCCESS)
        kx_reply_error(msg, result);
}

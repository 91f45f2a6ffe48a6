/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What clients hold, by the handle's number.  kernel-ext opens and closes;
 * after a restart it opens again whatever was open. */
#include "driver.h"
#include "userspace_driver.h"
#include "userspace_driver_service_server.h"

static struct usrd_handle handles[USRD_MAX_HANDLES];

struct usrd_handle *usrd_handle(unsigned number)
{
    return number < USRD_MAX_HANDLES ? &handles[number] : NULL;
}

void usrd_handle_opened(unsigned number, kern_return_t result)
{
    struct usrd_handle *h = &handles[number];

    h->open = result == KERN_SUCCESS;
    if (h->open && !h->device) /* it was removed meanwhile */
        result = D_NO_SUCH_DEVICE;
    else if (h->open && h->window.count)
        result = usrd_window_opened(h);
    if (h->open && result != KERN_SUCCESS)
        usrd_handle_shut(h);
    if (usrd_rings)
        (h->open ? usrd_rings->opened : usrd_rings->drop)(number);
    usrd_msg_open_done(mach_task_self(), number, result);
}

kern_return_t usrd_handle_open(struct usrd_handle *h, const char *name,
                               dev_mode_t mode)
{
    usrd_driver_t d = &usrd_the_driver;
    struct usrd_device *dev = usrd_device_find(name);

    if (!dev)
        return D_NO_SUCH_DEVICE;
    h->context = dev->context;
    h->device = dev;
    if (!d->call->device_open)
        return KERN_SUCCESS;
    return d->call->device_open(d, name, mode, &h->context);
}

kern_return_t usrd_do_open(mach_port_t service, uint32_t handle, uint32_t mode,
                           const_usrd_name_t name, uint64_t first,
                           uint64_t count)
{
    struct usrd_handle *h = usrd_handle(handle);

    (void)service;
    if (!h)
        return KERN_INVALID_ARGUMENT;
    h->window = (struct usrd_window){first, count, 0};
    usrd_request.id = USRD_REQUEST_OPEN;
    usrd_request.handle = handle;
    kern_return_t kr = usrd_handle_open(h, name, mode);
    if (kr == MIG_NO_REPLY && usrd_request.op)
        return KERN_SUCCESS; /* usrd_complete() comes, or came */
    if (usrd_request.op && !usrd_op_cancel(usrd_request.op))
        return KERN_SUCCESS;
    usrd_handle_opened(handle, kr == MIG_NO_REPLY ? D_IO_ERROR : kr);
    return KERN_SUCCESS;
}

kern_return_t usrd_handle_ring(unsigned handle, dev_mode_t mode,
                               const usrd_ring_words_t words,
                               mach_port_t doorbell)
{
    if (!usrd_ring_new || !usrd_the_driver.call->device_ring)
        return D_INVALID_OPERATION;
    return usrd_ring_new(handle, mode, words, doorbell);
}

kern_return_t usrd_do_open_ring(mach_port_t service, uint32_t handle,
                                uint32_t mode, const_usrd_name_t name,
                                uint64_t first, uint64_t count,
                                const usrd_ring_words_t words,
                                mach_port_t doorbell)
{
    if (!usrd_handle(handle))
        return KERN_INVALID_ARGUMENT;
    kern_return_t kr = usrd_handle_ring(handle, mode, words, doorbell);
    if (kr == KERN_SUCCESS)
        return usrd_do_open(service, handle, mode, name, first, count);
    usrd_handle_opened(handle, kr);
    return KERN_SUCCESS;
}

void usrd_handle_shut(struct usrd_handle *h)
{
    usrd_driver_t d = &usrd_the_driver;

    h->open = FALSE;
    if (d->call->device_close)
        d->call->device_close(d, h->context);
    h->context = NULL;
}

/* The driver may answer what waits; then there is nobody to hear it. */
static boolean_t end(unsigned number)
{
    boolean_t open = handles[number].open;

    if (open)
        usrd_handle_shut(&handles[number]);
    usrd_ops_close(number);
    usrd_replay_drop(number);
    if (usrd_rings)
        usrd_rings->drop(number);
    return open;
}

/* A client may say so, and kernel-ext when nobody is left to: the first of
 * them closes it, and the port goes.  A ring waits for its device. */
void usrd_handle_close(unsigned number)
{
    if (usrd_rings && usrd_rings->busy(number))
        return;
    if (end(number))
        usrd_msg_close_done(mach_task_self(), number);
}

void usrd_handles_close(void)
{
    for (unsigned number = 0; number < USRD_MAX_HANDLES; number++)
        end(number);
}

/* The device vanishes, and its context with it: no callback may come for it but
 * device_close. */
void usrd_handles_lose(const struct usrd_device *device)
{
    for (unsigned number = 0; number < USRD_MAX_HANDLES; number++)
        if (handles[number].device == device) {
            if (handles[number].open)
                usrd_handle_close(number);
            handles[number].device = NULL;
        }
}

kern_return_t usrd_do_close(mach_port_t service, uint32_t handle)
{
    (void)service;
    if (!usrd_handle(handle))
        return KERN_INVALID_ARGUMENT;
    usrd_handle_close(handle);
    return KERN_SUCCESS;
}

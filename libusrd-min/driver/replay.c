/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A handle that was told something is opened again: device_open, then each
 * setting, then the filter, and only then open_done.  Each of these may be
 * deferred; the first that fails is what becomes of the handle. */
#include <stdlib.h>
#include <string.h>

#include "driver.h"
#include "userspace_driver_service_server.h"

static struct replay {
    struct replay *next;
    unsigned handle;
    dev_mode_t mode;
    usrd_name_t name;
    unsigned steps;   /* begun */
    unsigned n, done; /* words of kept */
    usrd_kept_t kept;
    mach_port_t port; /* until the driver has it */
    int priority;
    unsigned filter_n;
    usrd_kept_filter_t filter;
} * replays;

static boolean_t more(const struct replay *r)
{
    return r->steps == 0 || r->done < r->n || r->port != MACH_PORT_NULL;
}

static kern_return_t set_status(struct replay *r, void *context)
{
    usrd_driver_t d = &usrd_the_driver;
    uint32_t *record = r->kept + r->done;

    r->done += 2 + record[1];
    if (!d->call->device_set_status)
        return D_INVALID_OPERATION;
    return d->call->device_set_status(d, context, record[0],
                                      (dev_status_t)(record + 2), record[1]);
}

static kern_return_t set_filter(struct replay *r, void *context)
{
    usrd_driver_t d = &usrd_the_driver;
    mach_port_t port = r->port;
    kern_return_t kr = D_INVALID_OPERATION;

    r->port = MACH_PORT_NULL;
    if (d->call->device_set_filter)
        kr = d->call->device_set_filter(d, context, port, r->priority,
                                        (const unsigned short *)r->filter,
                                        r->filter_n);
    if (kr != KERN_SUCCESS && kr != MIG_NO_REPLY)
        mach_port_deallocate(mach_task_self(), port);
    return kr;
}

static kern_return_t step(struct replay *r)
{
    struct usrd_handle *h = usrd_handle(r->handle);

    if (r->steps++ == 0)
        return usrd_handle_open(h, r->name, r->mode);
    return r->done < r->n ? set_status(r, h->context)
                          : set_filter(r, h->context);
}

static void unlink_replay(struct replay *r)
{
    struct replay **p = &replays;

    while (*p != r)
        p = &(*p)->next;
    *p = r->next;
    if (r->port != MACH_PORT_NULL)
        mach_port_deallocate(mach_task_self(), r->port);
}

static void finish(struct replay *r, kern_return_t kr)
{
    unsigned handle = r->handle;
    boolean_t opened = r->steps > 1;

    unlink_replay(r);
    free(r);
    if (kr != KERN_SUCCESS && opened)
        usrd_handle_shut(usrd_handle(handle));
    usrd_handle_opened(handle, kr);
}

/* The step before came to KR. */
static void go_on(struct replay *r, kern_return_t kr)
{
    while (kr == KERN_SUCCESS && more(r)) {
        usrd_request = (struct usrd_request){
            .id = USRD_REQUEST_OPEN,
            .handle = r->handle,
        };
        kr = step(r);
        if (usrd_request.op &&
            (kr == MIG_NO_REPLY || !usrd_op_cancel(usrd_request.op)))
            return; /* usrd_complete() goes on, or did */
    }
    finish(r, kr == MIG_NO_REPLY ? D_IO_ERROR : kr);
}

static struct replay *find(unsigned handle)
{
    struct replay *r = replays;

    while (r && r->handle != handle)
        r = r->next;
    return r;
}

void usrd_open_completed(unsigned handle, kern_return_t result)
{
    struct replay *r = find(handle);

    if (r)
        go_on(r, result);
    else
        usrd_handle_opened(handle, result);
}

void usrd_replay_drop(unsigned handle)
{
    struct replay *r = find(handle);

    if (r) {
        unlink_replay(r);
        free(r);
    }
}

kern_return_t usrd_do_reopen(mach_port_t service, uint32_t handle,
                             uint32_t mode, const_usrd_name_t name, uint32_t n,
                             const usrd_kept_t kept, mach_port_t port,
                             int priority, uint32_t filter_n,
                             const usrd_kept_filter_t filter, uint64_t first,
                             uint64_t count, const usrd_ring_words_t ring,
                             mach_port_t doorbell)
{
    (void)service;
    if (!usrd_handle(handle))
        return KERN_INVALID_ARGUMENT;
    usrd_handle(handle)->window = (struct usrd_window){first, count, 0};
    kern_return_t kr = KERN_SUCCESS;
    if (ring[USRD_RING_WORD_ADDRESS])
        kr = usrd_handle_ring(handle, mode, ring, doorbell);
    struct replay *r = malloc(sizeof *r);
    if (!r && kr == KERN_SUCCESS)
        kr = D_NO_MEMORY;
    if (kr != KERN_SUCCESS) {
        free(r);
        usrd_handle_opened(handle, kr);
        return KERN_SUCCESS;
    }
    *r = (struct replay){
        .next = replays,
        .handle = handle,
        .mode = mode,
        .n = n,
        .port = MACH_PORT_VALID(port) ? port : MACH_PORT_NULL,
        .priority = priority,
        .filter_n = filter_n,
    };
    memcpy(r->name, name, sizeof r->name);
    memcpy(r->kept, kept, sizeof r->kept);
    memcpy(r->filter, filter, sizeof r->filter);
    if (r->port != MACH_PORT_NULL) /* the message's goes with it */
        mach_port_mod_refs(mach_task_self(), port, MACH_PORT_RIGHT_SEND, 1);
    replays = r;
    go_on(r, KERN_SUCCESS);
    return KERN_SUCCESS;
}

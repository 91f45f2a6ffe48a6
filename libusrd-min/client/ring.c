/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A client's rings: opened, used, closed.  What is done to the ring's memory is
 * in ../ring/, and how it is waited for in ring_wait.c. */
#include <stdlib.h>
#include <string.h>

#include <mach/mach.h>
#include <mach/mach_port.h>

#include <device/userspace_driver_sdk.h>
#include <usrd/client.h>
#include <usrd/ring.h>

#include "call.h"
#include "ring.h"
#include "userspace_driver.h"

/* A new one has its own doorbell, or that of another. */
static kern_return_t share_doorbell(struct usrd_ring *r, struct usrd_ring *with)
{
    r->beside = r;
    if (!with)
        return mach_port_allocate(mach_task_self(), MACH_PORT_RIGHT_RECEIVE,
                                  &r->doorbell);
    r->doorbell = with->doorbell;
    r->beside = with->beside;
    with->beside = r;
    return KERN_SUCCESS;
}

/* The last one takes it along. */
static void leave_doorbell(struct usrd_ring *r)
{
    struct usrd_ring *before = r;

    while (before->beside != r)
        before = before->beside;
    before->beside = r->beside;
    if (before == r)
        mach_port_mod_refs(mach_task_self(), r->doorbell,
                           MACH_PORT_RIGHT_RECEIVE, -1);
}

/* kernel-ext's words where usrd_open() has none of its own. */
static kern_return_t refused(kern_return_t kr)
{
    switch (kr) {
    case KERN_RESOURCE_SHORTAGE:
    case KERN_NO_SPACE:
        return D_NO_MEMORY;
    case KERN_INVALID_ARGUMENT:
        return D_INVALID_SIZE;
    default:
        return kr;
    }
}

static boolean_t is_network(const char *name)
{
    usrd_words_t info;

    return usrd_msg_device_info(mach_task_self(), name, info) == KERN_SUCCESS &&
           info[USRD_DEVICE_CLASS] == USRD_CAP_NETWORK;
}

static kern_return_t create(struct usrd_ring *r, const char *name,
                            dev_mode_t mode, unsigned slots, size_t bytes,
                            struct usrd_ring *beside)
{
    vm_offset_t address;

    if (share_doorbell(r, beside) != KERN_SUCCESS)
        return D_NO_MEMORY;
    kern_return_t kr = usrd_ring_create(name, mode, slots, bytes, r->doorbell,
                                        &r->handle, &address);
    if (kr != KERN_SUCCESS) {
        leave_doorbell(r);
        return refused(kr);
    }
    r->address = (char *)address;
    r->down = r->lent = FALSE;
    r->unheard = 0;
    strcpy(r->name, name);
    usrd_rc_init(&r->side, (void *)(r->address + USRD_RING_CLIENT_AT),
                 (void *)(r->address + USRD_RING_DRIVER_AT), slots);
    if (is_network(name))
        r->side.flags = ~(uint64_t)UINT32_MAX;
    return KERN_SUCCESS;
}

kern_return_t usrd_ring_open_beside(const char *name, dev_mode_t mode,
                                    unsigned slots, size_t bytes,
                                    struct usrd_ring *beside,
                                    struct usrd_ring **ring)
{
    if (strlen(name) >= sizeof(usrd_name_t))
        return D_NO_SUCH_DEVICE;
    struct usrd_ring *r = malloc(sizeof *r);
    if (!r)
        return D_NO_MEMORY;
    kern_return_t kr = create(r, name, mode, slots, bytes, beside);
    if (kr == KERN_SUCCESS)
        *ring = r;
    else
        free(r);
    return kr;
}

kern_return_t usrd_ring_open(const char *name, dev_mode_t mode, unsigned slots,
                             size_t bytes, struct usrd_ring **ring)
{
    return usrd_ring_open_beside(name, mode, slots, bytes, NULL, ring);
}

void usrd_ring_close(struct usrd_ring *r)
{
    usrd_msg_ring_destroy(mach_task_self(), (vm_offset_t)r->address);
    mach_port_deallocate(mach_task_self(), r->handle);
    leave_doorbell(r);
    free(r);
}

void *usrd_ring_data(struct usrd_ring *r)
{
    return r->address + USRD_RING_DATA_AT;
}

mach_port_t usrd_ring_handle(const struct usrd_ring *r)
{
    return r->handle;
}

uint32_t usrd_ring_epoch(const struct usrd_ring *r)
{
    return RING_LOAD(r->side.theirs->epoch);
}

boolean_t usrd_ring_post(struct usrd_ring *r, enum usrd_ring_op op,
                         uint64_t record, uint64_t count, uint64_t offset,
                         uint64_t cookie)
{
    return usrd_rc_post(&r->side, op, record, count, offset, cookie);
}

boolean_t usrd_ring_poll(struct usrd_ring *r, struct usrd_ring_result *result)
{
    return usrd_rc_collect(&r->side, result);
}

kern_return_t usrd_ring_call(struct usrd_ring *r, enum usrd_ring_op op,
                             uint64_t record, uint64_t count, uint64_t offset,
                             uint64_t *done)
{
    struct usrd_ring_result result;

    *done = 0;
    if (!usrd_ring_post(r, op, record, count, offset, 0))
        return D_NO_MEMORY;
    kern_return_t kr = usrd_ring_wait(r, &result);
    if (kr != KERN_SUCCESS)
        return kr;
    *done = result.count;
    return result.result;
}

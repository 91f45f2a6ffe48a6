/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A client's rings: opened, waited for, closed.  What is done to the ring's
 * memory is in ../ring/. */
#include <stdlib.h>
#include <string.h>

#include <mach/mach.h>
#include <mach/mach_port.h>

#include <device/userspace_driver_sdk.h>
#include <usrd/client.h>
#include <usrd/ring.h>

#include "../ring/ring.h"
#include "../task/task.h"
#include "call.h"
#include "userspace_driver.h"

struct usrd_ring {
    struct usrd_rc side;
    char *address;
    mach_port_t handle;       /* of the device; its bell */
    mach_port_t doorbell;     /* ours, */
    struct usrd_ring *beside; /* and the next one's that has it, or its own */
    boolean_t down;           /* its driver, when last heard of */
    usrd_name_t name;
};

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
    r->down = FALSE;
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

/* ---- Bells ---- */

/* Room for what somebody may send us instead of a bell. */
struct bell {
    mach_msg_header_t head;
    char more[64];
};

/* Ring, or wait, or both in one; for MS at most.  The bell may wait for place
 * in the queue as long as for an answer: until there is some, the driver is to
 * wake for the bells before it. */
static mach_msg_return_t exchange(struct usrd_ring *r, mach_msg_option_t option,
                                  unsigned ms)
{
    struct bell bell = {
        .head =
            {
                .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
                .msgh_size = sizeof bell.head,
                .msgh_remote_port = r->handle,
                .msgh_id = USRD_RING_BELL,
            },
    };
    boolean_t rings = (option & MACH_SEND_MSG) != 0;
    mach_msg_return_t mr =
        mach_msg(&bell.head, option | MACH_SEND_TIMEOUT | MACH_RCV_TIMEOUT,
                 rings ? sizeof bell.head : 0, sizeof bell, r->doorbell, ms,
                 MACH_PORT_NULL);

    if (mr == MACH_SEND_TIMED_OUT) /* the right that it took came back */
        mach_port_deallocate(mach_task_self(), r->handle);
    else if (mr == MACH_MSG_SUCCESS && (option & MACH_RCV_MSG))
        mach_msg_destroy(&bell.head);
    return mr;
}

void usrd_ring_submit(struct usrd_ring *r)
{
    if (usrd_rc_must_ring(&r->side))
        exchange(r, MACH_SEND_MSG, 0);
}

/* ---- Waiting ---- */

/* Nothing is to be expected while its driver is stopped, or given up. */
static boolean_t is_down(struct usrd_ring *r)
{
    usrd_words_t info;

    r->down =
        usrd_msg_device_info(mach_task_self(), r->name, info) == KERN_SUCCESS &&
        (info[USRD_DEVICE_STATE] == USRD_TASK_FAILED ||
         info[USRD_DEVICE_STATE] == USRD_TASK_STOPPED);
    return r->down;
}

/* Its driver has the device no more. */
static boolean_t is_gone(const struct usrd_ring *r)
{
    mach_port_type_t type;

    return mach_port_type(mach_task_self(), r->handle, &type) == KERN_SUCCESS &&
           (type & MACH_PORT_TYPE_DEAD_NAME);
}

/* Ring for all but the last one for which that is due, which is returned. */
static struct usrd_ring *ring_all(struct usrd_ring *const rings[], unsigned n)
{
    struct usrd_ring *last = NULL;

    for (unsigned k = 0; k < n; k++)
        if (usrd_rc_must_ring(&rings[k]->side)) {
            if (last)
                exchange(last, MACH_SEND_MSG, 0);
            last = rings[k];
        }
    return last;
}

static void wake(struct usrd_ring *const rings[], unsigned n)
{
    for (unsigned k = 0; k < n; k++)
        usrd_rc_wake(&rings[k]->side);
}

/* FALSE: there is something to collect. */
static boolean_t nap(struct usrd_ring *const rings[], unsigned n)
{
    for (unsigned k = 0; k < n; k++)
        if (!usrd_rc_nap(&rings[k]->side)) {
            wake(rings, k);
            return FALSE;
        }
    return TRUE;
}

/* Wait for a message, for MS at most, unless there is something to collect. */
static mach_msg_return_t sleep(struct usrd_ring *const rings[], unsigned n,
                               unsigned ms)
{
    struct usrd_ring *last = ring_all(rings, n);
    mach_msg_option_t ring = last ? MACH_SEND_MSG : MACH_MSG_OPTION_NONE;
    mach_msg_return_t mr;

    if (!nap(rings, n))
        return last ? exchange(last, ring, 0) : MACH_MSG_SUCCESS;
    mr = exchange(last ? last : rings[0], ring | MACH_RCV_MSG, ms);
    wake(rings, n);
    return mr;
}

kern_return_t usrd_ring_sleep(struct usrd_ring *const rings[], unsigned n,
                              unsigned ms)
{
    for (unsigned k = 0; k < n; k++)
        if (rings[k]->doorbell != rings[0]->doorbell)
            return D_INVALID_OPERATION;
    if (n == 0)
        return D_INVALID_OPERATION;

    unsigned long now = usrd_now(), end = now + ms * 1000ul;
    mach_msg_return_t mr;
    do {
        mr = sleep(rings, n, usrd_call_slice(now, end));
        usrd_beat_if_due();
        now = usrd_now();
    } while ((mr == MACH_RCV_TIMED_OUT || mr == MACH_SEND_TIMED_OUT) &&
             now < end);
    return mr == MACH_SEND_TIMED_OUT ? MACH_RCV_TIMED_OUT : mr;
}

/* A bell wakes for all that there is to hear: an answer that is collected after
 * the last of a driver that went down leaves none to say so.  So the first nap
 * of a wait is short. */
#define FIRST_NAP_MS 100u

kern_return_t usrd_ring_wait(struct usrd_ring *r,
                             struct usrd_ring_result *result)
{
    if (usrd_rc_collect(&r->side, result))
        return KERN_SUCCESS;
    if (r->side.flying == 0)
        return D_INVALID_OPERATION;
    if (r->down && is_down(r)) /* which its bell has said already */
        return D_DEVICE_DOWN;

    unsigned long now = usrd_now(), end = usrd_call_end(now);
    unsigned ms, most = FIRST_NAP_MS;
    while ((ms = usrd_call_slice(now, end)) > 0) {
        mach_msg_return_t mr = sleep(&r, 1, ms < most ? ms : most);
        most = ~0u;
        if (usrd_rc_collect(&r->side, result))
            return KERN_SUCCESS;
        if (mr == MACH_SEND_INVALID_DEST || is_gone(r))
            return MACH_SEND_INVALID_DEST;
        if (is_down(r))
            return D_DEVICE_DOWN;
        usrd_beat_if_due();
        now = usrd_now();
    }
    return MACH_RCV_TIMED_OUT;
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

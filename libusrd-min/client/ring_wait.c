/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Bells of a client's rings, and waiting for them. */
#include <mach/mach.h>
#include <mach/mach_port.h>

#include <device/userspace_driver_sdk.h>
#include <usrd/client.h>

#include "../task/task.h"
#include "call.h"
#include "ring.h"
#include "userspace_driver.h"

/* A wait this long needs no limit of the kernel's, which would take it off its
 * fast path: kernel-ext rings everybody once a second. */
#define PATIENT_MS 2000u

/* Room for what somebody may send us instead of a bell. */
struct bell {
    mach_msg_header_t head;
    char more[64];
};

static boolean_t not_sent(mach_msg_return_t mr)
{
    return (mr & ~0x3fff) == 0x10000000 && mr != MACH_MSG_SUCCESS;
}

/* It may wait for place in the queue, which is there, though it may be for one
 * (io-ops=): nothing else of ours can be in it than bells, and the last of them
 * brought a right that came back. */
static boolean_t has_room(const struct usrd_ring *r)
{
    return r->unheard == 0 && usrd_calls_lost == 0;
}

/* When the right comes back, it was read, and all before it. */
static void sent(struct usrd_ring *r, boolean_t lends)
{
    r->lent |= lends;
    r->unheard = lends ? 0 : r->unheard + 1;
}

static void received(struct usrd_ring *r, mach_msg_header_t *msg)
{
    if (MACH_MSGH_BITS_LOCAL(msg->msgh_bits) == MACH_MSG_TYPE_PORT_SEND_ONCE)
        r->lent = FALSE;
    if (msg->msgh_remote_port != MACH_PORT_NULL ||
        (msg->msgh_bits & MACH_MSGH_BITS_COMPLEX))
        mach_msg_destroy(msg);
}

/* The rights that a bell took came back with it.  That to ring us once tells us
 * so, as any that goes unused: until then it counts as lent, lest it be taken
 * for a later one. */
static void drop_unsent(struct usrd_ring *r, const mach_msg_header_t *msg,
                        boolean_t lends)
{
    r->lent |= lends;
    if (lends)
        mach_port_deallocate(mach_task_self(), msg->msgh_local_port);
    mach_port_deallocate(mach_task_self(), msg->msgh_remote_port);
}

/* Ring, or wait, or both in one; for MS at most.  The bell may wait for place
 * in the queue as long as for an answer: until there is some, the driver is to
 * wake for the bells before it.
 *
 * Both in one, with a right to answer, and without limits, is what the kernel
 * takes for an RPC, and goes from thread to thread without a look for others;
 * and so is the driver's answer by that right.  Where several rings have one
 * doorbell it is not known whose right came back, and none is lent. */
static mach_msg_return_t exchange(struct usrd_ring *r, mach_msg_option_t option,
                                  unsigned ms)
{
    boolean_t rings = (option & MACH_SEND_MSG) != 0;
    boolean_t lends =
        rings && (option & MACH_RCV_MSG) && !r->lent && r->beside == r;
    struct bell bell = {
        .head =
            {
                .msgh_bits =
                    MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND,
                                   lends ? MACH_MSG_TYPE_MAKE_SEND_ONCE : 0),
                .msgh_size = sizeof bell.head,
                .msgh_remote_port = r->handle,
                .msgh_local_port = lends ? r->doorbell : MACH_PORT_NULL,
                .msgh_id = USRD_RING_BELL,
            },
    };

    if (ms < PATIENT_MS || (rings && !(lends && has_room(r))))
        option |= MACH_SEND_TIMEOUT | MACH_RCV_TIMEOUT;
    mach_msg_return_t mr =
        mach_msg(&bell.head, option, rings ? sizeof bell.head : 0, sizeof bell,
                 r->doorbell, ms, MACH_PORT_NULL);
    if (mr == MACH_SEND_TIMED_OUT)
        drop_unsent(r, &bell.head, lends);
    if (rings && !not_sent(mr))
        sent(r, lends);
    if (mr == MACH_MSG_SUCCESS && (option & MACH_RCV_MSG))
        received(r, &bell.head);
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
 * the last of a driver that went down leaves none to say so, but kernel-ext's
 * next. */
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
    unsigned ms;
    while ((ms = usrd_call_slice(now, end)) > 0) {
        mach_msg_return_t mr = sleep(&r, 1, ms);
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

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the loop does for rings each time before it waits: serve them, ring for
 * the clients that wait for an answer, and say that we wait, in that order. */
#include "ring.h"

/* So often, before a look for messages, while clients keep posting. */
#define PASSES 4

/* By the right that its client's last bell brought, which never waits for room
 * and is what the kernel takes for the answer of an RPC; else at its doorbell. */
static mach_msg_size_t bell(mach_msg_header_t *msg, struct usrd_open_ring *r)
{
    boolean_t once = r->once != MACH_PORT_NULL;

    *msg = (mach_msg_header_t){
        .msgh_bits = MACH_MSGH_BITS(
            once ? MACH_MSG_TYPE_MOVE_SEND_ONCE : MACH_MSG_TYPE_COPY_SEND, 0),
        .msgh_size = sizeof *msg,
        .msgh_remote_port = once ? r->once : r->doorbell,
        .msgh_id = USRD_RING_ANSWERED,
    };
    r->once = MACH_PORT_NULL;
    return sizeof *msg;
}

static mach_msg_option_t option_of(const mach_msg_header_t *bell)
{
    return MACH_MSGH_BITS_REMOTE(bell->msgh_bits) == MACH_MSG_TYPE_COPY_SEND
               ? MACH_SEND_MSG | MACH_SEND_TIMEOUT
               : MACH_SEND_MSG;
}

/* The doorbell's right came back, when it waited for room; one that is for once
 * is ours still. */
void usrd_rings_not_sent(const mach_msg_header_t *msg, mach_msg_return_t mr)
{
    if (mr == MACH_SEND_TIMED_OUT || option_of(msg) == MACH_SEND_MSG)
        mach_port_deallocate(mach_task_self(), msg->msgh_remote_port);
}

static void ring_now(struct usrd_open_ring *r)
{
    mach_msg_header_t msg;
    mach_msg_size_t size = bell(&msg, r);
    mach_msg_return_t mr = mach_msg(&msg, option_of(&msg), size, 0,
                                    MACH_PORT_NULL, 0, MACH_PORT_NULL);

    if (mr != MACH_MSG_SUCCESS)
        usrd_rings_not_sent(&msg, mr);
}

/* Ring where that is due, but for the last one, which is returned if ONE may
 * wait. */
static struct usrd_open_ring *ring_all(boolean_t one)
{
    struct usrd_open_ring *last = NULL;

    USRD_EACH_RING (r)
        if (usrd_rd_must_ring(&r->side) &&
            (r->once != MACH_PORT_NULL || MACH_PORT_VALID(r->doorbell))) {
            if (last)
                ring_now(last);
            last = r;
            if (!one) {
                ring_now(last);
                last = NULL;
            }
        }
    return last;
}

static void wake(void)
{
    USRD_EACH_RING (r)
        usrd_rd_wake(&r->side);
}

/* FALSE: something was posted meanwhile. */
static boolean_t nap(void)
{
    USRD_EACH_RING (r)
        if (!r->closing && !usrd_rd_nap(&r->side)) {
            wake();
            return FALSE;
        }
    return TRUE;
}

/* What nobody has any more, and the device neither. */
static void close_idle(void)
{
    USRD_EACH_RING (r)
        if (r->closing && usrd_rd_idle(&r->side))
            usrd_handle_close(r->handle);
}

mach_msg_size_t usrd_rings_turn(mach_msg_header_t *msg, mach_msg_size_t size,
                                mach_msg_option_t *option)
{
    boolean_t more = TRUE;

    usrd_rings_have_room(); /* an interrupt may have made some */
    wake();
    for (unsigned n = 0; n < PASSES && more; n++)
        more = usrd_rings_pass();
    close_idle();
    /* While paused the loop waits for a time, which a bell must not. */
    struct usrd_open_ring *last = ring_all(size == 0 && !usrd_paused);
    /* Who cannot take more will be told by other means when he can. */
    if (!more && usrd_rings_may_take())
        more = !nap();
    if (more || usrd_the_driver.stop)
        *option |= MACH_RCV_TIMEOUT; /* a look, no more */
    if (last) {
        size = bell(msg, last);
        *option |= option_of(msg);
    }
    return size;
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the loop does for rings each time before it waits: serve them, ring for
 * the clients that wait for an answer, and say that we wait, in that order. */
#include "ring.h"

/* So often, before a look for messages, while clients keep posting. */
#define PASSES 4

static mach_msg_size_t bell(mach_msg_header_t *msg, mach_port_t doorbell)
{
    *msg = (mach_msg_header_t){
        .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
        .msgh_size = sizeof *msg,
        .msgh_remote_port = doorbell,
        .msgh_id = USRD_RING_ANSWERED,
    };
    return sizeof *msg;
}

void usrd_rings_not_sent(const mach_msg_header_t *msg, mach_msg_return_t mr)
{
    if (mr == MACH_SEND_TIMED_OUT) /* the right that it took came back */
        mach_port_deallocate(mach_task_self(), msg->msgh_remote_port);
}

static void ring_now(mach_port_t doorbell)
{
    mach_msg_header_t msg;
    mach_msg_size_t size = bell(&msg, doorbell);
    mach_msg_return_t mr = mach_msg(&msg, MACH_SEND_MSG | MACH_SEND_TIMEOUT,
                                    size, 0, MACH_PORT_NULL, 0, MACH_PORT_NULL);

    usrd_rings_not_sent(&msg, mr);
}

/* Ring where that is due, but for the last one, which is returned if ONE may
 * wait. */
static mach_port_t ring_all(boolean_t one)
{
    mach_port_t last = MACH_PORT_NULL;

    USRD_EACH_RING (r)
        if (usrd_rd_must_ring(&r->side) && MACH_PORT_VALID(r->doorbell)) {
            if (last != MACH_PORT_NULL)
                ring_now(last);
            last = r->doorbell;
            if (!one) {
                ring_now(last);
                last = MACH_PORT_NULL;
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
    mach_port_t last = ring_all(size == 0 && !usrd_paused);
    /* Who cannot take more will be told by other means when he can. */
    if (!more && usrd_rings_may_take())
        more = !nap();
    if (more || usrd_the_driver.stop)
        *option |= MACH_RCV_TIMEOUT; /* a look, no more */
    if (last != MACH_PORT_NULL) {
        *option |= MACH_SEND_MSG | MACH_SEND_TIMEOUT;
        size = bell(msg, last);
    }
    return size;
}

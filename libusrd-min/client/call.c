/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A call on a device: send the request and wait for its answer in slices,
 * with heartbeats between them, until the caller's time is up. */
#include <mach/mach.h>

#include <device/userspace_driver_sdk.h>
#include <usrd/client.h>

#include "../task/task.h"
#include "call.h"

static unsigned timeout_ms = 10000;
static unsigned long deadline; /* us; of the present call, */
static boolean_t resumed;      /* and of the next one, too */

unsigned usrd_calls_lost;

unsigned usrd_set_timeout(unsigned ms)
{
    unsigned was = timeout_ms;

    timeout_ms = ms;
    return was;
}

void usrd_call_resume(void)
{
    resumed = TRUE;
}

unsigned long usrd_call_end(unsigned long now)
{
    return timeout_ms ? now + timeout_ms * 1000ul : ~0ul;
}

unsigned usrd_call_slice(unsigned long now, unsigned long end)
{
    unsigned beat = usrd_beat_wait();

    if (now >= end)
        return 0;
    unsigned long left = (end - now + 999) / 1000;
    return left < beat ? (unsigned)left : beat;
}

/* A request that was not sent came back with the rights that it had already
 * taken: give them up. */
static void drop_unsent(mach_msg_header_t *msg)
{
    mach_port_t reply = msg->msgh_local_port;

    if (MACH_MSGH_BITS_LOCAL(msg->msgh_bits) == MACH_MSG_TYPE_MOVE_SEND_ONCE)
        mach_port_deallocate(mach_task_self(), reply);
    mach_msg_destroy(msg);
}

mach_msg_return_t usrd_call(mach_msg_header_t *msg, mach_msg_option_t option,
                            mach_msg_size_t send_size, mach_msg_size_t rcv_size,
                            mach_port_name_t rcv_name,
                            mach_msg_timeout_t timeout, mach_port_name_t notify)
{
    if (!timeout_ms && !usrd_task.watched) {
        resumed = FALSE;
        return mach_msg(msg, option, send_size, rcv_size, rcv_name, timeout,
                        notify);
    }
    unsigned long now = usrd_now();
    if (!resumed)
        deadline = usrd_call_end(now);
    resumed = FALSE;
    mach_msg_return_t mr = MACH_RCV_TIMED_OUT;
    unsigned wait;
    option |= MACH_RCV_TIMEOUT | MACH_SEND_TIMEOUT;
    while ((wait = usrd_call_slice(now, deadline)) > 0) {
        mr = mach_msg(msg, option, send_size, rcv_size, rcv_name, wait, notify);
        if (mr == MACH_RCV_TIMED_OUT)
            option &= ~(MACH_SEND_MSG | MACH_SEND_TIMEOUT), send_size = 0;
        else if (mr != MACH_SEND_TIMED_OUT)
            return mr;
        usrd_beat_if_due();
        now = usrd_now();
    }
    if (mr == MACH_SEND_TIMED_OUT)
        drop_unsent(msg);
    else
        usrd_calls_lost++;
    return mr;
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The bell of a ring's driver, for test clients that write into their ring
 * themselves (<usrd/ring.h>). */
#ifndef RINGS_BELL_H
#define RINGS_BELL_H

#include <mach/mach.h>
#include <usrd/ring.h>

/* Waits for nobody: a queue that is full wakes the driver as well. */
static inline kern_return_t bell(mach_port_t handle)
{
    mach_msg_header_t msg = {
        .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
        .msgh_size = sizeof msg,
        .msgh_remote_port = handle,
        .msgh_id = USRD_RING_BELL,
    };
    kern_return_t kr =
        mach_msg(&msg, MACH_SEND_MSG | MACH_SEND_TIMEOUT, sizeof msg, 0,
                 MACH_PORT_NULL, 0, MACH_PORT_NULL);

    if (kr == MACH_SEND_TIMED_OUT) /* the right came back, once too often */
        mach_port_deallocate(mach_task_self(), handle);
    return kr;
}

#endif

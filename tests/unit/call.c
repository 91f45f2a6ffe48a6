/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A client's bounded wait: what it asks of the kernel while a device does not
 * take its request, does not answer, or does. */
#include <mach/mach.h>

#include <usrd/client.h>

#include "../../libusrd-min/client/call.h"
#include "../../libusrd-min/task/task.h"
#include "tap.h"

#define SLOW 1000000 /* counts in a millisecond: no time passes in a test */
#define FAST 1       /* and here a second does in a thousand counts */

static struct {
    mach_msg_return_t answers[4]; /* in turn; the last one from then on */
    unsigned n, heartbeats, dropped;
    mach_msg_option_t first, last;
    mach_msg_timeout_t timeout;
} kernel;

mach_msg_return_t mach_msg(mach_msg_header_t *msg, mach_msg_option_t option,
                           mach_msg_size_t send_size, mach_msg_size_t rcv_size,
                           mach_port_name_t rcv_name,
                           mach_msg_timeout_t timeout, mach_port_name_t notify)
{
    (void)send_size, (void)rcv_size, (void)rcv_name, (void)notify;
    if (msg->msgh_id == 4805) {
        kernel.heartbeats++;
        return MACH_MSG_SUCCESS;
    }
    if (kernel.n == 0)
        kernel.first = option;
    kernel.last = option;
    kernel.timeout = timeout;
    mach_msg_return_t mr = kernel.answers[kernel.n < 3 ? kernel.n : 3];
    kernel.n++;
    if (mr == MACH_SEND_TIMED_OUT) /* the rights come back as they were taken */
        msg->msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND,
                                        MACH_MSG_TYPE_MOVE_SEND_ONCE);
    return mr;
}

mach_port_t mach_task_self(void)
{
    return 1;
}

mach_port_t mach_host_self(void)
{
    return 2;
}

kern_return_t host_get_uptime64(mach_port_t host, time_value64_t *uptime);
kern_return_t host_get_uptime64(mach_port_t host, time_value64_t *uptime)
{
    (void)host, (void)uptime;
    return KERN_FAILURE;
}

kern_return_t usrd_msg_heartbeat(mach_port_t control, uint32_t status,
                                 const usrd_words_t usage);
kern_return_t usrd_msg_heartbeat(mach_port_t control, uint32_t status,
                                 const usrd_words_t usage)
{
    mach_msg_header_t msg = {.msgh_id = 4805, .msgh_remote_port = control};

    (void)status, (void)usage;
    return mach_msg(&msg, MACH_SEND_MSG, sizeof msg, 0, 0, 0, 0);
}

kern_return_t mach_port_deallocate(mach_port_t task, mach_port_t name)
{
    (void)task;
    kernel.dropped += name == 0x50 || name == 0x60;
    return KERN_SUCCESS;
}

void mach_msg_destroy(mach_msg_header_t *msg)
{
    mach_port_deallocate(1, msg->msgh_remote_port);
}

static mach_msg_return_t call(unsigned long khz, mach_msg_return_t first,
                              mach_msg_return_t second, mach_msg_return_t rest)
{
    mach_msg_header_t msg = {
        .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND,
                                    MACH_MSG_TYPE_MAKE_SEND_ONCE),
        .msgh_remote_port = 0x50,
        .msgh_local_port = 0x60,
        .msgh_id = 2805,
    };

    memset(&kernel, 0, sizeof kernel);
    kernel.answers[0] = first;
    kernel.answers[1] = second;
    kernel.answers[2] = kernel.answers[3] = rest;
    usrd_task.tsc_khz = khz;
    return usrd_call(&msg, MACH_SEND_MSG | MACH_RCV_MSG, sizeof msg, sizeof msg,
                     3, MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
}

static void answered(void)
{
    EQ(call(SLOW, 0, 0, 0), MACH_MSG_SUCCESS, "an answer at once");
    EQ(kernel.n, 1, "one kernel call");
    EQ(kernel.first & (MACH_SEND_TIMEOUT | MACH_RCV_TIMEOUT),
       MACH_SEND_TIMEOUT | MACH_RCV_TIMEOUT, "bounded both ways");
    OK(kernel.timeout > 9000 && kernel.timeout <= 10000, "by ten seconds");
    EQ(call(SLOW, MACH_RCV_TIMED_OUT, 0, 0), MACH_MSG_SUCCESS, "later");
    EQ(kernel.last & MACH_SEND_MSG, 0, "what was sent is not sent again");
    EQ(call(SLOW, MACH_SEND_TIMED_OUT, 0, 0), MACH_MSG_SUCCESS, "queue full");
    OK(kernel.last & MACH_SEND_MSG, "what was not sent is sent again");
    EQ(call(SLOW, MACH_SEND_INVALID_DEST, 0, 0), MACH_SEND_INVALID_DEST,
       "an error ends it");
    EQ(kernel.dropped, 0, "and the caller's rights are his");
}

static void never(void)
{
    EQ(call(FAST, MACH_RCV_TIMED_OUT, MACH_RCV_TIMED_OUT, MACH_RCV_TIMED_OUT),
       MACH_RCV_TIMED_OUT, "never answered");
    EQ(call(FAST, MACH_SEND_TIMED_OUT, MACH_SEND_TIMED_OUT,
            MACH_SEND_TIMED_OUT),
       MACH_SEND_TIMED_OUT, "never taken");
    EQ(kernel.dropped, 2, "what it had taken of the caller's is given up");
}

static void resumed(void)
{
    call(SLOW, 0, 0, 0);
    mach_msg_timeout_t all = kernel.timeout;
    usrd_task.tsc_khz = FAST;
    usrd_call_resume();
    EQ(call(FAST, 0, 0, 0), MACH_RCV_TIMED_OUT, "run again: no time is left");
    EQ(kernel.n, 0, "so it is not sent");
    EQ(kernel.dropped, 0, "and nothing is given up");
    EQ(call(SLOW, 0, 0, 0), MACH_MSG_SUCCESS, "the next call");
    OK(kernel.timeout + 1 >= all, "has its own time");
}

static void for_ever(void)
{
    EQ(usrd_set_timeout(0), 10000, "the time-out was ten seconds");
    call(SLOW, 0, 0, 0);
    EQ(kernel.first, MACH_SEND_MSG | MACH_RCV_MSG,
       "none: the kernel's fast way");
    usrd_watch(100);
    call(SLOW, 0, 0, 0);
    OK(kernel.timeout <= 51, "with a watchdog it wakes for a heartbeat");
    usrd_task.tsc_khz = FAST;
    usrd_watch(100);
    call(FAST, MACH_RCV_TIMED_OUT, MACH_RCV_TIMED_OUT, 0);
    OK(kernel.heartbeats >= 1, "and sends it");
}

int main(void)
{
    answered();
    never();
    resumed();
    for_ever();
    return tap_end();
}

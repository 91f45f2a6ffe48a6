/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Waiting with heartbeats: usrd_poll() for a device, usrd_sleep() for time. */
#include <mach/mach.h>
#include <mach/mig_support.h>
#include <mach/thread_switch.h>

#include <device/userspace_driver_sdk.h>
#include <usrd/client.h>

#include "task.h"

/* Most devices answer within microseconds: only then let others run, which
 * takes as long as a tick of the kernel's clock. */
#define SPIN_US 200
#define TICK_MS 10

struct usrd_wait usrd_wait_start(unsigned ms)
{
    unsigned long now = usrd_now();

    return (struct usrd_wait){now, now + ms * 1000ul};
}

boolean_t usrd_wait_more(struct usrd_wait *wait)
{
    unsigned long now = usrd_now();

    if (now >= wait->end)
        return FALSE;
    usrd_beat_if_due();
    if (now < wait->start + SPIN_US)
        __builtin_ia32_pause();
    else
        thread_switch(MACH_PORT_NULL, SWITCH_OPTION_WAIT, TICK_MS);
    return TRUE;
}

/* A receive that nothing comes to. */
void usrd_sleep(unsigned ms)
{
    unsigned long end = usrd_now() + ms * 1000ul, now;
    mach_msg_header_t msg;

    while ((now = usrd_now()) < end) {
        unsigned left = (unsigned)((end - now + 999) / 1000);
        unsigned beat = usrd_beat_wait();

        mach_msg(&msg, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, sizeof msg,
                 mig_get_reply_port(), left < beat ? left : beat,
                 MACH_PORT_NULL);
        usrd_beat_if_due();
    }
}

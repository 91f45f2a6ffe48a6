/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Heartbeats: one each half of the watchdog, from whatever waits. */
#include <mach/mach.h>

#include <device/userspace_driver_sdk.h>

#include "task.h"
#include "userspace_driver.h"

struct usrd_task usrd_task USRD_HOT;

void usrd_watch(unsigned watchdog_ms)
{
    usrd_task.watchdog_ms = watchdog_ms;
    usrd_task.watched = watchdog_ms > 0;
    if (usrd_task.watched)
        usrd_task.beat_at = usrd_now() + watchdog_ms * 500ul;
}

void usrd_beat(void)
{
    if (usrd_account)
        usrd_account();
    usrd_watch(usrd_task.watchdog_ms);
    usrd_msg_heartbeat(mach_task_self(), usrd_task.status, usrd_task.usage);
}

void usrd_beat_if_due(void)
{
    if (usrd_task.watched && usrd_now() >= usrd_task.beat_at)
        usrd_beat();
}

unsigned usrd_beat_wait(void)
{
    if (!usrd_task.watched)
        return USRD_NEVER;
    unsigned long now = usrd_now();
    if (now >= usrd_task.beat_at)
        return 1;
    return (unsigned)((usrd_task.beat_at - now) / 1000) + 1;
}

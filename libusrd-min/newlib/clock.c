/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Clocks.  The time of day is asked for once and then follows the time-stamp
 * counter. */
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

#include <mach/mach.h>
#include <mach/mach_host.h>

#include <device/userspace_driver_sdk.h>
#include <usrd/client.h>

int gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
    static unsigned long epoch; /* the time of day when usrd_now() was 0 */
    time_value64_t now = {0, 0};

    (void)zone;
    if (!epoch) {
        host_get_time64(mach_host_self(), &now);
        epoch = (unsigned long)now.seconds * 1000000 + now.nanoseconds / 1000 -
                usrd_now();
    }
    unsigned long us = epoch + usrd_now();
    tv->tv_sec = (time_t)(us / 1000000);
    tv->tv_usec = (suseconds_t)(us % 1000000);
    return 0;
}

/* A task's CPU time is its age: it cannot tell when others ran. */
clock_t times(struct tms *buffer)
{
    clock_t now = (clock_t)(usrd_now() * CLOCKS_PER_SEC / 1000000);

    *buffer = (struct tms){.tms_utime = now};
    return now;
}

unsigned sleep(unsigned seconds)
{
    usrd_sleep(seconds * 1000);
    return 0;
}

int usleep(useconds_t us)
{
    usrd_sleep((unsigned)((us + 999) / 1000));
    return 0;
}

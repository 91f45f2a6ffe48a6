/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Time from the time-stamp counter: the kernel's clock moves in steps of
 * 10 ms, and asking for it is a message. */
#include <mach/mach.h>
#include <mach/mach_host.h>

#include <device/userspace_driver_sdk.h>

#include "task.h"

#define TICKS 3 /* of the kernel's clock, to measure the counter's rate by */

static unsigned long uptime_us(void)
{
    time_value64_t up = {0, 0};

    host_get_uptime64(mach_host_self(), &up);
    return (unsigned long)up.seconds * 1000000 + up.nanoseconds / 1000;
}

/* The counter when the kernel's clock moves on.  An end to the wait for a
 * clock that stands still: 2^32 counts, a second or so. */
static unsigned long edge(unsigned long *us)
{
    unsigned long start = __builtin_ia32_rdtsc(), before = uptime_us(), tsc;

    do {
        *us = uptime_us();
        tsc = __builtin_ia32_rdtsc();
    } while (*us == before && tsc - start < 1ul << 32);
    return tsc;
}

/* Only where kernel-ext did not tell the rate. */
static __attribute__((noinline)) void calibrate(void)
{
    unsigned long from_us, to_us, from = edge(&from_us), to = from;

    for (int i = 0; i < TICKS; i++)
        to = edge(&to_us);
    usrd_task.tsc_khz = (to - from) * 1000 / (to_us - from_us + 1);
    if (usrd_task.tsc_khz == 0)
        usrd_task.tsc_khz = 1000000;
}

unsigned long usrd_now(void)
{
    if (!usrd_task.tsc_khz)
        calibrate();
    unsigned long tsc = __builtin_ia32_rdtsc(), khz = usrd_task.tsc_khz;
    return tsc / khz * 1000 + tsc % khz * 1000 / khz; /* will not overflow */
}

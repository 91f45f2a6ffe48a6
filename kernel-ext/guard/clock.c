/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The time-stamp counter, at the rate that the ticks show: between the first
 * and the last of them so many counts passed, and so many milliseconds.
 * Before there are two, the time is the kernel's 10 ms clock, from the first
 * tick or, without any, from the guard's own start. */
#include "clock.h"

#include <stdbool.h>

#include <mach/mach.h>

#include "mach_host.h"

static struct moment {
    uint64_t tsc, up, us;
} first, last;
static bool told; /* the moments are those of ticks */

static uint64_t uptime(void)
{
    time_value64_t up = {0, 0};

    host_get_uptime64(mach_host_self(), &up);
    return (uint64_t)up.seconds * 1000000 + (uint64_t)up.nanoseconds / 1000;
}

void clock_start(void)
{
    first.up = last.up = uptime();
}

void clock_tick(unsigned ms)
{
    if (ms == 0)
        return;
    last.tsc = __builtin_ia32_rdtsc();
    last.up = uptime();
    last.us = ms * UINT64_C(1000);
    if (!told)
        first = last;
    told = true;
}

uint64_t clock_us(void)
{
    uint64_t tsc = __builtin_ia32_rdtsc();
    uint64_t counts = last.tsc - first.tsc;

    if (counts == 0 || last.us <= first.us)
        return last.us + uptime() - last.up;
    return last.us + (uint64_t)((unsigned __int128)(tsc - last.tsc) *
                                (last.us - first.us) / counts);
}

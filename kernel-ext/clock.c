/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Time: the time-stamp counter, calibrated against the kernel's 10 ms clock.
 *
 * One tick at boot gives a first figure; while the machine runs the figure
 * is drawn closer to the kernel's clock, without a step backwards. */
#include "kx.h"

#include "mach_host.h"

static uint64_t base_tsc; /* where the present rate holds from */
static uint64_t base_us;
static uint64_t mult;      /* microseconds per count, times 2^32 */
static uint64_t first_tsc; /* the first tick that we saw, */
static uint64_t first_up;  /* and the kernel's uptime then */
static uint64_t refine_at;

static uint64_t tsc(void)
{
    return __builtin_ia32_rdtsc();
}

static uint64_t uptime(void)
{
    time_value64_t up;
    if (host_get_uptime64(mach_host_self(), &up) != KERN_SUCCESS)
        return 0;
    return (uint64_t)up.seconds * 1000000 + (uint64_t)up.nanoseconds / 1000;
}

/* The moment at which the kernel's clock moves on. */
static uint64_t edge(uint64_t *up)
{
    uint64_t before = uptime(), now;
    do
        now = uptime();
    while (now == before);
    *up = now;
    return tsc();
}

static uint64_t scale(uint64_t counts)
{
    return (uint64_t)(((unsigned __int128)counts * mult) >> 32);
}

static uint64_t at_tsc(uint64_t at)
{
    return base_us + scale(at - base_tsc);
}

uint64_t kx_now(void)
{
    return at_tsc(tsc());
}

static void rate(uint64_t counts, uint64_t us)
{
    mult = (uint64_t)(((unsigned __int128)us << 32) / counts);
}

uint64_t kx_tsc_khz(void)
{
    return mult ? (1000ull << 32) / mult : 0;
}

void kx_clock_init(void)
{
    uint64_t up;
    base_tsc = tsc();
    first_tsc = edge(&first_up);
    edge(&up);
    rate(tsc() - first_tsc, up - first_up);
    refine_at = 1000000;
}

/* Called once a second or so; each look is twice as far from the last. */
void kx_clock_refine(void)
{
    uint64_t now = kx_now();
    if (now < refine_at)
        return;
    uint64_t up = uptime();
    uint64_t at = tsc();
    base_us = at_tsc(at);
    base_tsc = at;
    rate(at - first_tsc, up - first_up);
    refine_at = now * 2;
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A rate, kept by timers that are as late as the kernel's clock makes them. */
#include "rate.h"

#include "tap.h"

#define TICK 10000

/* How many happen in a second when there is always one more that wants to, and
 * a wait ends at a tick, LATE of them after it should. */
static unsigned in_a_second(uint32_t rate, unsigned late)
{
    struct kx_rate r = {0};
    uint64_t now = 5000000, end;
    unsigned n = 0;

    while (kx_rate_take(&r, rate, now) == now) /* what there was to use */
        ;
    for (end = now + 1000000; now < end; n++) {
        uint64_t when = kx_rate_take(&r, rate, now);
        if (when > now)
            now = (when + TICK - 1) / TICK * TICK + late * TICK;
    }
    return n;
}

int main(void)
{
    static const uint32_t rates[] = {1000, 300, 50, 7, 100000};
    struct kx_rate r = {0};
    unsigned burst = 0;

    for (unsigned k = 0; k < sizeof rates / sizeof *rates; k++)
        for (unsigned late = 0; late < 2; late++) {
            unsigned n = in_a_second(rates[k], late), rate = rates[k];
            OK(n + rate / 25 + 1 >= rate && n <= rate + rate / 25 + 1,
               "%u a second, timers late by %u: %u", rate, late, n);
        }
    while (kx_rate_take(&r, 1000, 9000000) == 9000000)
        burst++;
    EQ(burst, 31, "after a rest as many as 30 ms allow, and one");
    EQ(kx_rate_take(&r, 1000, 9000000), 9002000, "then one after the other");
    r = (struct kx_rate){0};
    EQ(kx_rate_take(&r, 1, 9000000), 9000000, "one at once");
    EQ(kx_rate_take(&r, 1, 9000000), 9970000, "the next in a second");
    EQ(kx_rate_take(&r, UINT32_MAX, 11000000), 11000000, "the highest rate");
    return tap_end();
}

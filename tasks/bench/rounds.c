/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Rounds of packets: what a round cost is what the soaker missed.  All is said
 * at the end, because a line costs, too. */
#include <device/userspace_driver_sdk.h>
#include <string.h>
#include <usrd/client.h>

#include "rounds.h"
#include "soak.h"

static mach_port_t driver;
static const char *name;
static unsigned ops, left, round;
static uint64_t packets, cost[ROUNDS];
static uint64_t began, counted; /* of this round */
static struct totals {
    uint64_t traps, own;
} before; /* of all of them */

static struct totals totals(void)
{
    uint64_t values[BENCH_DRIVER_WORDS] = {0};
    natural_t n = BENCH_DRIVER_WORDS * 2;
    int words[BENCH_DRIVER_WORDS * 2];

    if (usrd_get_status(driver, BENCH_STATUS, words, &n) == KERN_SUCCESS)
        memcpy(values, words, sizeof values);
    return (struct totals){bench_traps + values[BENCH_TRAPS],
                           values[BENCH_OWN]};
}

void rounds_of(mach_port_t handle)
{
    driver = handle;
}

static void begin_round(void)
{
    left = ops;
    began = bench_ticks();
    counted = soak_count();
}

void rounds_begin(const char *kind, unsigned n)
{
    name = kind;
    ops = n;
    round = 0;
    packets = 0;
    before = totals();
    left = ops / 8 + 1; /* to warm up */
}

static void say(void)
{
    struct totals now = totals();

    for (unsigned n = 0; n < ROUNDS; n++)
        bench_say(name, "", cost[n]);
    bench_say(name, ".traps_x1000",
              (now.traps - before.traps) * 1000 / packets);
    bench_say(name, ".driver", (now.own - before.own) / packets);
}

boolean_t rounds_count(void)
{
    packets++;
    if (--left > 0)
        return FALSE;
    if (packets > ops) {
        uint64_t all = bench_ticks() - began;
        uint64_t idle = soak_idle(soak_count() - counted);
        cost[round++] = idle < all ? (all - idle) / ops : 0;
    }
    if (round == ROUNDS) {
        say();
        return TRUE;
    }
    begin_round();
    return FALSE;
}

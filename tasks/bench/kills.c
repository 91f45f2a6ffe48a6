/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The operator kills the driver: how long until the first read that was posted
 * then is answered, and what a kill a second takes off the throughput. */
#include <stdio.h>
#include <string.h>

#include <mach/mach.h>
#include <userspace_driver_operator.h>
#include <usrd/client.h>

#include "blocks.h"

#define KILLS 1000
#define PAUSE 12000000u /* until the last one is buried, 10 ms later */
#define BATCH 256u      /* reads between two looks at the clock */
#define SECOND 1000000000u
#define PAIRS 2 /* of a second with a kill and one without */

static uint64_t took[KILLS], init[KILLS];

static kern_return_t kill_driver(void)
{
    usrd_name_t name;

    strncpy(name, blocks_task, sizeof name - 1);
    name[sizeof name - 1] = 0;
    return usrd_op_kill(mach_task_self(), name);
}

static kern_return_t first_reads(void)
{
    for (unsigned n = 0; n < KILLS; n++) {
        uint64_t began = bench_ticks();

        USRD_CHECK_RETURN(kill_driver());
        USRD_CHECK_RETURN(ring_read_1(1));
        took[n] = bench_ticks() - began;
        init[n] = blocks_driver(BENCH_INIT);
        while (bench_ticks() - began < PAUSE)
            ; /* a sleep would take two ticks of the clock */
    }
    bench_spread("block.kill_to_read", took, KILLS);
    bench_spread("block.kill_to_read.device_init", init, KILLS);
    return KERN_SUCCESS;
}

/* Reads in a second, in the middle of which the driver is killed or not. */
static kern_return_t second(boolean_t with_kill, uint64_t *reads)
{
    uint64_t began = bench_ticks(), now;
    boolean_t killed = !with_kill;

    *reads = 0;
    do {
        USRD_CHECK_RETURN(ring_read_32(BATCH));
        *reads += BATCH;
        now = bench_ticks() - began;
        if (!killed && now > SECOND / 2) {
            USRD_CHECK_RETURN(kill_driver());
            killed = TRUE;
        }
    } while (now < SECOND);
    *reads = *reads * SECOND / now;
    return KERN_SUCCESS;
}

static kern_return_t throughput(void)
{
    static uint64_t with[PAIRS], without[PAIRS];

    for (unsigned n = 0; n < PAIRS; n++) {
        USRD_CHECK_RETURN(second(FALSE, &without[n]));
        USRD_CHECK_RETURN(second(TRUE, &with[n]));
    }
    uint64_t undisturbed = bench_median(without, PAIRS);
    bench_say("block.reads_a_second", "", undisturbed);
    bench_say("block.reads_a_second.with_a_kill", "",
              bench_median(with, PAIRS));
    return KERN_SUCCESS;
}

kern_return_t blocks_kills(void)
{
    USRD_CHECK_RETURN(ring_open());
    USRD_CHECK_RETURN(first_reads());
    return throughput();
}

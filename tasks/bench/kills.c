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
#define PAUSE_MS 10     /* until the last one is buried */
#define WINDOW 40000000 /* what a kill costs is over by its end */
#define WINDOWS 15
#define BATCH 64u /* reads between two looks at the clock */
#define SECOND 1000000000

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
        usrd_sleep(PAUSE_MS); /* who spins sinks to the soaker's priority */
    }
    bench_spread("block.kill_to_read", took, KILLS);
    bench_spread("block.kill_to_read.device_init", init, KILLS);
    return KERN_SUCCESS;
}

/* Reads a second during a window, at whose beginning the driver is killed or
 * not. */
static kern_return_t window(boolean_t with_kill, uint64_t *rate)
{
    uint64_t began = bench_ticks(), took_all, reads = 0;

    if (with_kill)
        USRD_CHECK_RETURN(kill_driver());
    do {
        USRD_CHECK_RETURN(ring_read_32(BATCH));
        reads += BATCH;
        took_all = bench_ticks() - began;
    } while (took_all < WINDOW);
    *rate = reads * SECOND / took_all;
    return KERN_SUCCESS;
}

/* Each kill beside the windows before and after it: how fast the host is may
 * change at any time, and with it how long the disk takes.  What is lost is
 * lost once a second. */
static kern_return_t throughput(void)
{
    static uint64_t share[WINDOWS]; /* millionths */

    for (unsigned n = 0; n < WINDOWS; n++) {
        uint64_t before, killed, after;
        USRD_CHECK_RETURN(window(FALSE, &before));
        USRD_CHECK_RETURN(window(TRUE, &killed));
        USRD_CHECK_RETURN(window(FALSE, &after));
        uint64_t usual = (before + after) / 2;
        int64_t more = (int64_t)(killed - usual) * 1000000 / (int64_t)usual;
        share[n] = 1000000 + (uint64_t)(more / (SECOND / WINDOW));
    }
    bench_say("block.share_ppm", "", bench_median(share, WINDOWS));
    return KERN_SUCCESS;
}

kern_return_t blocks_kills(void)
{
    USRD_CHECK_RETURN(ring_open());
    USRD_CHECK_RETURN(first_reads());
    return throughput();
}

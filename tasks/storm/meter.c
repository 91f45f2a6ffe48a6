/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * storm's client, and a task that needs the processor: how much of it there is
 * while storm has INTERRUPTS a second, for SECONDS.  meter INTERRUPTS SECONDS
 */
#include <device/userspace_driver_sdk.h>
#include <stdio.h>
#include <stdlib.h>
#include <usrd/client.h>

#include "storm.h"

static mach_port_t storm;

/* Work that takes the same time each time. */
static void work(void)
{
    for (volatile int k = 0; k < 1000; k++)
        ;
}

/* How often it can be done in so many us. */
static unsigned long worth(unsigned long us, unsigned long *took)
{
    unsigned long began = usrd_now(), n = 0;

    do {
        work();
        n++;
    } while ((*took = usrd_now() - began) < us);
    return n;
}

static int count(void)
{
    int words = 0;
    natural_t n = 1;

    usrd_get_status(storm, STORM_COUNT, &words, &n);
    return words;
}

int main(int argc, char **argv)
{
    int rate = argc > 1 ? atoi(argv[1]) : 100000;
    unsigned long us = (argc > 2 ? strtoul(argv[2], NULL, 10) : 1) * 1000000;
    unsigned long calm, calm_us, stormy, stormy_us;

    usrd_set_timeout(0);
    if (usrd_open("storm", D_READ, &storm) != KERN_SUCCESS)
        return 1;
    usrd_sleep(500); /* until all is up */
    calm = worth(us / 2, &calm_us);
    if (usrd_set_status(storm, STORM_RATE, &rate, 1) != KERN_SUCCESS)
        return 1;
    usrd_sleep(200); /* what was not used is used up */
    unsigned long began = usrd_now();
    int before = count();
    stormy = worth(us, &stormy_us);
    int interrupts = count() - before;
    unsigned long took = usrd_now() - began;
    rate = 0;
    usrd_set_status(storm, STORM_RATE, &rate, 1);
    printf("left=%lu%% interrupts=%lu/s\n",
           stormy * calm_us / (stormy_us / 1000) / calm / 10,
           (unsigned long)interrupts * 1000 / (took / 1000));
    return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The soaker's counter.  While work is done in which others wait for a device,
 * it goes on; what it would have counted and did not is what the work cost,
 * with all that the kernel and kernel-ext did for it. */
#include <stdio.h>

#include <device/device.h>
#include <device/userspace_driver_sdk.h>
#include <mach/mach.h>
#include <usrd/client.h>

#include "soak.h"

#define CALIBRATE_MS 200
#define CALIBRATIONS 20

static volatile uint64_t *count;
static uint64_t ticks, counted; /* of the calibration */

uint64_t soak_count(void)
{
    return *count;
}

uint64_t soak_idle(uint64_t n)
{
    return (uint64_t)((unsigned __int128)n * ticks / counted);
}

static kern_return_t map_counter(mach_port_t soaker)
{
    vm_address_t at = 0;
    mach_port_t object;

    USRD_CHECK_RETURN(
        device_map(soaker, VM_PROT_READ, 0, sizeof *count, &object, 0));
    USRD_CHECK_RETURN(vm_map(mach_task_self(), &at, sizeof *count, 0, TRUE,
                             object, 0, FALSE, VM_PROT_READ, VM_PROT_READ,
                             VM_INHERIT_NONE));
    count = (volatile uint64_t *)at;
    return KERN_SUCCESS;
}

/* Ticks for a thousand million counts. */
static uint64_t calibrate(void)
{
    uint64_t began = bench_ticks(), from = *count;

    usrd_sleep(CALIBRATE_MS);
    ticks = bench_ticks() - began;
    counted = *count - from;
    return counted ? soak_idle(1000000000) : 0;
}

/* Until what follows a boot is over: two that agree to a fiftieth of a per
 * cent. */
kern_return_t soak_begin(void)
{
    uint64_t before = 0, now;
    mach_port_t soaker;

    USRD_CHECK_RETURN(usrd_open(BENCH_SOAKER, D_READ | D_WRITE, &soaker));
    USRD_CHECK_RETURN(map_counter(soaker));
    USRD_CHECK_RETURN(usrd_set_status(soaker, BENCH_STATUS, NULL, 0));
    for (unsigned n = 0; n < CALIBRATIONS; n++) {
        now = calibrate();
        if (now && now - before + now / 5000 < now / 2500)
            return KERN_SUCCESS;
        before = now;
    }
    printf("the soaker does not count evenly\n");
    return KERN_FAILURE;
}

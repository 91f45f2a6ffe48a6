/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A driver with rings as it is, which also tells how many system calls it has
 * made and how long it took to be ready (ld --wrap, task.ninja). */
#include <string.h>

#include <device/userspace_driver_sdk.h>
#include <mach/mach.h>
#include <userspace_driver.h>

#include "bench.h"

usrd_driver_t __real_usrd_driver_create(const char *, const char *, unsigned,
                                        unsigned, unsigned,
                                        struct usrd_driver_callbacks *);
usrd_driver_t __wrap_usrd_driver_create(const char *, const char *, unsigned,
                                        unsigned, unsigned,
                                        struct usrd_driver_callbacks *);
kern_return_t __real_usrd_msg_ready(mach_port_t);
kern_return_t __wrap_usrd_msg_ready(mach_port_t);

static struct usrd_driver_callbacks real;
static uint64_t began, took;
uint64_t bench_own;

static kern_return_t init(usrd_driver_t driver)
{
    began = bench_ticks();
    return real.driver_init ? real.driver_init(driver) : KERN_SUCCESS;
}

kern_return_t __wrap_usrd_msg_ready(mach_port_t control)
{
    took = bench_ticks() - began;
    return __real_usrd_msg_ready(control);
}

static kern_return_t status(usrd_driver_t driver, void *context,
                            dev_flavor_t flavor, dev_status_t words,
                            natural_t *count)
{
    const uint64_t values[BENCH_DRIVER_WORDS] = {
        [BENCH_TRAPS] = bench_traps,
        [BENCH_INIT] = took,
        [BENCH_OWN] = bench_own,
    };

    if (flavor != BENCH_STATUS)
        return real.device_get_status(driver, context, flavor, words, count);
    if (*count < BENCH_DRIVER_WORDS * 2)
        return D_INVALID_SIZE;
    memcpy(words, values, sizeof values);
    *count = BENCH_DRIVER_WORDS * 2;
    return KERN_SUCCESS;
}

usrd_driver_t __wrap_usrd_driver_create(const char *name, const char *text,
                                        unsigned major, unsigned minor,
                                        unsigned caps,
                                        struct usrd_driver_callbacks *call)
{
    real = *call;
    call->driver_init = init;
    call->device_get_status = status;
    if (bench_own_begin)
        bench_own_begin(call);
    return __real_usrd_driver_create(name, text, major, minor, caps, call);
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A block driver as it is, which also tells how many system calls it has made
 * and how long it took to be ready (ld --wrap, task.ninja). */
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

static kern_return_t (*real_init)(usrd_driver_t);
static kern_return_t (*real_status)(usrd_driver_t, void *, dev_flavor_t,
                                    dev_status_t, natural_t *);
static uint64_t began, took;

static kern_return_t init(usrd_driver_t driver)
{
    began = bench_ticks();
    return real_init ? real_init(driver) : KERN_SUCCESS;
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
    const uint64_t values[BENCH_BLOCK_WORDS] = {
        [BENCH_TRAPS] = bench_traps,
        [BENCH_INIT] = took,
    };

    if (flavor != BENCH_STATUS)
        return real_status(driver, context, flavor, words, count);
    if (*count < BENCH_BLOCK_WORDS * 2)
        return D_INVALID_SIZE;
    memcpy(words, values, sizeof values);
    *count = BENCH_BLOCK_WORDS * 2;
    return KERN_SUCCESS;
}

usrd_driver_t __wrap_usrd_driver_create(const char *name, const char *text,
                                        unsigned major, unsigned minor,
                                        unsigned caps,
                                        struct usrd_driver_callbacks *call)
{
    real_init = call->driver_init;
    real_status = call->device_get_status;
    call->driver_init = init;
    call->device_get_status = status;
    return __real_usrd_driver_create(name, text, major, minor, caps, call);
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * How long a driver is in its own code: its callbacks for rings and interrupts,
 * without the SDK's part of them.  For a driver of its own, because it costs
 * some instructions each time (ld --wrap, task.ninja). */
#include <device/userspace_driver_sdk.h>
#include <usrd/ring.h>

#include "bench.h"

void __real_usrd_ring_complete(unsigned, kern_return_t, uint64_t);
void __wrap_usrd_ring_complete(unsigned, kern_return_t, uint64_t);
kern_return_t __real_usrd_driver_register_interrupt(usrd_driver_t, int,
                                                    void (*)(usrd_driver_t,
                                                             int));
kern_return_t __wrap_usrd_driver_register_interrupt(usrd_driver_t, int,
                                                    void (*)(usrd_driver_t,
                                                             int));

static struct usrd_driver_callbacks real;
static void (*real_interrupt)(usrd_driver_t, int);

static kern_return_t ring(usrd_driver_t driver, void *context,
                          const struct usrd_ring_request *request)
{
    bench_own -= bench_ticks();
    kern_return_t kr = real.device_ring(driver, context, request);
    bench_own += bench_ticks();
    return kr;
}

static void ring_end(usrd_driver_t driver)
{
    bench_own -= bench_ticks();
    real.device_ring_end(driver);
    bench_own += bench_ticks();
}

static void interrupt(usrd_driver_t driver, int line)
{
    bench_own -= bench_ticks();
    real_interrupt(driver, line);
    bench_own += bench_ticks();
}

void __wrap_usrd_ring_complete(unsigned id, kern_return_t result,
                               uint64_t count)
{
    bench_own += bench_ticks();
    __real_usrd_ring_complete(id, result, count);
    bench_own -= bench_ticks();
}

kern_return_t __wrap_usrd_driver_register_interrupt(
    usrd_driver_t driver, int line, void (*handler)(usrd_driver_t, int))
{
    real_interrupt = handler;
    return __real_usrd_driver_register_interrupt(driver, line, interrupt);
}

void bench_own_begin(struct usrd_driver_callbacks *call)
{
    real = *call;
    call->device_ring = ring;
    if (call->device_ring_end)
        call->device_ring_end = ring_end;
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Interrupts of bench-irq: from the device to the handler. */
#include <stdio.h>
#include <string.h>

#include <device/userspace_driver_sdk.h>
#include <usrd/client.h>

#include "bench.h"

#define INTERRUPTS 300

int bench_interrupt(void)
{
    static uint64_t latency[INTERRUPTS], cycle[INTERRUPTS];
    uint64_t at[BENCH_IRQS];
    mach_port_t device;
    kern_return_t kr = usrd_open("bench-irq", D_READ | D_WRITE, &device);

    for (unsigned n = 0; kr == KERN_SUCCESS && n < INTERRUPTS; n++) {
        natural_t words = BENCH_IRQS * 2;

        kr = usrd_set_status(device, BENCH_STATUS, NULL, 0);
        if (kr != KERN_SUCCESS)
            break;
        usrd_sleep(20);
        kr = usrd_get_status(device, BENCH_STATUS, (int *)at, &words);
        latency[n] = at[BENCH_HANDLER] - at[BENCH_ASSERTED];
        cycle[n] = at[BENCH_AGAIN] - at[BENCH_HANDLER];
    }
    if (kr != KERN_SUCCESS) {
        printf("interrupt: %s\n", usrd_error_text(kr));
        return 1;
    }
    bench_say("interrupt.to_handler", "", bench_median(latency, INTERRUPTS));
    bench_say("interrupt.to_unmasked", "", bench_median(cycle, INTERRUPTS));
    return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a call costs: on hello, and on a server that does nothing. */
#include <stdio.h>

#include <device/device.h>
#include <mach/mach.h>
#include <mach/mig_support.h>
#include <usrd/client.h>

#include "bench.h"

#define WARM_UP 50
#define CALLS 10000

static uint64_t took[CALLS];
static mach_port_t device, reply_port;

/* Mach's own stub, as any Mach client has it. */
static kern_return_t status(void)
{
    int value[DEV_GET_SIZE_COUNT];
    mach_msg_type_number_t words = DEV_GET_SIZE_COUNT;

    return device_get_status(device, DEV_GET_SIZE, value, &words);
}

static kern_return_t client_read(void)
{
    char data[64];
    size_t got;

    return usrd_read(device, 0, 0, data, sizeof data, &got);
}

/* A header there, a header back. */
static kern_return_t null(void)
{
    mach_msg_header_t msg = {
        .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND,
                                    MACH_MSG_TYPE_MAKE_SEND_ONCE),
        .msgh_size = sizeof msg,
        .msgh_remote_port = device,
        .msgh_local_port = reply_port,
        .msgh_id = 1,
    };

    return mach_msg(&msg, MACH_SEND_MSG | MACH_RCV_MSG, sizeof msg, sizeof msg,
                    reply_port, 0, MACH_PORT_NULL);
}

static int measure(const char *open, const char *name,
                   kern_return_t (*call)(void))
{
    kern_return_t kr = usrd_open(open, D_READ, &device);

    for (int n = -WARM_UP; kr == KERN_SUCCESS && n < CALLS; n++) {
        uint64_t began = bench_ticks();

        kr = call();
        if (n >= 0)
            took[n] = bench_ticks() - began;
    }
    if (kr != KERN_SUCCESS) {
        printf("%s: %s\n", name, usrd_error_text(kr));
        return 1;
    }
    bench_spread(name, took, CALLS);
    return 0;
}

int bench_calls(void)
{
    reply_port = mig_get_reply_port();
    return measure("hello", "call.device_get_status", status) |
           measure("hello", "call.read", client_read) |
           measure("null", "call.null", null);
}

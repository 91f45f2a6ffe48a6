/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What bench-store's registration, opens, reads and writes cost; and again, on
 * the same handle, after it has crashed 1,000 times. */
#include <stdio.h>
#include <string.h>

#include <device/device.h>
#include <device/device_request.h>
#include <mach/mach.h>
#include <usrd/client.h>

#include "bench.h"

#define WARM_UP 50
#define CALLS 1000
#define CRASHES 1000
#define PAUSE_MS 30 /* until the last one's log is out */

static uint64_t took[CRASHES > CALLS ? CRASHES : CALLS];
static mach_port_t store, reply_port;
static char data[BENCH_LONG] __attribute__((aligned(4096)));

static mach_port_t another;

static kern_return_t open_another(void)
{
    return usrd_open("bench-store", D_READ, &another);
}

/* And until the driver has closed it. */
static kern_return_t close_another(void)
{
    kern_return_t kr = usrd_close(another);

    usrd_sleep(10);
    return kr;
}

static kern_return_t open_close(void)
{
    kern_return_t kr = open_another();

    return kr == KERN_SUCCESS ? usrd_close(another) : kr;
}

/* Mach's own stubs, as any Mach client has them. */
static kern_return_t read_16(void)
{
    mach_msg_type_number_t n = IO_INBAND_MAX;

    return device_read_inband(store, 0, 0, 16, data, &n);
}

static kern_return_t read_64k(void)
{
    mach_msg_type_number_t n;
    io_buf_ptr_t pages;
    kern_return_t kr = device_read(store, 0, 0, BENCH_LONG, &pages, &n);

    return kr == KERN_SUCCESS
               ? vm_deallocate(mach_task_self(), (vm_address_t)pages, n)
               : kr;
}

static kern_return_t write_16(void)
{
    int n;

    return device_write_inband(store, 0, 0, data, 16, &n);
}

static kern_return_t write_64k(void)
{
    int n;

    return device_write(store, 0, 0, data, BENCH_LONG, &n);
}

/* A request without a wait, and the answer on a port of our own. */
static kern_return_t read_async(void)
{
    union {
        mach_msg_header_t head;
        char bytes[512];
    } answer;
    kern_return_t kr = device_read_request_inband(store, reply_port, 0, 0, 16);

    return kr == KERN_SUCCESS
               ? mach_msg(&answer.head, MACH_RCV_MSG, 0, sizeof answer,
                          reply_port, 0, MACH_PORT_NULL)
               : kr;
}

static kern_return_t client_read_16(void)
{
    size_t got;

    return usrd_read(store, 0, 0, data, 16, &got);
}

static kern_return_t client_read_64k(void)
{
    size_t got;

    return usrd_read(store, 0, 0, data, sizeof data, &got);
}

static const struct {
    const char *name;
    kern_return_t (*call)(void);
    kern_return_t (*after)(void); /* what is not measured */
} calls[] = {
    {"open", open_another, close_another},
    {"open_close", open_close, NULL},
    {"read_16", read_16, NULL},
    {"client_read_16", client_read_16, NULL},
    {"read_64k", read_64k, NULL},
    {"client_read_64k", client_read_64k, NULL},
    {"write_16", write_16, NULL},
    {"write_64k", write_64k, NULL},
    {"read_async", read_async, NULL},
};

static int measure(const char *when)
{
    char name[64];

    for (unsigned i = 0; i < sizeof calls / sizeof *calls; i++) {
        kern_return_t kr = KERN_SUCCESS;
        for (int n = -WARM_UP; kr == KERN_SUCCESS && n < CALLS; n++) {
            uint64_t began = bench_ticks();

            kr = calls[i].call();
            if (n >= 0)
                took[n] = bench_ticks() - began;
            if (kr == KERN_SUCCESS && calls[i].after)
                kr = calls[i].after();
        }
        if (kr != KERN_SUCCESS) {
            printf("%s: %s\n", calls[i].name, usrd_error_text(kr));
            return 1;
        }
        snprintf(name, sizeof name, "io.%s%s", calls[i].name, when);
        bench_say(name, "", bench_median(took, CALLS));
    }
    return 0;
}

/* What the registration of its present incarnation cost. */
static kern_return_t registration(uint64_t *cost)
{
    int words[2];
    natural_t n = 2;
    kern_return_t kr = usrd_get_status(store, BENCH_STATUS, words, &n);

    memcpy(cost, words, sizeof words);
    return kr;
}

static int crash(unsigned times)
{
    for (unsigned n = 0; n < times; n++) {
        kern_return_t kr = device_set_status(store, BENCH_CRASH, NULL, 0);

        usrd_sleep(PAUSE_MS);
        if (kr == MIG_SERVER_DIED)
            kr = registration(&took[n]);
        if (kr != KERN_SUCCESS) {
            printf("crash %u: %s\n", n, usrd_error_text(kr));
            return 1;
        }
    }
    bench_say("io.register", "", bench_median(took, times));
    return 0;
}

int bench_io(void)
{
    kern_return_t kr = usrd_open("bench-store", D_READ | D_WRITE, &store);

    reply_port = mach_reply_port();
    if (kr != KERN_SUCCESS) {
        printf("no bench-store: %s\n", usrd_error_text(kr));
        return 1;
    }
    return measure("") || crash(CRASHES) || measure(".after_1000_restarts");
}

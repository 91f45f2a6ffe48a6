/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a call on hello costs, in ticks of the time-stamp counter: under QEMU's
 * `-icount shift=0` a tick is an instruction.  A line each:
 *     bench NAME VALUE
 * then exit(0).
 */
#include <stdio.h>
#include <stdlib.h>

#include <device/device.h>
#include <device/userspace_driver_sdk.h>
#include <usrd/client.h>

#define WARM_UP 50
#define CALLS 1000

static uint64_t took[CALLS];
static mach_port_t hello;

static uint64_t ticks(void)
{
    uint32_t low, high;

    __asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

/* Mach's own stub, as any Mach client has it. */
static kern_return_t status(void)
{
    int value[DEV_GET_SIZE_COUNT];
    mach_msg_type_number_t words = DEV_GET_SIZE_COUNT;

    return device_get_status(hello, DEV_GET_SIZE, value, &words);
}

/* The client library's: a deadline, heartbeats. */
static kern_return_t client_status(void)
{
    int value[DEV_GET_SIZE_COUNT];
    natural_t words = DEV_GET_SIZE_COUNT;

    return usrd_get_status(hello, DEV_GET_SIZE, value, &words);
}

static kern_return_t client_read(void)
{
    char data[64];
    size_t got;

    return usrd_read(hello, 0, 0, data, sizeof data, &got);
}

static int by_size(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

static int measure(const char *name, kern_return_t (*call)(void))
{
    for (int n = -WARM_UP; n < CALLS; n++) {
        uint64_t began = ticks();
        kern_return_t kr = call();

        if (kr != KERN_SUCCESS) {
            printf("%s: %s\n", name, usrd_error_text(kr));
            return 1;
        }
        if (n >= 0)
            took[n] = ticks() - began;
    }
    qsort(took, CALLS, sizeof took[0], by_size);
    printf("bench %s.median %lu\n", name, (unsigned long)took[CALLS / 2]);
    printf("bench %s.p99 %lu\n", name, (unsigned long)took[CALLS * 99 / 100]);
    return 0;
}

int main(void)
{
    kern_return_t kr = usrd_open("hello", D_READ, &hello);

    if (kr != KERN_SUCCESS) {
        printf("open: %s\n", usrd_error_text(kr));
        return 1;
    }
    usrd_sleep(100); /* until the boot is over */
    return measure("call.device_get_status", status) |
           measure("call.usrd_get_status", client_status) |
           measure("call.usrd_read", client_read);
}

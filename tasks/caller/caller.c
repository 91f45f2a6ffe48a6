/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A client that calls hello all the time, and says once a second how that
 * went: the witness that what happens to others does not happen to it.
 *
 * caller [SECONDS]: then a last line and exit(0), else for ever.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <device/userspace_driver_sdk.h>
#include <usrd/client.h>

#define TICK_MS 10 /* of the kernel's clock: no pause is shorter */

static struct {
    unsigned long calls, failures;
    unsigned long slowest, late; /* us */
} count;

static void one_call(mach_port_t hello)
{
    int status[DEV_GET_SIZE_COUNT] = {0};
    natural_t words = DEV_GET_SIZE_COUNT;
    char data[64];
    size_t got = 0;
    unsigned long began = usrd_now();
    kern_return_t kr;

    if (count.calls++ % 2 == 0)
        kr = usrd_get_status(hello, DEV_GET_SIZE, status, &words);
    else
        kr = usrd_read(hello, 0, 0, data, sizeof data, &got);
    unsigned long took = usrd_now() - began;
    if (took > count.slowest)
        count.slowest = took;
    if (kr != KERN_SUCCESS) {
        count.failures++;
        printf("call %lu failed: %s\n", count.calls, usrd_error_text(kr));
    }
}

/* It lasts for two at most, if somebody lets us run then. */
static void pause_a_tick(void)
{
    unsigned long due = usrd_now() + 2 * TICK_MS * 1000;

    usrd_sleep(TICK_MS);
    unsigned long now = usrd_now();
    if (now > due && now - due > count.late)
        count.late = now - due;
}

static void report(void)
{
    printf("calls=%lu failures=%lu slowest=%luus late=%luus\n", count.calls,
           count.failures, count.slowest, count.late);
}

int main(int argc, char **argv)
{
    unsigned long seconds = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
    unsigned long began = usrd_now(), told = began;
    mach_port_t hello;
    kern_return_t kr = usrd_open("hello", D_READ, &hello);

    if (kr != KERN_SUCCESS) {
        printf("open failed: %s\n", usrd_error_text(kr));
        return 1;
    }
    while (seconds == 0 || usrd_now() - began < seconds * 1000000) {
        one_call(hello);
        pause_a_tick();
        if (usrd_now() - told >= 1000000) {
            told = usrd_now();
            report();
        }
    }
    report();
    return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A test's client that reads uart and writes back what it read.
 *
 * echo BYTES [SPEED]: that many, then says what the driver counted and exits.
 * The other end checks what came back.
 */
#include <device/userspace_driver_sdk.h>
#include <stdio.h>
#include <stdlib.h>
#include <usrd/client.h>

#include "../uart/uart.h"

static kern_return_t write_all(mach_port_t device, const char *data,
                               size_t size)
{
    while (size > 0) {
        size_t written = 0;
        kern_return_t kr = usrd_write(device, 0, 0, data, size, &written);
        if (kr != KERN_SUCCESS)
            return kr;
        data += written;
        size -= written;
    }
    return KERN_SUCCESS;
}

/* The speed is set if it has a divisor, and stays if it has none. */
static int set_speed(mach_port_t device, int speed)
{
    int now = 0;
    natural_t one = 1;
    kern_return_t kr = usrd_set_status(device, UART_SPEED, &speed, 1);

    usrd_get_status(device, UART_SPEED, &now, &one);
    printf("speed %d: %s, now %d\n", speed, usrd_error_text(kr), now);
    return kr == KERN_SUCCESS && now == speed;
}

static void say_counts(mach_port_t device)
{
    int n[UART_STATS_WORDS];
    natural_t words = UART_STATS_WORDS;

    if (usrd_get_status(device, UART_STATS, n, &words) == KERN_SUCCESS)
        printf("received=%d sent=%d errors=%d\n", n[UART_STATS_RECEIVED],
               n[UART_STATS_SENT],
               n[UART_STATS_OVERRUNS] + n[UART_STATS_PARITY] +
                   n[UART_STATS_FRAMING] + n[UART_STATS_BREAKS]);
}

int main(int argc, char **argv)
{
    unsigned long bytes = argc > 1 ? strtoul(argv[1], NULL, 0) : 1 << 20;
    int speed = argc > 2 ? atoi(argv[2]) : 115200;
    unsigned long done = 0, began;
    static char data[4096];
    mach_port_t device;
    kern_return_t kr = usrd_open("uart", D_READ | D_WRITE, &device);

    if (kr != KERN_SUCCESS) {
        printf("open failed: %s\n", usrd_error_text(kr));
        return 1;
    }
    usrd_set_timeout(0); /* the other end decides when it sends */
    if (set_speed(device, 12345) || !set_speed(device, speed))
        return 1;
    printf("echoing\n");
    began = usrd_now();
    while (done < bytes) {
        size_t got = 0;
        kr = usrd_read(device, 0, 0, data, sizeof data, &got);
        if (kr == KERN_SUCCESS)
            kr = write_all(device, data, got);
        if (kr != KERN_SUCCESS) {
            printf("after %lu bytes: %s\n", done, usrd_error_text(kr));
            return 1;
        }
        done += got;
    }
    say_counts(device);
    printf("echoed %lu bytes in %lums\n", done, (usrd_now() - began) / 1000);
    return 0;
}

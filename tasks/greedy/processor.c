/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Taking the processor. */
#include <device/userspace_driver_sdk.h>
#include <stdio.h>
#include <usrd/client.h>

#include "greedy.h"

#define SECOND 1000000ul
#define GAP 2000         /* us: longer, and somebody else ran */
#define HEARTBEAT 100000 /* us */

/* Its own clock tells what it had: the time between two looks at it is its own
 * when it is short, whoever else counts what. */
static void spin(boolean_t alive)
{
    unsigned long began = usrd_now(), last = began, beat = began, ran = 0;

    usrd_driver_heartbeat(NULL); /* from here on they are due */
    for (;;) {
        unsigned long now = usrd_now();
        if (now - last < GAP)
            ran += now - last;
        last = now;
        if (alive && now - beat >= HEARTBEAT) {
            beat = now;
            usrd_driver_heartbeat(NULL);
        }
        if (now - began >= SECOND) {
            printf("ran=%luus of=%luus\n", ran, now - began);
            began = last = usrd_now();
            ran = 0;
        }
    }
}

void greedy_spin(unsigned unused)
{
    (void)unused;
    spin(TRUE);
}

void greedy_hang(unsigned unused)
{
    (void)unused;
    spin(FALSE);
}

void greedy_burn(unsigned ms)
{
    unsigned long last = usrd_now(), ran = 0;

    while (ran < ms * 1000ul) {
        unsigned long now = usrd_now();
        if (now - last < GAP)
            ran += now - last;
        last = now;
    }
}

/* Read DEVICE so often, and tell how that went. */
void greedy_ask(const char *device, unsigned times)
{
    mach_port_t port;
    unsigned failed = 0;
    unsigned long began;

    if (usrd_open(device, D_READ, &port) != KERN_SUCCESS) {
        printf("%s does not open\n", device);
        return;
    }
    began = usrd_now();
    for (unsigned n = 0; n < times; n++) {
        char text[16];
        size_t got;
        kern_return_t kr = usrd_read(port, 0, 0, text, sizeof text, &got);
        if (kr != KERN_SUCCESS) {
            failed++;
            printf("read %u: %s\n", n, usrd_error_text(kr));
        }
    }
    printf("asked=%u failed=%u took=%lums\n", times, failed,
           (usrd_now() - began) / 1000);
}

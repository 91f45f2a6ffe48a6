/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A driver that its operator stops or suspends, or that may move only so much:
 * what the client of a ring sees of it. */
#include <device/userspace_driver_sdk.h>
#include <stdio.h>
#include <userspace_driver_operator.h>

#include "../ktap.h"
#include "platter.h"
#include "rings.h"

#define DEVICE "platter"

static void tell(kern_return_t (*command)(mach_port_t, const char *),
                 const char *name)
{
    ktap_ok(command(mach_task_self(), DEVICE) == KERN_SUCCESS, "%s", name);
    usrd_sleep(50);
}

static void suspended(struct usrd_ring *ring)
{
    tell(usrd_op_suspend, "suspended");
    one(ring, USRD_RING_READ, 1, D_DEVICE_DOWN, "a request");
    tell(usrd_op_resume, "resumed");
    one(ring, USRD_RING_READ, 1, KERN_SUCCESS, "and another");
}

/* stopper stops it while we wait. */
static void stopped(struct usrd_ring *ring)
{
    struct usrd_ring_result r;
    unsigned long began = usrd_now();

    usrd_ring_post(ring, USRD_RING_READ, PLATTER_NEVER, RECORD, 0, 1);
    kern_return_t kr = usrd_ring_wait(ring, &r);
    unsigned long ms = (usrd_now() - began) / 1000;
    ktap_ok(kr == D_DEVICE_DOWN && ms < 3000, "stopped in a wait: %s, %lu ms",
            usrd_error_text(kr), ms);
    usrd_ring_post(ring, USRD_RING_READ, 2, RECORD, BLOCK, 2);
    began = usrd_now();
    kr = usrd_ring_wait(ring, &r);
    ms = (usrd_now() - began) / 1000;
    ktap_ok(kr == D_DEVICE_DOWN && ms < 100, "and before one: %s, %lu ms",
            usrd_error_text(kr), ms);
    tell(usrd_op_start, "started again");
    kr = usrd_ring_wait(ring, &r);
    ktap_ok(kr == KERN_SUCCESS && r.cookie == 2 && r.result == KERN_SUCCESS,
            "what was posted meanwhile is carried out");
}

/* It exits when it has answered the first of two, so that the answer and the end
 * are one bell. */
static void exits(struct usrd_ring *ring)
{
    struct usrd_ring_result r;

    usrd_ring_post(ring, USRD_RING_READ, PLATTER_GOES, RECORD, 0, 1);
    usrd_ring_post(ring, USRD_RING_READ, 1, RECORD, BLOCK, 2);
    ktap_ok(usrd_ring_wait(ring, &r) == KERN_SUCCESS && r.cookie == 1,
            "its last answer");
    unsigned long began = usrd_now();
    kern_return_t kr = usrd_ring_wait(ring, &r);
    unsigned long ms = (usrd_now() - began) / 1000;
    ktap_ok(kr == D_DEVICE_DOWN && ms < 1000, "and no more: %s, %lu ms",
            usrd_error_text(kr), ms);
    tell(usrd_op_start, "started again");
    ktap_ok(usrd_ring_wait(ring, &r) == KERN_SUCCESS && r.cookie == 2,
            "what it had not taken is carried out");
}

int down(void)
{
    struct usrd_ring *ring = ring_open(DEVICE, 4);

    if (!ktap_ok(ring != NULL, "a ring"))
        return ktap_end();
    suspended(ring);
    stopped(ring);
    exits(ring);
    return ktap_end();
}

int stopper(void)
{
    usrd_sleep(2000);
    return usrd_op_stop(mach_task_self(), DEVICE) != KERN_SUCCESS;
}

/* How fast is it, with 8 requests at a time? */
int rate(void)
{
    struct usrd_ring *ring = ring_open("ramdisk", 8);
    struct usrd_ring_result r;
    unsigned long began = usrd_now(), now, blocks = 0;

    if (!ring)
        return 1;
    for (unsigned n = 0; n < 8; n++)
        usrd_ring_post(ring, USRD_RING_READ, n * 8, BLOCK, n * BLOCK, n);
    do {
        if (usrd_ring_wait(ring, &r) != KERN_SUCCESS || r.count != BLOCK)
            return 1;
        blocks++;
        usrd_ring_post(ring, USRD_RING_READ, r.cookie * 8, BLOCK,
                       r.cookie * BLOCK, r.cookie);
        now = usrd_now();
    } while (now - began < 2000000);
    printf("KB a second: %lu\n",
           blocks * (BLOCK / 1024) * 1000 / ((now - began) / 1000));
    return 0;
}

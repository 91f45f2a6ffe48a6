/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Of platter: requests that kill, or are not answered, and clients that die. */
#include <stdlib.h>
#include <string.h>

#include <device/userspace_driver_sdk.h>

#include "../ktap.h"
#include "platter.h"
#include "rings.h"

#define DEVICE "platter"

static void release(void)
{
    mach_port_t device;

    ktap_ok(usrd_open(DEVICE, D_READ, &device) == KERN_SUCCESS &&
                usrd_set_status(device, PLATTER_RELEASE, NULL, 0) ==
                    KERN_SUCCESS,
            "the device goes on");
    usrd_close(device);
}

/* ---- One that kills its driver ---- */

int poison(void)
{
    struct usrd_ring *mine = ring_open(DEVICE, 4);
    struct usrd_ring *theirs = ring_open(DEVICE, 4);
    struct usrd_ring *stuck = ring_open(DEVICE, 1);
    struct usrd_ring_result r;
    unsigned good = 0;

    if (!ktap_ok(mine && theirs && stuck, "three rings"))
        return ktap_end();
    usrd_ring_post(stuck, USRD_RING_READ, PLATTER_NEVER, RECORD, 0, 3);
    usrd_ring_submit(stuck);
    one(mine, USRD_RING_WRITE, 1, KERN_SUCCESS, "a write");
    for (unsigned n = 0; n < 3; n++)
        usrd_ring_post(theirs, USRD_RING_READ, n, RECORD, n * BLOCK, n);
    usrd_ring_submit(theirs);
    usrd_ring_post(mine, USRD_RING_READ, 0, RECORD, 0, 1);
    usrd_ring_post(mine, USRD_RING_READ, PLATTER_POISON, RECORD, RECORD, 2);
    usrd_ring_submit(mine);
    for (unsigned n = 3; n < 53; n++) {
        good += usrd_ring_wait(theirs, &r) == KERN_SUCCESS &&
                r.result == KERN_SUCCESS;
        usrd_ring_post(theirs, USRD_RING_READ, n, RECORD, n % 4 * BLOCK, n);
    }
    ktap_ok(good == 50, "another ring's %u of 50 requests succeed", good);
    for (unsigned n = 0; n < 2; n++) {
        kern_return_t kr = usrd_ring_wait(mine, &r);
        kern_return_t want = r.cookie == 2 ? D_IO_ERROR : KERN_SUCCESS;
        ktap_ok(kr == KERN_SUCCESS && r.result == want, "request %u: %s",
                (unsigned)r.cookie, usrd_error_text(r.result));
    }
    ktap_ok(generation(DEVICE) == 3, "the driver died twice, not %u times",
            generation(DEVICE) - 1);
    one(mine, USRD_RING_READ, 1, KERN_SUCCESS, "the ring is good for more");
    release();
    ktap_ok(usrd_ring_wait(stuck, &r) == KERN_SUCCESS && r.cookie == 3 &&
                r.result == KERN_SUCCESS,
            "one that was in hand all the time blames nobody, nor is blamed");
    return ktap_end();
}

/* ---- One that is not answered ---- */

int never(void)
{
    struct usrd_ring *ring = ring_open(DEVICE, 4);
    struct usrd_ring *other = ring_open(DEVICE, 4);
    struct usrd_ring_result r;

    if (!ktap_ok(ring && other, "two rings"))
        return ktap_end();
    usrd_ring_post(ring, USRD_RING_READ, PLATTER_NEVER, RECORD, 0, 7);
    unsigned was = usrd_set_timeout(300);
    ktap_ok(usrd_ring_wait(ring, &r) == MACH_RCV_TIMED_OUT,
            "a request that is not answered is waited for no longer");
    unsigned long began = usrd_now();
    usrd_set_timeout(5000); /* of which kernel-ext's bells count the seconds */
    kern_return_t kr = usrd_ring_wait(ring, &r);
    unsigned ms = (unsigned)((usrd_now() - began) / 1000);
    ktap_ok(kr == MACH_RCV_TIMED_OUT && ms >= 5000 && ms < 5100,
            "nor for more than five seconds: %u ms", ms);
    one(other, USRD_RING_READ, 0, KERN_SUCCESS, "meanwhile another is");
    usrd_set_timeout(was);
    release();
    ktap_ok(usrd_ring_wait(ring, &r) == KERN_SUCCESS && r.cookie == 7,
            "then it is answered");
    ktap_ok(usrd_ring_wait(ring, &r) == D_INVALID_OPERATION, "once");
    return ktap_end();
}

/* ---- A client that dies ---- */

/* The device has no room, so the writes stay in the ring. */
int abandon(void)
{
    struct usrd_ring *ring = ring_open(DEVICE, 32);

    if (!ring)
        return 1;
    for (unsigned n = 0; n < PLATTER_ROOM; n++)
        usrd_ring_post(ring, USRD_RING_READ, PLATTER_NEVER, RECORD, n * BLOCK,
                       n);
    for (unsigned n = 0; n < 8; n++) {
        memset(ring_buffer(ring, 16 + n), 'x', RECORD);
        usrd_ring_post(ring, USRD_RING_WRITE, 64 + n, RECORD, (16 + n) * BLOCK,
                       n);
    }
    usrd_ring_submit(ring);
    usrd_sleep(100);
    printf("abandoned\n");
    exit(0);
}

static unsigned written(mach_port_t device)
{
    static char data[8 * RECORD];
    size_t got, n = 0;
    unsigned found = 0;

    if (usrd_read(device, 0, 64, data, sizeof data, &got) != KERN_SUCCESS)
        return ~0u;
    for (; n < got; n++)
        found += data[n] == 'x';
    return found;
}

int after(void)
{
    mach_port_t device;
    size_t n;
    char y[RECORD];

    usrd_sleep(1000);
    ktap_ok(usrd_open(DEVICE, D_READ | D_WRITE, &device) == KERN_SUCCESS,
            "a client of the same device");
    ktap_ok(written(device) == 0, "what a dead one had queued is not written");
    release();
    usrd_sleep(500);
    ktap_ok(written(device) == 0, "nor when the device has room");
    struct usrd_ring *ring = ring_open(DEVICE, 4);
    if (ktap_ok(ring != NULL, "another ring")) {
        one(ring, USRD_RING_READ, 64, KERN_SUCCESS, "is served");
        memset(usrd_ring_data(ring), 'x', RECORD);
        one(ring, USRD_RING_WRITE, 64, KERN_SUCCESS, "and writes");
    }
    ktap_ok(written(device) == RECORD, "what would have been seen");
    memset(y, 'y', sizeof y);
    usrd_write(device, 0, 64, y, sizeof y, &n);
    return ktap_end();
}

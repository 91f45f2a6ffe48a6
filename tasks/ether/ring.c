/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * By ring: half of the slots are buffers that wait for a frame; what has come
 * goes back out of the same buffer. */
#include <stdio.h>
#include <string.h>

#include <usrd/client.h>
#include <usrd/ring.h>

#include "ether.h"

static struct usrd_ring *ring;
static unsigned turned;

static uint8_t *buffer(unsigned n)
{
    return (uint8_t *)usrd_ring_data(ring) + n * ether.bytes;
}

static void post(enum usrd_ring_op op, unsigned n, uint32_t bytes)
{
    usrd_ring_post(ring, op, 0, bytes, n * ether.bytes, (uint64_t)op << 32 | n);
}

/* A frame in several buffers, up to the one that has come. */
static struct {
    uint8_t frame[2048];
    uint32_t bytes;
} whole;

static void gather(unsigned n, uint32_t bytes)
{
    if (whole.bytes + bytes <= sizeof whole.frame)
        memcpy(whole.frame + whole.bytes, buffer(n), bytes);
    whole.bytes += bytes;
}

/* What answers it, into buffer N. */
static uint32_t summary(unsigned n)
{
    uint32_t words[2] = {whole.bytes, 0};

    for (unsigned at = 16; at < whole.bytes && at < sizeof whole.frame; at++)
        words[1] += whole.frame[at];
    memcpy(buffer(n), whole.frame, 16);
    memcpy(buffer(n) + 16, words, sizeof words);
    whole.bytes = 0;
    return 16 + sizeof words;
}

/* Is there a frame to be answered, and of how many bytes in buffer N? */
static uint32_t received(const struct usrd_ring_result *r, unsigned n)
{
    uint32_t bytes = USRD_NET_BYTES(r->count);

    if (whole.bytes || (r->count & USRD_NET_MORE)) {
        gather(n, bytes);
        bytes = r->count & USRD_NET_MORE ? 0 : summary(n);
    }
    return ether_turn(buffer(n), bytes) ? bytes : 0;
}

static void answered(const struct usrd_ring_result *r)
{
    unsigned n = (uint32_t)r->cookie;
    uint32_t bytes;

    if (r->cookie >> 32 == USRD_RING_WRITE) {
        turned += r->result == KERN_SUCCESS;
        if (r->result != KERN_SUCCESS)
            printf("lost: %s\n", usrd_error_text(r->result));
    } else if (r->result == KERN_SUCCESS && (bytes = received(r, n)) > 0) {
        post(USRD_RING_WRITE, n, bytes);
        return;
    } else if (r->result == D_DEVICE_DOWN) {
        usrd_sleep(100);
    }
    post(USRD_RING_READ, n, ether.bytes);
}

static kern_return_t set_up(const char *device)
{
    mach_port_t port;
    kern_return_t kr =
        usrd_ring_open(device, D_READ | D_WRITE, ether.slots,
                       (ether.slots * ether.bytes + 4095) & ~4095u, &ring);

    if (kr == KERN_SUCCESS)
        kr = ether_address(usrd_ring_handle(ring));
    if (kr == KERN_SUCCESS && ether.filter >= 0) {
        mach_port_allocate(mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &port);
        kr = ether_filter(usrd_ring_handle(ring), port);
    }
    return kr;
}

int ether_ring(const char *device)
{
    struct usrd_ring_result r;
    kern_return_t kr = set_up(device);

    if (kr != KERN_SUCCESS) {
        printf("ring: %s\n", usrd_error_text(kr));
        return 1;
    }
    for (unsigned n = 0; n < ether.slots / 2 && !ether.unread; n++)
        post(USRD_RING_READ, n, ether.bytes);
    usrd_ring_submit(ring);
    printf("up\n");
    usrd_set_timeout(1000);
    while (ether.frames == 0 || turned < ether.frames) {
        kr = ether.unread ? (usrd_sleep(1000), MACH_RCV_TIMED_OUT)
                          : usrd_ring_wait(ring, &r);
        if (kr == KERN_SUCCESS)
            answered(&r);
        else if (kr == D_DEVICE_DOWN)
            usrd_sleep(100);
        else if (kr == MACH_RCV_TIMED_OUT)
            ether_say(usrd_ring_handle(ring));
        else
            break;
    }
    ether_say(usrd_ring_handle(ring));
    usrd_ring_close(ring);
    return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * frames DEVICE: what a frame costs by ring alone, without a stack.  Of what
 * comes in bursts of 16, one is sent back, so that the host sends the next;
 * then one comes, and 16 are sent.  Prints what rounds.h says. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <device/userspace_driver_sdk.h>
#include <usrd/client.h>
#include <usrd/net.h>
#include <usrd/ring.h>

#include "rounds.h"
#include "soak.h"

#define HALF 32u /* of the slots: so many to receive, and to send */
#define BUFFER 2048u
#define SENDING 64u       /* in a cookie, beside the buffer's number */
#define SOURCE_PORT_AT 34 /* in a frame of UDP */

/* What the host sends, in this order; the number of its source port. */
static const struct kind {
    const char *name;
    bool sends; /* many for one, not one for many */
    unsigned ops;
} kinds[] = {
    {"net.frames.receive_64", false, 1600},
    {"net.frames.receive_1472", false, 1600},
    {"net.frames.send_64", true, 1600},
    {"net.frames.send_1472", true, 1600},
};
#define KINDS (sizeof kinds / sizeof *kinds)

static struct usrd_ring *ring;
static uint8_t *data;
static unsigned now; /* the kind */
static unsigned to_send[HALF], n_to_send;

/* BYTES of buffer FROM, if a buffer to send from is free. */
static bool answer(unsigned from, unsigned bytes)
{
    if (n_to_send == 0)
        return false;
    unsigned n = to_send[--n_to_send];
    memcpy(data + n * BUFFER, data + from * BUFFER, bytes);
    return usrd_ring_post(ring, USRD_RING_WRITE, 0, bytes, n * BUFFER,
                          SENDING | n);
}

/* FALSE: all kinds are done. */
static bool count(void)
{
    if (!rounds_count())
        return true;
    if (++now == KINDS)
        return false;
    rounds_begin(kinds[now].name, kinds[now].ops);
    return true;
}

static bool came(unsigned n, unsigned bytes)
{
    static unsigned received;
    const uint8_t *at = data + n * BUFFER + SOURCE_PORT_AT;
    unsigned port = (unsigned)at[0] << 8 | at[1];
    bool more = true;

    if (bytes < BUFFER && port == ROUNDS_SOURCE_PORT + now) {
        if (kinds[now].sends) {
            for (unsigned i = 0; i < ROUNDS_BURST && more; i++)
                more = answer(n, bytes) && count();
        } else {
            if (++received % ROUNDS_BURST == 0)
                answer(n, bytes);
            more = count();
        }
    }
    usrd_ring_post(ring, USRD_RING_READ, 0, BUFFER, n * BUFFER, n);
    return more;
}

static kern_return_t run(const char *device)
{
    struct usrd_ring_result r;
    bool more = true;

    USRD_CHECK_RETURN(usrd_ring_open(device, D_READ | D_WRITE, 2 * HALF,
                                     2 * HALF * BUFFER, &ring));
    USRD_CHECK_RETURN(soak_begin());
    rounds_of(usrd_ring_handle(ring));
    data = usrd_ring_data(ring);
    for (unsigned n = 0; n < HALF; n++) {
        usrd_ring_post(ring, USRD_RING_READ, 0, BUFFER, n * BUFFER, n);
        to_send[n_to_send++] = HALF + n;
    }
    rounds_begin(kinds[0].name, kinds[0].ops);
    usrd_ring_submit(ring);
    printf("frames: ready\n"); /* the host may begin */
    while (more) {
        USRD_CHECK_RETURN(usrd_ring_wait(ring, &r));
        do {
            USRD_CHECK_RETURN(r.result);
            if (r.cookie & SENDING)
                to_send[n_to_send++] = (unsigned)(r.cookie & ~SENDING);
            else
                more = came((unsigned)r.cookie, USRD_NET_BYTES(r.count));
        } while (more && usrd_ring_poll(ring, &r));
    }
    return KERN_SUCCESS;
}

int main(int argc, char **argv)
{
    usrd_set_timeout(0);
    usrd_sleep(200); /* until the boot is over */
    kern_return_t kr = argc == 2 ? run(argv[1]) : KERN_INVALID_ARGUMENT;
    if (kr != KERN_SUCCESS)
        printf("frames: %s\n", usrd_error_text(kr));
    return kr != KERN_SUCCESS;
}

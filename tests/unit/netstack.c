/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A ring for tasks/netstack on the host: frames come and go as packets on file
 * descriptor 0, a socket.  NETSTACK_PIECES in the environment: frames that are
 * longer come in several buffers, as from a device that merges.  Time runs
 * faster than the host's, so that what lwIP waits for is soon over. */
#include <device/net_status.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <device/userspace_driver_sdk.h>
#include <usrd/client.h>
#include <usrd/net.h>
#include <usrd/ring.h>

#define FASTER 20u
#define FRAME 65536u

struct usrd_ring {
    uint8_t *data;
    struct usrd_ring_result done[2 * USRD_RING_SLOTS];
    unsigned n_done, first_done;
    struct {
        uint64_t offset, count, cookie;
    } reads[USRD_RING_SLOTS];
    unsigned n_reads;
};

static struct usrd_ring ring;
static unsigned piece = FRAME;

unsigned long usrd_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return ((unsigned long)now.tv_sec * 1000000 +
            (unsigned long)now.tv_nsec / 1000) *
           FASTER;
}

/* The buffers are all there is of it, so that a byte before or past them is
 * somebody else's. */
kern_return_t usrd_ring_open(const char *name, dev_mode_t mode, unsigned slots,
                             size_t bytes, struct usrd_ring **r)
{
    const char *pieces = getenv("NETSTACK_PIECES");

    (void)name, (void)mode, (void)slots;
    setvbuf(stdout, NULL, _IOLBF, 0); /* all that it said before an abort() */
    if (pieces)
        piece = (unsigned)atoi(pieces);
    ring.data = malloc(bytes);
    *r = &ring;
    return ring.data ? KERN_SUCCESS : D_NO_MEMORY;
}

void *usrd_ring_data(struct usrd_ring *r)
{
    return r->data;
}

mach_port_t usrd_ring_handle(const struct usrd_ring *r)
{
    (void)r;
    return 1;
}

uint32_t usrd_ring_epoch(const struct usrd_ring *r)
{
    (void)r;
    return 1;
}

kern_return_t usrd_get_status(mach_port_t device, dev_flavor_t flavor,
                              int *status, natural_t *count)
{
    (void)device, (void)count;
    if (flavor == NET_ADDRESS) {
        status[0] = 0x52540012;
        status[1] = 0x34560000;
    } else
        status[USRD_NET_INFO_MTU] = 1500;
    return KERN_SUCCESS;
}

kern_return_t usrd_set_status(mach_port_t device, dev_flavor_t flavor,
                              const int *status, natural_t count)
{
    (void)device, (void)flavor, (void)status, (void)count;
    return KERN_SUCCESS;
}

unsigned usrd_set_timeout(unsigned ms)
{
    return ms;
}

const char *usrd_error_text(kern_return_t result)
{
    (void)result;
    return "an error";
}

static void done(uint64_t count, uint64_t cookie)
{
    ring.done[(ring.first_done + ring.n_done++) % (2 * USRD_RING_SLOTS)] =
        (struct usrd_ring_result){0, KERN_SUCCESS, count, cookie};
}

boolean_t usrd_ring_post(struct usrd_ring *r, enum usrd_ring_op op,
                         uint64_t record, uint64_t count, uint64_t offset,
                         uint64_t cookie)
{
    (void)record;
    if (op == USRD_RING_WRITE) {
        send(0, r->data + offset, count, 0);
        done(count, cookie);
        return TRUE;
    }
    r->reads[r->n_reads].offset = offset;
    r->reads[r->n_reads].count = count;
    r->reads[r->n_reads++].cookie = cookie;
    return TRUE;
}

boolean_t usrd_ring_poll(struct usrd_ring *r, struct usrd_ring_result *result)
{
    if (r->n_done == 0)
        return FALSE;
    *result = r->done[r->first_done];
    r->first_done = (r->first_done + 1) % (2 * USRD_RING_SLOTS);
    r->n_done--;
    return TRUE;
}

/* As drivers do: the oldest buffers, as many as it takes.  What is too long for
 * them is dropped. */
static void give(const uint8_t *frame, size_t bytes)
{
    unsigned n = 0;

    for (size_t at = 0; at < bytes; n++) {
        size_t most = n < ring.n_reads ? ring.reads[n].count : 0;
        if (most > piece)
            most = piece;
        if (most == 0 || (bytes - at > most && piece == FRAME))
            return;
        size_t some = bytes - at < most ? bytes - at : most;
        memcpy(ring.data + ring.reads[n].offset, frame + at, some);
        at += some;
        done(some | (at < bytes ? USRD_NET_MORE : 0), ring.reads[n].cookie);
    }
    ring.n_reads -= n;
    memmove(ring.reads, ring.reads + n, ring.n_reads * sizeof ring.reads[0]);
}

kern_return_t usrd_ring_sleep(struct usrd_ring *const rings[], unsigned n,
                              unsigned ms)
{
    static uint8_t frame[FRAME];
    struct pollfd fd = {.fd = 0, .events = POLLIN};

    (void)rings, (void)n;
    if (ring.n_done == 0 && ring.n_reads > 0 &&
        poll(&fd, 1, (int)((ms + FASTER - 1) / FASTER)) > 0) {
        ssize_t got = recv(0, frame, sizeof frame, 0);
        if (got <= 0)
            exit(0);
        give(frame, (size_t)got);
    }
    return ring.n_done ? KERN_SUCCESS : MACH_RCV_TIMED_OUT;
}

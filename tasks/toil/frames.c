/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * toil MS frames DEVICE OTHER: two network devices on one wire; a frame goes
 * from each to the other in a round.  A wire may lose a frame, and bring one
 * twice or late, but not another than was sent. */
#include <string.h>

#include <device/net_status.h>
#include <device/userspace_driver_sdk.h>
#include <mach/mach.h>
#include <usrd/client.h>
#include <usrd/net.h>
#include <usrd/ring.h>

#include "toil.h"

#define SLOTS 8u
#define BYTES 2048u
#define READS (SLOTS - 1) /* the last buffer is for what is sent */
#define LONGEST 1514u
#define WAIT_MS 100

struct frame {
    uint8_t to[USRD_NET_ADDRESS], from[USRD_NET_ADDRESS], type[2];
    uint32_t number, bytes;
    uint8_t data[];
} __attribute__((packed));

static struct end {
    const char *name;
    struct usrd_ring *ring;
    uint8_t address[USRD_NET_ADDRESS];
    uint32_t seen;
    bool sending; /* its last buffer is the driver's */
} ends[2];
static uint32_t sent;

static void post_read(struct end *e, uint64_t n)
{
    usrd_ring_post(e->ring, USRD_RING_READ, 0, BYTES, n * BYTES, n);
}

static kern_return_t open_end(struct end *e, struct usrd_ring *beside)
{
    natural_t count = 2;
    int words[2];

    USRD_CHECK_RETURN(usrd_ring_open_beside(e->name, D_READ | D_WRITE, SLOTS,
                                            SLOTS * BYTES, beside, &e->ring));
    kern_return_t kr =
        usrd_get_status(usrd_ring_handle(e->ring), NET_ADDRESS, words, &count);
    if (kr != KERN_SUCCESS) {
        usrd_ring_close(e->ring);
        e->ring = NULL;
        return kr;
    }
    for (int n = 0; n < 2; n++)
        words[n] = (int)__builtin_bswap32((uint32_t)words[n]);
    memcpy(e->address, words, sizeof e->address);
    for (unsigned n = 0; n < READS; n++)
        post_read(e, n);
    return KERN_SUCCESS;
}

static kern_return_t begin(int argc, char **argv)
{
    if (argc < 3)
        return KERN_INVALID_ARGUMENT;
    for (int n = 0; n < 2; n++) {
        ends[n].name = argv[1 + n];
        if (!ends[n].ring)
            USRD_CHECK_RETURN(open_end(&ends[n], ends[0].ring));
    }
    return KERN_SUCCESS;
}

/* Who was started again hears of what a former life sent, too: the pattern is
 * all that is known of that. */
static void look(struct end *e, const void *at, uint32_t bytes)
{
    uint8_t want[LONGEST];
    const struct frame *f = at;

    if (bytes < sizeof *f || f->type[0] != 0x88 || f->type[1] != 0xb5)
        return; /* not ours */
    uint32_t size = f->bytes - (uint32_t)sizeof *f;
    if (f->bytes > bytes || f->bytes < sizeof *f || f->bytes > LONGEST) {
        toil_wrong("%s: %u bytes for %u", e->name, bytes, f->bytes);
        return;
    }
    toil_fill(want, size, f->number);
    if (memcmp(f->data, want, size) != 0)
        toil_wrong("%s: frame %u is another", e->name, f->number);
    if (f->number == sent)
        e->seen = sent;
}

static kern_return_t answered(struct end *e, const struct usrd_ring_result *r)
{
    if (r->cookie == READS) {
        e->sending = false;
        return r->result == D_IO_ERROR ? MIG_SERVER_DIED : r->result;
    }
    if (r->result == KERN_SUCCESS)
        look(e, (char *)usrd_ring_data(e->ring) + r->cookie * BYTES,
             USRD_NET_BYTES(r->count));
    else if (r->result == D_DEVICE_DOWN)
        toil_down();
    post_read(e, r->cookie);
    return r->result;
}

static void send(struct end *e, const struct end *other)
{
    uint32_t bytes = 60 + toil_below(LONGEST - 60 + 1);
    struct frame *f = (void *)((char *)usrd_ring_data(e->ring) + READS * BYTES);

    memcpy(f->to, other->address, sizeof f->to);
    memcpy(f->from, e->address, sizeof f->from);
    f->type[0] = 0x88, f->type[1] = 0xb5;
    f->number = ++sent;
    f->bytes = bytes;
    toil_fill(f->data, bytes - (uint32_t)sizeof *f, f->number);
    usrd_ring_post(e->ring, USRD_RING_WRITE, 0, bytes, READS * BYTES, READS);
    e->sending = true;
}

/* Until it is there, or no more to be expected. */
static kern_return_t listen(struct end *to)
{
    struct usrd_ring *const rings[] = {ends[0].ring, ends[1].ring};
    struct usrd_ring_result r;
    kern_return_t kr, result = MIG_SERVER_DIED; /* lost */

    do {
        kr = usrd_ring_sleep(rings, 2, WAIT_MS);
        for (int n = 0; n < 2; n++)
            while (usrd_ring_poll(ends[n].ring, &r))
                if (answered(&ends[n], &r) == D_DEVICE_DOWN)
                    result = D_DEVICE_DOWN;
    } while (kr == KERN_SUCCESS && to->seen != sent);
    if (kr != KERN_SUCCESS && kr != MACH_RCV_TIMED_OUT)
        return kr;
    return to->seen == sent ? KERN_SUCCESS : result;
}

static kern_return_t frames(void)
{
    for (int n = 0; n < 2; n++) {
        if (ends[n].sending)
            continue; /* its driver is away, and has the frame */
        send(&ends[n], &ends[!n]);
        USRD_CHECK_RETURN(listen(&ends[!n]));
    }
    return ends[0].sending || ends[1].sending ? listen(&ends[0]) : KERN_SUCCESS;
}

const struct toil toil_frames = {"frames", false, begin, frames};

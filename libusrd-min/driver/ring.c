/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Rings that this driver serves, from open_ring to close_done. */
#include <string.h>

#include "ring.h"

struct usrd_open_ring usrd_open_rings[USRD_MAX_RINGS_OF_DRIVER];
unsigned usrd_rings_top;

static struct usrd_open_ring *find(unsigned handle)
{
    for (unsigned n = 0; n < usrd_rings_top; n++)
        if (usrd_open_rings[n].used && usrd_open_rings[n].handle == handle)
            return &usrd_open_rings[n];
    return NULL;
}

static struct usrd_open_ring *free_one(void)
{
    for (unsigned n = 0; n < USRD_MAX_RINGS_OF_DRIVER; n++)
        if (!usrd_open_rings[n].used) {
            if (usrd_rings_top <= n)
                usrd_rings_top = n + 1;
            return &usrd_open_rings[n];
        }
    return NULL;
}

static void ring_drop(unsigned handle)
{
    struct usrd_open_ring *r = find(handle);

    if (!r)
        return;
    usrd_ring_forget(r);
    if (MACH_PORT_VALID(r->doorbell))
        mach_port_deallocate(mach_task_self(), r->doorbell);
    if (MACH_PORT_VALID(r->once))
        mach_port_deallocate(mach_task_self(), r->once);
    r->used = r->attached = FALSE;
}

/* Its class is what the driver said of it, or of itself. */
static boolean_t is_network(const struct usrd_device *device)
{
    unsigned class = device->type ? device->type : usrd_the_driver.caps;

    return (class & USRD_CAP_NETWORK) != 0;
}

static void ring_opened(unsigned handle)
{
    struct usrd_open_ring *r = find(handle);

    if (!r)
        return;
    char *at = (char *)r->words[USRD_RING_WORD_ADDRESS];
    usrd_rd_attach(&r->side, (void *)(at + USRD_RING_CLIENT_AT),
                   (void *)(at + USRD_RING_DRIVER_AT),
                   (unsigned)r->words[USRD_RING_WORD_SLOTS],
                   (uint32_t)r->words[USRD_RING_WORD_GENERATION],
                   r->words[USRD_RING_WORD_BLAMED] != 0,
                   is_network(usrd_handle(handle)->device));
    r->attached = TRUE;
    if (usrd_rd_suspects(&r->side))
        usrd_rings_beware();
}

static boolean_t ring_busy(unsigned handle)
{
    struct usrd_open_ring *r = find(handle);

    if (!r || !r->attached)
        return FALSE;
    if (!r->closing) {
        usrd_driver_t d = &usrd_the_driver;
        r->closing = TRUE;
        if (d->call->device_ring_close)
            d->call->device_ring_close(d, usrd_handle(handle)->context);
    }
    return !usrd_rd_idle(&r->side);
}

static const struct usrd_open_ring *being_opened(void)
{
    const struct usrd_open_ring *r = find(usrd_request.handle);

    return r && usrd_request.id == USRD_REQUEST_OPEN && !r->attached ? r : NULL;
}

boolean_t usrd_ring_is_older(void)
{
    const struct usrd_open_ring *r = being_opened();

    return r && r->words[USRD_RING_WORD_REPLAY] != 0;
}

boolean_t usrd_ring_is_opened(void)
{
    return being_opened() != NULL;
}

/* The right that a bell brings is for our next one. */
static void ring_rung(mach_msg_header_t *bell)
{
    struct usrd_open_ring *r = find(USRD_HANDLE_OF(bell->msgh_local_port));
    mach_port_t port = bell->msgh_remote_port;

    if (port == MACH_PORT_NULL)
        return;
    if (r && r->once == MACH_PORT_NULL && MACH_PORT_VALID(port) &&
        MACH_MSGH_BITS_REMOTE(bell->msgh_bits) == MACH_MSG_TYPE_PORT_SEND_ONCE)
        r->once = port;
    else
        mach_msg_destroy(bell);
}

static const struct usrd_ring_calls calls = {
    .opened = ring_opened,
    .busy = ring_busy,
    .drop = ring_drop,
    .turn = usrd_rings_turn,
    .not_sent = usrd_rings_not_sent,
    .rung = ring_rung,
};

kern_return_t usrd_ring_new(unsigned handle, dev_mode_t mode,
                            const usrd_ring_words_t words, mach_port_t doorbell)
{
    struct usrd_open_ring *r = free_one();

    if (!r)
        return D_NO_MEMORY;
    *r = (struct usrd_open_ring){
        .used = TRUE,
        .handle = handle,
        .mode = mode,
        .doorbell = doorbell,
    };
    memcpy(r->words, words, sizeof r->words);
    if (MACH_PORT_VALID(doorbell)) /* the message's right goes with it */
        mach_port_mod_refs(mach_task_self(), doorbell, MACH_PORT_RIGHT_SEND, 1);
    usrd_rings = &calls;
    return KERN_SUCCESS;
}

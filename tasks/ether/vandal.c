/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A client that writes anything into its ring's page and its buffers, frames to
 * be sent and filters among it, and closes the ring and opens it again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <usrd/client.h>
#include <usrd/ring.h>

#include "../rings/bell.h"
#include "ether.h"

#define SLOTS 16u
#define BYTES 8192u
#define STEPS 60u /* with one ring */

static struct usrd_ring *ring;

static unsigned below(unsigned n)
{
    static unsigned long seed = 4711;

    seed = seed * 6364136223846793005ul + 1442695040888963407ul;
    return (unsigned)(seed >> 33) % n;
}

static struct usrd_ring_client *page(void)
{
    return (void *)((char *)usrd_ring_data(ring) - USRD_RING_DATA_AT);
}

/* Mostly what looks like a request. */
static void scribble_slot(void)
{
    unsigned n = below(SLOTS);
    struct usrd_ring_slot *s = &page()->slots[n];

    s->op = (uint16_t)(below(8) ? 1 + below(2) : below(70000));
    s->record = below(3) ? 0 : USRD_NET_CHECKSUM(below(1600), below(1600));
    s->count = below(8) ? below(1600) : below(1u << 31);
    s->offset = below(8) ? below(BYTES - 1600) : below(1u << 31);
    s->turn += below(4) ? 1 : below(1u << 31);
    page()->order[page()->posted % USRD_RING_SLOTS] =
        (uint16_t)(below(16) ? n : below(70000));
    page()->posted += below(30) ? 1 : below(1u << 31);
}

static void scribble(void)
{
    uint8_t *data = usrd_ring_data(ring);

    switch (below(6)) {
    case 0:
        data[below(BYTES)] = (uint8_t)below(256);
        break;
    case 1:
        ((uint8_t *)page())[below(sizeof *page())] = (uint8_t)below(256);
        break;
    case 2:
        page()->naps += below(3);
        break;
    default:
        scribble_slot();
    }
}

static void filter(mach_port_t port)
{
    unsigned short words[NET_MAX_FILTER];
    unsigned count = 4 * (1 + below(NET_MAX_FILTER / 4));

    for (unsigned n = 0; n < count; n++)
        words[n] = (unsigned short)(below(3) ? below(40) : below(65536));
    words[0] = below(2) ? NETF_BPF | NETF_IN : NETF_IN;
    device_set_filter(usrd_ring_handle(ring), port, MACH_MSG_TYPE_MAKE_SEND, 0,
                      words, count);
}

int ether_vandal(const char *device)
{
    mach_port_t port;
    unsigned rings = 0;

    mach_port_allocate(mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &port);
    while (rings < ether.frames) {
        if (usrd_ring_open(device, D_READ | D_WRITE, SLOTS, BYTES, &ring) !=
            KERN_SUCCESS) {
            usrd_sleep(20);
            continue;
        }
        if (++rings == 1)
            printf("up\n");
        for (unsigned n = 0; n < STEPS; n++) {
            for (unsigned k = below(20); k > 0; k--)
                scribble();
            if (below(10) == 0)
                filter(port);
            if (below(20) == 0)
                usrd_sleep(10);
            bell(usrd_ring_handle(ring));
        }
        usrd_ring_close(ring);
    }
    printf("rings=%u\n", rings);
    return 0;
}

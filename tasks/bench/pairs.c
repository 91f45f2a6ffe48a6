/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * pairs NIC ADDRESS/BITS FAR: what a datagram of UDP costs there and back
 * between this host and FAR, an echo in the same machine: two drivers, two
 * stacks.  What comes back is sent again, so nothing here waits for anybody
 * outside.  Prints what rounds.h says. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <device/userspace_driver_sdk.h>
#include <lwip/udp.h>
#include <usrd/client.h>

#include "net.h"
#include "rounds.h"
#include "soak.h"

static const struct kind {
    const char *name;
    uint16_t bytes;
    unsigned in_flight, ops;
} kinds[] = {
    {"pair_64.in_flight_1", 64, 1, 100},
    {"pair_64.in_flight_16", 64, 16, 800},
    {"pair_1472.in_flight_1", 1472, 1, 100},
    {"pair_1472.in_flight_16", 1472, 16, 800},
};
#define KINDS (sizeof kinds / sizeof *kinds)

static unsigned now; /* the kind; also each datagram's first byte */
static unsigned came_back, seen;
static ip_addr_t far;
static struct udp_pcb *pcb;

static void send_first(void)
{
    for (unsigned n = 0; n < kinds[now].in_flight; n++) {
        struct pbuf *p = pbuf_alloc(PBUF_TRANSPORT, kinds[now].bytes, PBUF_RAM);
        if (!p)
            return;
        memset(p->payload, (int)now, p->len);
        udp_sendto(pcb, p, &far, ROUNDS_ECHO_PORT);
        pbuf_free(p);
    }
}

static void begin(void)
{
    rounds_begin(kinds[now].name, kinds[now].ops);
    send_first();
}

static void came(void *arg, struct udp_pcb *to, struct pbuf *p,
                 const ip_addr_t *from, u16_t port)
{
    (void)arg;
    if (pbuf_get_at(p, 0) == now) {
        came_back++;
        udp_sendto(to, p, from, port);
        if (rounds_count()) {
            if (++now == KINDS)
                exit(0);
            begin();
        }
    }
    pbuf_free(p);
}

/* The first may have found nobody there. */
static void look(void)
{
    if (came_back == seen)
        send_first();
    seen = came_back;
}

int main(int argc, char **argv)
{
    usrd_sleep(200); /* until the boot is over */
    int at = net_start(argc, argv);
    pcb = udp_new();
    if (at >= argc || !ipaddr_aton(argv[at], &far) || !pcb ||
        udp_bind(pcb, IP_ADDR_ANY, ROUNDS_SOURCE_PORT) != ERR_OK ||
        soak_begin() != KERN_SUCCESS) {
        printf("pairs: no address, port or soaker\n");
        return 1;
    }
    rounds_of(usrd_ring_handle(net_ring_of_nic()));
    udp_recv(pcb, came, NULL);
    net_poll(look, 1000);
    begin();
    net_run();
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * packets NIC ADDRESS/BITS...: what a datagram of UDP costs, through the stack.
 * It is an echo; then of what comes in bursts of 16 one is sent back, so that
 * the host sends the next; then one comes, and 16 are sent.  Prints what
 * rounds.h says. */
#include <stdio.h>
#include <stdlib.h>

#include <device/userspace_driver_sdk.h>
#include <lwip/udp.h>
#include <usrd/client.h>

#include "net.h"
#include "rounds.h"
#include "soak.h"

/* What the host sends, in this order; the number of its source port. */
static const struct kind {
    const char *name;
    enum { ECHO, RECEIVE, SEND } what;
    unsigned ops;
} kinds[] = {
    {"net.echo_64.in_flight_1", ECHO, 300},
    {"net.echo_64.in_flight_16", ECHO, 1600},
    {"net.echo_1472.in_flight_1", ECHO, 300},
    {"net.echo_1472.in_flight_16", ECHO, 1600},
    {"net.udp.receive_64", RECEIVE, 1600},
    {"net.udp.receive_1472", RECEIVE, 1600},
    {"net.udp.send_64", SEND, 1600},
    {"net.udp.send_1472", SEND, 1600},
};
#define KINDS (sizeof kinds / sizeof *kinds)

static unsigned now; /* the kind */

static void count(void)
{
    if (!rounds_count())
        return;
    if (++now == KINDS)
        exit(0);
    rounds_begin(kinds[now].name, kinds[now].ops);
}

/* Another 16 of the same bytes. */
static void send_many(struct udp_pcb *pcb, struct pbuf *p,
                      const ip_addr_t *from, u16_t port)
{
    for (unsigned n = 0; n < ROUNDS_BURST; n++) {
        struct pbuf *out = pbuf_alloc(PBUF_TRANSPORT, 0, PBUF_RAM);
        if (!out)
            return;
        pbuf_ref(p);
        pbuf_cat(out, p);
        if (udp_sendto(pcb, out, from, port) == ERR_OK)
            count();
        pbuf_free(out);
    }
}

static void came(void *arg, struct udp_pcb *pcb, struct pbuf *p,
                 const ip_addr_t *from, u16_t port)
{
    static unsigned received;
    enum { OTHER = -1 };
    int what = port == ROUNDS_SOURCE_PORT + now ? (int)kinds[now].what : OTHER;

    (void)arg;
    if (what == SEND)
        send_many(pcb, p, from, port);
    else if (what != RECEIVE || ++received % ROUNDS_BURST == 0)
        udp_sendto(pcb, p, from, port);
    pbuf_free(p);
    if (what == ECHO || what == RECEIVE)
        count();
}

int main(int argc, char **argv)
{
    usrd_sleep(200); /* until the boot is over */
    net_start(argc, argv);
    struct udp_pcb *pcb = udp_new();
    if (!pcb || udp_bind(pcb, IP_ADDR_ANY, ROUNDS_ECHO_PORT) != ERR_OK ||
        soak_begin() != KERN_SUCCESS) {
        printf("packets: no port, or no soaker\n");
        return 1;
    }
    rounds_of(usrd_ring_handle(net_ring_of_nic()));
    rounds_begin(kinds[0].name, kinds[0].ops);
    udp_recv(pcb, came, NULL);
    printf("packets: ready\n"); /* the host may begin */
    net_run();
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * sink NIC ADDRESS/BITS... PERIOD_MS KILLS: takes what comes on TCP port 9
 * while somebody kills its NIC's driver once in so many milliseconds.  Prints
 *     bench tcp.quiet_bytes N, .quiet_us, .quiet_gap_us   before the first kill
 *     bench tcp.killed_bytes N, .killed_us                from the first to the last
 *     bench tcp.gap_us N                                  a line a kill
 * where a gap is the longest time between two arrivals, from half a period
 * before a kill until half a period after it. */
#include <stdio.h>
#include <stdlib.h>

#include <device/userspace_driver_sdk.h>

#include "bench.h"
#include "net.h"

#define PORT 9
#define MOST 200           /* kills */
#define WARM_UP_US 1000000 /* from the first byte */

static unsigned long period; /* us */
static unsigned kills;

static uint64_t bytes;
static unsigned long began, last, gap; /* the last arrival, the longest gap */
static uint32_t epoch;                 /* of the driver that we know */

/* The figures, as they become known. */
static struct span {
    uint64_t bytes;
    unsigned long from;
} quiet, killed;
static unsigned long died; /* when the last death was noticed */
static uint64_t gaps[MOST];
static unsigned n_gaps, deaths;

static void begin(struct span *span, unsigned long now)
{
    span->bytes = bytes;
    span->from = now;
    gap = 0;
}

static void say(const char *name, uint64_t value)
{
    bench_say("tcp.", name, value);
}

static void say_span(const char *what, const struct span *span,
                     unsigned long now)
{
    char name[32];

    snprintf(name, sizeof name, "%s_bytes", what);
    say(name, bytes - span->bytes);
    snprintf(name, sizeof name, "%s_us", what);
    say(name, now - span->from);
}

/* The driver was killed, and is back. */
static void death(unsigned long now)
{
    if (deaths++ == 0) {
        say_span("quiet", &quiet, last);
        say("quiet_gap_us", gap);
        begin(&killed, last);
    }
    if (deaths == kills)
        say_span("killed", &killed, now);
    died = now;
}

static void look(unsigned long now)
{
    uint32_t is = usrd_ring_epoch(net_ring_of_nic());

    if (is != epoch)
        death(now);
    epoch = is;
    if (now - last > gap)
        gap = now - last;
    if (!died || now - died < period / 2)
        return;
    gaps[n_gaps++] = gap;
    gap = died = 0;
    if (n_gaps < kills)
        return;
    for (unsigned n = 0; n < kills; n++)
        say("gap_us", gaps[n]);
    exit(0);
}

static err_t came(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
    unsigned long now = usrd_now();

    (void)arg, (void)err;
    if (!p) {
        printf("sink: the peer has ended\n");
        exit(1);
    }
    if (!began)
        began = now;
    else if (quiet.from)
        look(now);
    else if (now - began > WARM_UP_US) {
        epoch = usrd_ring_epoch(net_ring_of_nic());
        begin(&quiet, now);
    }
    last = now;
    bytes += p->tot_len;
    tcp_recved(pcb, p->tot_len);
    pbuf_free(p);
    return ERR_OK;
}

static void broken(void *arg, err_t err)
{
    (void)arg;
    printf("sink: the connection ended: %d\n", err);
    exit(1);
}

static err_t taken(void *arg, struct tcp_pcb *pcb, err_t err)
{
    (void)arg;
    if (err != ERR_OK)
        return err;
    tcp_recv(pcb, came);
    tcp_err(pcb, broken);
    return ERR_OK;
}

int main(int argc, char **argv)
{
    int at = net_start(argc, argv);
    struct tcp_pcb *pcb = tcp_new();

    if (argc - at == 2) {
        period = strtoul(argv[at], NULL, 0) * 1000;
        kills = (unsigned)atoi(argv[at + 1]);
    }
    if (!period || !kills || kills > MOST || !pcb ||
        tcp_bind(pcb, IP_ADDR_ANY, PORT) != ERR_OK) {
        printf("usage: sink NIC ADDRESS/BITS... PERIOD_MS KILLS\n");
        return 1;
    }
    tcp_accept(tcp_listen(pcb), taken);
    net_run();
}

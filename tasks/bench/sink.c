/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * sink NIC ADDRESS/BITS... KILLS: takes what comes on TCP port 9 while somebody
 * kills its NIC's driver so often.  Prints
 *     bench tcp.calm_bytes N, .calm_us, .calm_gap_us   without half a second
 *                                                      after each kill
 *     bench tcp.killed_bytes N, .killed_us   from the first kill to the last
 *     bench tcp.gap_us N                     a line a kill
 * where a gap is the longest time between two arrivals, of a kill in the half
 * second after it. */
#include <stdio.h>
#include <stdlib.h>

#include <device/userspace_driver_sdk.h>

#include "net.h"

#define PORT 9
#define MOST 200           /* kills */
#define WARM_UP_US 1000000 /* from the first byte */
#define AFTER_US 500000    /* a kill, until it is calm again */

static unsigned kills;

static uint64_t bytes;
static unsigned long began, last; /* the first arrival, the last one */
static uint32_t epoch;            /* of the driver that we know */

/* What came, and how long it took: of calm times, and from the first kill on.
 * A span that is open began with FROM. */
static struct span {
    uint64_t bytes, us;
    uint64_t bytes_from;
    unsigned long from;
} calm, killed;
static unsigned long died; /* when the last death was noticed, 0: it is over */
static unsigned long gap, calm_gap; /* since then; in calm times */
static uint64_t gaps[MOST];
static unsigned n_gaps, deaths;

static void open_span(struct span *span, unsigned long now)
{
    span->bytes_from = bytes;
    span->from = now;
}

static void close_span(struct span *span, unsigned long now)
{
    span->bytes += bytes - span->bytes_from;
    span->us += now - span->from;
}

/* The driver was killed, and is back. */
static void death(unsigned long now)
{
    if (!died)
        close_span(&calm, last);
    if (deaths++ == 0)
        open_span(&killed, last);
    if (deaths == kills)
        close_span(&killed, last);
    died = now;
    gap = 0;
}

/* As warnings: the rest of the log would be in the figures. */
static void say(const char *name, uint64_t value)
{
    fprintf(stderr, "bench tcp.%s %lu\n", name, (unsigned long)value);
}

static void __attribute__((noreturn)) say_all(void)
{
    say("calm_bytes", calm.bytes);
    say("calm_us", calm.us);
    say("calm_gap_us", calm_gap);
    say("killed_bytes", killed.bytes);
    say("killed_us", killed.us);
    for (unsigned n = 0; n < n_gaps; n++)
        say("gap_us", gaps[n]);
    exit(0);
}

/* At an arrival. */
static void look(unsigned long now)
{
    uint32_t is = usrd_ring_epoch(net_ring_of_nic());

    if (is != epoch)
        death(now);
    epoch = is;
    if (!died) {
        calm_gap = LWIP_MAX(calm_gap, now - last);
        return;
    }
    gap = LWIP_MAX(gap, now - last);
    if (now - died < AFTER_US)
        return;
    gaps[n_gaps++] = gap;
    died = 0;
    open_span(&calm, now);
    if (n_gaps == kills)
        say_all();
}

static err_t came(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
    unsigned long now = usrd_now();

    (void)arg, (void)err;
    if (!p) {
        fprintf(stderr, "sink: the peer has ended\n");
        exit(1);
    }
    if (!began)
        began = now;
    else if (calm.from)
        look(now);
    else if (now - began > WARM_UP_US) {
        epoch = usrd_ring_epoch(net_ring_of_nic());
        open_span(&calm, now);
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
    fprintf(stderr, "sink: the connection ended: %d\n", err);
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

    if (argc - at == 1)
        kills = (unsigned)atoi(argv[at]);
    if (!kills || kills > MOST || !pcb ||
        tcp_bind(pcb, IP_ADDR_ANY, PORT) != ERR_OK) {
        printf("usage: sink NIC ADDRESS/BITS... KILLS\n");
        return 1;
    }
    tcp_accept(tcp_listen(pcb), taken);
    net_run();
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Data without end, both ways, and how much of it went each second. */
#include <device/userspace_driver_sdk.h>
#include <stdio.h>
#include <string.h>

#include "netstack.h"

#define PERIOD 251u /* a prime: no lost piece leaves it in step */
#define PIECE 16384u

uint64_t netstack_received, netstack_sent;

static u8_t pattern[PIECE + PERIOD];

static void fill(void)
{
    for (unsigned n = 0; n < sizeof pattern; n++)
        pattern[n] = (u8_t)(n % PERIOD);
}

static void report(void)
{
    static unsigned long since;
    static uint64_t received, sent;
    unsigned long now = usrd_now();

    if (since && (netstack_received != received || netstack_sent != sent))
        printf("bulk us=%lu received=%lu sent=%lu\n", now - since,
               netstack_received - received, netstack_sent - sent);
    since = now;
    received = netstack_received;
    sent = netstack_sent;
}

static void report_each_second(void)
{
    static bool does;

    if (!does)
        net_poll(report, 1000);
    does = true;
}

/* The peer has ended: what is under way still goes. */
static err_t end(struct tcp_pcb *pcb)
{
    tcp_arg(pcb, NULL);
    tcp_err(pcb, NULL);
    tcp_recv(pcb, NULL);
    tcp_sent(pcb, NULL);
    tcp_poll(pcb, NULL, 0);
    if (tcp_close(pcb) == ERR_OK)
        return ERR_OK;
    tcp_abort(pcb); /* no memory for a FIN */
    return ERR_ABRT;
}

/* ---- Taking ---- */

static err_t came(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
    (void)arg, (void)err;
    if (!p)
        return end(pcb);
    netstack_received += p->tot_len;
    tcp_recved(pcb, p->tot_len);
    pbuf_free(p);
    return ERR_OK;
}

static err_t taken(void *arg, struct tcp_pcb *pcb, err_t err)
{
    (void)arg;
    if (err == ERR_OK)
        tcp_recv(pcb, came);
    return err;
}

void netstack_discard(void)
{
    report_each_second();
    netstack_listen(9, taken);
}

/* ---- Taking only what source sends; the argument is as there ---- */

static err_t checked(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
    uintptr_t at = (uintptr_t)arg;

    for (const struct pbuf *q = p; q; q = q->next) {
        if (memcmp(q->payload, pattern + at, q->len) != 0)
            netstack_must(ERR_VAL, "check: not what was sent");
        at = (at + q->len) % PERIOD;
    }
    tcp_arg(pcb, (void *)at);
    return came(arg, pcb, p, err);
}

static err_t to_check(void *arg, struct tcp_pcb *pcb, err_t err)
{
    (void)arg;
    if (err == ERR_OK)
        tcp_recv(pcb, checked);
    return err;
}

void netstack_check(void)
{
    fill();
    report_each_second();
    netstack_listen(10, to_check);
}

/* ---- Sending: the argument is the place in the pattern ---- */

static void push(struct tcp_pcb *pcb, uintptr_t at)
{
    for (;;) {
        u16_t n = (u16_t)LWIP_MIN(tcp_sndbuf(pcb), PIECE);
        if (n < TCP_MSS || tcp_write(pcb, pattern + at, n, 0) != ERR_OK)
            break;
        at = (at + n) % PERIOD;
    }
    tcp_arg(pcb, (void *)at);
    tcp_output(pcb);
}

static err_t went(void *arg, struct tcp_pcb *pcb, u16_t bytes)
{
    netstack_sent += bytes;
    push(pcb, (uintptr_t)arg);
    return ERR_OK;
}

static err_t again(void *arg, struct tcp_pcb *pcb)
{
    push(pcb, (uintptr_t)arg);
    return ERR_OK;
}

static struct tcp_pcb *active; /* to an address */

/* What the peer says is not looked at; its end is ours. */
static err_t heard(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
    (void)arg, (void)err;
    if (!p) {
        if (pcb == active)
            active = NULL;
        return end(pcb);
    }
    tcp_recved(pcb, p->tot_len);
    pbuf_free(p);
    return ERR_OK;
}

static err_t opened(void *arg, struct tcp_pcb *pcb, err_t err)
{
    (void)arg;
    if (err != ERR_OK)
        return err;
    tcp_recv(pcb, heard);
    tcp_sent(pcb, went);
    tcp_poll(pcb, again, 500 / NET_POLL_MS);
    push(pcb, 0);
    return ERR_OK;
}

/* ---- To an address: until there is one of our own, and whenever the
 * connection has ended ---- */

static ip_addr_t target;
static u16_t target_port;

static void broken(void *arg, err_t err)
{
    (void)arg;
    active = NULL;
    printf("source: the connection ended: %d\n", err);
}

static void connect_again(void)
{
    if (active || !net_up())
        return;
    active = tcp_new();
    if (!active)
        return;
    tcp_err(active, broken);
    if (tcp_connect(active, &target, target_port, opened) != ERR_OK)
        tcp_abort(active); /* which calls broken() */
}

void netstack_source(const ip_addr_t *to, u16_t port)
{
    fill();
    report_each_second();
    if (!to) {
        netstack_listen(19, opened);
        return;
    }
    target = *to;
    target_port = port;
    net_poll(connect_again, 100);
}

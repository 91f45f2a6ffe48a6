/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Echo, RFC 862.  TCP: what there is no room to send is kept, and the peer's
 * window closes meanwhile; so one chain of pbufs is enough. */
#include <stdlib.h>

#include "netstack.h"

struct echo {
    struct pbuf *waiting;
    bool closing; /* the peer sends no more */
};

static void udp_came(void *arg, struct udp_pcb *pcb, struct pbuf *p,
                     const ip_addr_t *from, u16_t port)
{
    (void)arg;
    udp_sendto(pcb, p, from, port); /* may be lost */
    pbuf_free(p);
}

static void end(struct tcp_pcb *pcb, struct echo *e)
{
    if (tcp_close(pcb) != ERR_OK)
        return; /* no memory: the next poll tries again */
    tcp_arg(pcb, NULL);
    tcp_err(pcb, NULL);
    tcp_recv(pcb, NULL);
    tcp_sent(pcb, NULL);
    tcp_poll(pcb, NULL, 0);
    free(e);
}

static void push(struct tcp_pcb *pcb, struct echo *e)
{
    while (e->waiting) {
        u16_t n = e->waiting->len;
        if (n > tcp_sndbuf(pcb))
            n = (u16_t)tcp_sndbuf(pcb);
        u8_t flags = TCP_WRITE_FLAG_COPY;
        if (e->waiting->next)
            flags |= TCP_WRITE_FLAG_MORE;
        if (n == 0 || tcp_write(pcb, e->waiting->payload, n, flags) != ERR_OK)
            break;
        tcp_recved(pcb, n);
        e->waiting = pbuf_free_header(e->waiting, n);
    }
    tcp_output(pcb);
    if (e->closing && !e->waiting)
        end(pcb, e);
}

static err_t came(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
    struct echo *e = arg;

    (void)err;
    if (!p)
        e->closing = true;
    else if (e->waiting)
        pbuf_cat(e->waiting, p);
    else
        e->waiting = p;
    push(pcb, e);
    return ERR_OK;
}

static err_t sent(void *arg, struct tcp_pcb *pcb, u16_t bytes)
{
    (void)bytes;
    push(pcb, arg);
    return ERR_OK;
}

static err_t again(void *arg, struct tcp_pcb *pcb)
{
    push(pcb, arg);
    return ERR_OK;
}

static void broken(void *arg, err_t err)
{
    struct echo *e = arg;

    (void)err;
    if (e->waiting)
        pbuf_free(e->waiting);
    free(e);
}

static err_t opened(void *arg, struct tcp_pcb *pcb, err_t err)
{
    struct echo *e = err == ERR_OK ? calloc(1, sizeof *e) : NULL;

    (void)arg;
    if (!e)
        return ERR_MEM;
    tcp_arg(pcb, e);
    tcp_err(pcb, broken);
    tcp_recv(pcb, came);
    tcp_sent(pcb, sent);
    tcp_poll(pcb, again, 500 / NET_POLL_MS);
    return ERR_OK;
}

void netstack_echo(void)
{
    struct udp_pcb *pcb = udp_new();

    netstack_must(pcb ? ERR_OK : ERR_MEM, "udp_new");
    netstack_must(udp_bind(pcb, IP_ADDR_ANY, 7), "udp_bind");
    udp_recv(pcb, udp_came, NULL);
    netstack_listen(7, opened);
}

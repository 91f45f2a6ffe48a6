/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Sessions' connections, by lwIP's raw API.
 *
 * What came and was not taken stays in lwIP's pbufs and in its window, so a
 * client is held up by TCP itself.  What is sent from a chunk is not copied
 * until it is put into a frame. */
#include "../net/net.h"
#include "nbd.h"

#include <device/userspace_driver_sdk.h>

#define KEEP_IDLE_MS 60000u /* then he is asked whether he is still there */

static struct connection {
    struct nbd_session session;
    struct tcp_pcb *pcb; /* NULL: none */
    struct pbuf *queue;  /* what came and was not taken */
    bool ended;          /* behind it nothing more comes */
    bool waits;          /* for a chunk */
} connections[NBD_SESSIONS];

static const struct nbd_server *the_server;

static unsigned now_ms(void)
{
    return (unsigned)(usrd_now() / 1000);
}

/* ---- The session's way out ---- */

static size_t line_room(void *context)
{
    struct connection *c = context;

    if (tcp_sndqueuelen(c->pcb) + 8 > TCP_SND_QUEUELEN)
        return 0;
    return tcp_sndbuf(c->pcb);
}

static size_t line_send(void *context, const void *data, size_t size, bool copy)
{
    struct connection *c = context;
    size_t room = line_room(c);
    u8_t flags = TCP_WRITE_FLAG_MORE | (copy ? TCP_WRITE_FLAG_COPY : 0);

    if (!copy && size > room)
        size = room;
    if (size == 0 || tcp_write(c->pcb, data, (u16_t)size, flags) != ERR_OK)
        return 0;
    return size;
}

const struct nbd_line connection_line = {.room = line_room, .send = line_send};

/* ---- The end ---- */

static void forget(struct connection *c)
{
    c->pcb = NULL;
    if (c->queue)
        pbuf_free(c->queue);
    c->queue = NULL;
    nbd_end(&c->session);
}

/* ERR_ABRT: as lwIP wants it of a callback of that connection. */
static err_t end(struct connection *c)
{
    struct tcp_pcb *pcb = c->pcb;
    bool broken = c->session.state == NBD_BROKEN;

    tcp_arg(pcb, NULL);
    tcp_recv(pcb, NULL);
    tcp_sent(pcb, NULL);
    tcp_err(pcb, NULL);
    forget(c);
    if (!broken && tcp_close(pcb) == ERR_OK)
        return ERR_OK;
    tcp_abort(pcb);
    return ERR_ABRT;
}

static void failed(void *arg, err_t err)
{
    (void)err;
    forget(arg);
}

/* ---- Going on ---- */

/* Takes what the session takes of what came. */
static bool take(struct connection *c)
{
    size_t taken = 0, n;

    while (c->queue &&
           (n = nbd_input(&c->session, c->queue->payload, c->queue->len)) > 0) {
        c->queue = pbuf_free_header(c->queue, (u16_t)n);
        taken += n;
    }
    if (taken > 0)
        tcp_recved(c->pcb, (u16_t)taken);
    if (!c->queue && c->ended)
        nbd_input_ends(&c->session);
    return taken > 0;
}

static void go_on(struct connection *c)
{
    bool taken;

    do {
        taken = take(c);
        c->waits = nbd_run(&c->session);
    } while (taken && c->queue);
    tcp_output(c->pcb);
}

/* Was a chunk freed since this was last asked? */
static bool is_freed(void)
{
    bool freed = false;

    for (unsigned n = 0; n < the_server->n_exports; n++) {
        freed = freed || the_server->exports[n].freed;
        the_server->exports[n].freed = false;
    }
    return freed;
}

/* Each is the first in its turn. */
static void wake_others(void)
{
    static unsigned first;

    if (!is_freed())
        return;
    first++;
    for (unsigned n = 0; n < NBD_SESSIONS; n++) {
        struct connection *c = &connections[(first + n) % NBD_SESSIONS];
        if (c->pcb && (c->waits || c->queue))
            go_on(c);
    }
}

void connection_go_on(struct nbd_session *s)
{
    if (s)
        go_on(s->context);
    wake_others();
}

static err_t went_on(struct connection *c)
{
    go_on(c);
    return nbd_is_over(&c->session) ? end(c) : ERR_OK;
}

/* ---- lwIP's callbacks ---- */

static err_t came(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
    struct connection *c = arg;

    (void)pcb, (void)err;
    if (!p)
        c->ended = true;
    else if (c->queue)
        pbuf_cat(c->queue, p);
    else
        c->queue = p;
    return went_on(c);
}

static err_t went(void *arg, struct tcp_pcb *pcb, u16_t bytes)
{
    struct connection *c = arg;

    (void)pcb;
    nbd_sent(&c->session, bytes);
    err_t over = went_on(c);
    wake_others();
    return over;
}

/* One that nobody has; else that of whoever has taken longest to choose an
 * export. */
static struct connection *place(void)
{
    struct connection *oldest = NULL;

    for (unsigned n = 0; n < NBD_SESSIONS; n++) {
        struct connection *c = &connections[n];
        if (!c->pcb && nbd_is_free(&c->session))
            return c;
        if (c->pcb && nbd_haggles(&c->session) &&
            (!oldest ||
             (int)(c->session.heard_ms - oldest->session.heard_ms) < 0))
            oldest = c;
    }
    if (oldest) {
        oldest->session.state = NBD_BROKEN;
        end(oldest);
    }
    return oldest;
}

static err_t accepted(void *arg, struct tcp_pcb *pcb, err_t err)
{
    struct connection *c = err == ERR_OK ? place() : NULL;

    (void)arg;
    if (!c)
        return ERR_MEM; /* and lwIP resets it */
    c->pcb = pcb;
    c->ended = c->waits = false;
    tcp_arg(pcb, c);
    tcp_recv(pcb, came);
    tcp_sent(pcb, went);
    tcp_err(pcb, failed);
    tcp_nagle_disable(pcb);
    ip_set_option(pcb, SOF_KEEPALIVE);
    pcb->keep_idle = KEEP_IDLE_MS;
    nbd_begin(&c->session, the_server, c, now_ms());
    tcp_output(pcb);
    return ERR_OK;
}

static void each_second(void)
{
    disk_look();
    for (unsigned n = 0; n < NBD_SESSIONS; n++) {
        struct connection *c = &connections[n];
        if (!c->pcb)
            continue;
        go_on(c);
        nbd_tick(&c->session, now_ms(), c->queue != NULL);
        if (nbd_is_over(&c->session))
            end(c);
    }
}

void connection_listen(const struct nbd_server *server)
{
    struct tcp_pcb *pcb = tcp_new();

    the_server = server;
    for (unsigned n = 0; n < NBD_SESSIONS; n++)
        connections[n].session.state = NBD_GONE;
    LWIP_ASSERT("a port",
                pcb && tcp_bind(pcb, IP_ADDR_ANY, NBD_PORT) == ERR_OK);
    pcb = tcp_listen(pcb);
    LWIP_ASSERT("a listener", pcb);
    tcp_accept(pcb, accepted);
    net_poll(each_second, 1000);
}

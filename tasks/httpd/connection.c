/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The connections: bytes in, bytes out, and how long anybody may take.
 *
 * A connection reads a head, then the request's body, then sends the answer;
 * what comes meanwhile is the next request's, and kept where the head was, or,
 * if it is more, dropped, and the connection is closed after this answer.  No
 * received packet is kept, and what is sent is limited by lwIP's pools: so
 * neither slow readers nor slow writers cost memory. */
#include "connection.h"

#include <string.h>

#include <lwip/sys.h>

#include "../net/net.h"
#include "answer.h"
#include "sender.h"

#define CONNECTIONS 112u /* lwIP has more, for those that are being closed */

#define DRAIN_LIMIT 2000u /* ms, for the peer's end after ours */

/* How long a head may take, from its first byte to its last, and before the
 * first; twice as long a body or an answer may stand still, and after three
 * times as long it moves a KiB a second on average.  In ms. */
static unsigned patience;

enum stage { FREE, HEAD, BODY, ANSWER, DRAIN };

static struct connection {
    enum stage stage;
    struct tcp_pcb *pcb;
    bool ended;               /* the peer sends no more */
    bool keep;                /* another request may follow */
    uint32_t since, progress; /* when the stage began, and last moved */
    uint64_t moved;           /* bytes, in this stage */
    uint64_t left;            /* of the body that comes */
    size_t n;                 /* bytes in head */
    char head[REQUEST_HEAD_MAX];
    struct exchange x;
    struct sender sender; /* of its answer */
} connections[CONNECTIONS];

static unsigned n_open;

static void stage(struct connection *c, enum stage which)
{
    c->stage = which;
    c->since = c->progress = sys_now();
    c->moved = 0;
}

static void release(struct connection *c)
{
    if (c->x.answer.document)
        document_done(c->x.answer.document);
    c->x.answer.document = NULL;
    c->pcb = NULL;
    c->stage = FREE;
    n_open--;
}

static struct tcp_pcb *let_go(struct connection *c)
{
    struct tcp_pcb *pcb = c->pcb;

    tcp_arg(pcb, NULL);
    tcp_err(pcb, NULL);
    tcp_recv(pcb, NULL);
    tcp_sent(pcb, NULL);
    tcp_poll(pcb, NULL, 0);
    release(c);
    return pcb;
}

static err_t cut(struct connection *c)
{
    tcp_abort(let_go(c));
    return ERR_ABRT;
}

static err_t hang_up(struct connection *c)
{
    struct tcp_pcb *pcb = let_go(c);

    if (tcp_close(pcb) == ERR_OK)
        return ERR_OK;
    tcp_abort(pcb);
    return ERR_ABRT;
}

static void answer(struct connection *c)
{
    answer_count(n_open);
    sender_begin(&c->sender, &c->x.answer, c->x.request.method != METHOD_HEAD,
                 c->keep);
    c->n = 0;
    stage(c, ANSWER);
}

/* Whatever was asked: this, and no more on this connection. */
static void refuse(struct connection *c, unsigned status)
{
    c->keep = false;
    answer_status(&c->x.answer, status);
    answer(c);
}

static size_t least(uint64_t a, uint64_t b)
{
    return (size_t)(a < b ? a : b);
}

/* ---- the request ---- */

static void head(struct connection *c)
{
    struct request *r = &c->x.request;
    unsigned status = request_parse(r, c->head, c->n);

    if (status == 0)
        status = answer_begin(&c->x);
    if (status) {
        r->method = METHOD_GET; /* it sees why */
        refuse(c, status);
        return;
    }
    c->keep = r->keep;
    c->left = r->length;
    stage(c, BODY);
    if (c->left == 0) {
        answer_make(&c->x);
        answer(c);
    } else if (r->expects) {
        static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
        tcp_write(c->pcb, go_on, sizeof go_on - 1, TCP_WRITE_FLAG_COPY);
        tcp_output(c->pcb);
    }
}

static size_t feed_head(struct connection *c, const char *bytes, size_t n)
{
    size_t before = c->n, end;

    if (before == 0)
        stage(c, HEAD); /* time runs from the first byte */
    n = least(n, sizeof c->head - before);
    memcpy(c->head + before, bytes, n);
    c->n += n;
    end = request_end(c->head, c->n, before);
    if (end > 0) {
        c->n = end;
        head(c);
        return end - before;
    }
    if (c->n == sizeof c->head)
        refuse(c, memchr(c->head, '\n', c->n) ? 431 : 414);
    return n;
}

static size_t feed_body(struct connection *c, const char *bytes, size_t n)
{
    n = least(n, c->left);
    answer_body(&c->x, bytes, n);
    c->left -= n;
    if (c->left == 0) {
        answer_make(&c->x);
        answer(c);
    }
    return n;
}

/* What is for the next request. */
static size_t feed_ahead(struct connection *c, const char *bytes, size_t n)
{
    if (n > sizeof c->head - c->n) {
        c->keep = false;
        c->n = 0;
    }
    if (!c->keep)
        return n;
    memcpy(c->head + c->n, bytes, n);
    c->n += n;
    return n;
}

static void feed(struct connection *c, const char *bytes, size_t n)
{
    while (n > 0) {
        size_t took = c->stage == HEAD     ? feed_head(c, bytes, n)
                      : c->stage == BODY   ? feed_body(c, bytes, n)
                      : c->stage == ANSWER ? feed_ahead(c, bytes, n)
                                           : n;
        bytes += took;
        n -= took;
    }
}

/* The answer is sent: the next request, which may be here already. */
static void again(struct connection *c)
{
    static char ahead[REQUEST_HEAD_MAX];
    size_t n = c->n;

    memcpy(ahead, c->head, n);
    c->n = 0;
    if (c->x.answer.document)
        document_done(c->x.answer.document);
    c->x.answer.document = NULL;
    stage(c, HEAD);
    feed(c, ahead, n);
}

/* Do what can be done now. */
static err_t go_on(struct connection *c)
{
    while (c->stage == ANSWER && sender_push(&c->sender, c->pcb)) {
        if (c->keep) {
            again(c);
            continue;
        }
        if (c->ended)
            return hang_up(c);
        /* Ours has to arrive before a reset for what still comes would. */
        if (tcp_shutdown(c->pcb, 0, 1) != ERR_OK)
            return ERR_OK; /* no memory: the next poll tries again */
        stage(c, DRAIN);
    }
    return c->ended && c->stage != ANSWER ? hang_up(c) : ERR_OK;
}

/* ---- what lwIP calls ---- */

static err_t came(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
    struct connection *c = arg;

    (void)err;
    if (!p) {
        c->ended = true;
        c->keep = false;
        return go_on(c);
    }
    for (struct pbuf *q = p; q; q = q->next)
        feed(c, q->payload, q->len);
    if (c->stage == BODY) {
        c->progress = sys_now();
        c->moved += p->tot_len;
    }
    tcp_recved(pcb, p->tot_len);
    pbuf_free(p);
    return go_on(c);
}

static err_t sent(void *arg, struct tcp_pcb *pcb, u16_t bytes)
{
    struct connection *c = arg;

    (void)pcb;
    c->progress = sys_now();
    c->moved += bytes;
    return go_on(c);
}

static bool too_slow(const struct connection *c)
{
    uint32_t now = sys_now(), spent = now - c->since;

    switch (c->stage) {
    case HEAD:
        return spent > patience;
    case BODY:
    case ANSWER:
        return now - c->progress > 2 * patience ||
               (spent > 3 * patience && c->moved < spent);
    default:
        return spent > DRAIN_LIMIT;
    }
}

static err_t poll(void *arg, struct tcp_pcb *pcb)
{
    struct connection *c = arg;

    (void)pcb;
    if (too_slow(c)) {
        if (c->stage != HEAD)
            return cut(c);
        if (c->n == 0)
            return hang_up(c);
        c->x.request.method = METHOD_GET;
        refuse(c, 408);
    }
    return go_on(c);
}

static void broken(void *arg, err_t err)
{
    (void)err;
    release(arg); /* its pcb is gone */
}

/* A free one, or that of who has waited longest without a request. */
static struct connection *find(void)
{
    struct connection *oldest = NULL;

    for (struct connection *c = connections; c < connections + CONNECTIONS;
         c++) {
        if (c->stage == FREE)
            return c;
        if (c->stage == HEAD &&
            (!oldest || (int32_t)(c->since - oldest->since) < 0))
            oldest = c;
    }
    if (oldest)
        cut(oldest);
    return oldest;
}

static err_t opened(void *arg, struct tcp_pcb *pcb, err_t err)
{
    struct connection *c = err == ERR_OK ? find() : NULL;

    (void)arg;
    if (!c)
        return ERR_MEM; /* lwIP resets it */
    c->pcb = pcb;
    c->n = 0;
    c->ended = c->keep = false;
    n_open++;
    stage(c, HEAD);
    tcp_arg(pcb, c);
    tcp_err(pcb, broken);
    tcp_recv(pcb, came);
    tcp_sent(pcb, sent);
    tcp_poll(pcb, poll, 500 / NET_POLL_MS);
    return ERR_OK;
}

bool connections_listen(unsigned port, unsigned ms)
{
    struct tcp_pcb *pcb = tcp_new();

    patience = ms;
    if (!pcb || tcp_bind(pcb, IP_ADDR_ANY, (u16_t)port) != ERR_OK)
        return false;
    pcb = tcp_listen(pcb);
    if (!pcb)
        return false;
    tcp_accept(pcb, opened);
    return true;
}

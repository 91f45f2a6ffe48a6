/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * tasks/httpd's connections, with random peers below them in lwIP's place:
 * requests come in pieces, memory is short, acknowledgements are late, peers
 * end or reset at any time, hours pass.  What is closed is freed at once, so
 * that the sanitizer sees who uses it after.  An answer that is read to its end
 * is whole. */
#define _GNU_SOURCE
#include <stdlib.h>

#include <lwip/sys.h>
#include <mach/mach.h>
#include <userspace_driver_operator.h>

#include "../../tasks/httpd/answer.h"
#include "../../tasks/httpd/connection.h"
#include "../../tasks/httpd/random.h"
#include "../../tasks/net/net.h"
#include "tap.h"

#define STEPS 400000
#define PEERS 130 /* more than there are connections */
#define SENT_MAX 70000

static struct peer {
    struct tcp_pcb *pcb; /* NULL: it is not connected, or was reset */
    void *arg;
    tcp_recv_fn recv;
    tcp_sent_fn sent;
    tcp_poll_fn poll;
    tcp_err_fn err;
    bool ended, shut, fit; /* we; it; as the standard wants it so far */
    const char *left;      /* to be sent */
    size_t n_left, n_out, unacked;
    char out[SENT_MAX]; /* what came of it, until an answer is whole */
    uint32_t opened;
} peers[PEERS];

static tcp_accept_fn accepted;
static struct tcp_pcb listener;
static uint32_t now = 1000;
static struct tcp_pcb *aborted; /* in the call that is under way */
static unsigned whole, odd, lies, resets, closes, refused;
static uint64_t state = 3;

static unsigned below(unsigned n)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(state >> 33) % n;
}

static struct peer *of(const struct tcp_pcb *pcb)
{
    for (struct peer *p = peers; p < peers + PEERS; p++)
        if (p->pcb == pcb)
            return p;
    abort(); /* a stranger's, or one that was freed */
}

/* ---- in lwIP's place ---- */

const ip_addr_t ip_addr_any;

uint32_t sys_now(void)
{
    return now;
}

struct tcp_pcb *tcp_new(void)
{
    return &listener;
}

err_t tcp_bind(struct tcp_pcb *pcb, const ip_addr_t *address, u16_t port)
{
    (void)pcb, (void)address, (void)port;
    return ERR_OK;
}

struct tcp_pcb *tcp_listen_with_backlog(struct tcp_pcb *pcb, u8_t backlog)
{
    (void)backlog;
    return pcb;
}

void tcp_accept(struct tcp_pcb *pcb, tcp_accept_fn f)
{
    (void)pcb;
    accepted = f;
}

void tcp_arg(struct tcp_pcb *pcb, void *arg)
{
    of(pcb)->arg = arg;
}

void tcp_recv(struct tcp_pcb *pcb, tcp_recv_fn f)
{
    of(pcb)->recv = f;
}

void tcp_sent(struct tcp_pcb *pcb, tcp_sent_fn f)
{
    of(pcb)->sent = f;
}

void tcp_poll(struct tcp_pcb *pcb, tcp_poll_fn f, u8_t interval)
{
    (void)interval;
    of(pcb)->poll = f;
}

void tcp_err(struct tcp_pcb *pcb, tcp_err_fn f)
{
    of(pcb)->err = f;
}

void tcp_recved(struct tcp_pcb *pcb, u16_t n)
{
    (void)n;
    of(pcb);
}

err_t tcp_output(struct tcp_pcb *pcb)
{
    of(pcb);
    return ERR_OK;
}

err_t tcp_write(struct tcp_pcb *pcb, const void *bytes, u16_t n, u8_t flags)
{
    struct peer *p = of(pcb);

    if (!(flags & TCP_WRITE_FLAG_COPY) || p->shut)
        abort();
    if (below(8) == 0 || n > pcb->snd_buf || p->n_out + n > SENT_MAX)
        return ERR_MEM;
    memcpy(p->out + p->n_out, bytes, n);
    p->n_out += n;
    p->unacked += n;
    pcb->snd_buf = (tcpwnd_size_t)(pcb->snd_buf - n);
    return ERR_OK;
}

static void gone(struct peer *p)
{
    free(p->pcb);
    p->pcb = NULL;
}

void tcp_abort(struct tcp_pcb *pcb)
{
    struct peer *p = of(pcb);
    tcp_err_fn err = p->err;

    aborted = pcb;
    resets++;
    gone(p);
    if (err)
        err(p->arg, ERR_ABRT);
}

err_t tcp_close(struct tcp_pcb *pcb)
{
    if (below(8) == 0)
        return ERR_MEM;
    closes++;
    gone(of(pcb));
    return ERR_OK;
}

err_t tcp_shutdown(struct tcp_pcb *pcb, int rx, int tx)
{
    struct peer *p = of(pcb);

    if (rx || !tx || p->shut)
        abort();
    if (below(8) == 0)
        return ERR_MEM;
    p->shut = true;
    return ERR_OK;
}

u8_t pbuf_free(struct pbuf *p)
{
    while (p) {
        struct pbuf *next = p->next;
        free(p);
        p = next;
    }
    return 1;
}

/* ---- in kernel-ext's ---- */

mach_port_t mach_task_self(void)
{
    return 1;
}

kern_return_t usrd_op_restart(mach_port_t control, const_usrd_name_t name)
{
    (void)control;
    return strcmp(name, "hello") == 0 ? KERN_SUCCESS : KERN_INVALID_NAME;
}

void view_take(struct view *v, const char *self)
{
    v->commands = strcmp(self, "httpd") == 0;
    v->n_tasks = 1;
    strcpy(v->task[0].name, self);
    v->task[0].state = "ready";
    v->now = now * 1000ull;
    view_order(v);
}

/* ---- the peers ---- */

static const char *const requests[] = {
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /random?bytes=20001&seed=9 HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /live HTTP/1.1\r\nHost: a\r\n\r\n"
    "GET /random?bytes=3&seed=9 HTTP/1.1\r\nHost: a\r\n\r\n"
    "HEAD /random?bytes=9&seed=9 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
    "\r\n",
    "POST /sink HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n"
    "Expect: 100-continue\r\n\r\nhello worldGET /metrics HTTP/1.0\r\n\r\n",
    "POST /tasks/hello/restart HTTP/1.1\r\nHost: 1.2.3.4\r\n"
    "Origin: http://1.2.3.4\r\nContent-Length: 0\r\n\r\n",
    "GET /script.js HTTP/1.1\r\nHost: a\r\nContent-Length: 9000\r\n\r\n",
    "BREW / HTTP/1.1\r\n\r\nand so on, and so on, and so on",
    "GET /api/tasks HTTP/1.1\r\nHost: a",
    "POST /sink HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\nslowly",
};

/* All at once, and more than is kept ahead. */
static char many[200 * 40];

/* The result of a call of what was registered for P's PCB. */
static void called(struct peer *p, struct tcp_pcb *pcb, err_t result)
{
    if ((result == ERR_ABRT) != (aborted == pcb))
        lies++;
    aborted = NULL;
    (void)p;
}

static void open_one(struct peer *p)
{
    memset(p, 0, sizeof *p);
    p->pcb = calloc(1, sizeof *p->pcb);
    p->pcb->snd_buf = 1 + below(40000);
    unsigned n = below(sizeof requests / sizeof *requests + 1);
    p->left = n ? requests[n - 1] : many;
    p->n_left = strlen(p->left);
    p->fit = true;
    p->opened = now;
    aborted = NULL;
    if (accepted(NULL, p->pcb, ERR_OK) != ERR_OK) {
        refused++;
        gone(p);
    }
    aborted = NULL; /* of another, whose place it took */
}

static void send_some(struct peer *p)
{
    struct pbuf *first = NULL, **last = &first;
    size_t total = 0, n;

    if (p->n_left == 0 || p->ended)
        return;
    for (unsigned k = 1 + below(3); k > 0 && p->n_left > 0; k--) {
        n = 1 + below((unsigned)p->n_left);
        struct pbuf *q = calloc(1, sizeof *q + n);
        q->payload = q + 1;
        q->len = (u16_t)n;
        memcpy(q->payload, p->left, n);
        p->left += n;
        p->n_left -= n;
        total += n;
        *last = q;
        last = &q->next;
    }
    first->tot_len = (u16_t)total;
    struct tcp_pcb *pcb = p->pcb;
    called(p, pcb, p->recv(p->arg, pcb, first, ERR_OK));
}

static void acknowledge(struct peer *p)
{
    size_t n = p->unacked ? 1 + below((unsigned)p->unacked) : 0;
    struct tcp_pcb *pcb = p->pcb;

    if (n == 0 || n > 65535)
        return;
    p->unacked -= n;
    pcb->snd_buf = (tcpwnd_size_t)(pcb->snd_buf + n);
    called(p, pcb, p->sent(p->arg, pcb, (u16_t)n));
}

static void end(struct peer *p)
{
    struct tcp_pcb *pcb = p->pcb;

    if (p->ended)
        return;
    p->ended = true;
    called(p, pcb, p->recv(p->arg, pcb, NULL, ERR_OK));
}

static void reset(struct peer *p)
{
    tcp_err_fn err = p->err;

    gone(p);
    err(p->arg, ERR_RST);
}

static void tick(struct peer *p)
{
    struct tcp_pcb *pcb = p->pcb;

    called(p, pcb, p->poll(p->arg, pcb));
}

/* Takes one whole answer off what came. */
static bool take(struct peer *p)
{
    uint64_t words[2600];
    char *body = memmem(p->out, p->n_out, "\r\n\r\n", 4);
    unsigned status;
    size_t length = 0, n;

    if (!body)
        return false;
    n = (size_t)(body + 4 - p->out);
    *body = '\0';
    char *at = strstr(p->out, "Content-Length: ");
    if (sscanf(p->out, "HTTP/1.1 %u ", &status) != 1 ||
        (status != 100 && !at)) {
        odd++;
        return false;
    }
    if (at)
        length = strtoul(at + 16, NULL, 10);
    if (length == 9)
        length = 0; /* it was HEAD */
    *body = '\r';
    if (p->n_out < n + length)
        return false;
    random_words(9, 0, words, 2600);
    if ((length == 20001 || length == 3) &&
        memcmp(p->out + n, words, length) != 0)
        odd++;
    whole += status == 200;
    p->n_out -= n + length;
    memmove(p->out, p->out + n + length, p->n_out);
    return true;
}

static void step(struct peer *p)
{
    if (!p->pcb) {
        if (below(4) == 0)
            open_one(p);
        return;
    }
    unsigned what = below(100);
    if (what < 40)
        send_some(p);
    else if (what < 80)
        acknowledge(p);
    else if (what < 95)
        tick(p);
    else if (what < 98)
        end(p);
    else
        reset(p);
    while (take(p))
        ;
}

/* Whoever waits for time alone: all are gone at the end. */
static unsigned outlive(void)
{
    unsigned left = 0;

    for (unsigned round = 0; round < 400; round++) {
        now += 500;
        for (struct peer *p = peers; p < peers + PEERS; p++)
            if (p->pcb)
                tick(p);
    }
    for (struct peer *p = peers; p < peers + PEERS; p++) {
        left += p->pcb != NULL;
        if (p->pcb)
            reset(p);
    }
    return left;
}

/* A page, after all that. */
static bool serves(void)
{
    struct peer *p = &peers[0];
    unsigned before = whole;

    open_one(p);
    p->left = requests[0];
    p->n_left = strlen(p->left);
    while (p->n_left)
        send_some(p);
    for (unsigned n = 0; n < 1000 && whole == before; n++) {
        acknowledge(p);
        tick(p);
        take(p);
    }
    reset(p);
    return whole > before;
}

int main(void)
{
    for (unsigned n = 0; n < 200; n++)
        strcat(many, "GET /random HTTP/1.1\r\nHost: a\r\n\r\n");
    answer_init("httpd");
    OK(connections_listen(80, 10000), "it listens");
    for (unsigned n = 0; n < STEPS; n++) {
        step(&peers[below(PEERS)]);
        now += below(200) == 0 ? below(3000) : below(2);
    }
    OK(whole > 10000 && resets > 100 && closes > 100,
       "%u answers, %u resets, %u closes, %u refused", whole, resets, closes,
       refused);
    EQ(odd, 0, "each answer is whole");
    EQ(lies, 0, "ERR_ABRT is returned where its connection was reset, only");
    EQ(outlive(), 0, "nobody is waited for for ever");
    OK(serves(), "and a page is served");
    return tap_end();
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * An answer on its way.  lwIP's pools say how much of it there may be at a
 * time; the rest waits where it is, or is not even made yet. */
#include "sender.h"

#include <stdio.h>

#include <lwip/tcp.h>

#include "random.h"

#define PIECE 8192u /* bytes of a sequence that are made at a time */

void sender_begin(struct sender *s, const struct answer *a, bool body,
                  bool keep)
{
    s->answer = a;
    s->size = body ? a->length : 0;
    s->at = s->head_at = 0;
    s->head_n = (size_t)snprintf(
        s->head, sizeof s->head,
        "HTTP/1.1 %u %s\r\n"
        "Content-Type: %s\r\n"
        "Content-Length: %lu\r\n"
        "%s%s"
        "Cache-Control: no-store\r\n"
        "Content-Security-Policy: default-src 'none'; style-src 'self'; "
        "script-src 'self'; connect-src 'self'; form-action 'self'; "
        "img-src data:; base-uri 'none'; frame-ancestors 'none'\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        "Referrer-Policy: same-origin\r\n\r\n",
        a->status, answer_reason(a->status), a->type, (unsigned long)a->length,
        a->extra, keep ? "" : "Connection: close\r\n");
}

/* Write what may be now; false when no more may. */
static bool put(struct tcp_pcb *pcb, const void *bytes, size_t n, bool more)
{
    u8_t flags = TCP_WRITE_FLAG_COPY | (more ? TCP_WRITE_FLAG_MORE : 0);

    return tcp_write(pcb, bytes, (u16_t)n, flags) == ERR_OK;
}

static size_t least(uint64_t a, uint64_t b)
{
    return (size_t)(a < b ? a : b);
}

static bool put_head(struct sender *s, struct tcp_pcb *pcb)
{
    size_t n = least(s->head_n - s->head_at, tcp_sndbuf(pcb));

    if (n == 0 || !put(pcb, s->head + s->head_at, n, s->size > 0))
        return false;
    s->head_at += n;
    return true;
}

static bool put_body(struct sender *s, struct tcp_pcb *pcb)
{
    static uint64_t words[PIECE / 8];
    const struct answer *a = s->answer;
    size_t n = least(s->size - s->at, least(tcp_sndbuf(pcb), PIECE));
    const void *bytes = words;

    if (a->data) {
        bytes = a->data + s->at;
    } else {
        if (n < s->size - s->at)
            n -= n % 8;
        random_words(a->seed, s->at, words, (n + 7) / 8);
    }
    if (n == 0 || !put(pcb, bytes, n, n < s->size - s->at))
        return false;
    s->at += n;
    return true;
}

bool sender_push(struct sender *s, struct tcp_pcb *pcb)
{
    bool room = true;

    while (room && s->head_at < s->head_n)
        room = put_head(s, pcb);
    while (room && s->at < s->size)
        room = put_body(s, pcb);
    tcp_output(pcb);
    return s->head_at == s->head_n && s->at == s->size;
}

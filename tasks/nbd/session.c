/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A session from its connection's beginning to its end. */
#include "session.h"

#include <string.h>

void nbd_begin(struct nbd_session *s, const struct nbd_server *server,
               void *context, unsigned now)
{
    uint8_t hello[18];

    *s = (struct nbd_session){
        .server = server, .context = context, .heard_ms = now};
    for (unsigned n = NBD_REQUESTS; n-- > 0;) {
        s->requests[n].next = s->unused;
        s->unused = &s->requests[n];
    }
    nbd_put(hello, 8, NBD_MAGIC);
    nbd_put(hello + 8, 8, NBD_OPTION);
    nbd_put(hello + 16, 2, NBD_HELLO_FIXED | NBD_HELLO_NO_ZEROES);
    nbd_send(s, hello, sizeof hello);
}

/* ---- What comes in ---- */

bool nbd_gather(struct nbd_session *s, const uint8_t *data, size_t size,
                uint32_t want, size_t *taken)
{
    uint32_t left = want - s->gathered;

    *taken = size < left ? size : left;
    memcpy(s->head + s->gathered, data, *taken);
    s->gathered += (uint32_t)*taken;
    if (s->gathered < want)
        return false;
    s->gathered = 0;
    return true;
}

static size_t step(struct nbd_session *s, const uint8_t *data, size_t size)
{
    switch (s->state) {
    case NBD_HELLO:
        return nbd_hello(s, data, size);
    case NBD_OPTIONS:
        return nbd_option(s, data, size);
    case NBD_OPTION_DATA:
        return nbd_option_data(s, data, size);
    case NBD_OPTION_SKIP:
        return nbd_option_skip(s, data, size);
    case NBD_COMMANDS:
        return nbd_command(s, data, size);
    case NBD_PAYLOAD:
        return nbd_payload(s, data, size);
    case NBD_CLOSING:
    case NBD_BROKEN:
    case NBD_GONE:
        break;
    }
    return size;
}

size_t nbd_input(struct nbd_session *s, const void *data, size_t size)
{
    size_t done = 0;

    while (done < size) {
        size_t taken = step(s, (const uint8_t *)data + done, size - done);
        if (taken == 0)
            break;
        s->heard = true;
        done += taken;
    }
    return done;
}

/* What he was writing is not complete: its last piece is not written. */
static void stop_writing(struct nbd_session *s)
{
    if (s->writing)
        s->writing->error = NBD_EIO;
    s->writing = NULL;
    if (s->filling)
        nbd_free(s, s->filling);
    s->filling = NULL;
}

void nbd_input_ends(struct nbd_session *s)
{
    if (s->state >= NBD_CLOSING)
        return;
    stop_writing(s);
    s->state = NBD_CLOSING;
}

/* ---- What goes out ---- */

void nbd_send(struct nbd_session *s, const void *data, size_t size)
{
    if (s->server->line.send(s->context, data, size, true) != size)
        s->state = NBD_BROKEN;
    s->sent += size;
}

void nbd_sent(struct nbd_session *s, size_t size)
{
    s->acknowledged += size;
    s->heard = true;
    while (s->unacknowledged && s->unacknowledged->end <= s->acknowledged) {
        struct nbd_piece *piece = s->unacknowledged;
        s->unacknowledged = piece->next;
        nbd_free(s, piece);
    }
}

bool nbd_run(struct nbd_session *s)
{
    if (!s->export || s->state >= NBD_BROKEN)
        return false;
    nbd_start_requests(s);
    nbd_reply_all(s);
    return !nbd_start_requests(s);
}

/* ---- Its end ---- */

/* He owes us something: the rest of what he began to say, if it is not us who
 * do not listen, or that he has got what was sent. */
static bool owes(const struct nbd_session *s, bool waiting)
{
    return s->acknowledged < s->sent ||
           ((s->gathered > 0 || s->writing) && !waiting);
}

void nbd_tick(struct nbd_session *s, unsigned now, bool waiting)
{
    unsigned most = NBD_SILENT_MS;

    if (s->state >= NBD_BROKEN)
        return;
    if (nbd_haggles(s))
        most = NBD_HANDSHAKE_MS;
    else if (s->heard || !owes(s, waiting))
        s->heard_ms = now;
    s->heard = false;
    if (now - s->heard_ms > most)
        s->state = NBD_BROKEN;
}

bool nbd_is_over(const struct nbd_session *s)
{
    return s->state == NBD_BROKEN ||
           (s->state == NBD_CLOSING && !s->first && s->acknowledged >= s->sent);
}

static void free_list(struct nbd_session *s, struct nbd_piece **list)
{
    while (*list) {
        struct nbd_piece *piece = *list;
        *list = piece->next;
        if (!piece->posted)
            nbd_free(s, piece);
    }
}

void nbd_end(struct nbd_session *s)
{
    if (s->state == NBD_GONE)
        return;
    stop_writing(s);
    free_list(s, &s->unacknowledged);
    for (struct nbd_request *r = s->first; r; r = r->next)
        free_list(s, &r->first);
    s->state = NBD_GONE;
    if (s->pending > 0)
        s->export->leaving++;
}

bool nbd_is_free(const struct nbd_session *s)
{
    return s->state == NBD_GONE && s->pending == 0;
}

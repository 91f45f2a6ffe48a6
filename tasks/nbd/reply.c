/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Replies, as their requests are answered, in any order.
 *
 * A read that can be held, NBD_HELD bytes, is answered when all of it is there.
 * A longer one is sent while it is read, when it is the oldest request: so those
 * that it could wait for have what they need.  An error in the middle of it is
 * said to who has chosen structured replies; a simple one has no place for it
 * once its head is sent, and the connection ends. */
#include "session.h"

#define HEAD_ROOM 64u /* the longest head, and more */

static bool has_room(const struct nbd_session *s)
{
    return s->server->line.room(s->context) >= HEAD_ROOM;
}

static bool send_simple(struct nbd_session *s, struct nbd_request *r)
{
    uint8_t head[NBD_SIMPLE_BYTES];

    if (!has_room(s))
        return false;
    nbd_put(head, 4, NBD_SIMPLE);
    nbd_put(head + 4, 4, r->error);
    nbd_put(head + 8, 8, r->cookie);
    nbd_send(s, head, sizeof head);
    return true;
}

/* The head of a chunk of TYPE with DATA bytes, of which the first N are
 * FIELD. */
static bool send_chunk(struct nbd_session *s, const struct nbd_request *r,
                       enum nbd_chunk_type type, bool last, uint32_t data,
                       unsigned n, uint64_t field)
{
    uint8_t head[NBD_CHUNK_HEAD + 8], *at = head;

    if (!has_room(s))
        return false;
    at = nbd_put(at, 4, NBD_STRUCTURED);
    at = nbd_put(at, 2, last ? NBD_CHUNK_DONE : 0);
    at = nbd_put(at, 2, type);
    at = nbd_put(at, 8, r->cookie);
    at = nbd_put(at, 4, data);
    at = nbd_put(at, n, field);
    nbd_send(s, head, (size_t)(at - head));
    return true;
}

/* The error, and a message of no length. */
static bool send_error(struct nbd_session *s, struct nbd_request *r)
{
    if (s->structured)
        return send_chunk(s, r, NBD_CHUNK_ERROR, true, 6, 6,
                          (uint64_t)r->error << 16);
    if (!r->headed)
        return send_simple(s, r);
    s->state = NBD_BROKEN;
    return false;
}

static bool send_piece_head(struct nbd_session *s, struct nbd_request *r)
{
    const struct nbd_piece *piece = r->first;
    bool last = piece->at + piece->bytes == r->at + r->length;

    if (r->piece_headed)
        return true;
    r->piece_headed =
        !s->structured ||
        send_chunk(s, r, NBD_CHUNK_DATA, last, 8 + piece->bytes, 8, piece->at);
    return r->piece_headed;
}

/* FALSE: it is not done yet. */
static bool send_piece(struct nbd_session *s, struct nbd_request *r)
{
    struct nbd_piece *piece = r->first, **end = &s->unacknowledged;

    if (!piece->done || !send_piece_head(s, r))
        return false;
    size_t n =
        s->server->line.send(s->context, nbd_data(s, piece) + piece->moved,
                             piece->bytes - piece->moved, false);
    piece->moved += (uint32_t)n;
    s->sent += n;
    if (piece->moved < piece->bytes)
        return false;
    r->first = piece->next;
    r->piece_headed = false;
    piece->next = NULL;
    piece->end = s->sent;
    while (*end)
        end = &(*end)->next;
    *end = piece;
    return true;
}

static bool send_data(struct nbd_session *s, struct nbd_request *r)
{
    if (r->length == 0 && s->structured)
        return send_chunk(s, r, NBD_CHUNK_NONE, true, 0, 0, 0);
    if (!s->structured && !r->headed && !send_simple(s, r))
        return false;
    r->headed = true;
    while (r->first && (r->piece_headed || !r->error))
        if (!send_piece(s, r))
            return false;
    if (r->error)
        return r->pending == 0 && send_error(s, r);
    return r->started == r->length;
}

/* TRUE: all of it is sent. */
static bool reply(struct nbd_session *s, struct nbd_request *r)
{
    if (r->command != NBD_CMD_READ)
        return send_simple(s, r);
    if (r->error && !r->headed)
        return send_error(s, r);
    return send_data(s, r);
}

static bool may_begin(const struct nbd_session *s, const struct nbd_request *r)
{
    return r == s->first && r->command == NBD_CMD_READ && !r->error &&
           r->length > NBD_HELD && r->first && r->first->done;
}

/* They are started in their order: behind one that is not, none is. */
static struct nbd_request *next(const struct nbd_session *s)
{
    for (struct nbd_request *r = s->first; r; r = r->next) {
        if (nbd_is_answered(r) || may_begin(s, r))
            return r;
        if (!r->error && !nbd_is_started(r))
            break;
    }
    return NULL;
}

static void drop(struct nbd_session *s, struct nbd_request *r)
{
    struct nbd_request **at = &s->first;

    while (r->first) {
        struct nbd_piece *piece = r->first;
        r->first = piece->next;
        nbd_free(s, piece);
    }
    while (*at != r)
        at = &(*at)->next;
    *at = r->next;
    r->next = s->unused;
    s->unused = r;
}

void nbd_reply_all(struct nbd_session *s)
{
    while (s->replying || (s->replying = next(s)) != NULL) {
        struct nbd_request *r = s->replying;

        if (!reply(s, r))
            return;
        s->replying = NULL;
        drop(s, r);
    }
}

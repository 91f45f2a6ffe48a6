/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * An export's chunks, and what the disk does with them.  Always
 * free >= promised, as long as nothing is given up: so what a session has been
 * promised is there. */
#include "session.h"

_Static_assert(NBD_SESSIONS *NBD_RESERVE < NBD_CHUNKS, "some are anybody's");
_Static_assert(NBD_CHUNKS == 64, "bits of `free`");

void nbd_export_init(struct nbd_export *e)
{
    e->free = ~(uint64_t)0;
    e->promised = NBD_SESSIONS * NBD_RESERVE;
    e->given_up = e->leaving = e->lost = 0;
    e->down = false;
}

bool nbd_export_is_idle(const struct nbd_export *e)
{
    for (unsigned n = 0; n < NBD_CHUNKS; n++)
        if (e->pieces[n].posted)
            return false;
    return true;
}

static unsigned chunk_of(const struct nbd_export *e,
                         const struct nbd_piece *piece)
{
    return (unsigned)(piece - e->pieces);
}

char *nbd_data(struct nbd_session *s, const struct nbd_piece *piece)
{
    return s->export->data + (size_t)chunk_of(s->export, piece) * NBD_CHUNK;
}

struct nbd_piece *nbd_take(struct nbd_request *r)
{
    struct nbd_session *s = r->session;
    struct nbd_export *e = s->export;
    bool own = s->held < NBD_RESERVE;

    if (e->free == 0 ||
        (!own && (unsigned)__builtin_popcountll(e->free) <= e->promised))
        return NULL;
    unsigned chunk = (unsigned)__builtin_ctzll(e->free);
    e->free &= e->free - 1;
    e->promised -= own;
    s->held++;
    e->pieces[chunk] = (struct nbd_piece){.request = r};
    return &e->pieces[chunk];
}

/* It is no longer of the session, and its chunk not yet anybody's. */
static void give_back(struct nbd_session *s)
{
    s->held--;
    s->export->promised += s->held < NBD_RESERVE;
}

static void is_free(struct nbd_export *e, struct nbd_piece *piece)
{
    e->free |= (uint64_t)1 << chunk_of(e, piece);
    e->freed = true;
}

void nbd_free(struct nbd_session *s, struct nbd_piece *piece)
{
    give_back(s);
    is_free(s->export, piece);
}

void nbd_post(struct nbd_piece *piece, enum nbd_disk_op op, uint64_t at,
              uint64_t count)
{
    struct nbd_session *s = piece->request->session;

    piece->posted = true;
    piece->request->pending++;
    s->pending++;
    s->export->post(s->export, op, chunk_of(s->export, piece), at, count);
}

static void not_pending(struct nbd_request *r)
{
    struct nbd_session *s = r->session;

    r->pending--;
    if (--s->pending == 0 && s->state == NBD_GONE)
        s->export->leaving--;
}

/* A write that has to be stable, all of whose pieces are written: its last
 * piece is now one that flushes. */
static bool flushes(struct nbd_request *r, struct nbd_piece *piece)
{
    struct nbd_session *s = r->session;

    if (!(r->flags & NBD_CMD_FLAG_FUA) || r->flushed || r->error ||
        r->pending > 0 || r->started < r->length || s->state == NBD_GONE)
        return false;
    if (nbd_is_down(s->export)) {
        r->error = NBD_EIO;
        return false;
    }
    r->flushed = true;
    piece->bytes = 0;
    nbd_post(piece, NBD_DISK_FLUSH, 0, 0);
    return true;
}

/* A disk says once that it lost something: to each client that has written
 * before, the next flush is the one that fails. */
static enum nbd_error flushed(struct nbd_request *r, enum nbd_error error)
{
    struct nbd_session *s = r->session;
    struct nbd_export *e = s->export;

    e->lost += error != NBD_OK;
    if (r->command != NBD_CMD_FLUSH)
        return error;
    if (s->lost != e->lost)
        error = NBD_EIO;
    s->lost = e->lost;
    return error;
}

/* A piece is over; what a read has got stays in its chunk. */
static void over(struct nbd_piece *piece, enum nbd_error error)
{
    struct nbd_request *r = piece->request;
    struct nbd_session *s = r->session;

    if (error && !r->error)
        r->error = error;
    piece->done = true;
    if (s->state == NBD_GONE || r->command != NBD_CMD_READ) {
        if (!flushes(r, piece))
            nbd_free(s, piece);
    }
}

struct nbd_session *nbd_answered(struct nbd_export *e, unsigned chunk,
                                 enum nbd_error error, uint64_t count)
{
    struct nbd_piece *piece = &e->pieces[chunk % NBD_CHUNKS];
    struct nbd_request *r = piece->request;

    if (!piece->posted)
        return NULL;
    piece->posted = false;
    if (!r) {
        e->given_up--;
        is_free(e, piece);
        return NULL;
    }
    if (r->flushed)
        error = flushed(r, error);
    else if (!error && piece->bytes > 0 && count != piece->bytes)
        error = NBD_EIO;
    not_pending(r);
    struct nbd_session *s = r->session;
    over(piece, error);
    return s->state == NBD_GONE ? NULL : s;
}

static void unlink_piece(struct nbd_request *r, const struct nbd_piece *piece)
{
    struct nbd_piece **at = &r->first;

    while (*at && *at != piece)
        at = &(*at)->next;
    if (*at)
        *at = piece->next;
}

/* Of its request, as far as that knows, it is over. */
static void give_up(struct nbd_export *e, struct nbd_piece *piece)
{
    struct nbd_request *r = piece->request;

    e->given_up++;
    if (!r->error)
        r->error = NBD_EIO;
    unlink_piece(r, piece);
    give_back(r->session);
    not_pending(r);
    piece->request = NULL;
}

void nbd_export_down(struct nbd_export *e, bool down)
{
    e->down = down;
    for (unsigned n = 0; down && n < NBD_CHUNKS; n++)
        if (e->pieces[n].posted && e->pieces[n].request)
            give_up(e, &e->pieces[n]);
}

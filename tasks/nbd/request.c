/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Requests: read, checked, and given to the disk in pieces. */
#include "session.h"

#include <string.h>

static bool is_any(const struct nbd_request *r, unsigned commands)
{
    return r->command < 32 && (commands >> r->command & 1);
}

#define READ (1u << NBD_CMD_READ)
#define WRITE (1u << NBD_CMD_WRITE)
#define FLUSH (1u << NBD_CMD_FLUSH)
#define TRIM (1u << NBD_CMD_TRIM)
#define ZERO (1u << NBD_CMD_WRITE_ZEROES)

/* As doc/proto.md has it, "Error values": what is past the end has no space to
 * be written to, all else that is wrong is invalid. */
static enum nbd_error check(const struct nbd_request *r,
                            const struct nbd_export *e)
{
    unsigned flags =
        NBD_CMD_FLAG_FUA | (is_any(r, ZERO) ? NBD_CMD_FLAG_NO_HOLE : 0);

    if (!is_any(r, READ | WRITE | FLUSH | TRIM | ZERO) || (r->flags & ~flags))
        return NBD_EINVAL;
    if (is_any(r, FLUSH))
        return NBD_OK;
    if (e->read_only && !is_any(r, READ))
        return NBD_EPERM;
    if ((is_any(r, TRIM) && !e->trims) || (is_any(r, ZERO) && !e->zeroes))
        return NBD_EINVAL;
    if (r->at > e->size || r->length > e->size - r->at)
        return is_any(r, WRITE | ZERO) ? NBD_ENOSPC : NBD_EINVAL;
    if (r->at % e->block || r->length % e->block)
        return NBD_EINVAL;
    if (is_any(r, READ) && r->length > NBD_LONGEST)
        return NBD_EINVAL;
    return NBD_OK;
}

static struct nbd_request *append(struct nbd_session *s)
{
    struct nbd_request *r = s->unused, **end = &s->first;

    s->unused = r->next;
    *r = (struct nbd_request){.session = s};
    while (*end)
        end = &(*end)->next;
    *end = r;
    return r;
}

/* A payload that is too long to be read and dropped ends the session. */
static void begin(struct nbd_session *s)
{
    struct nbd_request *r = append(s);

    r->flags = (uint16_t)nbd_get(s->head + 4, 2);
    r->command = (uint16_t)nbd_get(s->head + 6, 2);
    r->cookie = nbd_get(s->head + 8, 8);
    r->at = nbd_get(s->head + 16, 8);
    r->length = (uint32_t)nbd_get(s->head + 24, 4);
    r->error = check(r, s->export);
    if (!is_any(r, WRITE) || r->length == 0)
        return;
    if (r->length > NBD_LONGEST) {
        s->state = NBD_BROKEN;
        return;
    }
    s->writing = r;
    s->state = NBD_PAYLOAD;
}

size_t nbd_command(struct nbd_session *s, const uint8_t *data, size_t size)
{
    size_t taken;

    s->behind = s->behind && s->export->leaving > 0;
    if (s->behind || !s->unused)
        return 0;
    if (!nbd_gather(s, data, size, NBD_REQUEST_BYTES, &taken))
        return taken;
    if (nbd_get(s->head, 4) != NBD_REQUEST)
        s->state = NBD_BROKEN;
    else if (nbd_get(s->head + 6, 2) == NBD_CMD_DISC)
        s->state = NBD_CLOSING;
    else
        begin(s);
    return taken;
}

/* ---- Pieces ---- */

static uint32_t piece_bytes(uint32_t left)
{
    return left < NBD_CHUNK ? left : NBD_CHUNK;
}

/* Into the piece that is being filled; 0: there is no chunk for one. */
static size_t fill(struct nbd_session *s, const uint8_t *data, size_t size)
{
    struct nbd_request *r = s->writing;
    struct nbd_piece *piece = s->filling;

    if (!piece) {
        if (!nbd_start_requests(s) || !(piece = nbd_take(r)))
            return 0;
        piece->at = r->at + r->received;
        piece->bytes = piece_bytes(r->length - r->received);
        s->filling = piece;
    }
    if (size > piece->bytes - piece->moved)
        size = piece->bytes - piece->moved;
    memcpy(nbd_data(s, piece) + piece->moved, data, size);
    piece->moved += (uint32_t)size;
    if (piece->moved == piece->bytes) {
        s->filling = NULL;
        r->started += piece->bytes;
        nbd_post(piece, NBD_DISK_WRITE, piece->at, piece->bytes);
    }
    return size;
}

/* The rest of what is an error anyway is dropped. */
static size_t drop(struct nbd_session *s, size_t size)
{
    if (s->filling)
        nbd_free(s, s->filling);
    s->filling = NULL;
    return size;
}

size_t nbd_payload(struct nbd_session *s, const uint8_t *data, size_t size)
{
    struct nbd_request *r = s->writing;

    if (size > r->length - r->received)
        size = r->length - r->received;
    if (!r->error && nbd_is_down(s->export))
        r->error = NBD_EIO;
    size = r->error ? drop(s, size) : fill(s, data, size);
    r->received += (uint32_t)size;
    if (r->received == r->length) {
        s->writing = NULL;
        s->state = NBD_COMMANDS;
    }
    return size;
}

static bool start_read(struct nbd_request *r)
{
    struct nbd_piece **end = &r->first, *piece;

    while (*end)
        end = &(*end)->next;
    for (; r->started < r->length; end = &piece->next) {
        piece = nbd_take(r);
        if (!piece)
            return false;
        *end = piece;
        piece->at = r->at + r->started;
        piece->bytes = piece_bytes(r->length - r->started);
        r->started += piece->bytes;
        nbd_post(piece, NBD_DISK_READ, piece->at, piece->bytes);
    }
    return true;
}

/* Those that move no data. */
static bool start_other(struct nbd_request *r)
{
    struct nbd_piece *piece = nbd_take(r);

    if (!piece)
        return false;
    r->started = r->length;
    r->flushed = is_any(r, FLUSH);
    if (r->flushed)
        nbd_post(piece, NBD_DISK_FLUSH, 0, 0);
    else
        nbd_post(piece, is_any(r, TRIM) ? NBD_DISK_DISCARD : NBD_DISK_ZERO,
                 r->at, r->length);
    return true;
}

bool nbd_is_started(const struct nbd_request *r)
{
    return is_any(r, FLUSH) ? r->flushed : r->started == r->length;
}

static bool start(struct nbd_session *s, struct nbd_request *r)
{
    if (r->error || nbd_is_started(r) || is_any(r, WRITE))
        return true;
    if (nbd_is_down(s->export)) {
        r->error = NBD_EIO;
        return true;
    }
    return is_any(r, READ) ? start_read(r) : start_other(r);
}

bool nbd_start_requests(struct nbd_session *s)
{
    for (struct nbd_request *r = s->first; r; r = r->next)
        if (!start(s, r))
            return false;
    return true;
}

bool nbd_is_answered(const struct nbd_request *r)
{
    return r->pending == 0 && r->session->writing != r &&
           (r->error || nbd_is_started(r));
}

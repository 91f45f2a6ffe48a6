/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * For tasks/nbd without its task: a disk of memory that answers when it is told
 * to, lines whose other ends acknowledge when they are told to, and clients. */
#ifndef NBD_PEER_H
#define NBD_PEER_H

#include <stdlib.h>

#include "session.h"
#include "tap.h"

#define DISK (4096u * 1024)
#define ROOM 40000u   /* a line takes, not acknowledged */
#define KEPT 8000000u /* of what the server said, or a client says */

static struct nbd_export exports[2];
static char stores[2][DISK], chunks[2][NBD_CHUNKS * NBD_CHUNK];

/* What the disk has in hand. */
static struct job {
    struct nbd_export *export;
    enum nbd_disk_op op;
    unsigned chunk;
    uint64_t at, count;
} jobs[2 * NBD_CHUNKS];
static unsigned n_jobs, most_jobs, flushes, wrong_jobs;

static struct peer {
    struct nbd_session session;
    size_t unacknowledged, room;
    uint8_t said[KEPT];
    size_t n_said;
    /* What was sent from the chunks: it may not change until it is
     * acknowledged. */
    struct sent {
        const char *data;
        size_t size, end;
        unsigned sum;
    } sent[1024];
    unsigned n_sent, changed;
    size_t total, acknowledged;
    const uint8_t *input; /* what it says, and how much of it was taken */
    size_t size, taken;
} peers[NBD_SESSIONS];

static unsigned sum_of(const char *data, size_t size)
{
    unsigned sum = 1;

    for (size_t n = 0; n < size; n++)
        sum = sum * 31 + (uint8_t)data[n];
    return sum;
}

static size_t line_room(void *context)
{
    struct peer *p = context;

    return p->room - p->unacknowledged;
}

static size_t line_send(void *context, const void *data, size_t size, bool copy)
{
    struct peer *p = context;
    size_t room = line_room(p);

    if (copy && size > room)
        return 0;
    size = size < room ? size : room;
    if (p->n_said + size <= KEPT) {
        memcpy(p->said + p->n_said, data, size);
        p->n_said += size;
    }
    p->unacknowledged += size;
    p->total += size;
    if (!copy && p->n_sent < 1024)
        p->sent[p->n_sent++] =
            (struct sent){data, size, p->total, sum_of(data, size)};
    return size;
}

static const struct nbd_server server = {
    .exports = exports,
    .n_exports = 2,
    .line = {.room = line_room, .send = line_send},
};

static void post(struct nbd_export *e, enum nbd_disk_op op, unsigned chunk,
                 uint64_t at, uint64_t count)
{
    bool moves = op == NBD_DISK_READ || op == NBD_DISK_WRITE;

    wrong_jobs += at > e->size || count > e->size - at || at % e->block ||
                  count % e->block || (moves && count > NBD_CHUNK) ||
                  chunk >= NBD_CHUNKS || (moves && count == 0) ||
                  (e->read_only && op != NBD_DISK_READ && op != NBD_DISK_FLUSH);
    for (unsigned n = 0; n < n_jobs; n++)
        wrong_jobs += jobs[n].export == e && jobs[n].chunk == chunk;
    if (n_jobs == 2 * NBD_CHUNKS)
        abort();
    jobs[n_jobs++] = (struct job){e, op, chunk, at, count};
    most_jobs = n_jobs > most_jobs ? n_jobs : most_jobs;
    flushes += op == NBD_DISK_FLUSH;
}

/* The disk does job N. */
static void answer(unsigned n, enum nbd_error error)
{
    struct job j = jobs[n];
    char *store = stores[j.export - exports];
    char *data = j.export->data + (size_t)j.chunk * NBD_CHUNK;

    memmove(&jobs[n], &jobs[n + 1], (--n_jobs - n) * sizeof *jobs);
    if (!error && j.op == NBD_DISK_READ)
        memcpy(data, store + j.at, j.count);
    if (!error && j.op == NBD_DISK_WRITE)
        memcpy(store + j.at, data, j.count);
    if (!error && j.op == NBD_DISK_ZERO)
        memset(store + j.at, 0, j.count);
    nbd_answered(j.export, j.chunk, error, error ? 0 : j.count);
}

static void acknowledge(struct peer *p, size_t size)
{
    unsigned kept = 0;

    p->acknowledged += size;
    p->unacknowledged -= size;
    for (unsigned n = 0; n < p->n_sent; n++) {
        struct sent *s = &p->sent[n];
        p->changed += sum_of(s->data, s->size) != s->sum;
        if (s->end > p->acknowledged)
            p->sent[kept++] = *s;
    }
    p->n_sent = kept;
    nbd_sent(&p->session, size);
}

static void make_exports(void)
{
    for (unsigned n = 0; n < 2; n++) {
        struct nbd_export *e = &exports[n];
        memset(e, 0, sizeof *e);
        snprintf(e->name, sizeof e->name, "vd%c", 'a' + (int)n);
        e->size = DISK;
        e->block = 512;
        e->trims = e->zeroes = true;
        e->data = chunks[n];
        e->post = post;
        nbd_export_init(e);
    }
    n_jobs = most_jobs = flushes = wrong_jobs = 0;
}

static void begin(struct peer *p, size_t room)
{
    p->unacknowledged = p->n_said = p->total = p->acknowledged = 0;
    p->n_sent = p->changed = 0;
    p->input = NULL;
    p->size = p->taken = 0;
    p->room = room;
    nbd_begin(&p->session, &server, p, 0);
}

/* Say no more than N further bytes of its input. */
static void say(struct peer *p, size_t n)
{
    if (n > p->size - p->taken)
        n = p->size - p->taken;
    if (n > 0) {
        void *copy = malloc(n); /* so that one byte beside it is seen */
        memcpy(copy, p->input + p->taken, n);
        p->taken += nbd_input(&p->session, copy, n);
        free(copy);
    }
    nbd_run(&p->session);
}

/* Until nothing moves any more: all is answered and acknowledged. */
static void settle(void)
{
    bool moved = true;

    while (moved) {
        moved = n_jobs > 0;
        while (n_jobs > 0)
            answer(0, NBD_OK);
        for (unsigned n = 0; n < NBD_SESSIONS; n++) {
            struct peer *p = &peers[n];
            size_t taken = p->taken;
            if (p->session.state == NBD_GONE || !p->session.server)
                continue;
            say(p, p->size);
            moved = moved || p->taken != taken || p->unacknowledged > 0;
            if (p->unacknowledged > 0)
                acknowledge(p, p->unacknowledged);
        }
    }
}

/* ---- What a client says ---- */

static uint8_t script[KEPT];
static size_t scripted;

static void number(unsigned bytes, uint64_t value)
{
    nbd_put(script + scripted, bytes, value);
    scripted += bytes;
}

static void bytes(const void *data, size_t size)
{
    memcpy(script + scripted, data, size);
    scripted += size;
}

static void option(uint32_t type, const void *data, uint32_t size)
{
    number(8, NBD_OPTION);
    number(4, type);
    number(4, size);
    bytes(data, size);
}

static void go(uint32_t type, const char *name)
{
    uint8_t data[4 + NBD_NAME + 4];
    uint32_t length = (uint32_t)strlen(name);
    uint8_t *at = nbd_put(data, 4, length);

    memcpy(at, name, length);
    at = nbd_put(at + length, 2, 1);
    at = nbd_put(at, 2, NBD_INFO_BLOCK_SIZE);
    option(type, data, (uint32_t)(at - data));
}

static void command(unsigned type, unsigned flags, uint64_t cookie, uint64_t at,
                    uint32_t length)
{
    number(4, NBD_REQUEST);
    number(2, flags);
    number(2, type);
    number(8, cookie);
    number(8, at);
    number(4, length);
}

/* What was scripted is what P says next. */
static void perform(struct peer *p)
{
    p->input = script;
    p->size = scripted;
    p->taken = 0;
    scripted = 0;
}

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fixed newstyle negotiation: what the server offers, and which of it the client
 * takes.  Left out: TLS, metadata contexts, extended headers; he is told so. */
#include "session.h"

#include <string.h>

#define ROOM 1024u /* for all that is said to one option */

size_t nbd_hello(struct nbd_session *s, const uint8_t *data, size_t size)
{
    size_t taken;

    if (!nbd_gather(s, data, size, 4, &taken))
        return taken;
    uint64_t flags = nbd_get(s->head, 4);
    s->no_zeroes = (flags & NBD_HELLO_NO_ZEROES) != 0;
    s->state = flags & ~(uint64_t)(NBD_HELLO_FIXED | NBD_HELLO_NO_ZEROES)
                   ? NBD_BROKEN
                   : NBD_OPTIONS;
    return taken;
}

/* ---- Answers ---- */

static void reply(struct nbd_session *s, enum nbd_reply type, const void *data,
                  size_t size)
{
    uint8_t head[NBD_OPTION_REPLY_HEAD], *at = head;

    at = nbd_put(at, 8, NBD_REPLY);
    at = nbd_put(at, 4, s->option);
    at = nbd_put(at, 4, (uint32_t)type);
    nbd_put(at, 4, size);
    nbd_send(s, head, sizeof head);
    if (size > 0)
        nbd_send(s, data, size);
}

static void acknowledge(struct nbd_session *s)
{
    reply(s, NBD_REP_ACK, NULL, 0);
}

static void list(struct nbd_session *s)
{
    for (unsigned n = 0; n < s->server->n_exports; n++) {
        const char *name = s->server->exports[n].name;
        uint8_t data[4 + NBD_NAME];
        size_t length = strlen(name);

        memcpy(nbd_put(data, 4, length), name, length);
        reply(s, NBD_REP_SERVER, data, 4 + length);
    }
    acknowledge(s);
}

/* All connections to an export use its disk by one ring, so that a flush is for
 * what was answered on each: MULTI_CONN. */
static uint16_t flags_of(const struct nbd_export *e)
{
    unsigned flags = NBD_FLAG_HAS_FLAGS | NBD_FLAG_FLUSH | NBD_FLAG_FUA |
                     NBD_FLAG_MULTI_CONN;

    if (e->read_only)
        return (uint16_t)(flags | NBD_FLAG_READ_ONLY);
    if (e->trims)
        flags |= NBD_FLAG_TRIM;
    if (e->zeroes)
        flags |= NBD_FLAG_WRITE_ZEROES;
    return (uint16_t)flags;
}

static void describe(struct nbd_session *s, const struct nbd_export *e,
                     bool named)
{
    uint8_t data[2 + NBD_NAME], *at;

    at = nbd_put(data, 2, NBD_INFO_EXPORT);
    at = nbd_put(at, 8, e->size);
    at = nbd_put(at, 2, flags_of(e));
    reply(s, NBD_REP_INFO, data, (size_t)(at - data));

    at = nbd_put(data, 2, NBD_INFO_BLOCK_SIZE);
    at = nbd_put(at, 4, e->block);
    at = nbd_put(at, 4, e->block > 4096 ? e->block : 4096);
    at = nbd_put(at, 4, NBD_LONGEST);
    reply(s, NBD_REP_INFO, data, (size_t)(at - data));

    if (named) {
        memcpy(nbd_put(data, 2, NBD_INFO_NAME), e->name, strlen(e->name));
        reply(s, NBD_REP_INFO, data, 2 + strlen(e->name));
    }
}

/* ---- Options ---- */

/* An empty name is the first export. */
static struct nbd_export *find(const struct nbd_session *s, const uint8_t *name,
                               uint32_t length)
{
    for (unsigned n = 0; n < s->server->n_exports; n++) {
        struct nbd_export *e = &s->server->exports[n];
        if (length == 0 ||
            (length == strlen(e->name) && memcmp(e->name, name, length) == 0))
            return e;
    }
    return NULL;
}

static void choose(struct nbd_session *s, struct nbd_export *e)
{
    s->export = e;
    s->lost = e->lost;
    s->behind = e->leaving > 0;
    s->state = NBD_COMMANDS;
}

/* The oldest way, which has no other answer to a name than the end. */
static void export_name(struct nbd_session *s, uint32_t length)
{
    struct nbd_export *e = find(s, s->head, length);
    uint8_t data[10 + NBD_OLD_ZEROES] = {0};

    if (!e) {
        s->state = NBD_BROKEN;
        return;
    }
    nbd_put(nbd_put(data, 8, e->size), 2, flags_of(e));
    nbd_send(s, data, s->no_zeroes ? 10 : sizeof data);
    choose(s, e);
}

/* INFO and GO: the length of a name, the name, how many things he wants to
 * know, 2 bytes for each. */
static void info(struct nbd_session *s, uint32_t length)
{
    uint64_t name = length < 6 ? length : nbd_get(s->head, 4);
    bool named = false;

    if (length < 6 || name > length - 6 ||
        length != 6 + name + 2 * nbd_get(s->head + 4 + name, 2)) {
        reply(s, NBD_REP_ERR_INVALID, NULL, 0);
        return;
    }
    struct nbd_export *e = find(s, s->head + 4, (uint32_t)name);
    if (!e) {
        reply(s, NBD_REP_ERR_UNKNOWN, NULL, 0);
        return;
    }
    for (uint64_t at = 6 + name; at < length; at += 2)
        named = named || nbd_get(s->head + at, 2) == NBD_INFO_NAME;
    describe(s, e, named);
    acknowledge(s);
    if (s->option == NBD_OPT_GO)
        choose(s, e);
}

/* Those without data. */
static void bare(struct nbd_session *s, uint32_t length)
{
    if (length > 0) {
        reply(s, NBD_REP_ERR_INVALID, NULL, 0);
    } else if (s->option == NBD_OPT_LIST) {
        list(s);
    } else {
        s->structured = true;
        acknowledge(s);
    }
}

static void act(struct nbd_session *s, uint32_t length)
{
    s->state = NBD_OPTIONS;
    switch (s->option) {
    case NBD_OPT_EXPORT_NAME:
        export_name(s, length);
        break;
    case NBD_OPT_ABORT:
        acknowledge(s);
        s->state = NBD_CLOSING;
        break;
    case NBD_OPT_INFO:
    case NBD_OPT_GO:
        info(s, length);
        break;
    case NBD_OPT_LIST:
    case NBD_OPT_STRUCTURED_REPLY:
        bare(s, length);
        break;
    default:
        reply(s, NBD_REP_ERR_UNSUP, NULL, 0);
    }
}

size_t nbd_option(struct nbd_session *s, const uint8_t *data, size_t size)
{
    size_t taken;

    if (s->gathered == 0 && s->server->line.room(s->context) < ROOM)
        return 0;
    if (!nbd_gather(s, data, size, NBD_OPTION_HEAD, &taken))
        return taken;
    s->option = (uint32_t)nbd_get(s->head + 8, 4);
    s->skip = (uint32_t)nbd_get(s->head + 12, 4);
    if (nbd_get(s->head, 8) != NBD_OPTION ||
        (s->skip > NBD_OPTION_MOST && s->option == NBD_OPT_EXPORT_NAME))
        s->state = NBD_BROKEN;
    else if (s->skip > NBD_OPTION_MOST)
        s->state = NBD_OPTION_SKIP;
    else if (s->skip > 0)
        s->state = NBD_OPTION_DATA;
    else
        act(s, 0);
    return taken;
}

size_t nbd_option_data(struct nbd_session *s, const uint8_t *data, size_t size)
{
    size_t taken;

    if (nbd_gather(s, data, size, s->skip, &taken))
        act(s, s->skip);
    return taken;
}

size_t nbd_option_skip(struct nbd_session *s, const uint8_t *data, size_t size)
{
    size_t taken = size < s->skip ? size : s->skip;

    (void)data;
    s->skip -= (uint32_t)taken;
    if (s->skip == 0) {
        s->state = NBD_OPTIONS;
        reply(s, NBD_REP_ERR_TOO_BIG, NULL, 0);
    }
    return taken;
}

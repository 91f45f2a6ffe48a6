/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the first client of nbd_peer.h was told, read piece by piece. */
#ifndef NBD_SAYS_H
#define NBD_SAYS_H

#include "nbd_peer.h"

static struct peer *p = &peers[0];
static size_t at; /* of what it said */

static inline uint64_t next(unsigned n)
{
    uint64_t value = at + n <= p->n_said ? nbd_get(p->said + at, n) : ~0ul;

    at += n;
    return value;
}

static inline void run(void)
{
    perform(p);
    settle();
}

static inline void start(unsigned flags)
{
    begin(p, ROOM);
    number(4, flags);
    at = 0;
}

static inline bool says_reply(uint32_t to, uint32_t type, uint32_t size)
{
    return next(8) == NBD_REPLY && next(4) == to && next(4) == type &&
           next(4) == size;
}

static inline bool says_simple(uint64_t error, uint64_t cookie)
{
    return next(4) == NBD_SIMPLE && next(4) == error && next(8) == cookie;
}

static inline bool is_at_end(void)
{
    return at == p->n_said;
}

static inline void end(void)
{
    nbd_end(&p->session);
    settle();
    OK(nbd_is_free(&p->session) && exports[0].free == ~0ul &&
           exports[0].promised == NBD_SESSIONS * NBD_RESERVE &&
           p->session.held == 0,
       "nothing is left of it");
}

/* To the transmission of vda. */
static inline void chosen(bool structured)
{
    start(3);
    if (structured)
        option(NBD_OPT_STRUCTURED_REPLY, "", 0);
    go(NBD_OPT_GO, "vda");
    run();
    at = p->n_said;
}

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Heads of requests, broken at random (seeded): no byte is read or written
 * outside of them, and what is taken has all that the standard wants. */
#include <stdlib.h>

#include "request.h"
#include "tap.h"

#define ROUNDS 300000

static const char *const seeds[] = {
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "HEAD /api/tasks?x=1&y=2 HTTP/1.1\r\nHost: [::1]:80\r\n"
    "Connection: keep-alive, x\r\nAccept: */*\r\n\r\n",
    "POST /tasks/hello/restart HTTP/1.1\r\nHost: localhost\r\n"
    "Origin: http://localhost\r\nContent-Length: 12\r\n\r\n",
    "POST /sink HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
    "Content-Length: 67108864\r\nTransfer-Encoding: identity\r\n\r\n",
    "GET http://b/random?bytes=10&seed=3 HTTP/1.0\r\n\r\n",
};
static const char *const pieces[] = {
    "\r\n",  "\r\n\r\n",         "\n",  "\r",   ":",  " ",      "\t",
    "HTTP/", "Content-Length: ", "?&=", "Host", "\0", "\xff\0", "-1",
};

static uint64_t state = 1;

static unsigned below(unsigned n)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(state >> 33) % n;
}

static size_t mutate(char *to, size_t n)
{
    for (unsigned k = below(4); k > 0 && n > 0; k--) {
        unsigned at = below((unsigned)n);
        const char *piece = pieces[below(sizeof pieces / sizeof *pieces)];
        size_t size = strlen(piece) ? strlen(piece) : 1;

        switch (below(4)) {
        case 0:
            to[at] = (char)below(256);
            break;
        case 1: /* without the rest, or some of it */
            size = below((unsigned)(n - at)) + 1;
            memmove(to + at, to + at + size, n - at - size);
            n -= size;
            break;
        case 2:
            memmove(to + at + size, to + at, n - at);
            memcpy(to + at, piece, size);
            n += size;
            break;
        default: /* some of it twice */
            size = below((unsigned)(n - at)) + 1;
            memmove(to + at + size, to + at, n - at);
            n += size;
        }
    }
    return n;
}

static bool good(const struct request *r)
{
    static const char *const names[] = {"bytes", "seed", NULL};
    uint64_t value = 0;

    request_number(r, "bytes", &value);
    request_only(r, names);
    request_same_origin(r);
    return r->path && r->path[0] == '/' && r->query && r->host &&
           r->method < METHOD_OTHER && r->length < 1000000000000000000u &&
           !strchr(r->path, ' ');
}

int main(void)
{
    unsigned taken = 0, refused = 0, short_ = 0, bad = 0;

    for (unsigned n = 0; n < ROUNDS; n++) {
        const char *seed = seeds[below(sizeof seeds / sizeof *seeds)];
        char work[4096];
        size_t size = strlen(seed);
        struct request r;

        memcpy(work, seed, size);
        size = mutate(work, size);
        size_t end = request_end(work, size, 0);
        if (end == 0) {
            short_++;
            continue;
        }
        /* To the byte, for the sanitizer. */
        char *head = malloc(end);
        memcpy(head, work, end);
        if (request_parse(&r, head, end) != 0)
            refused++;
        else if (taken++, !good(&r))
            bad++;
        free(head);
    }
    OK(taken > ROUNDS / 20 && refused > ROUNDS / 20 && short_ > ROUNDS / 100,
       "%u taken, %u refused, %u without an end", taken, refused, short_);
    EQ(bad, 0, "what is taken is whole");
    return tap_end();
}

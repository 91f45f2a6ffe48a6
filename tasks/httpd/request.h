/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The head of an HTTP/1 request (RFC 9112), read strictly: what is not as the
 * standard says is refused, not mended.  No Mach and no lwIP here.
 *
 * Left out: bodies in chunks (501), trailers, upgrades, ranges, conditions. */
#ifndef REQUEST_H
#define REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REQUEST_HEAD_MAX 4096u /* bytes, with the empty line */
#define REQUEST_LINE_MAX 2048u /* of its first line */

enum method { METHOD_GET, METHOD_HEAD, METHOD_POST, METHOD_OTHER };

/* Strings point into the head, which was changed to end them. */
struct request {
    enum method method;
    unsigned minor;     /* HTTP/1.MINOR */
    char *path, *query; /* of the target; the query is "" without one */
    const char *host;   /* "" where HTTP/1.0 left it out */
    const char *origin; /* or NULL */
    uint64_t length;    /* of the body */
    bool keep;          /* the connection, for another request */
    bool expects;       /* 100 Continue before it sends the body */
};

/* Where the head ends in the N bytes at HEAD, past its empty line; 0: it does
 * not yet.  FROM is how many bytes were looked at before. */
size_t request_end(const char *head, size_t n, size_t from);

/* The head of SIZE bytes, as request_end() said, into R.  0, or the status to
 * refuse it with: the connection is not usable after that. */
unsigned request_parse(struct request *r, char *head, size_t size);

/* The decimal number NAME=... in the query: false where it is malformed or there
 * twice.  VALUE is left alone without one.  And: no other than NAMES (ends with
 * NULL) are there. */
bool request_number(const struct request *r, const char *name, uint64_t *value);
bool request_only(const struct request *r, const char *const names[]);

/* Did a page of this very server send it?  Its Origin is the host that it was
 * sent to; and that is an IP address or localhost, since any other name may be
 * that of a stranger's page (DNS rebinding). */
bool request_same_origin(const struct request *r);

#endif

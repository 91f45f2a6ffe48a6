/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What is answered to which request.  connection.c and sender.c move the bytes. */
#ifndef ANSWER_H
#define ANSWER_H

#include <tomcrypt.h>

#include "document.h"
#include "request.h"

struct answer {
    unsigned status;
    const char *type;          /* of its body */
    const char *extra;         /* lines of its head, each with its end; or "" */
    uint64_t length;           /* of the body, which is, from its start: */
    const char *data;          /* these bytes, unless NULL, */
    struct document *document; /* which may be of this one: let it go; */
    uint64_t seed;             /* else the sequence of random.h */
    char text[80];             /* a short body is kept here */
};

/* One request and its answer. */
struct exchange {
    struct request request;
    const struct route *route;
    hash_state sum; /* of the body, for /sink */
    struct answer answer;
};

/* SELF is this task's name. */
void answer_init(const char *self);

/* The head is there: 0, and the body may come, or the status to refuse it. */
unsigned answer_begin(struct exchange *x);

/* Some of the body. */
void answer_body(struct exchange *x, const void *bytes, size_t n);

/* All of the body is there: the answer. */
void answer_make(struct exchange *x);

/* Or this one, in a line of text. */
void answer_status(struct answer *a, unsigned status);
const char *answer_reason(unsigned status);

/* Counted for pages: a request was answered; connections are open. */
void answer_count(unsigned connections);

#endif

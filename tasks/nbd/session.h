/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * NBD as a server has it, without a network and without a disk: bytes that a
 * client sends go in, bytes to be sent and requests to a disk come out.  It
 * knows no Mach and no lwIP, allocates nothing, and waits for nothing.
 *
 * Memory.  An export has NBD_CHUNKS buffers of NBD_CHUNK bytes, which the disk
 * reads and writes itself.  Of these NBD_RESERVE are each session's, whatever
 * the others do; what is not promised so is anybody's.  A request is as many
 * pieces as it needs, each in a chunk: the payload of a write goes from the
 * client's packets into its chunk, what a read has got is sent from there, and
 * the chunk is free again when the client has acknowledged it.  Who sends faster
 * than the disk takes, or asks for more than he takes himself, is not read from
 * (nbd_input() takes less) until he, or the disk, has caught up.
 *
 * A session whose connection has ended stays until the disk has answered what it
 * asked; one that begins meanwhile waits for that, so that no old write comes
 * after its own. */
#ifndef NBD_SESSION_H
#define NBD_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire.h"

#define NBD_SESSIONS 8u /* at a time, of the server */
#define NBD_EXPORTS 4u
#define NBD_NAME 64u /* bytes of an export's, with the 0 */
#define NBD_CHUNK (16 * 1024u)
#define NBD_CHUNKS 64u                     /* of an export */
#define NBD_RESERVE 4u                     /* of them, a session's */
#define NBD_HELD (NBD_RESERVE * NBD_CHUNK) /* see reply.c */
#define NBD_LONGEST (32u * 1024 * 1024)    /* read or write */
#define NBD_REQUESTS 32u                   /* of a session */
#define NBD_OPTION_MOST 4352u              /* bytes of one's data */

/* Milliseconds without a word from him: until he has chosen an export; while
 * he is in the middle of something. */
#define NBD_HANDSHAKE_MS 30000u
#define NBD_SILENT_MS 60000u

/* ---- The disk ---- */

enum nbd_disk_op { /* as in <usrd/ring.h> */
                   NBD_DISK_READ = 1,
                   NBD_DISK_WRITE,
                   NBD_DISK_FLUSH,
                   NBD_DISK_DISCARD,
                   NBD_DISK_ZERO,
};

struct nbd_piece {
    struct nbd_request *request; /* NULL: it was given up */
    struct nbd_piece *next;
    uint64_t at;    /* byte of the disk */
    uint32_t bytes; /* of data */
    uint32_t moved; /* from his packets, or to them */
    bool posted, done;
    uint64_t end; /* of the stream, when it was sent */
};

struct nbd_export {
    char name[NBD_NAME];
    uint64_t size;  /* bytes: whole blocks */
    uint32_t block; /* offsets and lengths are multiples of it */
    bool read_only, trims, zeroes;
    char *data; /* the chunks */
    /* Give a request to the disk, with CHUNK for its data.  One is in hand for
     * each chunk at most; nbd_answered() says how it ended, later. */
    void (*post)(struct nbd_export *, enum nbd_disk_op, unsigned chunk,
                 uint64_t at, uint64_t count);

    /* pool.c's */
    struct nbd_piece pieces[NBD_CHUNKS];
    uint64_t free;
    bool freed;        /* a chunk, since somebody made this false */
    unsigned promised; /* chunks, to sessions that have less than theirs */
    unsigned given_up; /* pieces that the disk may yet answer */
    unsigned leaving;  /* sessions that are gone, and have pieces there */
    bool down;
    unsigned lost; /* flushes that failed */
};

struct nbd_session;

/* Make all chunks free; the fields above are set. */
void nbd_export_init(struct nbd_export *e);

/* The disk has done what CHUNK was posted for; ERROR is the client's, COUNT the
 * bytes that were moved.  Whose it was; NULL: nobody's, by now. */
struct nbd_session *nbd_answered(struct nbd_export *e, unsigned chunk,
                                 enum nbd_error error, uint64_t count);

/* The disk is DOWN: what it has in hand is answered with an error, and what
 * comes; also later, until it has answered what was so given up, which may
 * change the disk until then. */
void nbd_export_down(struct nbd_export *e, bool down);
bool nbd_export_is_idle(const struct nbd_export *e); /* nothing in hand */

/* ---- A client ---- */

/* How bytes are sent.  CONTEXT is the session's. */
struct nbd_line {
    size_t (*room)(void *context); /* that send() would take now */
    /* Takes SIZE bytes, or fewer, and returns how many.  If not COPY, they stay
     * as they are until nbd_sent() has said so. */
    size_t (*send)(void *context, const void *data, size_t size, bool copy);
};

struct nbd_server {
    struct nbd_export *exports;
    unsigned n_exports;
    struct nbd_line line;
};

struct nbd_request {
    struct nbd_session *session;
    struct nbd_request *next; /* that came after it, or another free one */
    uint64_t cookie, at;
    uint32_t length;
    uint16_t command, flags;
    enum nbd_error error;
    uint32_t started;        /* bytes that the disk was asked for */
    uint32_t received;       /* of a write's payload */
    unsigned pending;        /* pieces that the disk has */
    bool flushed;            /* its flush was posted */
    bool headed;             /* the head of its reply is sent, */
    bool piece_headed;       /* and that of its first piece */
    struct nbd_piece *first; /* of a read: in order, not yet sent */
};

enum nbd_state {
    NBD_HELLO,   /* its flags are awaited */
    NBD_OPTIONS, /* the head of an option */
    NBD_OPTION_DATA,
    NBD_OPTION_SKIP, /* data of one that is too long */
    NBD_COMMANDS,    /* a request */
    NBD_PAYLOAD,     /* what a write writes */
    NBD_CLOSING,     /* what was asked is answered; nothing more is read */
    NBD_BROKEN,      /* to be cut off */
    NBD_GONE,        /* the connection has ended */
};

struct nbd_session {
    const struct nbd_server *server;
    void *context; /* of the line */
    enum nbd_state state;
    struct nbd_export *export; /* once it is chosen */
    bool no_zeroes, structured;
    bool behind; /* of others that are gone: see above */

    uint8_t head[NBD_OPTION_MOST]; /* what is read in one piece */
    uint32_t gathered;
    uint32_t option, skip;

    struct nbd_request requests[NBD_REQUESTS], *unused;
    struct nbd_request *first;    /* in the order in which they came */
    struct nbd_request *writing;  /* of NBD_PAYLOAD */
    struct nbd_request *replying; /* whose reply is half sent */
    struct nbd_piece *filling;    /* of `writing` */

    struct nbd_piece *unacknowledged;
    uint64_t sent, acknowledged; /* bytes of the stream */
    unsigned held;               /* chunks */
    unsigned pending;            /* of them, with the disk */
    unsigned lost;               /* of the export's, that it knows of */
    bool heard;                  /* since the last nbd_tick() */
    unsigned heard_ms;           /* when; of one who haggles: it began */
};

/* A connection begins, NOW milliseconds; what the server says first is sent. */
void nbd_begin(struct nbd_session *s, const struct nbd_server *server,
               void *context, unsigned now);

/* Bytes from the client; returns how many were taken.  The others are given
 * again, later, with what follows them. */
size_t nbd_input(struct nbd_session *s, const void *data, size_t size);

/* He says no more. */
void nbd_input_ends(struct nbd_session *s);

/* He has acknowledged SIZE more bytes. */
void nbd_sent(struct nbd_session *s, size_t size);

/* Go on with what waited for a chunk, or for room to send.  TRUE: something
 * still waits for a chunk. */
bool nbd_run(struct nbd_session *s);

/* NOW and then: has he been silent for too long?  WAITING: bytes of his are
 * there that nbd_input() did not take. */
void nbd_tick(struct nbd_session *s, unsigned now, bool waiting);

/* The connection is to be closed; cut off, if `state` is NBD_BROKEN. */
bool nbd_is_over(const struct nbd_session *s);

/* The connection has ended. */
void nbd_end(struct nbd_session *s);

/* Nothing of it is left: nbd_begin() may have it. */
bool nbd_is_free(const struct nbd_session *s);

/* ---- Between the files ---- */

static inline bool nbd_haggles(const struct nbd_session *s)
{
    return s->state <= NBD_OPTION_SKIP;
}

/* No request is to reach the disk. */
static inline bool nbd_is_down(const struct nbd_export *e)
{
    return e->down || e->given_up > 0;
}

/* handshake.c: the bytes of a state; how many it takes. */
size_t nbd_hello(struct nbd_session *s, const uint8_t *data, size_t size);
size_t nbd_option(struct nbd_session *s, const uint8_t *data, size_t size);
size_t nbd_option_data(struct nbd_session *s, const uint8_t *data, size_t size);
size_t nbd_option_skip(struct nbd_session *s, const uint8_t *data, size_t size);

/* request.c: the same. */
size_t nbd_command(struct nbd_session *s, const uint8_t *data, size_t size);
size_t nbd_payload(struct nbd_session *s, const uint8_t *data, size_t size);

/* Give requests their pieces, in their order, as far as there are chunks.
 * TRUE: all have theirs but for the payload that has yet to come. */
bool nbd_start_requests(struct nbd_session *s);
bool nbd_is_started(const struct nbd_request *r);  /* nothing is to be asked */
bool nbd_is_answered(const struct nbd_request *r); /* nothing is to come */

/* reply.c */
void nbd_reply_all(struct nbd_session *s);

/* session.c: up to WANT bytes into s->head; *TAKEN of DATA.  TRUE: it is full. */
bool nbd_gather(struct nbd_session *s, const uint8_t *data, size_t size,
                uint32_t want, size_t *taken);
/* A copy is sent; there has to be room. */
void nbd_send(struct nbd_session *s, const void *data, size_t size);

/* pool.c: a chunk for a piece of R; NULL: none is free for it. */
struct nbd_piece *nbd_take(struct nbd_request *r);
void nbd_free(struct nbd_session *s, struct nbd_piece *piece);
void nbd_post(struct nbd_piece *piece, enum nbd_disk_op op, uint64_t at,
              uint64_t count);
char *nbd_data(struct nbd_session *s, const struct nbd_piece *piece);

#endif

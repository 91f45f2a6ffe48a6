/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Numbers of the NBD protocol (its doc/proto.md): fixed newstyle handshake,
 * simple replies, structured replies to reads.  All are big-endian there. */
#ifndef NBD_WIRE_H
#define NBD_WIRE_H

#include <stdint.h>

#define NBD_PORT 10809

/* ---- Handshake ---- */

#define NBD_MAGIC 0x4e42444d41474943u  /* "NBDMAGIC" */
#define NBD_OPTION 0x49484156454f5054u /* "IHAVEOPT" */
#define NBD_REPLY 0x0003e889045565a9u

#define NBD_HELLO_FIXED 1u /* of both sides */
#define NBD_HELLO_NO_ZEROES 2u

enum nbd_option {
    NBD_OPT_EXPORT_NAME = 1,
    NBD_OPT_ABORT,
    NBD_OPT_LIST,
    NBD_OPT_INFO = 6,
    NBD_OPT_GO,
    NBD_OPT_STRUCTURED_REPLY,
};

enum nbd_reply {
    NBD_REP_ACK = 1,
    NBD_REP_SERVER,
    NBD_REP_INFO,
    NBD_REP_ERR_UNSUP = (int)0x80000001,
    NBD_REP_ERR_INVALID = (int)0x80000003,
    NBD_REP_ERR_UNKNOWN = (int)0x80000006,
    NBD_REP_ERR_TOO_BIG = (int)0x80000009,
};

enum nbd_info { NBD_INFO_EXPORT, NBD_INFO_NAME, NBD_INFO_BLOCK_SIZE = 3 };

#define NBD_FLAG_HAS_FLAGS 0x001u
#define NBD_FLAG_READ_ONLY 0x002u
#define NBD_FLAG_FLUSH 0x004u
#define NBD_FLAG_FUA 0x008u
#define NBD_FLAG_TRIM 0x020u
#define NBD_FLAG_WRITE_ZEROES 0x040u
#define NBD_FLAG_MULTI_CONN 0x100u

#define NBD_OPTION_HEAD 16u       /* bytes: IHAVEOPT, option, length */
#define NBD_OPTION_REPLY_HEAD 20u /* magic, option, reply, length */
#define NBD_OLD_ZEROES 124u       /* after the answer to EXPORT_NAME */

/* ---- Transmission ---- */

#define NBD_REQUEST 0x25609513u
#define NBD_SIMPLE 0x67446698u
#define NBD_STRUCTURED 0x668e33efu

#define NBD_REQUEST_BYTES 28u /* magic, flags, type, cookie, offset, length */
#define NBD_SIMPLE_BYTES 16u  /* magic, error, cookie */
#define NBD_CHUNK_HEAD 20u    /* magic, flags, type, cookie, length */

enum nbd_command {
    NBD_CMD_READ,
    NBD_CMD_WRITE,
    NBD_CMD_DISC,
    NBD_CMD_FLUSH,
    NBD_CMD_TRIM,
    NBD_CMD_WRITE_ZEROES = 6,
};

#define NBD_CMD_FLAG_FUA 1u
#define NBD_CMD_FLAG_NO_HOLE 2u

#define NBD_CHUNK_DONE 1u /* flag: the last of a reply */
enum nbd_chunk_type {
    NBD_CHUNK_NONE,
    NBD_CHUNK_DATA,
    NBD_CHUNK_ERROR = 0x8001,
};

enum nbd_error {
    NBD_OK = 0,
    NBD_EPERM = 1,
    NBD_EIO = 5,
    NBD_ENOMEM = 12,
    NBD_EINVAL = 22,
    NBD_ENOSPC = 28,
};

/* ---- Bytes ---- */

static inline uint64_t nbd_get(const void *from, unsigned bytes)
{
    const uint8_t *at = from;
    uint64_t value = 0;

    while (bytes-- > 0)
        value = value << 8 | *at++;
    return value;
}

/* What follows it. */
static inline uint8_t *nbd_put(uint8_t *to, unsigned bytes, uint64_t value)
{
    for (unsigned n = bytes; n > 0; n--, value >>= 8)
        to[n - 1] = (uint8_t)value;
    return to + bytes;
}

#endif

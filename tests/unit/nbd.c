/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * tasks/nbd's side of the protocol, rule by rule. */
#include "nbd_says.h"

static void hello(void)
{
    start(3);
    OK(next(8) == NBD_MAGIC && next(8) == NBD_OPTION && next(2) == 3 &&
           is_at_end(),
       "it greets");
    option(NBD_OPT_LIST, "", 0);
    run();
    OK(says_reply(NBD_OPT_LIST, NBD_REP_SERVER, 7) && next(4) == 3 &&
           next(3) == 0x766461 && says_reply(NBD_OPT_LIST, NBD_REP_SERVER, 7) &&
           next(4) == 3 && next(3) == 0x766462 &&
           says_reply(NBD_OPT_LIST, NBD_REP_ACK, 0),
       "it lists what it has");
    option(NBD_OPT_LIST, "x", 1);
    option(5, "", 0);     /* STARTTLS */
    option(10, "abc", 3); /* SET_META_CONTEXT */
    run();
    OK(says_reply(NBD_OPT_LIST, NBD_REP_ERR_INVALID, 0), "with data: invalid");
    OK(says_reply(5, NBD_REP_ERR_UNSUP, 0) &&
           says_reply(10, NBD_REP_ERR_UNSUP, 0),
       "what it does not have");
    number(8, NBD_OPTION), number(4, 77), number(4, 100000);
    memset(script + scripted, 'x', 100000);
    scripted += 100000;
    option(NBD_OPT_STRUCTURED_REPLY, "", 0);
    run();
    OK(says_reply(77, NBD_REP_ERR_TOO_BIG, 0) &&
           says_reply(NBD_OPT_STRUCTURED_REPLY, NBD_REP_ACK, 0),
       "a long option is too big, and the next one is heard");
    option(NBD_OPT_ABORT, "", 0);
    run();
    OK(says_reply(NBD_OPT_ABORT, NBD_REP_ACK, 0) && is_at_end() &&
           nbd_is_over(&p->session) && p->session.state == NBD_CLOSING,
       "it says good-bye");
    end();
}

static void info(void)
{
    start(3);
    at = 18;
    go(NBD_OPT_INFO, "none");
    option(NBD_OPT_INFO, "\0\0\0\1", 4);
    option(NBD_OPT_GO, "\377\377\377\377\0\0", 6);
    option(NBD_OPT_GO, "\0\0\0\0\377\377", 6);
    option(NBD_OPT_GO, "\0\0\0\1\0\0", 6);
    go(NBD_OPT_GO, "vdb");
    run();
    OK(says_reply(NBD_OPT_INFO, NBD_REP_ERR_UNKNOWN, 0), "a name it has not");
    OK(says_reply(NBD_OPT_INFO, NBD_REP_ERR_INVALID, 0) &&
           says_reply(NBD_OPT_GO, NBD_REP_ERR_INVALID, 0) &&
           says_reply(NBD_OPT_GO, NBD_REP_ERR_INVALID, 0) &&
           says_reply(NBD_OPT_GO, NBD_REP_ERR_INVALID, 0),
       "lengths that do not fit");
    OK(says_reply(NBD_OPT_GO, NBD_REP_INFO, 12) && next(2) == 0 &&
           next(8) == DISK && next(2) == 0x16d,
       "size and flags");
    OK(says_reply(NBD_OPT_GO, NBD_REP_INFO, 14) && next(2) == 3 &&
           next(4) == 512 && next(4) == 4096 && next(4) == NBD_LONGEST &&
           says_reply(NBD_OPT_GO, NBD_REP_ACK, 0) && is_at_end(),
       "block sizes");
    EQ(p->session.export == &exports[1], 1, "it is that one");
    end();
}

static void old_way(void)
{
    start(1);
    at = 18;
    option(NBD_OPT_EXPORT_NAME, "", 0);
    run();
    OK(next(8) == DISK && next(2) == 0x16d && p->n_said == 18 + 10 + 124 &&
           p->session.export == &exports[0],
       "by EXPORT_NAME the first one, with zeroes");
    end();
    start(3);
    option(NBD_OPT_EXPORT_NAME, "nothing", 7);
    run();
    OK(p->session.state == NBD_BROKEN, "a wrong name is the end");
    end();
    start(8);
    run();
    OK(p->session.state == NBD_BROKEN, "so are flags that nobody knows");
    end();
    start(3);
    number(8, 12345), number(8, 0);
    run();
    OK(p->session.state == NBD_BROKEN, "and a wrong magic");
    end();
}

static void moves(bool structured)
{
    static uint8_t data[200000];

    for (size_t n = 0; n < sizeof data; n++)
        data[n] = (uint8_t)(n * 7 + n / 256);
    chosen(structured);
    command(NBD_CMD_WRITE, 0, 1, 512, 199680);
    bytes(data, 199680);
    command(NBD_CMD_FLUSH, 0, 2, 0, 0);
    run();
    OK(says_simple(0, 1) && says_simple(0, 2) && is_at_end() &&
           memcmp(stores[0] + 512, data, 199680) == 0,
       "what was written is there");
    command(NBD_CMD_READ, 0, 3, 512, 512 * 3);
    run();
    if (structured) {
        OK(next(4) == NBD_STRUCTURED && next(2) == 1 && next(2) == 1 &&
               next(8) == 3 && next(4) == 8 + 1536 && next(8) == 512,
           "a chunk");
    } else {
        OK(says_simple(0, 3), "a reply");
    }
    OK(memcmp(p->said + at, data, 1536) == 0 && at + 1536 == p->n_said,
       "and the data");
    at = p->n_said;
    command(NBD_CMD_READ, 0, 4, 512, 199680);
    run();
    unsigned right = 0;
    if (!structured)
        right += says_simple(0, 4);
    for (unsigned n = 0; n < 199680; n += NBD_CHUNK) {
        unsigned size = 199680 - n < NBD_CHUNK ? 199680 - n : NBD_CHUNK;
        if (structured)
            right += next(4) == NBD_STRUCTURED &&
                     next(2) == (n + size == 199680) && next(2) == 1 &&
                     next(8) == 4 && next(4) == 8 + size && next(8) == 512 + n;
        right += memcmp(p->said + at, data + n, size) == 0;
        at += size;
    }
    EQ(right, structured ? 26 : 14, "a long one, by and by");
    OK(is_at_end() && p->changed == 0, "and no more");
    end();
}

/* Each beside the same thing allowed. */
static void refusals(void)
{
    static const struct {
        unsigned type, flags;
        uint64_t at;
        uint32_t length;
        enum nbd_error error;
    } rows[] = {
        {NBD_CMD_READ, 0, DISK - 512, 512, 0},
        {NBD_CMD_READ, 0, DISK - 512, 1024, NBD_EINVAL},
        {NBD_CMD_READ, 0, DISK, 0, 0},
        {NBD_CMD_READ, 0, ~0ul - 511, 512, NBD_EINVAL},
        {NBD_CMD_READ, 0, 1, 512, NBD_EINVAL},
        {NBD_CMD_READ, 0, 0, 511, NBD_EINVAL},
        {NBD_CMD_READ, 0, 0, ~0u, NBD_EINVAL},
        {NBD_CMD_READ, 4, 0, 512, NBD_EINVAL},
        {NBD_CMD_READ, 1, 0, 512, 0},
        {NBD_CMD_WRITE, 0, DISK - 512, 512, 0},
        {NBD_CMD_WRITE, 0, DISK - 512, 1024, NBD_ENOSPC},
        {NBD_CMD_WRITE, 0, ~0ul - 511, 512, NBD_ENOSPC},
        {NBD_CMD_WRITE, 0, 0, 513, NBD_EINVAL},
        {NBD_CMD_WRITE, 0, 511, 512, NBD_EINVAL},
        {NBD_CMD_WRITE, 2, 0, 512, NBD_EINVAL},
        {NBD_CMD_WRITE, 0, 0, 0, 0},
        {NBD_CMD_TRIM, 0, 0, DISK, 0},
        {NBD_CMD_TRIM, 0, 512, DISK, NBD_EINVAL},
        {NBD_CMD_WRITE_ZEROES, 2, 512, 1024, 0},
        {NBD_CMD_WRITE_ZEROES, 16, 512, 1024, NBD_EINVAL},
        {NBD_CMD_WRITE_ZEROES, 0, 512, DISK, NBD_ENOSPC},
        {NBD_CMD_FLUSH, 0, 0, 0, 0},
        {5, 0, 0, 512, NBD_EINVAL},
        {7, 0, 0, 512, NBD_EINVAL},
        {33, 0, 0, 512, NBD_EINVAL},
    };
    static char payload[2048];

    chosen(false);
    for (unsigned n = 0; n < sizeof rows / sizeof *rows; n++) {
        command(rows[n].type, rows[n].flags, n, rows[n].at, rows[n].length);
        if (rows[n].type == NBD_CMD_WRITE)
            bytes(payload, rows[n].length);
        run();
        bool good = says_simple(rows[n].error, n);
        if (rows[n].type == NBD_CMD_READ && !rows[n].error)
            at += rows[n].length;
        OK(good && is_at_end(), "command %u flags %u at %lx length %x: %d",
           rows[n].type, rows[n].flags, rows[n].at, rows[n].length,
           rows[n].error);
        at = p->n_said;
    }
    EQ(wrong_jobs, 0, "the disk was asked for nothing wrong");
    command(NBD_CMD_WRITE, 0, 0, 0, NBD_LONGEST + 512);
    run();
    OK(p->session.state == NBD_BROKEN, "a payload of more than the most");
    end();
    chosen(false);
    number(4, 0x25609514), number(8, 0), number(8, 0), number(8, 0);
    run();
    OK(p->session.state == NBD_BROKEN, "a wrong magic");
    end();
}

static void read_only(void)
{
    exports[0].read_only = true;
    chosen(false);
    command(NBD_CMD_WRITE, 0, 1, 0, 512);
    bytes(stores[0], 512);
    command(NBD_CMD_TRIM, 0, 2, 0, 512);
    command(NBD_CMD_WRITE_ZEROES, 0, 3, 0, 512);
    command(NBD_CMD_FLUSH, 0, 4, 0, 0);
    run();
    OK(says_simple(NBD_EPERM, 1) && says_simple(NBD_EPERM, 2) &&
           says_simple(NBD_EPERM, 3) && says_simple(0, 4),
       "what is read only is not written");
    exports[0].read_only = false;
    end();
}

static void errors(bool structured)
{
    chosen(structured);
    command(NBD_CMD_READ, 0, 1, 0, 4 * NBD_CHUNK);
    perform(p);
    say(p, p->size);
    EQ(n_jobs, 4, "four pieces");
    answer(0, NBD_OK);
    answer(1, NBD_EIO);
    nbd_run(&p->session);
    OK(is_at_end(), "no answer yet");
    settle();
    if (structured)
        OK(next(4) == NBD_STRUCTURED && next(2) == 1 && next(2) == 0x8001 &&
               next(8) == 1 && next(4) == 6 && next(4) == 5 && next(2) == 0,
           "an error chunk");
    else
        OK(says_simple(NBD_EIO, 1), "an error");
    OK(is_at_end(), "and no data");

    command(NBD_CMD_READ, 0, 5, 0, 1024);
    perform(p);
    say(p, p->size);
    n_jobs = 0;
    nbd_answered(&exports[0], jobs[0].chunk, NBD_OK, 512);
    nbd_run(&p->session);
    OK(structured ? next(4) == NBD_STRUCTURED && next(2) == 1 &&
                        next(2) == 0x8001 && (at = p->n_said)
                  : says_simple(NBD_EIO, 5),
       "half of what was asked for is an error");
    OK(is_at_end(), "and no data");

    command(NBD_CMD_READ, 0, 2, 0, 6 * NBD_CHUNK);
    perform(p);
    say(p, p->size);
    answer(0, NBD_OK);
    nbd_run(&p->session);
    while (n_jobs > 0)
        answer(0, jobs[0].at == 2 * NBD_CHUNK ? NBD_EIO : NBD_OK);
    settle();
    OK(p->session.state == (structured ? NBD_COMMANDS : NBD_BROKEN),
       "in the middle of a long one: %s", structured ? "the same" : "the end");
    end();
}

int main(void)
{
    make_exports();
    hello();
    info();
    old_way();
    moves(false);
    moves(true);
    refusals();
    read_only();
    errors(false);
    errors(true);
    EQ(wrong_jobs, 0, "the disk was never asked for anything wrong");
    return tap_end();
}

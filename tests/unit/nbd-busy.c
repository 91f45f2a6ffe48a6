/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * tasks/nbd between a disk and its clients: what waits for what, what a disk
 * that fails or goes down leaves, and clients that are slow or many. */
#include "nbd_says.h"

static void stable(void)
{
    static char data[40960];
    unsigned before = flushes;

    chosen(false);
    command(NBD_CMD_WRITE, NBD_CMD_FLAG_FUA, 1, 0, sizeof data);
    bytes(data, sizeof data);
    perform(p);
    say(p, p->size);
    while (n_jobs > 0 && jobs[0].op == NBD_DISK_WRITE)
        answer(0, NBD_OK);
    nbd_run(&p->session);
    OK(is_at_end() && n_jobs == 1 && jobs[0].op == NBD_DISK_FLUSH,
       "FUA: a flush follows, before the answer");
    answer(0, NBD_EIO);
    nbd_run(&p->session);
    OK(says_simple(NBD_EIO, 1) && is_at_end(), "and if that fails, so does it");
    command(NBD_CMD_WRITE_ZEROES, NBD_CMD_FLAG_FUA, 2, 0, 4096);
    command(NBD_CMD_FLUSH, 0, 3, 0, 0);
    command(NBD_CMD_FLUSH, 0, 4, 0, 0);
    run();
    OK(says_simple(0, 2) && says_simple(NBD_EIO, 3) && says_simple(0, 4),
       "what the disk lost is said to the next flush, once");
    EQ(flushes - before, 4, "flushes");
    command(NBD_CMD_WRITE, NBD_CMD_FLAG_FUA, 5, 0, sizeof data);
    bytes(data, sizeof data);
    perform(p);
    say(p, 28 + NBD_CHUNK);
    answer(0, NBD_OK);
    EQ(n_jobs, 0, "no flush before all of it is written");
    settle();
    OK(says_simple(0, 5), "then it is stable");
    end();
}

/* More options than there is room for answers. */
static void room(void)
{
    begin(p, 1200);
    at = 18;
    number(4, 3);
    for (unsigned n = 0; n < 50; n++)
        option(NBD_OPT_LIST, "", 0);
    perform(p);
    say(p, p->size);
    OK(p->taken < p->size && p->session.state == NBD_OPTIONS,
       "he is not read from when there is no room for an answer");
    settle();
    unsigned right = 0;
    for (unsigned n = 0; n < 50; n++, at += 14)
        right += says_reply(NBD_OPT_LIST, NBD_REP_SERVER, 7) &&
                 (at += 7, says_reply(NBD_OPT_LIST, NBD_REP_SERVER, 7)) &&
                 (at += 7, says_reply(NBD_OPT_LIST, NBD_REP_ACK, 0)) &&
                 (at -= 14, true);
    OK(right == 50 && is_at_end(), "and then all are answered");
    end();
}

/* The other one's writes were lost by the flush that failed for one. */
static void lost_by_two(void)
{
    struct peer *two = &peers[1];

    chosen(false);
    begin(two, ROOM);
    number(4, 3);
    go(NBD_OPT_GO, "vda");
    perform(two);
    settle();
    size_t said = two->n_said;
    command(NBD_CMD_FLUSH, 0, 1, 0, 0);
    perform(p);
    say(p, p->size);
    answer(0, NBD_EIO);
    nbd_run(&p->session);
    OK(says_simple(NBD_EIO, 1), "a flush that fails");
    command(NBD_CMD_FLUSH, 0, 2, 0, 0);
    perform(two);
    settle();
    OK(two->n_said == said + 16 && nbd_get(two->said + said + 4, 4) == NBD_EIO,
       "fails for who else was there");
    nbd_end(&two->session);
    end();
}

/* A long read is sent while it is read only when nobody waits before it; and a
 * write has no chunk before an older read has all of its. */
static void by_age(void)
{
    static char data[NBD_CHUNK];

    chosen(true);
    command(NBD_CMD_READ, 0, 1, 0, NBD_CHUNK);
    command(NBD_CMD_READ, 0, 2, 0, DISK);
    command(NBD_CMD_WRITE, 0, 3, 0, NBD_CHUNK);
    bytes(data, sizeof data);
    perform(p);
    say(p, p->size);
    unsigned most = n_jobs;
    while (n_jobs > 1)
        answer(1, NBD_OK);
    nbd_run(&p->session);
    OK(is_at_end() && most > 1, "the younger one is not sent first");
    answer(0, NBD_OK);
    nbd_run(&p->session);
    OK(p->n_said - at > NBD_CHUNK, "and then it is");
    acknowledge(p, p->unacknowledged);
    say(p, p->size); /* chunks are free, and he goes on with the write */
    unsigned writes = 0;
    for (unsigned n = 0; n < n_jobs; n++)
        writes += jobs[n].op == NBD_DISK_WRITE;
    OK(writes == 0 && n_jobs > 0, "the read has them");
    settle();
    OK(p->taken == p->size, "until it is done");
    end();
}

static void down(void)
{
    static char data[3 * NBD_CHUNK];

    chosen(false);
    command(NBD_CMD_READ, 0, 1, 0, 512);
    command(NBD_CMD_WRITE, 0, 2, 0, sizeof data);
    bytes(data, sizeof data);
    perform(p);
    say(p, p->size - NBD_CHUNK);
    OK(n_jobs == 3 && is_at_end(), "they wait");
    nbd_export_down(&exports[0], true);
    say(p, p->size);
    OK(says_simple(NBD_EIO, 1) && says_simple(NBD_EIO, 2) && is_at_end(),
       "the disk is down: errors");
    nbd_export_down(&exports[0], false);
    command(NBD_CMD_READ, 0, 3, 0, 512);
    perform(p);
    say(p, p->size);
    OK(says_simple(NBD_EIO, 3) && n_jobs == 3,
       "and also while it has what was given up");
    settle();
    command(NBD_CMD_READ, 0, 4, 0, 512);
    run();
    OK(says_simple(0, 4), "then it goes on");
    end();
}

/* One that is gone with a write in hand, and one that comes. */
static void in_order(void)
{
    struct peer *two = &peers[1];

    chosen(false);
    command(NBD_CMD_WRITE, 0, 1, 0, 512);
    bytes(stores[1], 512);
    command(NBD_CMD_READ, 0, 1, 0, 2 * NBD_CHUNK);
    perform(p);
    say(p, p->size);
    answer(1, NBD_OK);
    nbd_end(&p->session);
    EQ(exports[0].free, ~0ul ^ 5, "the disk has two of its chunks");
    answer(1, NBD_OK);
    OK(!nbd_is_free(&p->session), "it is gone, its write is not");
    begin(two, ROOM);
    number(4, 3);
    go(NBD_OPT_GO, "vda");
    command(NBD_CMD_WRITE, 0, 2, 0, 512);
    bytes(stores[1], 512);
    perform(two);
    say(two, two->size);
    EQ(n_jobs, 1, "who comes next waits for it");
    answer(0, NBD_OK);
    OK(nbd_is_free(&p->session), "it is over");
    say(two, two->size);
    EQ(n_jobs, 1, "the next one's goes on");
    settle();
    nbd_end(&two->session);
    end();
}

/* Seven who ask for all they can and take nothing; the eighth has its share. */
static void slow(void)
{
    for (unsigned n = 1; n < NBD_SESSIONS; n++) {
        begin(&peers[n], 1200);
        number(4, 3);
        go(NBD_OPT_GO, "vda");
        for (unsigned k = 0; k < 40; k++)
            command(NBD_CMD_READ, 0, k, 0, DISK);
        perform(&peers[n]);
        for (unsigned k = 0; k < 100; k++) {
            say(&peers[n], peers[n].size);
            while (n_jobs > 0)
                answer(0, NBD_OK);
        }
    }
    OK(peers[1].taken < peers[1].size, "they are not read from any more");
    start(3);
    option(NBD_OPT_STRUCTURED_REPLY, "", 0);
    go(NBD_OPT_GO, "vda");
    command(NBD_CMD_READ, 0, 1, 0, DISK);
    perform(p);
    for (unsigned k = 0; k < 1000; k++) {
        say(p, p->size);
        while (n_jobs > 0)
            answer(0, NBD_OK);
        if (p->unacknowledged)
            acknowledge(p, p->unacknowledged);
    }
    EQ(p->n_said, 18 + 20 + 86 + DISK + 28 * (DISK / NBD_CHUNK),
       "the eighth is served");
    for (unsigned n = 1; n < NBD_SESSIONS; n++) {
        nbd_tick(&peers[n].session, 1, peers[n].taken < peers[n].size);
        nbd_tick(&peers[n].session, NBD_SILENT_MS, true);
        bool kept = peers[n].session.state != NBD_BROKEN;
        nbd_tick(&peers[n].session, NBD_SILENT_MS + 2, true);
        OK(kept && peers[n].session.state == NBD_BROKEN,
           "who takes nothing for so long is cut off");
        nbd_end(&peers[n].session);
    }
    nbd_tick(&p->session, 1, false);
    nbd_tick(&p->session, 10 * NBD_SILENT_MS, false);
    OK(p->session.state == NBD_COMMANDS, "who says nothing may stay");
    number(4, NBD_REQUEST);
    run();
    nbd_tick(&p->session, 11 * NBD_SILENT_MS, false);
    nbd_tick(&p->session, 13 * NBD_SILENT_MS, false);
    OK(p->session.state == NBD_BROKEN, "but not in the middle of a request");
    end();
    start(3);
    nbd_tick(&p->session, NBD_HANDSHAKE_MS, false);
    OK(p->session.state == NBD_HELLO, "in the handshake he has time");
    nbd_tick(&p->session, NBD_HANDSHAKE_MS + 1, false);
    OK(p->session.state == NBD_BROKEN, "but less");
    end();
}

int main(void)
{
    make_exports();
    stable();
    room();
    lost_by_two();
    by_age();
    down();
    in_order();
    slow();
    EQ(wrong_jobs, 0, "the disk was never asked for anything wrong");
    return tap_end();
}

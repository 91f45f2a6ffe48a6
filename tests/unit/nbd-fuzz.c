/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Eight clients of tasks/nbd at a time, of which some keep to the protocol and
 * the others do not; packets end anywhere, acknowledgements come late or never,
 * the disk answers in any order, with errors, goes down and comes back.  The
 * sanitizers watch.  What is promised: who keeps to the protocol is answered
 * once to each request, reads what he wrote, and never waits for another
 * client; the disk is asked for nothing wrong; what is sent does not change
 * before it is acknowledged; nothing is left behind. */
#include "nbd_peer.h"

#define ROUNDS 150u
#define SHARE (DISK / 2 / NBD_SESSIONS) /* that one writes; the rest is read */
#define MOST 12u                        /* commands of a client */

static uint64_t state;

static unsigned below(unsigned n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)((state >> 32) % n);
}

/* What a client that keeps to the protocol has said. */
static struct order {
    unsigned type;
    uint64_t at;
    uint32_t length;
    bool answered;
} orders[NBD_SESSIONS][MOST];
static unsigned n_orders[NBD_SESSIONS];
static bool honest[NBD_SESSIONS], structured[NBD_SESSIONS];
static uint8_t *texts[NBD_SESSIONS];
static char model[NBD_SESSIONS][SHARE];
static unsigned errors_made, wrong, unanswered, served, broken, cut;

static uint64_t odd_number(void)
{
    static const uint64_t some[] = {0,       1,          511,        512,
                                    DISK,    DISK - 512, 4352,       4353,
                                    0xffff,  0x7fffffff, 0xffffffff, 0xfffffe00,
                                    1 << 25, ~0ul,       ~0ul - 511, 1ul << 63};

    return below(3) ? some[below(sizeof some / sizeof *some)] : below(DISK);
}

/* ---- Who keeps to it ---- */

static void order(unsigned who, unsigned n)
{
    struct order *o = &orders[who][n];
    uint32_t slot = SHARE / MOST / 512 * 512;

    o->type = below(3) ? NBD_CMD_READ : NBD_CMD_WRITE;
    o->answered = false;
    if (o->type == NBD_CMD_WRITE) {
        o->at = who * SHARE + n * slot;
        o->length = (1 + below(slot / 512)) * 512;
    } else {
        o->length = (1 + below(400)) * 512;
        o->at = DISK / 2 + below((DISK / 2 - o->length) / 512) * 512;
    }
    if (below(6) == 0) {
        o->type = below(2) ? NBD_CMD_FLUSH : 5;
        o->at = o->length = 0;
    }
    command(o->type, o->type == NBD_CMD_WRITE && below(4) == 0, n, o->at,
            o->length);
    if (o->type != NBD_CMD_WRITE)
        return;
    for (uint32_t k = 0; k < o->length; k++)
        script[scripted + k] = (uint8_t)below(256);
    memcpy(model[who] + o->at - who * SHARE, script + scripted, o->length);
    scripted += o->length;
}

static void behave(unsigned who)
{
    structured[who] = below(2);
    number(4, 3);
    if (structured[who])
        option(NBD_OPT_STRUCTURED_REPLY, "", 0);
    go(NBD_OPT_GO, "vda");
    n_orders[who] = 1 + below(MOST);
    for (unsigned n = 0; n < n_orders[who]; n++)
        order(who, n);
    if (below(2))
        command(NBD_CMD_DISC, 0, 0, 0, 0);
}

/* ---- And who does not ---- */

static void misbehave(void)
{
    number(4, below(8) ? below(4) : (uint32_t)odd_number());
    for (unsigned n = below(6); n > 0; n--) {
        if (below(3) == 0)
            go(below(2) ? NBD_OPT_INFO : NBD_OPT_GO, below(3) ? "vdb" : "vdx");
        else if (below(6) == 0)
            option(NBD_OPT_EXPORT_NAME, "vdb", 3);
        else
            option(below(12), stores[1], below(4) ? below(40) : below(9000));
    }
    if (below(4))
        go(NBD_OPT_GO, "vdb");
    for (unsigned n = below(40); n > 0; n--) {
        command(below(9), below(6) ? 0 : below(40), n, odd_number() & ~511ul,
                (uint32_t)odd_number() & (below(2) ? 0x1fe00 : ~0u));
        if (below(2))
            scripted += below(70000);
    }
    for (unsigned n = below(4); n > 0; n--) /* and damage */
        script[below((unsigned)scripted)] ^= (uint8_t)(1 << below(8));
}

static void appear(unsigned who)
{
    honest[who] = below(2);
    begin(&peers[who], below(3) ? ROOM : 1200 + below(3000));
    scripted = 0;
    honest[who] ? behave(who) : misbehave();
    texts[who] = malloc(scripted);
    memcpy(texts[who], script, scripted);
    perform(&peers[who]);
    peers[who].input = texts[who];
}

/* ---- What an honest one was told ---- */

static uint32_t read_reply(unsigned who, size_t at, struct order **o)
{
    const uint8_t *said = peers[who].said + at;
    uint64_t n = nbd_get(said + 8, 8);
    bool chunk = nbd_get(said, 4) == NBD_STRUCTURED;

    *o = n < n_orders[who] ? &orders[who][n] : NULL;
    if (!*o || (*o)->answered || (!chunk && nbd_get(said, 4) != NBD_SIMPLE) ||
        chunk != (structured[who] && (*o)->type == NBD_CMD_READ)) {
        wrong++;
        return 0;
    }
    (*o)->answered = !chunk || (nbd_get(said + 4, 2) & 1);
    if (chunk) {
        uint32_t size = (uint32_t)nbd_get(said + 16, 4);
        if (nbd_get(said + 6, 2) == NBD_CHUNK_DATA)
            wrong += memcmp(said + 28, stores[0] + nbd_get(said + 20, 8),
                            size - 8) != 0;
        return 20 + size;
    }
    if ((*o)->type != NBD_CMD_READ || nbd_get(said + 4, 4) != 0)
        return 16;
    if (at + 16 + (*o)->length <= peers[who].n_said) /* else it was cut off */
        wrong += memcmp(said + 16, stores[0] + (*o)->at, (*o)->length) != 0;
    return 16 + (*o)->length;
}

/* The handshake's answers are of 18, 20 if structured, 20+12, 20+14, 20. */
static void judge(unsigned who)
{
    struct peer *p = &peers[who];
    size_t at = 18 + (structured[who] ? 20 : 0) + 32 + 34 + 20;
    struct order *o;

    while (at + 16 <= p->n_said) {
        uint32_t size = read_reply(who, at, &o);
        if (size == 0)
            return;
        at += size;
    }
    if (p->session.state == NBD_BROKEN) { /* an error within a long read */
        wrong += structured[who] || errors_made == 0;
        broken++;
        return;
    }
    wrong += at != p->n_said;
    for (unsigned n = 0; n < n_orders[who]; n++)
        unanswered += !orders[who][n].answered;
    served++;
    if (errors_made > 0)
        return;
    for (unsigned n = 0; n < n_orders[who]; n++) {
        o = &orders[who][n];
        if (o->type == NBD_CMD_WRITE)
            wrong += memcmp(stores[0] + o->at, model[who] + o->at - who * SHARE,
                            o->length) != 0;
    }
}

/* ---- A round ---- */

static void anything(unsigned trouble)
{
    struct peer *p = &peers[below(NBD_SESSIONS)];

    switch (below(8)) {
    case 0:
    case 1:
    case 2:
        say(p, 1 + below(below(4) ? 3000 : 100000));
        break;
    case 3:
    case 4:
    case 5:
        if (n_jobs == 0)
            break;
        enum nbd_error error = below(100) < trouble ? NBD_EIO : NBD_OK;
        errors_made += error != NBD_OK;
        answer(below(n_jobs), error);
        break;
    case 6:
        if (p->unacknowledged > 0)
            acknowledge(p, 1 + below((unsigned)p->unacknowledged));
        break;
    case 7:
        if (trouble > 0 && below(40) == 0) {
            nbd_export_down(&exports[below(2)], below(2));
            errors_made++;
        } else if (!honest[p - peers] && below(12) == 0) {
            nbd_end(&p->session);
        }
    }
}

static void leave(unsigned who)
{
    struct peer *p = &peers[who];

    /* One that misbehaves may wait for more; nothing else holds anybody. */
    if (p->taken < p->size && p->session.state < NBD_CLOSING) {
        wrong++;
        printf("# client %u is not read from\n", who);
    }
    if (honest[who])
        judge(who);
    else
        cut += p->session.state == NBD_BROKEN;
    wrong += p->changed;
    nbd_end(&p->session);
}

static void round_of(unsigned trouble)
{
    errors_made = 0;
    for (unsigned who = 0; who < NBD_SESSIONS; who++)
        appear(who);
    for (unsigned n = 100 + below(2000); n > 0; n--)
        anything(trouble);
    nbd_export_down(&exports[0], false);
    nbd_export_down(&exports[1], false);
    settle();
    for (unsigned who = 0; who < NBD_SESSIONS; who++)
        leave(who);
    settle();
    for (unsigned who = 0; who < NBD_SESSIONS; who++) {
        wrong +=
            !nbd_is_free(&peers[who].session) || peers[who].session.held > 0;
        free(texts[who]);
    }
    for (unsigned n = 0; n < 2; n++)
        wrong += exports[n].free != ~0ul || exports[n].leaving > 0 ||
                 exports[n].given_up > 0 || !nbd_export_is_idle(&exports[n]) ||
                 exports[n].promised != NBD_SESSIONS * NBD_RESERVE;
}

int main(int argc, char **argv)
{
    unsigned rounds = argc > 1 ? (unsigned)atoi(argv[1]) : ROUNDS;

    state = 0x9e3779b97f4a7c15 + (argc > 2 ? strtoul(argv[2], NULL, 0) : 0);
    make_exports();
    for (unsigned n = 0; n < DISK; n++)
        stores[0][n] = (char)below(256);
    for (unsigned n = 0; n < rounds; n++)
        round_of(n % 2 ? below(6) : 0);
    EQ(wrong, 0, "nothing is wrong, lost, or left behind");
    EQ(wrong_jobs, 0, "nor asked of the disk");
    EQ(unanswered, 0, "each request is answered");
    OK(served > rounds && cut > rounds / 10,
       "%u clients are served, %u cut off, and %u by errors", served, cut,
       broken);
    OK(most_jobs > NBD_CHUNKS / 2, "%u pieces at a time", most_jobs);
    return tap_end();
}

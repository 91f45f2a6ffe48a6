/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Both sides of a ring in processes of their own, on this machine's memory and
 * store buffers.  The client writes blocks and reads them back.  For a while the
 * driver's is killed at random instants, then for as long it is not, and the
 * client must get all its answers: a death would make up for a bell that was
 * lost.  Who waits for one for ten seconds has lost it.  Argument: for how many
 * seconds, if not 5. */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../libusrd-min/ring/ring.h"

#include "tap.h"

#define SLOTS 8u
#define BLOCK 512u
#define BLOCKS 64u
#define LOST_MS 10000

static struct shared {
    struct usrd_ring_client client;
    struct usrd_ring_driver driver __attribute__((aligned(4096)));
    char buffers[SLOTS][BLOCK] __attribute__((aligned(4096)));
    char disk[BLOCKS][BLOCK]; /* the driver's */
    bool drain, drained;      /* the client is to have nothing in flight; has */
    unsigned long requests, naps, lost, wrong;
} * shared;

/* Bells: they are kept for a successor, and one is as good as many. */
static int to_client, to_driver;

static void ring(int bell)
{
    if (write(bell, &(uint64_t){1}, 8) != 8)
        _exit(1);
}

static bool wait_for(int bell)
{
    struct pollfd p = {.fd = bell, .events = POLLIN};
    uint64_t count;

    shared->naps++;
    return poll(&p, 1, LOST_MS) == 1 && read(bell, &count, 8) == 8;
}

static unsigned below(unsigned n)
{
    return (unsigned)rand() % n;
}

/* ---- The driver ---- */

static void carry_out(struct usrd_rd *d, const struct usrd_ring_slot *r,
                      unsigned slot)
{
    char *block = shared->disk[r->record % BLOCKS];
    char *buffer = shared->buffers[0] + r->offset;

    if (usrd_rd_check(r, sizeof shared->buffers) != KERN_SUCCESS ||
        r->count != BLOCK) {
        usrd_rd_answer(d, slot, D_INVALID_SIZE, 0);
        return;
    }
    if (r->op == USRD_RING_WRITE)
        memcpy(block, buffer, BLOCK);
    else
        memcpy(buffer, block, BLOCK);
    usrd_rd_answer(d, slot, KERN_SUCCESS, BLOCK);
}

static void __attribute__((noreturn)) drive(uint32_t generation)
{
    struct usrd_rd d;
    struct usrd_ring_slot copy;
    unsigned slot;

    srand(generation);
    usrd_rd_attach(&d, &shared->client, &shared->driver, SLOTS, generation,
                   false, false);
    for (;;) {
        while (usrd_rd_take(&d, &copy, &slot)) {
            carry_out(&d, &copy, slot);
            if (below(4) == 0 && usrd_rd_must_ring(&d))
                ring(to_client);
        }
        if (usrd_rd_must_ring(&d))
            ring(to_client);
        if (usrd_rd_nap(&d)) {
            wait_for(to_driver); /* the client may have nothing for it */
            usrd_rd_wake(&d);
        }
    }
}

/* ---- The client ---- */

static uint32_t written[BLOCKS];
static bool busy[BLOCKS];

/* Of a block and its version: every word another. */
static uint32_t word(unsigned block, unsigned i)
{
    return (written[block] * BLOCKS + block) * 2654435761u + i;
}

/* Write a block, or read one that was written. */
static bool post(struct usrd_rc *c)
{
    unsigned block = below(BLOCKS);
    bool writes = written[block] == 0 || below(2);
    uint64_t free_slots = ~c->flying;
    unsigned slot = ring_pick(&free_slots);
    uint32_t *buffer;

    if (slot >= SLOTS)
        return false;
    if (busy[block])
        return true;
    busy[block] = true;
    buffer = (uint32_t *)shared->buffers[slot];
    if (writes)
        written[block]++;
    for (unsigned i = 0; i < BLOCK / 4; i++)
        buffer[i] = writes ? word(block, i) : 0;
    return usrd_rc_post(c, writes ? USRD_RING_WRITE : USRD_RING_READ, block,
                        BLOCK, slot * BLOCK, block);
}

static void check(const struct usrd_ring_result *r)
{
    unsigned block = (unsigned)r->cookie;
    uint32_t *buffer = (uint32_t *)shared->buffers[r->slot];

    shared->wrong += r->result != KERN_SUCCESS || r->count != BLOCK ||
                     block >= BLOCKS || !busy[block];
    busy[block % BLOCKS] = false;
    for (unsigned i = 0; i < BLOCK / 4; i++)
        shared->wrong += buffer[i] != word(block, i);
    shared->requests++;
}

/* Post some, collect what is there, wait if there is nothing. */
static void turn(struct usrd_rc *c, bool posts)
{
    struct usrd_ring_result result;

    if (posts)
        for (unsigned n = below(2 * SLOTS); n > 0 && post(c); n--)
            ;
    if (usrd_rc_must_ring(c))
        ring(to_driver);
    while (usrd_rc_collect(c, &result))
        check(&result);
    if (c->flying != 0 && usrd_rc_nap(c)) {
        shared->lost += !wait_for(to_client);
        usrd_rc_wake(c);
    }
}

static void __attribute__((noreturn)) use(unsigned seconds)
{
    struct usrd_rc c;
    time_t end = time(NULL) + seconds, late = end + LOST_MS / 1000 + 10;

    usrd_rc_init(&c, &shared->client, &shared->driver, SLOTS);
    while (shared->wrong == 0 && shared->lost == 0 &&
           (time(NULL) < end || c.flying != 0)) {
        bool drain = RING_LOAD(shared->drain);
        turn(&c, !drain && time(NULL) < end);
        RING_STORE(shared->drained, drain && c.flying == 0);
        shared->lost += time(NULL) > late;
    }
    _exit(0);
}

/* ---- Who kills ---- */

static pid_t start_driver(uint32_t generation)
{
    pid_t pid = fork();

    if (pid == 0)
        drive(generation);
    return pid;
}

/* FALSE: it had ended by itself. */
static bool end(pid_t pid)
{
    int status;

    kill(pid, SIGKILL);
    return waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) &&
           WTERMSIG(status) == SIGKILL;
}

static pid_t client;
static int status; /* the client's */

static bool is_over(void)
{
    return waitpid(client, &status, WNOHANG) != 0;
}

/* The client goes on, then drains.  FALSE: it is over. */
static bool leave_alone(unsigned ms)
{
    bool over = false;

    usleep(ms * 1000);
    RING_STORE(shared->drain, true);
    while (!over && !RING_LOAD(shared->drained)) {
        usleep(1000);
        over = is_over();
    }
    RING_STORE(shared->drain, false);
    while (!over && RING_LOAD(shared->drained)) {
        usleep(1000);
        over = is_over();
    }
    return !over;
}

int main(int argc, char **argv)
{
    unsigned seconds = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 0) : 5;
    uint32_t generation = 1, ended = 0;

    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    to_client = eventfd(0, 0);
    to_driver = eventfd(0, 0);
    pid_t driver = start_driver(generation);
    client = fork();
    if (client == 0)
        use(seconds);
    do {
        for (unsigned kills = below(50); kills > 0; kills--) {
            usleep(below(3000));
            ended += !end(driver);
            driver = start_driver(++generation);
        }
    } while (leave_alone(below(100)));
    ended += !end(driver);
    OK(ended == 0 && status == 0, "none ended otherwise");
    OK(generation > 5 * seconds, "%u drivers killed", generation);
    OK(shared->requests > 100 * seconds, "%lu requests answered, %lu naps",
       shared->requests, shared->naps);
    EQ(shared->wrong, 0,
       "each with success, once, and the data that it should");
    EQ(shared->lost, 0, "nobody waited for a bell that did not come");
    return tap_end();
}

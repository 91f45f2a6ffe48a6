/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The two sides of a ring, call by call: what is posted is taken, answered and
 * collected, whatever a driver that died had left half done. */
#include "../../libusrd-min/ring/ring.h"

#include "tap.h"

#define SLOTS 4

static struct usrd_ring_client client_page;
static struct usrd_ring_driver driver_page;
static struct usrd_rc c;
static struct usrd_rd d;
static struct usrd_ring_slot copy;
static unsigned slot;
static bool wire;
static struct usrd_ring_result result;

static void begin(unsigned slots)
{
    memset(&client_page, 0, sizeof client_page);
    memset(&driver_page, 0, sizeof driver_page);
    usrd_rc_init(&c, &client_page, &driver_page, slots);
    usrd_rd_attach(&d, &client_page, &driver_page, slots, 1, false, false);
    usrd_rc_collect(&c, &result); /* so that it has seen the epoch */
}

/* The driver died; its successor is here. */
static void restart(bool blamed)
{
    memset(&d, 0xa5, sizeof d);
    usrd_rd_attach(&d, &client_page, &driver_page, c.slots,
                   driver_page.epoch + 1, blamed, wire);
}

static bool post(uint64_t cookie)
{
    return usrd_rc_post(&c, USRD_RING_READ, 8 * cookie, 512, 0, cookie);
}

static bool take(void)
{
    return usrd_rd_take(&d, &copy, &slot);
}

static bool collect(void)
{
    return usrd_rc_collect(&c, &result);
}

static void test_one(void)
{
    begin(SLOTS);
    OK(!take() && !collect(), "a new ring has nothing");
    OK(usrd_rc_post(&c, USRD_RING_WRITE, 7, 512, 4096, 99), "posted");
    OK(!collect(), "not yet answered");
    OK(take(), "taken");
    OK(copy.op == USRD_RING_WRITE && copy.record == 7 && copy.count == 512 &&
           copy.offset == 4096,
       "as it was posted");
    OK(!take(), "once");
    OK(!usrd_rd_idle(&d), "in hand");
    usrd_rd_answer(&d, slot, D_READ_ONLY, 100);
    OK(usrd_rd_idle(&d), "and not any more");
    OK(collect() && result.cookie == 99 && result.result == D_READ_ONLY &&
           result.count == 100 && result.slot == slot,
       "collected as it was answered");
    OK(!collect(), "once");
}

static void test_full(void)
{
    static const unsigned sizes[] = {1, 2, USRD_RING_SLOTS};

    for (unsigned k = 0; k < 3; k++) {
        unsigned n = 0, wrong = 0;
        begin(sizes[k]);
        c.posted = d.taken = driver_page.taken = UINT32_MAX - 100;
        c.seen = d.done = driver_page.done = UINT32_MAX - 200;
        client_page.posted = c.posted;
        for (unsigned round = 0; round < 300; round++) {
            while (post(n))
                n++;
            wrong += n != (round + 1) * sizes[k];
            while (take())
                usrd_rd_answer(&d, slot, KERN_SUCCESS, 0);
            while (collect())
                wrong += result.cookie / sizes[k] != round;
        }
        OK(wrong == 0, "%u slots, 300 times full, counts that overflow",
           sizes[k]);
    }
}

static void test_answers(void)
{
    begin(SLOTS);
    post(1);
    usrd_rd_answer(&d, 0, KERN_SUCCESS, 0);
    OK(!collect(), "what was not taken cannot be answered");
    take();
    usrd_rd_answer(&d, SLOTS, KERN_SUCCESS, 0);
    usrd_rd_answer(&d, UINT32_MAX, KERN_SUCCESS, 0);
    OK(!collect(), "nor a slot that is none");
    usrd_rd_answer(&d, slot, KERN_SUCCESS, 0);
    usrd_rd_answer(&d, slot, KERN_SUCCESS, 0);
    OK(collect() && !collect(), "nor anything twice");
    post(2), take();
    usrd_rd_put_back(&d, slot);
    OK(usrd_rd_idle(&d), "put back: not in hand");
    OK(take() && copy.record == 16, "and taken again");
    usrd_rd_answer(&d, slot, KERN_SUCCESS, 513);
    OK(collect() && result.result == D_IO_ERROR && result.count == 0,
       "more bytes than were asked for are an error");
}

static void test_bells(void)
{
    begin(SLOTS);
    usrd_rd_must_ring(&d); /* it is new: it would */
    OK(usrd_rd_nap(&d), "nothing to do: sleep");
    post(1);
    OK(usrd_rc_must_ring(&c), "a sleeper is rung for");
    OK(!usrd_rc_must_ring(&c), "once for what was posted");
    post(2);
    OK(!usrd_rc_must_ring(&c), "once a nap");
    usrd_rd_wake(&d);
    OK(!usrd_rd_nap(&d), "no sleep with something to take");
    while (take())
        usrd_rd_answer(&d, slot, KERN_SUCCESS, 0);
    OK(!usrd_rd_must_ring(&d), "none for a client that is awake");
    OK(!usrd_rc_nap(&c), "no sleep with something to collect");
    while (collect())
        ;
    OK(usrd_rc_nap(&c) && usrd_rd_nap(&d), "both sleep");
    post(3);
    OK(usrd_rc_must_ring(&c), "the next nap is another");
    usrd_rd_wake(&d), take();
    usrd_rd_answer(&d, slot, KERN_SUCCESS, 0);
    OK(usrd_rd_must_ring(&d), "the client is rung for");

    begin(SLOTS);
    usrd_rd_nap(&d);
    post(1), usrd_rc_must_ring(&c);
    restart(true);
    while (take())
        usrd_rd_answer(&d, slot, KERN_SUCCESS, 0);
    collect();
    usrd_rd_nap(&d);
    post(2);
    OK(usrd_rc_must_ring(&c), "a successor's first nap is another, too");
    usrd_rc_nap(&c);
    restart(true);
    OK(usrd_rd_must_ring(&d), "a new driver rings for a client that sleeps");
}

static void test_restart(void)
{
    begin(SLOTS);
    post(1), post(2), post(3);
    take();
    restart(false);
    OK(take() && copy.record == 8, "what was in hand comes first");
    OK(take() && copy.record == 16 && take() && copy.record == 24 && !take(),
       "then the others, each once");
    usrd_rd_answer(&d, 1, KERN_SUCCESS, 0);
    restart(false);
    OK(take() && slot == 0 && take() && slot == 2 && !take(),
       "not what was answered");
    OK(collect() && result.cookie == 2 && !collect(), "which is collected");

    begin(SLOTS);
    post(1), take();
    driver_page.taken = 0; /* it died before it counted that */
    restart(false);
    OK(take() && !take(), "held and not counted: once");
    EQ(driver_page.taken, 1, "and counted now");

    begin(SLOTS);
    post(1);
    client_page.posted = 0; /* it is just being posted */
    restart(true);
    OK(take() && driver_page.tries[0] == 1 && !take(),
       "changed and not counted: taken, and blamed for nothing");
    client_page.posted = 1;
    OK(!take(), "counted while it is in hand: passed over");
    EQ(driver_page.taken, 1, "and counted");

    begin(SLOTS);
    post(1);
    driver_page.taken = 1; /* by one that passed it over */
    restart(true);
    OK(take() && driver_page.tries[0] == 1 && !take(),
       "counted and not held: taken");

    begin(SLOTS);
    post(1), post(2), take(), take();
    usrd_rd_answer(&d, 1, KERN_SUCCESS, 0);
    driver_page.done = 0; /* it died before it counted that */
    OK(!collect(), "answered and not counted: not seen");
    restart(true);
    OK(collect() && result.cookie == 2 && !collect(), "until the next epoch");
    take();
    usrd_rd_answer(&d, slot, KERN_SUCCESS, 0);
    OK(collect() && result.cookie == 1 && !collect(), "nothing is lost by it");
}

static void test_poison(void)
{
    begin(SLOTS);
    post(1), post(2);
    take();
    for (int k = 0; k < 5; k++) {
        restart(false);
        take();
    }
    OK(!collect() && slot == 0, "the operator may kill as often as he likes");
    restart(true);
    OK(!collect() && take() && slot == 0, "one death of its own is none");
    restart(true);
    OK(collect() && result.cookie == 1 && result.result == D_IO_ERROR,
       "after two it is answered");
    OK(take() && slot == 1, "and another is taken");
    usrd_rd_answer(&d, slot, KERN_SUCCESS, 0);
    collect(), post(3), take();
    restart(true);
    OK(take() && slot == 0 && !collect(), "what comes after it starts anew");
}

/* Of a network device: a frame to be sent kills once, a buffer never. */
static void test_wire(void)
{
    begin(SLOTS);
    c.flags = ~(uint64_t)UINT32_MAX;
    wire = true;
    post(1), usrd_rc_post(&c, USRD_RING_WRITE, 0, 64, 0, 2), post(3);
    take(), take();
    restart(false);
    OK(take() && slot == 0 && take() && slot == 1 && !collect(),
       "a wire: all is run again when the operator killed it");
    restart(true);
    OK(collect() && result.cookie == 2 && result.result == D_IO_ERROR &&
           !collect(),
       "what was being sent is dropped when it died of itself");
    OK(!usrd_rd_suspects(&d), "nobody is suspected");
    OK(take() && slot == 0 && take() && slot == 2 && !take(),
       "the buffers stay posted");
    for (int k = 0; k < 5; k++) {
        restart(true);
        OK(take() && slot == 0 && take() && slot == 2, "however often it dies");
    }
    usrd_rd_answer(&d, 0, KERN_SUCCESS, 512 | 1ull << 32);
    OK(collect() && result.result == KERN_SUCCESS &&
           result.count == (512 | 1ull << 32),
       "a count may have flags");
    usrd_rd_answer(&d, 2, KERN_SUCCESS, 513);
    OK(collect() && result.result == D_IO_ERROR, "but not too many bytes");
    wire = false;
    begin(SLOTS);
    post(1), take();
    usrd_rd_answer(&d, slot, KERN_SUCCESS, 512 | 1ull << 32);
    OK(collect() && result.result == D_IO_ERROR, "other devices' has none");
}

/* Two were in hand when it died: the second is the one that kills. */
static void test_suspects(void)
{
    begin(SLOTS);
    post(1), post(2), post(3);
    take(), take();
    restart(false);
    OK(!usrd_rd_suspects(&d), "a kill makes no suspects");
    take(), take();
    restart(true);
    OK(usrd_rd_suspects(&d), "a death does");
    OK(take() && slot == 0, "one is taken");
    usrd_rd_put_back(&d, slot);
    OK(usrd_rd_suspects(&d), "it stays one when it is put back,");
    OK(take() && slot == 0 && usrd_rd_suspects(&d), "and in hand");
    usrd_rd_answer(&d, slot, KERN_SUCCESS, 0);
    OK(collect() && result.result == KERN_SUCCESS, "alone it is harmless");
    OK(usrd_rd_suspects(&d) && take() && slot == 1, "the other is taken");
    restart(true);
    OK(collect() && result.cookie == 2 && result.result == D_IO_ERROR,
       "and it was that one");
    OK(!usrd_rd_suspects(&d), "there is no other");
    OK(take() && slot == 2, "what was never in hand is none");
}

static void test_hostile(void)
{
    begin(SLOTS);
    post(1), post(2);
    client_page.order[0] = SLOTS;
    client_page.order[1] = UINT16_MAX;
    OK(!take() && driver_page.taken == 2, "no such slots: passed over");
    post(3);
    client_page.order[2] = 3;
    OK(!take(), "nor one that is free");
    client_page.posted += SLOTS + 1;
    OK(take() && slot == 0 && take() && slot == 1 && take() && slot == 2 &&
           !take(),
       "too many: whatever turns say");
    client_page.order[driver_page.taken % USRD_RING_SLOTS] = 0;
    client_page.slots[0].turn++;
    client_page.posted++;
    OK(!take(), "no slot that is in hand");
    usrd_rd_answer(&d, 0, KERN_SUCCESS, 0);
    OK(driver_page.answers[0].turn == 1, "the answer is to what was taken");

    begin(SLOTS);
    post(1), post(2);
    driver_page.done = 2;
    driver_page.order[0] = SLOTS;
    driver_page.order[1] = 1;
    OK(!collect(), "no such slot, nor one without an answer");
    driver_page.done = 3;
    driver_page.order[2] = 3;
    driver_page.answers[3].turn = 1;
    OK(!collect(), "nor one that was not posted");
    driver_page.answers[1].turn = 1;
    driver_page.done += 2 * SLOTS + 1;
    OK(collect() && result.cookie == 2 && !collect(),
       "too many: whatever turns say");
}

static void test_check(void)
{
    static const struct {
        uint16_t op;
        uint64_t count, offset;
        kern_return_t want;
    } cases[] = {
        {USRD_RING_READ, 4096, 4096, KERN_SUCCESS},
        {USRD_RING_WRITE, 8192, 0, KERN_SUCCESS},
        {USRD_RING_WRITE, 0, 8192, KERN_SUCCESS},
        {USRD_RING_READ, 4096, 4097, D_INVALID_SIZE},
        {USRD_RING_READ, 8193, 0, D_INVALID_SIZE},
        {USRD_RING_WRITE, 0, 8193, D_INVALID_SIZE},
        {USRD_RING_WRITE, 1, UINT64_MAX, D_INVALID_SIZE},
        {USRD_RING_WRITE, UINT64_MAX, 1, D_INVALID_SIZE},
        {USRD_RING_FLUSH, 0, 0, KERN_SUCCESS},
        {USRD_RING_ZERO, UINT64_MAX, UINT64_MAX, KERN_SUCCESS},
        {0, 0, 0, D_INVALID_OPERATION},
        {USRD_RING_ZERO + 1, 0, 0, D_INVALID_OPERATION},
    };

    for (unsigned k = 0; k < sizeof cases / sizeof *cases; k++) {
        copy.op = cases[k].op;
        copy.count = cases[k].count;
        copy.offset = cases[k].offset;
        OK(usrd_rd_check(&copy, 8192) == cases[k].want,
           "operation %u, %" PRIx64 " bytes at %" PRIx64 " of 2000: %#x",
           copy.op, copy.count, copy.offset, cases[k].want);
    }
}

int main(void)
{
    test_one();
    test_full();
    test_answers();
    test_bells();
    test_restart();
    test_poison();
    test_wire();
    test_suspects();
    test_hostile();
    test_check();
    return tap_end();
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The client's side of a ring, and a driver that writes anything into its page
 * at any time.  A real driver answers between that, so that there is something
 * to spoil. */
#include "ring_noise.h"

#include "../../libusrd-min/ring/client.c"

#define ROUNDS 3000000

static struct usrd_rc c;
static struct usrd_rd d;
static uint64_t cookies[USRD_RING_SLOTS], counts[USRD_RING_SLOTS];
static bool flying[USRD_RING_SLOTS];
static unsigned n_flying, collected, wrong;
static uint64_t next_cookie;

static void noise_before_load(void)
{
    noise_loads++;
    if (below(100) < noise_percent)
        scribble(DRIVER_PAGE, sizeof *DRIVER_PAGE);
}

static void start(void)
{
    unsigned slots = 1u << below(7);

    noise_pages();
    noise_percent = below(3) * below(20);
    memset(flying, 0, sizeof flying);
    n_flying = 0;
    usrd_rc_init(&c, CLIENT_PAGE, DRIVER_PAGE, slots);
    usrd_rd_attach(&d, CLIENT_PAGE, DRIVER_PAGE, slots, 1, false, false);
}

static void post(void)
{
    uint64_t count = below(8192);
    unsigned s;

    if (!usrd_rc_post(&c, USRD_RING_WRITE, 0, count, 0, ++next_cookie)) {
        wrong += n_flying != c.slots;
        return;
    }
    for (s = 0; s < c.slots && flying[s]; s++)
        ;
    wrong += s == c.slots;
    flying[s % USRD_RING_SLOTS] = true;
    cookies[s % USRD_RING_SLOTS] = next_cookie;
    counts[s % USRD_RING_SLOTS] = count;
    n_flying++;
}

static void collect(void)
{
    struct usrd_ring_result result;
    unsigned s;

    if (!usrd_rc_collect(&c, &result))
        return;
    s = result.slot % USRD_RING_SLOTS;
    collected++;
    wrong += s != result.slot || !flying[s] || cookies[s] != result.cookie ||
             result.count > counts[s];
    flying[s] = false;
    n_flying--;
}

static void step(void)
{
    struct usrd_ring_slot copy;
    unsigned slot;

    noise_loads = 0;
    switch (below(10)) {
    case 0:
        scribble(DRIVER_PAGE, sizeof *DRIVER_PAGE);
        return;
    case 1 ... 2:
        post();
        break;
    case 3 ... 5:
        collect();
        break;
    case 6:
        usrd_rc_must_ring(&c);
        if (!usrd_rc_nap(&c))
            usrd_rc_wake(&c);
        break;
    default:
        if (below(50) == 0)
            usrd_rd_attach(&d, CLIENT_PAGE, DRIVER_PAGE, c.slots, below(1000),
                           below(2), below(2));
        if (usrd_rd_take(&d, &copy, &slot))
            usrd_rd_answer(&d, slot, KERN_SUCCESS, copy.count);
        return;
    }
    wrong += noise_loads > 6 * c.slots + 16;
}

int main(int argc, char **argv)
{
    unsigned rounds = noise_rounds(argc, argv, ROUNDS);

    for (unsigned n = 0; n < rounds; n++) {
        if (n % 2000 == 0)
            start();
        step();
    }
    OK(collected > rounds / 100, "%u answers collected in %u rounds", collected,
       rounds);
    EQ(wrong, 0,
       "each of a request that was posted, once, with no more bytes than it "
       "asked for, in a few steps a slot");
    return tap_end();
}

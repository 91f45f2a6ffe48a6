/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The driver's side of a ring, and a client that writes anything into its page
 * at any time.  A real client posts between that, so that there is something to
 * spoil. */
#include "ring_noise.h"

#include "../../libusrd-min/ring/driver.c"

#define ROUNDS 3000000
#define BYTES 65536

static struct usrd_rc c;
static struct usrd_rd d;
static bool held[USRD_RING_SLOTS];
static uint32_t turns[USRD_RING_SLOTS];
static unsigned taken, wrong, longest;

static void noise_before_load(void)
{
    noise_loads++;
    if (below(100) < noise_percent)
        scribble(CLIENT_PAGE, sizeof *CLIENT_PAGE);
}

static void start(void)
{
    unsigned slots = 1u << below(7);

    noise_pages();
    noise_percent = below(3) * below(20);
    memset(held, 0, sizeof held);
    usrd_rc_init(&c, CLIENT_PAGE, DRIVER_PAGE, slots);
    usrd_rd_attach(&d, CLIENT_PAGE, DRIVER_PAGE, slots, 1, false, false);
}

/* Its predecessor may have been mad, too. */
static void restart(void)
{
    memset(held, 0, sizeof held);
    memset(&d, 0xa5, sizeof d);
    for (unsigned n = below(2) * below(20); n > 0; n--)
        scribble(DRIVER_PAGE, sizeof *DRIVER_PAGE);
    usrd_rd_attach(&d, CLIENT_PAGE, DRIVER_PAGE, c.slots, below(1000), below(2),
                   below(2));
}

static void take(void)
{
    struct usrd_ring_slot copy;
    unsigned slot;

    if (!usrd_rd_take(&d, &copy, &slot))
        return;
    taken++;
    wrong += slot >= c.slots || held[slot];
    held[slot % USRD_RING_SLOTS] = true;
    turns[slot % USRD_RING_SLOTS] = copy.turn;
    if ((copy.op == USRD_RING_READ || copy.op == USRD_RING_WRITE) &&
        usrd_rd_check(&copy, BYTES) == KERN_SUCCESS)
        wrong += copy.offset > BYTES || copy.count > BYTES ||
                 copy.offset + copy.count > BYTES;
}

static void answer(unsigned slot)
{
    bool was = slot < c.slots && held[slot];

    usrd_rd_answer(&d, slot, D_IO_ERROR, 1);
    if (was) {
        held[slot] = false;
        wrong += DRIVER_PAGE->answers[slot].turn != turns[slot];
    }
}

static void step(void)
{
    struct usrd_ring_result result;
    unsigned slot = below(USRD_RING_SLOTS + 2);

    noise_loads = 0;
    switch (below(12)) {
    case 0:
        scribble(CLIENT_PAGE, sizeof *CLIENT_PAGE);
        return;
    case 1 ... 3:
        usrd_rc_post(&c, USRD_RING_READ, 1, 512, 0, 0);
        usrd_rc_collect(&c, &result);
        return;
    case 4 ... 6:
        take();
        break;
    case 7 ... 8:
        answer(slot);
        break;
    case 9:
        usrd_rd_put_back(&d, slot);
        if (slot < c.slots)
            held[slot] = false;
        break;
    case 10:
        usrd_rd_must_ring(&d);
        if (!usrd_rd_nap(&d))
            usrd_rd_wake(&d);
        break;
    default:
        if (below(50) == 0)
            restart();
        usrd_rd_suspects(&d);
    }
    if (noise_loads > longest * (unsigned long)c.slots)
        longest = (noise_loads + c.slots - 1) / c.slots;
    wrong += noise_loads > 4 * c.slots + 16;
    bool idle = true;
    for (unsigned s = 0; s < c.slots; s++)
        idle &= !held[s];
    wrong += idle != usrd_rd_idle(&d);
}

int main(int argc, char **argv)
{
    unsigned rounds = noise_rounds(argc, argv, ROUNDS);

    for (unsigned n = 0; n < rounds; n++) {
        if (n % 2000 == 0)
            start();
        step();
    }
    OK(taken > rounds / 100, "%u requests taken in %u rounds", taken, rounds);
    EQ(wrong, 0,
       "each of a slot of the ring, not in hand, answered as it was taken, in "
       "a few steps a slot");
    return tap_end();
}

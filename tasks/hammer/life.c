/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A ring from its first opening to its end, through deaths of its driver. */
#include "hammer.h"

#include <userspace_driver.h>
#include <userspace_driver_operator.h>

#define BYTES 100000u
#define ROUNDED (25 * PAGE)

static void first(const struct ring *r)
{
    volatile struct anvil_word *w = word(r);
    unsigned n = (unsigned)((r->at - USRD_RING_CLIENT_BASE) / USRD_RING_STEP);

    ktap_ok(r->at == USRD_RING_CLIENT_BASE + n * USRD_RING_STEP &&
                n < USRD_MAX_RINGS,
            "it is where rings are");
    ktap_ok(w->ring[USRD_RING_WORD_ADDRESS] ==
                USRD_RING_BASE + n * USRD_RING_STEP,
            "its driver has it at the same place of its own");
    ktap_ok(w->ring[USRD_RING_WORD_BYTES] == ROUNDED, "%u bytes",
            (unsigned)w->ring[USRD_RING_WORD_BYTES]);
    ktap_ok(w->ring[USRD_RING_WORD_SLOTS] == 8, "of 8");
    ktap_ok(w->ring[USRD_RING_WORD_PHYSICAL] == 0,
            "who does not do DMA is told no address");
    ktap_ok(w->ring[USRD_RING_WORD_GENERATION] == 1 &&
                !w->ring[USRD_RING_WORD_BLAMED] &&
                !w->ring[USRD_RING_WORD_REPLAY],
            "for the first time");
    ktap_ok(w->first == 0 && w->count == 0, "of a whole device");
    ktap_ok(heard(1000), "the driver's bell came");
    ktap_ok(strike(r, ANVIL_NOTHING) && w->bells == 1, "and mine");
}

static void pages(const struct ring *r)
{
    volatile struct anvil_word *w = word(r);
    bool zero = true;

    for (unsigned n = 0; n < ROUNDED; n++)
        zero = zero && !data(r)[n];
    ktap_ok(zero, "the buffers are clear");
    for (unsigned n = 0; n < ROUNDED; n += PAGE)
        data(r)[n] = (unsigned char)(n / PAGE + 1);
    data(r)[ROUNDED - 1] = 99;
    wish(r)->address =
        w->ring[USRD_RING_WORD_ADDRESS] + USRD_RING_DATA_AT + ROUNDED - 1;
    ktap_ok(strike(r, ANVIL_READ) && w->answer == 99,
            "the driver sees what I write");
    ktap_ok(strike(r, ANVIL_PROTECT) && w->answer == KERN_PROTECTION_FAILURE,
            "it cannot make my page its own: %u", (unsigned)w->answer);
    expect(KERN_PROTECTION_FAILURE,
           vm_protect(mach_task_self(), r->at + USRD_RING_DRIVER_AT, PAGE,
                      FALSE, VM_PROT_READ | VM_PROT_WRITE));
    expect(KERN_SUCCESS,
           vm_protect(mach_task_self(), r->at + USRD_RING_DRIVER_AT, PAGE,
                      FALSE, VM_PROT_READ));
}

/* The next incarnation has taken it: what was it told? */
static void again(const struct ring *r, unsigned run, unsigned blamed)
{
    volatile struct anvil_word *w = word(r);
    bool same = true;

    while (w->run != run && heard(2000))
        ;
    ktap_ok(w->run == run, "run %u has it", (unsigned)w->run);
    ktap_ok(w->ring[USRD_RING_WORD_GENERATION] == run &&
                w->ring[USRD_RING_WORD_BLAMED] == blamed &&
                w->ring[USRD_RING_WORD_REPLAY] == 1,
            "generation %u, blamed %u, replay %u",
            (unsigned)w->ring[USRD_RING_WORD_GENERATION],
            (unsigned)w->ring[USRD_RING_WORD_BLAMED],
            (unsigned)w->ring[USRD_RING_WORD_REPLAY]);
    for (unsigned n = 0; n < ROUNDED; n += PAGE)
        same = same && data(r)[n] == (unsigned char)(n / PAGE + 1);
    ktap_ok(same, "with what was in it");
    ktap_ok(strike(r, ANVIL_NOTHING), "and it serves");
}

static void deaths(const struct ring *r)
{
    usrd_op_kill(mach_task_self(), "anvil");
    again(r, 2, 0);
    wish(r)->command = ANVIL_CRASH;
    ring_bell(r);
    again(r, 3, 1);
    wish(r)->command = ANVIL_WRITE_CLIENT;
    wish(r)->address = 5;
    ring_bell(r);
    again(r, 4, 1);
    ktap_ok(wish(r)->address == 5, "the driver could not write in my page");
    usrd_op_kill(mach_task_self(), "anvil");
    again(r, 5, 0);
    /* A bell that nobody heard yet comes to the next. */
    usrd_op_stop(mach_task_self(), "anvil");
    usrd_sleep(100);
    ktap_ok(heard(1000), "I hear it when its driver is down");
    usrd_op_start(mach_task_self(), "anvil");
    again(r, 6, 0);
}

static void lets_go(struct ring *r)
{
    vm_address_t at = r->at;
    struct ring other;

    expect(KERN_INVALID_ADDRESS,
           usrd_msg_ring_destroy(mach_task_self(), at + PAGE));
    expect(KERN_INVALID_ADDRESS,
           usrd_msg_ring_destroy(mach_task_self(), at + USRD_RING_STEP));
    expect(KERN_SUCCESS, make(PAGE, &other));
    ktap_ok(other.at != r->at, "another is elsewhere");
    expect(KERN_SUCCESS, usrd_msg_ring_destroy(mach_task_self(), at));
    expect(KERN_SUCCESS, vm_allocate(mach_task_self(), &at, PAGE, FALSE));
    expect(KERN_SUCCESS, vm_deallocate(mach_task_self(), at, PAGE));
    expect(KERN_INVALID_ADDRESS, usrd_msg_ring_destroy(mach_task_self(), at));
    usrd_sleep(50);
    expect(MACH_SEND_INVALID_DEST, ring_bell(r));
    ktap_ok(strike(&other, ANVIL_NOTHING), "the other goes on");
    expect(KERN_SUCCESS, destroy(&other));
}

void life(void)
{
    struct ring r;

    expect(KERN_SUCCESS, make_on("anvil", D_READ | D_WRITE, 8, BYTES, &r));
    first(&r);
    pages(&r);
    deaths(&r);
    lets_go(&r);
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What rings leave behind, whichever side ends: nothing, but not before the
 * driver is done with it. */
#include "hammer.h"

#include <userspace_driver.h>
#include <userspace_driver_operator.h>

#define CYCLES 200
#define DEATHS 30
#define LARGE USRD_RING_BYTES
#define LARGE_PAGES (LARGE / PAGE)

static void kill_and_wait(const char *name)
{
    usrd_op_kill(mach_task_self(), name);
    usrd_sleep(100);
}

static void cycles(void)
{
    struct census before;
    struct ring r;
    unsigned good = 0;

    make(8 * PAGE, &r);
    destroy(&r);
    before = count();
    for (unsigned n = 0; n < CYCLES; n++) {
        kern_return_t kr = make((1 + n % 8) * PAGE, &r);
        data(&r)[0] = 1;
        good += kr == KERN_SUCCESS && destroy(&r) == KERN_SUCCESS;
    }
    ktap_ok(good == CYCLES, "%u times made and destroyed", good);
    same_as("then", before);
    for (unsigned n = 0; n < CYCLES; n++)
        make_on("anvil", D_READ, ANVIL_REFUSED, PAGE, &r);
    same_as("as many that the driver refused", before);
}

/* With no handle left for it: each time the ring is made, and all of it is
 * given up again, its bell, too. */
static void shortage(void)
{
    static mach_port_t opened[USRD_MAX_HANDLES];
    mach_port_t usual = doorbell;
    unsigned n = 0, good = 0;
    struct ring r;

    while (n < USRD_MAX_HANDLES &&
           usrd_open("console", D_WRITE, &opened[n]) == KERN_SUCCESS)
        n++;
    struct census before = count();
    for (unsigned k = 0; k < CYCLES; k++) {
        mach_port_allocate(mach_task_self(), MACH_PORT_RIGHT_RECEIVE,
                           &doorbell);
        good += make(PAGE, &r) == D_NO_MEMORY;
        mach_port_mod_refs(mach_task_self(), doorbell, MACH_PORT_RIGHT_RECEIVE,
                           -1);
    }
    doorbell = usual;
    ktap_ok(good == CYCLES, "%u times no handle was left, after %u", good, n);
    same_as("then", before);
    while (n > 0)
        mach_port_deallocate(mach_task_self(), opened[--n]);
}

static void deaths(void)
{
    struct ring r;

    kill_and_wait("holder");
    kill_and_wait("anvil");
    struct census before = count();
    for (unsigned n = 0; n < DEATHS; n++)
        kill_and_wait("holder");
    same_as("a client died with its ring, as often", before);
    for (unsigned n = 0; n < DEATHS; n++)
        kill_and_wait("anvil");
    same_as("its driver did", before);
    for (unsigned n = 0; n < DEATHS; n++) {
        kill_and_wait("anvil");
        make(LARGE, &r);
        usrd_op_kill(mach_task_self(), "anvil");
        usrd_op_kill(mach_task_self(), "holder");
        destroy(&r);
        usrd_sleep(100);
    }
    same_as("both at once", before);
}

/* As if its device had the ring's buffers still. */
static void held(void)
{
    struct ring r, other;
    struct census before;

    expect(KERN_SUCCESS, make(PAGE, &other));
    ktap_ok(strike(&other, ANVIL_HOLD), "the driver keeps what it has");
    before = count();
    expect(KERN_SUCCESS, make(LARGE, &r));
    expect(KERN_SUCCESS, destroy(&r));
    ktap_ok(fewer(before, LARGE_PAGES), "the ring is gone, not its memory");
    ktap_ok(strike(&other, ANVIL_RELEASE), "the driver is done with it");
    same_as("now it is free", before);

    ktap_ok(strike(&other, ANVIL_HOLD), "the driver keeps what it has");
    expect(KERN_SUCCESS, make(LARGE, &r));
    expect(KERN_SUCCESS, destroy(&r));
    ktap_ok(fewer(before, LARGE_PAGES), "the ring is gone, not its memory");
    kill_and_wait("anvil");
    same_as("the driver died: it is free", before);

    ktap_ok(strike(&other, ANVIL_HOLD), "the driver keeps what it has");
    before = count();
    kill_and_wait("holder");
    ktap_ok(fewer(before, LARGE_PAGES),
            "a client died: its memory is kept, though it has the next ring");
    strike(&other, ANVIL_RELEASE);
    same_as("then it is free", before);

    expect(KERN_SUCCESS, make(LARGE, &r));
    ktap_ok(strike(&other, ANVIL_HOLD), "the driver keeps what it has");
    expect(KERN_SUCCESS, destroy(&r));
    strike(&other, ANVIL_REGISTER_AGAIN);
    usrd_sleep(100);
    as_free("unregistering ends it, too", before);
    kill_and_wait("anvil");
}

void ends(void)
{
    cycles();
    shortage();
    deaths();
    held();
}

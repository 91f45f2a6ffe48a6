/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * canary ROUNDS [blind]: kill victim and mover in the middle of a transfer, take
 * the pages, and see whether they change; blind: no device can say whether they
 * are the same. */
#include <mach/mach.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <userspace_driver_operator.h>

#include <usrd/client.h>
#include <usrd/operator.h>
#include <usrd/ring.h>

#include "mover.h"

#define PAGE 4096u
#define PAGES 1024u  /* that it takes: the dead's are among them */
#define WATCH_MS 200 /* twice as long as a transfer takes */
#define LOOK_MS 20
#define TICK_MS 10
#define BURY_MS 30    /* until their memory is free: that is done last */
#define WAIT_MS 10000 /* for the next transfer */

static struct {
    unsigned rounds, same, changed;
} seen;

static mach_port_t mover;
static boolean_t blind;
static struct usrd_ring *bystander;

/* What it writes all over each page. */
struct stamp {
    uint32_t round, page;
};
#define STAMPS (PAGE / sizeof(struct stamp))

static kern_return_t state_of(mach_port_t device, struct mover_state *state)
{
    size_t got;
    return usrd_read(device, 0, 0, state, sizeof *state, &got);
}

/* A transfer of a mover that was not seen before has begun. */
static boolean_t begun(struct mover_state *state, unsigned not_run)
{
    for (unsigned ms = 0; ms < WAIT_MS; ms += TICK_MS) {
        if (state_of(mover, state) == KERN_SUCCESS && state->busy &&
            state->run != not_run)
            return TRUE;
        usrd_sleep(TICK_MS);
    }
    return FALSE;
}

/* Are both dead? */
static boolean_t dead(unsigned run)
{
    usrd_name_t name, cause;
    usrd_info_t info;

    for (unsigned n = 0, gone = 0, tries = 0; tries < 10000; n++) {
        mach_msg_type_number_t count = sizeof info / sizeof *info;
        if (usrd_op_status(mach_task_self(), n, name, cause, info, &count) !=
            KERN_SUCCESS) {
            n = ~0u;
            gone = 0;
            tries++;
            continue;
        }
        gone += strcmp(name, "victim") == 0 &&
                info[USRD_INFO_STATE] == USRD_TASK_STOPPED;
        gone +=
            strcmp(name, "mover") == 0 && info[USRD_INFO_INCARNATION] != run;
        if (gone == 2)
            return TRUE;
    }
    return FALSE;
}

/* ---- the pages ---- */

static struct stamp *take(unsigned round)
{
    vm_address_t at = 0;

    if (vm_allocate(mach_task_self(), &at, PAGES * PAGE, TRUE) != KERN_SUCCESS)
        return NULL;
    struct stamp *pages = (struct stamp *)at;
    for (unsigned n = 0; n < PAGES * STAMPS; n++)
        pages[n] = (struct stamp){round, n / STAMPS};
    return pages;
}

/* Is one not as it was, looking at each STEP-th stamp? */
static boolean_t changed(const volatile struct stamp *pages, unsigned round,
                         unsigned step)
{
    for (unsigned n = 0; n < PAGES * STAMPS; n += step)
        if (pages[n].round != round || pages[n].page != n / STAMPS)
            return TRUE;
    return FALSE;
}

/* Does one change, in as many ms?  The device writes many stamps at a time. */
static boolean_t changes(const struct stamp *pages, unsigned round, unsigned ms)
{
    for (unsigned t = 0; t < ms; t += LOOK_MS) {
        if (changed(pages, round, STAMPS / 4))
            return TRUE;
        usrd_sleep(LOOK_MS);
    }
    return changed(pages, round, 1);
}

/* Is the page at PHYSICAL one of these?  The bystander's device reads it. */
static boolean_t had(uint64_t physical, unsigned round)
{
    const struct stamp *seen_there = usrd_ring_data(bystander);
    uint64_t count = 0;

    return usrd_ring_call(bystander, USRD_RING_READ, physical / MOVER_BYTES,
                          MOVER_BYTES, 0, &count) == KERN_SUCCESS &&
           count == MOVER_BYTES && seen_there[0].round == round &&
           seen_there[0].page < PAGES &&
           memcmp(seen_there, seen_there + 1,
                  MOVER_BYTES - sizeof *seen_there) == 0;
}

/* One or the other dies first, in turn. */
static boolean_t one_round(unsigned n)
{
    static const char *const order[] = {"victim", "mover", "victim"};
    static unsigned last_run;
    struct mover_state state;

    if (!begun(&state, last_run)) {
        printf("no transfer in round %u\n", n);
        return FALSE;
    }
    last_run = state.run;
    for (unsigned k = 0; k < 2; k++)
        if (usrd_op_kill(mach_task_self(), order[n % 2 + k]) != KERN_SUCCESS) {
            printf("%s is not killed in round %u\n", order[n % 2 + k], n);
            return FALSE;
        }
    if (!dead(state.run))
        return FALSE;
    usrd_sleep(BURY_MS);
    struct stamp *pages = take(n);
    if (!pages)
        return FALSE;
    boolean_t did = changes(pages, n, WATCH_MS);
    seen.rounds++;
    seen.changed += did;
    seen.same += did || (!blind && had(state.physical, n));
    vm_deallocate(mach_task_self(), (vm_address_t)pages, PAGES * PAGE);
    return usrd_op_start(mach_task_self(), "victim") == KERN_SUCCESS;
}

int main(int argc, char **argv)
{
    unsigned rounds = argc > 1 ? (unsigned)atoi(argv[1]) : 10;
    blind = argc > 2;

    if (usrd_open("mover", D_READ, &mover) != KERN_SUCCESS ||
        usrd_ring_open("bystander", D_READ, 4, PAGE, &bystander) !=
            KERN_SUCCESS)
        return 1;
    usrd_sleep(WATCH_MS); /* the victim shows that the device writes */
    for (unsigned n = 1; n <= rounds; n++)
        if (!one_round(n))
            break;
    printf("rounds=%u same=%u changed=%u\n", seen.rounds, seen.same,
           seen.changed);
    return 0;
}

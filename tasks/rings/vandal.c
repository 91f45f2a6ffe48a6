/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * vandal DEVICE ROUNDS: a client that writes anything into its ring's page and
 * buffers, at any time, and rings.  Before and after that it is a good client of
 * the same device, and is served. */
#include <stdlib.h>
#include <string.h>

#include <userspace_driver.h>

#include "bell.h"
#include "../../libusrd-min/ring/ring.h"
#include "../ktap.h"
#include "rings.h"

#define SLOTS 16u

static mach_port_t doorbell, handle;
static vm_offset_t ring_at;
static unsigned long served;

unsigned random_below(unsigned n)
{
    static unsigned long seed = 815;

    seed = seed * 6364136223846793005ul + 1442695040888963407ul;
    return (unsigned)(seed >> 33) % n;
}

static void well_behaved(const char *device, const char *when)
{
    struct usrd_ring *ring;
    uint64_t done;
    kern_return_t kr =
        usrd_ring_open(device, D_READ | D_WRITE, 4, BLOCK, &ring);

    if (!ktap_ok(kr == KERN_SUCCESS, "%s: its ring is opened", when))
        return;
    unsigned char *data = usrd_ring_data(ring);
    memset(data, 'v', RECORD);
    kr = usrd_ring_call(ring, USRD_RING_WRITE, 3, RECORD, 0, &done);
    memset(data, 0, RECORD);
    if (kr == KERN_SUCCESS)
        kr = usrd_ring_call(ring, USRD_RING_READ, 3, RECORD, 0, &done);
    ktap_ok(kr == KERN_SUCCESS && data[0] == 'v' && data[RECORD - 1] == 'v',
            "%s: what it writes is read", when);
    usrd_ring_close(ring);
}

/* The driver's turn, until it rings, or for a moment. */
static void let_it_run(void)
{
    struct {
        mach_msg_header_t head;
        char more[64];
    } msg;

    mach_msg(&msg.head, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, sizeof msg,
             doorbell, 1, MACH_PORT_NULL);
}

/* Any word of the page, or one of those that count. */
static void scribble(void)
{
    static const uint64_t values[] = {
        0,  1,          SLOTS - 1,  SLOTS,     63,       64,
        65, UINT16_MAX, UINT32_MAX, INT64_MAX, 1u << 31, UINT64_MAX,
    };
    struct usrd_ring_client *page = (void *)ring_at;
    unsigned width = 2u << random_below(3);
    unsigned words = (unsigned)sizeof *page / width;
    char *at = (char *)page + random_below(words) * width;
    uint64_t value = 0;

    if (random_below(4) == 0) {
        page->posted += random_below(2 * SLOTS);
        return;
    }
    memcpy(&value, at, width);
    if (random_below(2))
        value = values[random_below(sizeof values / sizeof values[0])];
    else
        value += random_below(3) - 1u;
    memcpy(at, &value, width);
}

/* Requests that are none, among some that are. */
static void post(struct usrd_rc *c)
{
    uint64_t far = random_below(2) ? ~0ul << random_below(64) : 0;

    usrd_rc_post(c, (enum usrd_ring_op)random_below(7),
                 random_below(60) + (random_below(4) ? 0 : far),
                 random_below(2) ? RECORD : random_below(1u << 20) + far,
                 random_below(SLOTS * BLOCK + 9) + far, 0);
}

static void spoil(const char *device, unsigned rounds)
{
    usrd_name_t name = "";
    struct usrd_rc c;
    const struct usrd_ring_driver *theirs;
    uint32_t done;

    strncpy(name, device, sizeof name - 1);
    if (usrd_msg_ring_create(mach_task_self(), name, D_READ | D_WRITE, SLOTS,
                             SLOTS * BLOCK, doorbell, &handle,
                             &ring_at) != KERN_SUCCESS) {
        ktap_ok(false, "a ring to spoil");
        return;
    }
    theirs = (const void *)(ring_at + USRD_RING_DRIVER_AT);
    for (unsigned n = 0; n < rounds; n++) {
        struct usrd_ring_result result;
        if (n % 100 == 0) /* from the start again, as far as it knows */
            usrd_rc_init(&c, (void *)ring_at, (const void *)theirs, SLOTS);
        done = RING_LOAD(theirs->done);
        for (unsigned k = random_below(6); k > 0; k--)
            post(&c);
        for (unsigned k = random_below(6); k > 0; k--)
            scribble();
        ((char *)ring_at)[USRD_RING_DATA_AT + random_below(SLOTS * BLOCK)] ^= 1;
        bell(handle);
        if (random_below(8) == 0)
            let_it_run();
        while (usrd_rc_collect(&c, &result))
            ;
        served += RING_LOAD(theirs->done) - done;
    }
    usrd_msg_ring_destroy(mach_task_self(), ring_at);
    mach_port_deallocate(mach_task_self(), handle);
}

int main(int argc, char **argv)
{
    const char *device = argc > 1 ? argv[1] : "slice";
    unsigned rounds = argc > 2 ? (unsigned)atoi(argv[2]) : 2000;

    ktap_begin();
    mach_port_allocate(mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &doorbell);
    well_behaved(device, "before");
    for (unsigned n = 0; n < 4; n++)
        spoil(device, rounds / 4);
    ktap_ok(served > rounds / 4, "%lu answers in %u rounds of noise", served,
            rounds);
    well_behaved(device, "after");
    return ktap_end();
}

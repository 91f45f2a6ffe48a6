/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What clients leave behind that are killed in the middle of a request, and
 * what becomes of the request.
 */
#include "keeper.h"

#include <device/device_request.h>
#include <mach/mach_port.h>
#include <string.h>
#include <userspace_driver_operator.h>

#define ROUNDS 3
#define SETTLE_MS 1000
#define PAGES 70 /* of the kernel's slabs, one of which grows by 62 */

static const char *const clients[] = {"open", "read", "write", "many"};
#define CLIENTS (sizeof clients / sizeof *clients)

static unsigned handles_of(const char *device)
{
    usrd_name_t name, driver;
    unsigned handles, sum = 0;

    for (unsigned i = 0; usrd_op_device(mach_task_self(), i, name, driver,
                                        &handles) == KERN_SUCCESS;
         i++)
        if (strcmp(name, device) == 0)
            sum += handles;
    return sum;
}

struct counts {
    uint64_t ports, tasks, threads, free;
    unsigned handles;
    int open, knob_ports;
};

static struct counts count(mach_port_t device)
{
    return (struct counts){
        .ports = word(USRD_INFO_PORTS),
        .tasks = word(USRD_INFO_TASKS),
        .threads = word(USRD_INFO_THREADS),
        .free = word(USRD_INFO_FREE_PAGES),
        .handles = handles_of("knob") + handles_of("slow"),
        .open = count_of(device, KNOB_OPENS) - count_of(device, KNOB_CLOSES),
        .knob_ports = count_of(device, KNOB_PORTS),
    };
}

/* All have the handles that they keep, and wait: the last of them for an open
 * that is answered at a heartbeat. */
static bool all_wait(mach_port_t device, int waiting)
{
    for (int i = 0; i < 500; i++) {
        if (count_of(device, KNOB_WAITING) - waiting >= 14 &&
            handles_of("slow") == 1)
            return true;
        usrd_sleep(10);
    }
    return false;
}

static bool one_round(mach_port_t device)
{
    int waiting = count_of(device, KNOB_WAITING);
    bool good = true;

    for (unsigned i = 1; i <= CLIENTS; i++)
        good &= usrd_op_start(mach_task_self(), clients[i % CLIENTS]) ==
                KERN_SUCCESS;
    good &= all_wait(device, waiting);
    for (unsigned i = 0; i < CLIENTS; i++)
        good &= usrd_op_kill(mach_task_self(), clients[i]) == KERN_SUCCESS;
    usrd_sleep(SETTLE_MS);
    return good;
}

void test_leak(void)
{
    mach_port_t device = opened("knob");
    struct counts first = {0}, now;

    usrd_sleep(500);
    for (unsigned i = 0; i < CLIENTS; i++)
        usrd_op_kill(mach_task_self(), clients[i]);
    for (int round = 0; round <= ROUNDS; round++) {
        ktap_ok(one_round(device), "round %d: all are killed waiting", round);
        now = count(device);
        if (round == 0)
            first = now;
    }
    ktap_ok(now.handles == 1 && now.open == 1,
            "handles that are left: %u, open devices: %d; ours", now.handles,
            now.open);
    ktap_ok(now.ports == first.ports, "kernel-ext has %lu port names, %lu",
            now.ports, first.ports);
    ktap_ok(now.knob_ports == first.knob_ports, "knob has %d, %d",
            now.knob_ports, first.knob_ports);
    ktap_ok(now.tasks == first.tasks && now.threads == first.threads,
            "%lu tasks, %lu threads, as before", now.tasks, now.threads);
    ktap_ok(now.free + PAGES >= first.free, "%lu free pages, %lu", now.free,
            first.free);
    ktap_ok(word(USRD_INFO_INCARNATION) == 1, "knob never died");
}

/* A write that knob finds in its queue after a restart: is it run? */
static int written_after(mach_port_t device, bool client_gone)
{
    uint64_t before = word(USRD_INFO_INCARNATION);
    mach_port_t reply = mach_reply_port();
    io_buf_ptr_inband_t data = "late";

    usrd_op_hang(mach_task_self(), "knob");
    usrd_sleep(20);
    device_write_request_inband(device, reply, 0, 0, data, 4);
    if (client_gone)
        mach_port_mod_refs(mach_task_self(), reply, MACH_PORT_RIGHT_RECEIVE,
                           -1);
    reaches(USRD_TASK_READY, before + 1);
    return count_of(device, KNOB_WRITES);
}

void test_late(void)
{
    mach_port_t device = opened("knob");

    ktap_ok(written_after(device, false) == 1,
            "a write that waited through a restart is done");
    ktap_ok(written_after(device, true) == 0,
            "not if nobody waits for its answer any more");
}

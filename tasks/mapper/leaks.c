/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What mapping leaves behind: nothing, whoever ends. */
#include "../census/count.h"
#include "mapper.h"

#include <string.h>
#include <userspace_driver_operator.h>
#include <usrd/client.h>
#include <usrd/operator.h>

#include "device.h"

/* Pages: what the kernel caches meanwhile, not one a cycle. */
#define SLACK 64

static void compare(const char *what, struct census before)
{
    struct census after = count();

    ktap_ok(after.ports == before.ports, "%s: ports %u, %u", what,
            (unsigned)before.ports, (unsigned)after.ports);
    ktap_ok(after.free + SLACK >= before.free, "%s: free pages %u, %u", what,
            (unsigned)before.free, (unsigned)after.free);
}

static bool cycle(vm_size_t size)
{
    volatile unsigned *words = NULL;
    mach_port_t object;

    if (device_map(board, RW, 0, size, &object, 0) != KERN_SUCCESS)
        return false;
    kern_return_t kr = map(object, 0, size, RW, &words);
    mach_port_deallocate(mach_task_self(), object);
    if (kr != KERN_SUCCESS)
        return false;
    words[0]++;
    vm_deallocate(mach_task_self(), (vm_address_t)words, size);
    return true;
}

static void cycles(unsigned wanted)
{
    unsigned good = 0;
    struct census before = count();

    for (unsigned n = 0; n < wanted; n++)
        good += cycle(n % 2 ? 4096 : BOARD_WRITABLE);
    ktap_ok(good == wanted, "%u times mapped and unmapped", good);
    compare("then", before);
}

/* Another client, killed with the memory mapped, again and again. */
static void deaths(volatile unsigned *words, unsigned wanted)
{
    kill_and_wait("holder");
    struct census before = count();
    unsigned seen = words[BOARD_SEEN];
    for (unsigned n = 0; n < wanted; n++)
        kill_and_wait("holder");
    ktap_ok(words[BOARD_SEEN] - seen == wanted,
            "a client died %u times with it mapped", words[BOARD_SEEN] - seen);
    compare("then", before);
}

static void drivers_end(volatile unsigned *words, unsigned wanted)
{
    mach_port_t object;

    kill_and_wait("board");
    struct census before = count();
    for (unsigned n = 0; n < wanted; n++)
        kill_and_wait("board");
    compare("after as many deaths of the driver", before);
    words[2] = 77;
    usrd_op_stop(mach_task_self(), "board");
    usrd_sleep(100);
    ktap_ok(words[2] == 77, "the driver is stopped, its memory is mapped");
    expect(D_DEVICE_DOWN, device_map(board, RW, 0, 4096, &object, 0));
    usrd_op_start(mach_task_self(), "board");
    usrd_sleep(100);
    words = map_board();
    ktap_ok(words && words[2] == 77, "it starts again, with the same memory");
}

void leaks(unsigned n_cycles, unsigned n_deaths)
{
    volatile unsigned *words;

    cycles(n_cycles);
    words = map_board();
    if (!ktap_ok(words != NULL, "board is mapped"))
        return;
    deaths(words, n_deaths);
    drivers_end(words, n_deaths);
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A test's client that maps board's memory with Mach's own device_map and
 * vm_map: mapper kept | attacks | shares | leaks [CYCLES DEATHS] | hold.
 * Results are KTAP.
 */
#include "mapper.h"

#include <stdlib.h>
#include <string.h>
#include <userspace_driver.h>
#include <userspace_driver_operator.h>
#include <usrd/client.h>
#include <usrd/operator.h>

#include "device.h"

mach_port_t board;

kern_return_t map(mach_port_t object, vm_offset_t offset, vm_size_t size,
                  vm_prot_t prot, volatile unsigned **words)
{
    vm_address_t at = 0;
    kern_return_t kr = vm_map(mach_task_self(), &at, size, 0, TRUE, object,
                              offset, FALSE, prot, prot, VM_INHERIT_NONE);

    *words = kr == KERN_SUCCESS ? (volatile unsigned *)at : NULL;
    return kr;
}

volatile unsigned *map_board(void)
{
    volatile unsigned *words = NULL;
    mach_port_t object;

    if (device_map(board, RW, 0, BOARD_WRITABLE, &object, 0) == KERN_SUCCESS) {
        map(object, 0, BOARD_WRITABLE, RW, &words);
        mach_port_deallocate(mach_task_self(), object);
    }
    return words;
}

static unsigned word(unsigned n)
{
    int value = -1;
    natural_t one = 1;

    usrd_get_status(board, n, &value, &one);
    return (unsigned)value;
}

static void set_word(unsigned n, int value)
{
    usrd_set_status(board, n, &value, 1);
}

void kill_and_wait(const char *name)
{
    usrd_op_kill(mach_task_self(), name);
    usrd_sleep(100);
}

static void kept(void)
{
    mach_port_t object, again;
    volatile unsigned *words, *last, *more;

    expect(KERN_SUCCESS, device_map(board, RW, 0, BOARD_WRITABLE, &object, 0));
    expect(KERN_SUCCESS, map(object, 0, BOARD_WRITABLE, RW, &words));
    ktap_ok(words[0] == 0 && words[BOARD_WRITABLE / 4 - 1] == 0,
            "it is zero at first");
    words[0] = 42;
    words[1024] = 43;
    ktap_ok(word(0) == 42 && word(1024) == 43, "the driver sees what I write");
    set_word(1, 44);
    ktap_ok(words[1] == 44, "I see what the driver writes");

    expect(D_READ_ONLY, device_map(board, RW, BOARD_WRITABLE, 4096, &again, 0));
    expect(KERN_SUCCESS,
           device_map(board, VM_PROT_READ, BOARD_WRITABLE, 4096, &again, 0));
    expect(KERN_SUCCESS, map(again, 0, 4096, VM_PROT_READ, &last));
    ktap_ok(last[0] == 1, "the last page says that this is its first run");

    for (unsigned run = 2; run < 5; run++) {
        kill_and_wait("board");
        ktap_ok(word(BOARD_RUNS) == run && last[0] == run,
                "after a kill: run %u, the same page", last[0]);
        ktap_ok(words[0] == 42 && words[1] == 44 && word(1024) == 43,
                "and what was written");
        words[0] = 42;
        set_word(1, (int)run);
        ktap_ok(words[1] == run, "the mapping is of the same pages");
        set_word(1, 44);
    }
    expect(KERN_SUCCESS, map(object, 4096, 4096, RW, &more));
    ktap_ok(more[0] == 43, "the old object can be mapped again");
}

/* For somebody to kill: counts its runs on the board. */
static void hold(void)
{
    volatile unsigned *words = map_board();

    if (!words)
        return;
    words[BOARD_SEEN]++;
    for (;;)
        usrd_sleep(1000);
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";

    usrd_msg_ready(mach_task_self());
    if (usrd_open("board", D_READ | D_WRITE, &board) != KERN_SUCCESS)
        return 1;
    if (strcmp(what, "hold") == 0)
        hold();
    ktap_begin();
    if (strcmp(what, "kept") == 0)
        kept();
    else if (strcmp(what, "attacks") == 0)
        attacks();
    else if (strcmp(what, "shares") == 0)
        shares();
    else
        leaks(argc > 2 ? (unsigned)atoi(argv[2]) : 1000,
              argc > 3 ? (unsigned)atoi(argv[3]) : 20);
    return ktap_end();
}

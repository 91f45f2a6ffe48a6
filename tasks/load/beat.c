/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * beat PAGES: the campaign's own task.  At each tick of the clock it has QEMU
 * stop the machine (`-device pvpanic -action panic=pause`: a breakpoint would
 * throw away all translated code); the host looks and may leave an order.  Its
 * PAGES are nobody's but its own and nobody was told of them: the host knows
 * what is in them, and sees when a device writes there. */
#include <stdint.h>
#include <stdlib.h>

#include <mach/mach.h>
#include <userspace_driver_operator.h>
#include <usrd/client.h>
#include <usrd/io.h>

#define PANIC 0x505
#define STILL 0x5aa5c33c0ff01e87ul

/* What the host writes: VERB last; it is 0 again when it was tried. */
struct beat_order {
    volatile uint32_t verb;
    int32_t result;
    char name[64];
};
extern struct beat_order beat_order;
extern uint64_t *beat_pages;
extern uint64_t beat_words;

struct beat_order beat_order;
uint64_t *beat_pages, beat_words;

static kern_return_t carry_out(uint32_t verb, char *name)
{
    mach_port_t self = mach_task_self();

    switch (verb) {
    case 1:
        return usrd_op_kill(self, name);
    case 2:
        return usrd_op_start(self, name);
    case 3:
        return usrd_op_stop(self, name);
    case 4:
        return usrd_op_restart(self, name);
    case 5:
        return usrd_op_hang(self, name);
    case 6:
        return usrd_op_suspend(self, name);
    case 7:
        return usrd_op_resume(self, name);
    default:
        return KERN_INVALID_ARGUMENT;
    }
}

static void keep(size_t pages)
{
    vm_address_t at;

    if (pages == 0 ||
        vm_allocate(mach_task_self(), &at, pages * 4096, TRUE) != KERN_SUCCESS)
        return;
    beat_pages = (uint64_t *)at;
    beat_words = pages * 512;
    for (uint64_t n = 0; n < beat_words; n++)
        beat_pages[n] = STILL;
}

int main(int argc, char **argv)
{
    keep(argc > 1 ? (size_t)atoi(argv[1]) : 0);
    for (;;) {
        usrd_sleep(10);
        outb(PANIC, 1);
        if (beat_order.verb) {
            beat_order.result = carry_out(beat_order.verb, beat_order.name);
            beat_order.verb = 0;
        }
    }
}

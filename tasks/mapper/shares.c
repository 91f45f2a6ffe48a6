/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The bounds of a task's own shares, and of the windows into them. */
#include "mapper.h"

#include <userspace_driver.h>
#include <usrd/types.h>

#define PAGE 4096ul

static kern_return_t share(unsigned index, uint64_t size)
{
    vm_offset_t address;
    return usrd_msg_share(mach_task_self(), index, size, &address);
}

static kern_return_t window(vm_offset_t address, uint64_t size, int prot,
                            mach_port_t *object)
{
    return usrd_msg_share_map(mach_task_self(), address, size, prot, object);
}

void shares(void)
{
    volatile unsigned *words, *same;
    vm_offset_t at;
    mach_port_t object;
    unsigned refused = 0;

    expect(KERN_INVALID_ARGUMENT, share(16, PAGE));
    expect(KERN_INVALID_ARGUMENT, share(0, 0));
    expect(KERN_INVALID_ARGUMENT, share(0, USRD_SHARE_MAX + 1));
    expect(KERN_INVALID_ARGUMENT, share(0, -1ul));
    expect(KERN_SUCCESS, share(15, USRD_SHARE_MAX));
    expect(KERN_SUCCESS, usrd_msg_share(mach_task_self(), 3, PAGE + 1, &at));
    expect(KERN_SUCCESS, share(3, 2 * PAGE));
    expect(KERN_INVALID_ARGUMENT, share(3, PAGE));
    expect(KERN_RESOURCE_SHORTAGE, share(2, USRD_SHARE_MAX)); /* memory= */

    /* To ask for what cannot be is cheap for kernel-ext, too. */
    at = USRD_SHARE_BASE + 5 * USRD_SHARE_STEP;
    expect(KERN_SUCCESS, vm_allocate(mach_task_self(), &at, PAGE, FALSE));
    unsigned long began = usrd_now();
    for (unsigned n = 0; n < 100; n++)
        refused += share(5, 100 * PAGE) == KERN_NO_SPACE;
    ktap_ok(refused == 100 && usrd_now() - began < 60000,
            "100 where something else is: refused within %lu us",
            usrd_now() - began);

    at = USRD_SHARE_BASE + 3 * USRD_SHARE_STEP;
    words = (volatile unsigned *)at;
    words[1024] = 5;
    expect(KERN_SUCCESS, window(at + PAGE, 1, RW, &object));
    expect(KERN_SUCCESS, map(object, 0, PAGE, RW, &same));
    ktap_ok(same[0] == 5, "it is the second page");
    expect(KERN_INVALID_ARGUMENT, window(at + PAGE, PAGE + 1, RW, &object));
    expect(KERN_INVALID_ARGUMENT, window(at + 1, 1, RW, &object));
    expect(KERN_INVALID_ARGUMENT, window(at, PAGE, VM_PROT_ALL, &object));
    expect(KERN_INVALID_ARGUMENT, window(at, -PAGE, RW, &object));
    expect(KERN_INVALID_ADDRESS, window(at - PAGE, PAGE, RW, &object));
    expect(KERN_INVALID_ADDRESS, window(0, PAGE, RW, &object));
    expect(KERN_INVALID_ADDRESS, window(-PAGE, PAGE, RW, &object));
    expect(KERN_INVALID_ADDRESS, window(USRD_SHARE_BASE, 1, RW, &object));
}

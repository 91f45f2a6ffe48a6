/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Hardware that the module line grants. */
#include <mach/mach.h>

#include <usrd/io.h>

#include "../task/task.h"
#include "userspace_driver.h"

#define PAGE 4096u

kern_return_t usrd_mmio_map(uint64_t physical, uint64_t size, void **base)
{
    uint64_t within = physical % PAGE;
    vm_offset_t address = 0;

    *base = NULL;
    if (size == 0 || size > UINT64_MAX - within - PAGE)
        return usrd_error(KERN_INVALID_ARGUMENT);
    kern_return_t kr =
        usrd_msg_mmio_map(mach_task_self(), physical - within,
                          (within + size + PAGE - 1) / PAGE * PAGE, &address);
    if (kr == KERN_SUCCESS)
        *base = (void *)(address + within);
    return usrd_error(kr);
}

boolean_t usrd_granted(unsigned kind, uint64_t first, uint64_t last)
{
    return usrd_msg_granted(mach_task_self(), kind, first, last) ==
           KERN_SUCCESS;
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Memory that outlives the driver, and a client's device_map of it. */
#include "driver.h"
#include "userspace_driver.h"

void *usrd_share_alloc(usrd_driver_t driver, vm_size_t size)
{
    static unsigned shares; /* of this incarnation */
    vm_offset_t address;

    if (!usrd_is_driver(driver) ||
        usrd_msg_share(mach_task_self(), shares, size, &address) !=
            KERN_SUCCESS)
        return NULL;
    shares++;
    return (void *)address;
}

kern_return_t usrd_share_object(const void *memory, vm_size_t size,
                                vm_prot_t prot, mach_port_t *object)
{
    kern_return_t kr = usrd_msg_share_map(mach_task_self(), (vm_offset_t)memory,
                                          size, prot, object);

    switch (kr) {
    case KERN_SUCCESS:
        return KERN_SUCCESS;
    case KERN_RESOURCE_SHORTAGE:
        return D_NO_MEMORY;
    case KERN_INVALID_ARGUMENT:
        return D_INVALID_SIZE;
    default: /* what the callback returned is no share */
        return D_INVALID_OPERATION;
    }
}

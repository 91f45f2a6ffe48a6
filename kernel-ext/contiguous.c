/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Memory for devices: pages in a row, cleared, at an address that is known and
 * stays.  The kernel moves them into a memory object, the same pages. */
#include "share.h"

#include "gnumach.h"
#include "mach_host.h"
#include <string.h>

/* The kernel takes this as the name of a zone and panics at most others. */
#define PHYSICAL_TOP 0x100000000ull

/* SIZE bytes in a row, of ours; clear, and not wired, so that they can be
 * given away. */
static kern_return_t set_aside(uint64_t size, vm_address_t *data,
                               rpc_phys_addr_t *physical)
{
    kern_return_t kr =
        vm_allocate_contiguous(KX_OWN(KX_OWN_HOST), mach_task_self(), data,
                               physical, size, 0, PHYSICAL_TOP, 0);
    if (kr != KERN_SUCCESS)
        return kr;
    memset((void *)*data, 0, size);
    kr = vm_wire(KX_OWN(KX_OWN_HOST), mach_task_self(), *data, size,
                 VM_PROT_NONE);
    if (kr != KERN_SUCCESS)
        vm_deallocate(mach_task_self(), *data, size);
    return kr;
}

kern_return_t kx_object_contiguous(struct kx_object *o, uint64_t offset,
                                   uint64_t size, uint64_t *physical)
{
    vm_address_t data;
    rpc_phys_addr_t at;
    kern_return_t kr = set_aside(size, &data, &at);
    if (kr == KERN_SUCCESS)
        kr = kx_object_supply(o, offset, data, size);
    if (kr != KERN_SUCCESS)
        return kr;
    /* Are they the same pages still? */
    struct kx_layout l = kx_object_layout(o, offset, size);
    if (!l.there || !l.in_a_row || l.physical != at)
        return KERN_FAILURE;
    *physical = at;
    return KERN_SUCCESS;
}

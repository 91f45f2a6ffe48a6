/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What MIG's stubs call, but for the reply port. */
#include <mach/mach.h>
#include <mach/mig_support.h>

/* Copy a string into a field of SIZE bytes, cut and terminated, and the rest
 * of it cleared: a message must not carry what lay on the stack. */
vm_size_t mig_strncpy(char *to, const char *from, vm_size_t size)
{
    vm_size_t n = strnlen(from, size - 1);

    memcpy(to, from, n);
    memset(to + n, 0, size - n);
    return n + 1;
}

void mig_allocate(vm_address_t *address, vm_size_t size)
{
    if (vm_allocate(mach_task_self(), address, size, TRUE) != KERN_SUCCESS)
        *address = 0;
}

void mig_deallocate(vm_address_t address, vm_size_t size)
{
    vm_deallocate(mach_task_self(), address, size);
}

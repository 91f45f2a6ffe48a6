/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Registers whose reading quiets a device: virtio's ISR, an ICR.  Where a
 * driver has named one, kernel-ext reads it itself when the line interrupts,
 * and need not switch the function's interrupt off and on again (intx.c).
 *
 * In a memory BAR only: for one I/O port past the first few thousand the kernel
 * would copy kilobytes at each switch to kernel-ext.  A page that was mapped
 * stays mapped, one for each function, and is used again by the next
 * incarnation. */
#include "pci.h"

#include "device.h"
#include "mach_host.h"
#include "mach_port.h"

#define PAGE 4096ull

static struct {
    unsigned char width;       /* of the register; 0: there is none */
    const volatile void *at;   /* it */
    const volatile char *page; /* mapped, or NULL, */
    uint64_t physical;         /* of this one */
} registers[KX_MAX_FUNCTIONS];

static kern_return_t map(uint64_t physical, vm_offset_t *at)
{
    mach_port_t object;
    kern_return_t kr = device_map(kx_open_own("mem", KX_OWN_MEM), VM_PROT_READ,
                                  physical, PAGE, &object, 0);
    if (kr != KERN_SUCCESS)
        return kr;
    *at = 0;
    kr = vm_map(mach_task_self(), at, PAGE, 0, TRUE, object, 0, FALSE,
                VM_PROT_READ, VM_PROT_READ, VM_INHERIT_NONE);
    mach_port_deallocate(mach_task_self(), object);
    if (kr == KERN_SUCCESS)
        kr = vm_wire(KX_OWN(KX_OWN_HOST), mach_task_self(), *at, PAGE,
                     VM_PROT_READ);
    return kr;
}

static kern_return_t have_page(unsigned n, uint64_t physical)
{
    vm_offset_t at = (vm_offset_t)registers[n].page;
    if (at && registers[n].physical == physical)
        return KERN_SUCCESS;
    if (at)
        vm_deallocate(mach_task_self(), at, PAGE);
    registers[n].page = NULL;
    kern_return_t kr = map(physical, &at);
    if (kr == KERN_SUCCESS) {
        registers[n].page = (const volatile char *)at;
        registers[n].physical = physical;
    }
    return kr;
}

kern_return_t kx_quiet_set(unsigned n, unsigned bar, uint64_t offset,
                           unsigned width)
{
    const struct kx_bar *b = &kx_functions[n].bars[bar];
    uint64_t at = b->first + offset;
    registers[n].width = 0;
    if (b->io || offset >= b->size || width > b->size - offset || at % width)
        return KERN_INVALID_ARGUMENT;
    kern_return_t kr = have_page(n, at & ~(PAGE - 1));
    if (kr != KERN_SUCCESS)
        return kr;
    registers[n].at = registers[n].page + at % PAGE;
    registers[n].width = (unsigned char)width;
    return KERN_SUCCESS;
}

void kx_quiet_forget(unsigned n)
{
    registers[n].width = 0;
}

bool kx_quiet_there(unsigned n)
{
    return registers[n].width != 0;
}

uint32_t kx_quiet_read(unsigned n)
{
    switch (registers[n].width) {
    case 1: {
        uint8_t value = *(const volatile uint8_t *)registers[n].at;
        return value == UINT8_MAX ? 0 : value;
    }
    case 2: {
        uint16_t value = *(const volatile uint16_t *)registers[n].at;
        return value == UINT16_MAX ? 0 : value;
    }
    default: {
        uint32_t value = *(const volatile uint32_t *)registers[n].at;
        return value == UINT32_MAX ? 0 : value;
    }
    }
}

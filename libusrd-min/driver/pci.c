/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * PCI functions: kernel-ext's answers as structures. */
#include <mach/mach.h>

#include <usrd/io.h>
#include <usrd/pci.h>

#include "userspace_driver.h"

kern_return_t usrd_pci_get(unsigned n, struct usrd_pci_function *f)
{
    usrd_info_t info;
    mach_msg_type_number_t count = sizeof info / sizeof info[0];
    kern_return_t kr = usrd_msg_pci_info(mach_task_self(), n, info, &count);

    if (kr != KERN_SUCCESS)
        return kr;
    f->bus = (unsigned)(info[USRD_PCI_ADDRESS] >> 8);
    f->device = info[USRD_PCI_ADDRESS] >> 3 & 31;
    f->function = info[USRD_PCI_ADDRESS] & 7;
    f->vendor_id = (unsigned)(info[USRD_PCI_ID] >> 16);
    f->device_id = info[USRD_PCI_ID] & 0xffff;
    f->class_code = (unsigned)info[USRD_PCI_CLASS];
    f->line =
        info[USRD_PCI_LINE] == USRD_PCI_NO_LINE ? -1 : (int)info[USRD_PCI_LINE];
    for (unsigned k = 0; k < USRD_PCI_BAR_COUNT; k++) {
        f->bars[k].first = info[USRD_PCI_BAR(k)];
        f->bars[k].size = info[USRD_PCI_BAR_SIZE(k)];
        f->bars[k].io = info[USRD_PCI_BAR_IO(k)] != 0;
    }
    return KERN_SUCCESS;
}

kern_return_t usrd_pci_map(const struct usrd_pci_function *f, unsigned bar,
                           void **base)
{
    if (bar >= USRD_PCI_BAR_COUNT || f->bars[bar].size == 0 || f->bars[bar].io)
        return KERN_INVALID_ARGUMENT;
    return usrd_mmio_map(f->bars[bar].first, f->bars[bar].size, base);
}

kern_return_t usrd_pci_read(unsigned n, unsigned offset, unsigned width,
                            uint32_t *value)
{
    return usrd_msg_pci_read(mach_task_self(), n, offset, width, value);
}

kern_return_t usrd_pci_write(unsigned n, unsigned offset, unsigned width,
                             uint32_t value)
{
    return usrd_msg_pci_write(mach_task_self(), n, offset, width, value);
}

kern_return_t usrd_pci_master(unsigned n, boolean_t on)
{
    return usrd_msg_pci_master(mach_task_self(), n, on != FALSE);
}

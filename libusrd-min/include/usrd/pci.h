/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The PCI functions that the module line gives this task (pci=), in the order
 * of its words.  A function comes whole: its BARs are I/O ports and memory
 * windows like those of ioports= and mmio=, for <usrd/io.h>.
 *
 * All calls wait for kernel-ext only.  They return KERN_SUCCESS,
 * KERN_INVALID_ARGUMENT where there is no such function, BAR or register, or
 * what they say. */
#ifndef USRD_PCI_H
#define USRD_PCI_H

#include <stdint.h>

#include <mach/boolean.h>
#include <mach/kern_return.h>

#define USRD_PCI_BAR_COUNT 6

struct usrd_pci_bar {
    uint64_t first, size; /* bytes, or ports; size 0: there is none */
    boolean_t io;         /* ports, not memory */
};

struct usrd_pci_function {
    unsigned bus, device, function;
    unsigned vendor_id, device_id;
    unsigned class_code; /* CCSSPP */
    int line;            /* its interrupt line, -1 for none */
    struct usrd_pci_bar bars[USRD_PCI_BAR_COUNT];
};

/* What the N-th function is. */
kern_return_t usrd_pci_get(unsigned n, struct usrd_pci_function *function);

/* Map its memory BAR. */
kern_return_t usrd_pci_map(const struct usrd_pci_function *function,
                           unsigned bar, void **base);

/* WIDTH (1, 2, 4) bytes at OFFSET of its configuration space, a multiple of
 * it.  All of it can be read; a write that reaches past the function (BARs,
 * bus mastering, interrupts, power) is KERN_PROTECTION_FAILURE. */
kern_return_t usrd_pci_read(unsigned n, unsigned offset, unsigned width,
                            uint32_t *value);
kern_return_t usrd_pci_write(unsigned n, unsigned offset, unsigned width,
                             uint32_t value);

/* Let the device transfer by itself, or not (bus mastering).  Off at the start
 * of each incarnation, because the device may still have its predecessor's
 * orders: reset it, then switch this on.  For a driver that declared
 * USRD_CAP_PCI and USRD_CAP_DMA; else KERN_PROTECTION_FAILURE. */
kern_return_t usrd_pci_master(unsigned n, boolean_t on);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * virtio over PCI (virtio 1.2 §4.1), modern devices only: the registers are
 * where the capabilities of the function say, and interrupts are INTx.  For
 * drivers with USRD_CAP_PCI, USRD_CAP_INTERRUPT and USRD_CAP_DMA.
 *
 * In the order of §3.1.1: virtio_pci_find(), virtio_pci_begin(), a
 * virtio_pci_queue() each, virtio_pci_ready().  Registers are read and written
 * at once; what waits says so. */
#ifndef VIRTIO_PCI_H
#define VIRTIO_PCI_H

#include <device/userspace_driver_sdk.h>
#include <linux/virtio_pci.h>
#include <usrd/pci.h>

#include "virtqueue.h"

/* Where a structure of the device is. */
struct virtio_cap {
    unsigned bar;
    uint32_t offset, length;
    uint32_t multiplier; /* of notifications */
};

/* By VIRTIO_PCI_CAP_*; length 0: it has none. */
#define VIRTIO_CAPS (VIRTIO_PCI_CAP_DEVICE_CFG + 1)

/* virtio_caps.c: the capabilities of the task's N-th function, which is F
 * (§4.1.4): of each kind the first one that lies in a memory BAR.  FALSE:
 * one is missing that a device must have. */
boolean_t virtio_caps_find(unsigned n, const struct usrd_pci_function *f,
                           struct virtio_cap caps[VIRTIO_CAPS]);

struct virtio_pci {
    usrd_driver_t driver;
    unsigned number; /* of the function, as <usrd/pci.h> counts */
    struct usrd_pci_function function;
    struct virtio_cap caps[VIRTIO_CAPS];
    char *regions[VIRTIO_CAPS]; /* where they are mapped */
    uint64_t features;          /* negotiated */
    boolean_t quiet;            /* kernel-ext reads its ISR */
};

#define VIRTIO_FEATURE(bit) (1ull << (bit))

/* A queue of a device, and where it is notified. */
struct virtio_queue {
    struct virtqueue ring;
    unsigned index;
    char *notify;
    void *memory; /* of the driver's; stays when the device is begun again */
    vm_offset_t physical;
    size_t bytes;
};

/* Find and map the task's N-th function, which must be a virtio device of TYPE
 * (VIRTIO_ID_*).  D_NO_SUCH_DEVICE: it is none, or not a modern one. */
kern_return_t virtio_pci_find(struct virtio_pci *d, usrd_driver_t driver,
                              unsigned n, unsigned type);

/* Reset it, and agree on those of FEATURES that it offers; VIRTIO_F_VERSION_1
 * is always one of them, VIRTIO_F_ACCESS_PLATFORM if it is offered.  Waits for
 * the reset, which ends all transfers, for up to a second.  D_IO_ERROR: the
 * device does not do it. */
kern_return_t virtio_pci_begin(struct virtio_pci *d, uint64_t features);

/* Reset it alone: it transfers nothing any more. */
kern_return_t virtio_pci_reset(const struct virtio_pci *d);

/* Make queue INDEX, of at most SIZE entries (a power of two), where a request
 * may have MOST segments.  D_NO_SUCH_DEVICE: it has no such queue;
 * D_NO_MEMORY: dma= is too small. */
kern_return_t virtio_pci_queue(struct virtio_pci *d, struct virtio_queue *q,
                               unsigned index, unsigned size, unsigned most);

/* The device may transfer, and begins. */
kern_return_t virtio_pci_ready(struct virtio_pci *d);

/* The device looks at the queue. */
void virtio_pci_notify(const struct virtio_queue *q);

/* Have HANDLER called for its interrupts. */
kern_return_t virtio_pci_interrupt(struct virtio_pci *d,
                                   void (*handler)(usrd_driver_t, int));

/* Why it interrupts: VIRTIO_ISR_*, and the line is released. */
#define VIRTIO_ISR_QUEUE 0x1u
#define VIRTIO_ISR_CONFIG 0x2u
unsigned virtio_pci_isr(const struct virtio_pci *d);

/* Does it ask for a reset, because it cannot go on (§2.1.2), was it reset, or
 * is it gone? */
boolean_t virtio_pci_failed(const struct virtio_pci *d);

/* From a health check, for a queue whose requests may take long: what it has
 * is told again, so that no notification that was lost is waited for. */
void virtio_pci_remind(const struct virtio_queue *q);

/* Fields of its own configuration by their offset; 0 where it has none. */
uint8_t virtio_pci_config8(const struct virtio_pci *d, size_t offset);
uint16_t virtio_pci_config16(const struct virtio_pci *d, size_t offset);
uint32_t virtio_pci_config32(const struct virtio_pci *d, size_t offset);
uint64_t virtio_pci_config64(const struct virtio_pci *d, size_t offset);

#endif

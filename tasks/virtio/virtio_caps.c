/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Where a virtio device's registers are: its vendor capabilities (virtio 1.2
 * §4.1.4).  The list is the device's word: it may have no end, and what it
 * says is held to the BARs as kernel-ext measured them. */
#include "virtio_pci.h"

/* PCI 3.0 §6.1, §6.7 */
#define PCI_STATUS 0x06
#define PCI_STATUS_CAPABILITIES 0x0010u
#define PCI_CAPABILITIES 0x34
#define PCI_CAP_VENDOR 0x09u
#define LONGEST 48 /* as many fit into 192 bytes */

/* What of each kind there must be room for. */
static const uint32_t least[VIRTIO_CAPS] = {
    [VIRTIO_PCI_CAP_COMMON_CFG] = sizeof(struct virtio_pci_common_cfg),
    [VIRTIO_PCI_CAP_NOTIFY_CFG] = 2,
    [VIRTIO_PCI_CAP_ISR_CFG] = 1,
    [VIRTIO_PCI_CAP_DEVICE_CFG] = 1,
};

static uint32_t read(unsigned n, unsigned offset, unsigned width)
{
    uint32_t value = 0;

    usrd_pci_read(n, offset, width, &value);
    return value;
}

/* All of it in a memory BAR; §4.1.4.1: other BARs are for later, passed over. */
static boolean_t sound(const struct usrd_pci_function *f,
                       const struct virtio_cap *cap, unsigned type)
{
    return cap->bar < USRD_PCI_BAR_COUNT && !f->bars[cap->bar].io &&
           cap->length >= least[type] &&
           cap->offset <= f->bars[cap->bar].size &&
           cap->length <= f->bars[cap->bar].size - cap->offset &&
           cap->offset % (type == VIRTIO_PCI_CAP_NOTIFY_CFG ? 2
                          : type == VIRTIO_PCI_CAP_ISR_CFG  ? 1
                                                            : 4) ==
               0;
}

/* The vendor capability at AT, whose first word is WORD. */
static void take(unsigned n, const struct usrd_pci_function *f, unsigned at,
                 uint32_t word, struct virtio_cap caps[VIRTIO_CAPS])
{
    unsigned type = word >> 24, length = word >> 16 & 0xff;
    unsigned wanted = type == VIRTIO_PCI_CAP_NOTIFY_CFG
                          ? sizeof(struct virtio_pci_notify_cap)
                          : sizeof(struct virtio_pci_cap);

    if (type >= VIRTIO_CAPS || !least[type] || caps[type].length ||
        length < wanted || at + wanted > 256)
        return;
    struct virtio_cap cap = {
        .bar = read(n, at + VIRTIO_PCI_CAP_BAR, 1),
        .offset = read(n, at + VIRTIO_PCI_CAP_OFFSET, 4),
        .length = read(n, at + VIRTIO_PCI_CAP_LENGTH, 4),
    };
    if (type == VIRTIO_PCI_CAP_NOTIFY_CFG)
        cap.multiplier = read(n, at + VIRTIO_PCI_NOTIFY_CAP_MULT, 4);
    if (sound(f, &cap, type))
        caps[type] = cap;
}

boolean_t virtio_caps_find(unsigned n, const struct usrd_pci_function *f,
                           struct virtio_cap caps[VIRTIO_CAPS])
{
    unsigned at = 0;

    for (unsigned type = 0; type < VIRTIO_CAPS; type++)
        caps[type] = (struct virtio_cap){0};
    if (read(n, PCI_STATUS, 2) & PCI_STATUS_CAPABILITIES)
        at = read(n, PCI_CAPABILITIES, 1) & 0xfc;
    for (unsigned k = 0; at >= 0x40 && k < LONGEST; k++) {
        uint32_t word = read(n, at, 4);
        if ((word & 0xff) == PCI_CAP_VENDOR)
            take(n, f, at, word, caps);
        at = word >> 8 & 0xfc;
    }
    return caps[VIRTIO_PCI_CAP_COMMON_CFG].length &&
           caps[VIRTIO_PCI_CAP_NOTIFY_CFG].length &&
           caps[VIRTIO_PCI_CAP_ISR_CFG].length;
}

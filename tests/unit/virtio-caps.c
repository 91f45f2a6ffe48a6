/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * tasks/virtio/virtio_caps.c: a virtio function as QEMU has it, each way in
 * which its capabilities can be wrong, and 300,000 of noise. */
#include "tap.h"
#include "virtio_pci.h"

#define BAR_SIZE 0x4000u
#define ROUNDS 300000

static uint8_t config[256];
static uint64_t state = 0x9e3779b97f4a7c15;
static unsigned reads;

static unsigned below(unsigned n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)((state >> 32) % n);
}

/* As kernel-ext does it. */
kern_return_t usrd_pci_read(unsigned n, unsigned offset, unsigned width,
                            uint32_t *value)
{
    (void)n;
    reads++;
    if (offset + width > sizeof config || offset % width)
        return KERN_INVALID_ARGUMENT;
    *value = 0;
    memcpy(value, config + offset, width);
    return KERN_SUCCESS;
}

static const struct usrd_pci_function function = {
    .bars = {[1] = {.first = 0xc000, .size = 64, .io = TRUE},
             [4] = {.first = 0xfe000000, .size = BAR_SIZE}},
};

static void capability(unsigned at, unsigned next, unsigned type, unsigned bar,
                       uint32_t offset, uint32_t length)
{
    struct virtio_pci_notify_cap cap = {
        .cap = {.cap_vndr = 9,
                .cap_next = (uint8_t)next,
                .cap_len = type == VIRTIO_PCI_CAP_NOTIFY_CFG ? 20 : 16,
                .cfg_type = (uint8_t)type,
                .bar = (uint8_t)bar,
                .offset = offset,
                .length = length},
        .notify_off_multiplier = 4,
    };

    memcpy(config + at, &cap, cap.cap.cap_len);
}

static void device(void)
{
    memset(config, 0, sizeof config);
    config[0x06] = 0x10;
    config[0x34] = 0x98;
    config[0x98] = 0x11; /* message interrupts */
    config[0x99] = 0x84;
    capability(0x84, 0x70, VIRTIO_PCI_CAP_PCI_CFG, 0, 0, 0);
    capability(0x70, 0x60, VIRTIO_PCI_CAP_NOTIFY_CFG, 4, 0x3000, 0x1000);
    capability(0x60, 0x50, VIRTIO_PCI_CAP_DEVICE_CFG, 4, 0x2000, 0x1000);
    capability(0x50, 0x40, VIRTIO_PCI_CAP_ISR_CFG, 4, 0x1000, 0x1000);
    capability(0x40, 0, VIRTIO_PCI_CAP_COMMON_CFG, 4, 0, 0x1000);
}

static struct virtio_cap caps[VIRTIO_CAPS];

static boolean_t found(void)
{
    reads = 0;
    return virtio_caps_find(0, &function, caps);
}

static void wrong(unsigned bar, uint32_t offset, uint32_t length,
                  const char *what)
{
    device();
    capability(0x40, 0, VIRTIO_PCI_CAP_COMMON_CFG, bar, offset, length);
    OK(!found(), "%s", what);
}

static boolean_t sound(void)
{
    for (unsigned type = 0; type < VIRTIO_CAPS; type++)
        if (caps[type].length &&
            (caps[type].bar != 4 || caps[type].offset > BAR_SIZE ||
             caps[type].length > BAR_SIZE - caps[type].offset))
            return FALSE;
    return TRUE;
}

int main(void)
{
    unsigned bad = 0, good = 0, most = 0;

    device();
    OK(found() && caps[VIRTIO_PCI_CAP_COMMON_CFG].offset == 0 &&
           caps[VIRTIO_PCI_CAP_NOTIFY_CFG].offset == 0x3000 &&
           caps[VIRTIO_PCI_CAP_NOTIFY_CFG].multiplier == 4 &&
           caps[VIRTIO_PCI_CAP_DEVICE_CFG].length == 0x1000,
       "a device is found");
    capability(0x84, 0x70, VIRTIO_PCI_CAP_COMMON_CFG, 5, 0, 0x1000);
    OK(found() && caps[VIRTIO_PCI_CAP_COMMON_CFG].bar == 4,
       "one in a BAR that is not there is passed over");
    capability(0x84, 0x70, VIRTIO_PCI_CAP_COMMON_CFG, 4, 0x100, 0x100);
    OK(found() && caps[VIRTIO_PCI_CAP_COMMON_CFG].offset == 0x100,
       "of two the first is taken");
    wrong(1, 0, 64, "registers in I/O ports");
    wrong(6, 0, 64, "in a BAR that cannot be");
    wrong(4, BAR_SIZE - 8, 64, "past the end of the BAR");
    wrong(4, 0xfffffff0, 0x40, "around the end of all");
    wrong(4, 0, 8, "too short");
    wrong(4, 2, 64, "at an odd place");
    device();
    config[0x06] = 0;
    OK(!found(), "no capabilities");
    device();
    config[0x41] = 0x98;
    boolean_t there = found();
    OK(there && reads < 500, "a list without an end: %u reads", reads);
    for (unsigned n = 0; n < ROUNDS; n++) {
        device();
        for (unsigned k = 1 + below(8); k > 0; k--)
            config[below(256)] = (uint8_t)below(256);
        good += found();
        bad += !sound();
        most = reads > most ? reads : most;
    }
    OK(bad == 0 && good > 1000 && most < 500,
       "noise: %u found, %u past the BAR, %u reads at most", good, bad, most);
    return tap_end();
}

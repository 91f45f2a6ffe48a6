/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * virtio-blk: a virtio disk (virtio 1.2 §5.2), with QEMU
 *     -device virtio-blk-pci,disable-legacy=on,drive=...
 * and, without disable-legacy, pci=1af4:1001.
 *
 * A block device, by Mach's requests (rpc.c) and by rings (ring.c);
 * virtio_blk.h has what else a client can ask.
 *
 * Left out: several queues, secure erase, SCSI commands. */
#include <limits.h>

#include "blk.h"
#include "virtio_blk.h"

static kern_return_t open(usrd_driver_t driver, const char *name,
                          dev_mode_t mode, void **context)
{
    (void)driver, (void)name, (void)mode, (void)context;
    return KERN_SUCCESS;
}

/* As many whole records as an int can say. */
static int as_int(uint64_t n, uint32_t unit)
{
    return n > INT_MAX ? (int)(INT_MAX / unit * unit) : (int)n;
}

static void identity(int *words)
{
    const struct blk_limits *zero = &blk.zero, *discard = &blk.discard;
    uint64_t records = blk.bytes / blk.record;

    words[VIRTIO_BLK_RECORDS] = (int)(uint32_t)records;
    words[VIRTIO_BLK_RECORDS + 1] = (int)(uint32_t)(records >> 32);
    words[VIRTIO_BLK_RECORD_SIZE] = (int)blk.record;
    words[VIRTIO_BLK_READ_ONLY] = blk.read_only;
    words[VIRTIO_BLK_CACHE] = blk.cache;
    words[VIRTIO_BLK_CYLINDERS] = (int)blk.cylinders;
    words[VIRTIO_BLK_HEADS] = (int)blk.heads;
    words[VIRTIO_BLK_SECTORS] = (int)blk.sectors;
    words[VIRTIO_BLK_DISCARD_MOST] = as_int(discard->most / blk.record, 1);
    words[VIRTIO_BLK_DISCARD_ALIGN] = (int)(discard->align / blk.record);
    words[VIRTIO_BLK_ZERO_MOST] = as_int(zero->most / blk.record, 1);
    words[VIRTIO_BLK_TRANSFER_MOST] = as_int(blk.transfer / blk.record, 1);
}

static kern_return_t get_status(usrd_driver_t driver, void *context,
                                dev_flavor_t flavor, dev_status_t status,
                                natural_t *count)
{
    natural_t room = *count;

    (void)driver, (void)context;
    *count = flavor == VIRTIO_BLK_IDENTITY ? VIRTIO_BLK_WORDS : 2;
    if (room < *count)
        return D_INVALID_SIZE;
    switch (flavor) {
    case DEV_GET_SIZE:
        status[DEV_GET_SIZE_DEVICE_SIZE] = as_int(blk.bytes, blk.record);
        status[DEV_GET_SIZE_RECORD_SIZE] = (int)blk.record;
        return KERN_SUCCESS;
    case DEV_GET_RECORDS:
        status[DEV_GET_RECORDS_DEVICE_RECORDS] =
            as_int(blk.bytes / blk.record, 1);
        status[DEV_GET_RECORDS_RECORD_SIZE] = (int)blk.record;
        return KERN_SUCCESS;
    case VIRTIO_BLK_IDENTITY:
        identity(status);
        return KERN_SUCCESS;
    }
    return D_INVALID_OPERATION;
}

static struct usrd_driver_callbacks callbacks = {
    .device_open = open,
    .device_read = blk_read,
    .device_write = blk_write,
    .device_get_status = get_status,
    .device_set_status = blk_set_status,
    .device_ring = blk_ring,
    .device_ring_end = blk_ring_end,
    .driver_init = blk_start,
    .driver_health_check = blk_health_check,
};

/* virtio-blk [DEVICE]: its name, or the task's. */
int main(int argc, char **argv)
{
    usrd_driver_t driver =
        usrd_driver_create(argv[0], "virtio disk", 1, 0,
                           USRD_CAP_BLOCK_DEVICE | USRD_CAP_PCI |
                               USRD_CAP_INTERRUPT | USRD_CAP_DMA,
                           &callbacks);

    if (usrd_driver_register(driver, mach_task_self()) != USRD_SUCCESS ||
        usrd_driver_add_device(driver, argc > 1 ? argv[1] : argv[0],
                               USRD_CAP_BLOCK_DEVICE, NULL) != USRD_SUCCESS)
        return 1;
    return usrd_exit_code(usrd_driver_run(driver));
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * ramdisk: a block device in memory, and the template of a driver with rings.
 *
 *     ramdisk -- 4M      as large, zero at first
 *     ramdisk -- rd0     what is in the kernel's ramdisk (kdev=rd0)
 *
 * A request comes in one of two ways, as a message (device_read, device_write)
 * or from a ring (device_ring); both end in the same few lines.
 *
 * Left out: giving memory back on discard.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <usrd/ring.h>

#include "ramdisk.h"

static struct {
    const char *word; /* of the module line: the size, or rdN */
    uint64_t size;    /* bytes */
} disk = {.word = "4M"};

/* "4M" in bytes; 0: it is no size. */
static uint64_t bytes(const char *word)
{
    char *end;
    uint64_t n = strtoul(word, &end, 10);

    if (*end == 'K' || *end == 'M')
        n <<= *end++ == 'K' ? 10 : 20;
    return *end ? 0 : n / RECORD * RECORD;
}

/* The memory is as it was; only the first incarnation has to fill it. */
static kern_return_t ramdisk_init(usrd_driver_t driver)
{
    boolean_t fresh, copy = !isdigit((unsigned char)*disk.word);

    if (copy)
        USRD_CHECK_RETURN(load_size(disk.word, &disk.size));
    else
        disk.size = bytes(disk.word);
    USRD_CHECK_RETURN(store_open(driver, disk.size, &fresh));
    if (copy && fresh)
        USRD_CHECK_RETURN(load(disk.word, disk.size));
    store_filled();
    return KERN_SUCCESS;
}

static kern_return_t ramdisk_open(usrd_driver_t driver, const char *name,
                                  dev_mode_t mode, void **context)
{
    (void)driver, (void)name, (void)mode, (void)context;
    return KERN_SUCCESS;
}

/* Are COUNT bytes from RECORD on the disk?  *AT is where they begin. */
static kern_return_t find(uint64_t record, uint64_t count, uint64_t *at)
{
    uint64_t records = disk.size / RECORD;

    if (record > records || count > (records - record) * RECORD)
        return D_INVALID_RECNUM;
    *at = record * RECORD;
    return KERN_SUCCESS;
}

static kern_return_t ramdisk_read(usrd_driver_t driver, void *context,
                                  dev_mode_t mode, recnum_t recnum,
                                  vm_size_t bytes_wanted, void **data,
                                  vm_size_t *bytes_read)
{
    uint64_t at;

    (void)context, (void)mode;
    USRD_CHECK_RETURN(find(recnum, bytes_wanted, &at));
    if (bytes_wanted > 0) {
        *data = usrd_malloc(driver, bytes_wanted);
        if (!*data)
            return D_NO_MEMORY;
        store_read(at, *data, bytes_wanted);
    }
    *bytes_read = bytes_wanted;
    return KERN_SUCCESS;
}

static kern_return_t ramdisk_write(usrd_driver_t driver, void *context,
                                   dev_mode_t mode, recnum_t recnum, void *data,
                                   vm_size_t bytes_to_write,
                                   vm_size_t *bytes_written)
{
    uint64_t at;

    (void)driver, (void)context, (void)mode;
    if (bytes_to_write % RECORD)
        return D_INVALID_SIZE;
    USRD_CHECK_RETURN(find(recnum, bytes_to_write, &at));
    store_write(at, data, bytes_to_write);
    *bytes_written = bytes_to_write;
    return KERN_SUCCESS;
}

static kern_return_t ramdisk_get_status(usrd_driver_t driver, void *context,
                                        dev_flavor_t flavor,
                                        dev_status_t status, natural_t *count)
{
    (void)driver, (void)context;
    if (*count < 2)
        return D_INVALID_SIZE;
    switch (flavor) {
    case DEV_GET_SIZE:
        status[DEV_GET_SIZE_DEVICE_SIZE] = (int)disk.size;
        status[DEV_GET_SIZE_RECORD_SIZE] = RECORD;
        break;
    case DEV_GET_RECORDS:
        status[DEV_GET_RECORDS_DEVICE_RECORDS] = (int)(disk.size / RECORD);
        status[DEV_GET_RECORDS_RECORD_SIZE] = RECORD;
        break;
    default:
        return D_INVALID_OPERATION;
    }
    *count = 2;
    return KERN_SUCCESS;
}

/* One request of a ring, its buffer checked.  It is over when we return, so
 * there is always room for the next, and no device to tell of a batch. */
static kern_return_t ramdisk_ring(usrd_driver_t driver, void *context,
                                  const struct usrd_ring_request *request)
{
    uint64_t at = 0;

    (void)driver, (void)context;
    if (request->count % RECORD)
        return D_INVALID_SIZE;
    if (request->op != USRD_RING_FLUSH)
        USRD_CHECK_RETURN(find(request->record, request->count, &at));
    switch (request->op) {
    case USRD_RING_READ:
        store_read(at, request->data, request->count);
        break;
    case USRD_RING_WRITE:
        store_write(at, request->data, request->count);
        break;
    case USRD_RING_ZERO:
        store_zero(at, request->count);
        break;
    case USRD_RING_FLUSH:   /* what was written is where it stays */
    case USRD_RING_DISCARD: /* may be kept */
        break;
    }
    usrd_ring_complete(request->id, KERN_SUCCESS, request->count);
    return KERN_SUCCESS;
}

static struct usrd_driver_callbacks ramdisk_callbacks = {
    .driver_init = ramdisk_init,
    .device_open = ramdisk_open,
    .device_read = ramdisk_read,
    .device_write = ramdisk_write,
    .device_get_status = ramdisk_get_status,
    .device_ring = ramdisk_ring,
};

int main(int argc, char **argv)
{
    usrd_driver_t driver =
        usrd_driver_create(argv[0], "a disk of memory", 1, 0,
                           USRD_CAP_BLOCK_DEVICE, &ramdisk_callbacks);

    if (argc > 1)
        disk.word = argv[1];
    if (usrd_driver_register(driver, mach_task_self()) != USRD_SUCCESS ||
        usrd_driver_add_device(driver, argv[0], USRD_CAP_BLOCK_DEVICE, NULL) !=
            USRD_SUCCESS)
        return 1;
    return usrd_exit_code(usrd_driver_run(driver));
}

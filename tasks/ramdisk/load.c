/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The contents of a ramdisk of the kernel's, which are those of a module:
 * kdev= of the module line must have it. */
#include <string.h>

#include <usrd/client.h>

#include "ramdisk.h"

#define MOST 32768 /* that the kernel's device gives at a time */

kern_return_t load_size(const char *name, uint64_t *size)
{
    int words[DEV_GET_SIZE_COUNT] = {0};
    natural_t count = DEV_GET_SIZE_COUNT;
    mach_port_t device;

    USRD_CHECK_RETURN(usrd_open(name, D_READ, &device));
    kern_return_t kr = usrd_get_status(device, DEV_GET_SIZE, words, &count);
    usrd_close(device);
    uint64_t bytes = (unsigned)words[DEV_GET_SIZE_DEVICE_SIZE];
    *size = (bytes + RECORD - 1) / RECORD * RECORD;
    return kr;
}

kern_return_t load(const char *name, uint64_t size)
{
    static char buffer[MOST];
    mach_port_t device;
    kern_return_t kr = usrd_open(name, D_READ, &device);

    if (kr != KERN_SUCCESS)
        return kr;
    for (uint64_t at = 0; at < size && kr == KERN_SUCCESS;) {
        size_t n = size - at < MOST ? (size_t)(size - at) : MOST, got = 0;
        kr = usrd_read(device, 0, at / RECORD, buffer, n, &got);
        if (kr == KERN_SUCCESS && got == 0)
            break; /* it ends inside the last record */
        store_write(at, buffer, got);
        at += got;
    }
    usrd_close(device);
    return kr;
}

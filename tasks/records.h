/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * How large a block device is, for its clients, and for its driver to say. */
#ifndef RECORDS_H
#define RECORDS_H

#include <stdint.h>
#include <usrd/client.h>

/* DEV_GET_RECORDS counts up to 2^32 records; the kernel's ramdisks have only
 * DEV_GET_SIZE, which counts bytes. */
static inline kern_return_t records_of(mach_port_t device, uint64_t *records,
                                       uint32_t *record_size)
{
    int word[DEV_GET_RECORDS_COUNT] = {0};
    natural_t count = DEV_GET_RECORDS_COUNT;
    kern_return_t kr = usrd_get_status(device, DEV_GET_RECORDS, word, &count);

    if (kr == KERN_SUCCESS) {
        *records = (uint32_t)word[DEV_GET_RECORDS_DEVICE_RECORDS];
        *record_size = (uint32_t)word[DEV_GET_RECORDS_RECORD_SIZE];
        return KERN_SUCCESS;
    }
    count = DEV_GET_SIZE_COUNT;
    kr = usrd_get_status(device, DEV_GET_SIZE, word, &count);
    if (kr != KERN_SUCCESS)
        return kr;
    *record_size = (uint32_t)word[DEV_GET_SIZE_RECORD_SIZE];
    *records = *record_size
                   ? (uint32_t)word[DEV_GET_SIZE_DEVICE_SIZE] / *record_size
                   : 0;
    return KERN_SUCCESS;
}

/* For device_get_status() of a device that has no other words. */
static inline kern_return_t records_say(uint64_t records, uint32_t record_size,
                                        dev_flavor_t flavor,
                                        dev_status_t status, natural_t *count)
{
    if (*count < 2)
        return D_INVALID_SIZE;
    if (flavor != DEV_GET_SIZE && flavor != DEV_GET_RECORDS)
        return D_INVALID_OPERATION;
    if (flavor == DEV_GET_RECORDS)
        status[DEV_GET_RECORDS_DEVICE_RECORDS] = (int)records;
    else
        status[DEV_GET_SIZE_DEVICE_SIZE] = (int)(records * record_size);
    status[1] = (int)record_size;
    *count = 2;
    return KERN_SUCCESS;
}

#endif

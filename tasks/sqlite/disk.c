/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Blocks by messages.  A request that its driver died with is run again by the
 * client library; there is no time limit, since one that is given up may yet
 * be carried out, after later ones. */
#include "disk.h"

#include <stdio.h>

#include <mach/mach.h>
#include <usrd/client.h>

#define FLUSH 0x76626c01u /* status flavor; VIRTIO_BLK_DO_FLUSH */

static mach_port_t device;
static unsigned per_block; /* records */
static uint64_t blocks;

static int told(const char *what, uint64_t block, kern_return_t kr)
{
    if (kr != KERN_SUCCESS)
        printf("disk: %s block=%lu: %s\n", what, (unsigned long)block,
               usrd_error_text(kr));
    return kr;
}

static int whole(const char *what, uint64_t block, kern_return_t kr, size_t n)
{
    if (kr == KERN_SUCCESS && n != DISK_BLOCK)
        kr = D_IO_ERROR;
    return told(what, block, kr);
}

int disk_open(const char *name)
{
    int words[DEV_GET_RECORDS_COUNT];
    natural_t count = DEV_GET_RECORDS_COUNT;
    unsigned size;

    usrd_set_timeout(0);
    kern_return_t kr = usrd_open(name, D_READ | D_WRITE, &device);
    if (kr == KERN_SUCCESS)
        kr = usrd_get_status(device, DEV_GET_RECORDS, words, &count);
    if (kr != KERN_SUCCESS)
        return told("open", 0, kr);
    size = (unsigned)words[DEV_GET_RECORDS_RECORD_SIZE];
    if (size == 0 || size > DISK_BLOCK || DISK_BLOCK % size != 0)
        return told("open", 0, D_INVALID_SIZE);
    per_block = DISK_BLOCK / size;
    blocks = (unsigned)words[DEV_GET_RECORDS_DEVICE_RECORDS] / per_block;
    return 0;
}

uint64_t disk_blocks(void)
{
    return blocks;
}

int disk_read(uint64_t block, void *data)
{
    size_t n = 0;
    kern_return_t kr = usrd_read(device, 0, (recnum_t)(block * per_block), data,
                                 DISK_BLOCK, &n);

    return whole("read", block, kr, n);
}

int disk_write(uint64_t block, const void *data)
{
    size_t n = 0;
    kern_return_t kr = usrd_write(device, 0, (recnum_t)(block * per_block),
                                  data, DISK_BLOCK, &n);

    return whole("write", block, kr, n);
}

int disk_flush(void)
{
    kern_return_t kr = usrd_set_status(device, FLUSH, NULL, 0);

    /* A device that has no such request has no cache, either. */
    return kr == D_INVALID_OPERATION ? 0 : told("flush", 0, kr);
}

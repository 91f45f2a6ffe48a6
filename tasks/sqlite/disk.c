/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Blocks by a ring with one slot: SQLite does one thing at a time.  A driver
 * that dies is no error here, its successor answers.  There is no time limit,
 * either: a request that is not waited for may yet be carried out. */
#include "disk.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <mach/mach.h>
#include <usrd/client.h>
#include <usrd/ring.h>

static struct usrd_ring *ring;
static bool posted;        /* and not answered */
static unsigned per_block; /* records */
static uint64_t blocks;

static int told(const char *what, uint64_t block, kern_return_t kr)
{
    if (kr != KERN_SUCCESS)
        printf("disk: %s block=%lu: %s\n", what, (unsigned long)block,
               usrd_error_text(kr));
    return kr;
}

/* Records of which a block is a whole number, and how many blocks. */
static kern_return_t measure(const char *name)
{
    int words[DEV_GET_RECORDS_COUNT];
    natural_t count = DEV_GET_RECORDS_COUNT;
    mach_port_t device;
    unsigned size;

    kern_return_t kr = usrd_open(name, D_READ, &device);
    if (kr != KERN_SUCCESS)
        return kr;
    kr = usrd_get_status(device, DEV_GET_RECORDS, words, &count);
    usrd_close(device);
    if (kr != KERN_SUCCESS)
        return kr;
    size = (unsigned)words[DEV_GET_RECORDS_RECORD_SIZE];
    if (size == 0 || size > DISK_BLOCK || DISK_BLOCK % size != 0)
        return D_INVALID_SIZE;
    per_block = DISK_BLOCK / size;
    blocks = (unsigned)words[DEV_GET_RECORDS_DEVICE_RECORDS] / per_block;
    return KERN_SUCCESS;
}

int disk_open(const char *name)
{
    usrd_set_timeout(0);
    kern_return_t kr = measure(name);

    if (kr == KERN_SUCCESS)
        kr = usrd_ring_open(name, D_READ | D_WRITE, 1, DISK_BLOCK, &ring);
    return told("open", 0, kr);
}

uint64_t disk_blocks(void)
{
    return blocks;
}

/* The answer to what is posted.  Without one (its driver was stopped, or given
 * up) it stays posted, and has the buffer: nothing may come before it. */
static kern_return_t answer(uint64_t count)
{
    struct usrd_ring_result result;
    kern_return_t kr = usrd_ring_wait(ring, &result);

    if (kr != KERN_SUCCESS)
        return kr;
    posted = false;
    if (result.result == KERN_SUCCESS && result.count != count)
        return D_IO_ERROR;
    return result.result;
}

/* DATA goes to the device, if there is some. */
static kern_return_t request(enum usrd_ring_op op, uint64_t block,
                             const void *data)
{
    uint64_t count = op == USRD_RING_FLUSH ? 0 : DISK_BLOCK;

    if (posted) {
        answer(0); /* whoever posted it was told that it failed */
        if (posted)
            return D_DEVICE_DOWN;
    }
    if (data)
        memcpy(usrd_ring_data(ring), data, DISK_BLOCK);
    if (!usrd_ring_post(ring, op, block * per_block, count, 0, 0))
        return D_IO_ERROR;
    posted = true;
    return answer(count);
}

int disk_read(uint64_t block, void *data)
{
    kern_return_t kr = request(USRD_RING_READ, block, NULL);

    if (kr == KERN_SUCCESS)
        memcpy(data, usrd_ring_data(ring), DISK_BLOCK);
    return told("read", block, kr);
}

int disk_write(uint64_t block, const void *data)
{
    return told("write", block, request(USRD_RING_WRITE, block, data));
}

int disk_flush(void)
{
    return told("flush", 0, request(USRD_RING_FLUSH, 0, NULL));
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * toil MS disk DEVICE rpc|ring FIRST: records of a disk from FIRST on, one
 * range written and one read in a round, by Mach's requests or by a ring.
 * What a client that was killed had under way may be carried out after it, so
 * each life has a place of its own. */
#include <stdlib.h>
#include <string.h>

#include <device/userspace_driver_sdk.h>
#include <mach/mach.h>
#include <usrd/client.h>
#include <usrd/ring.h>

#include "../blkio/blkio.h"
#include "toil.h"

#define RECORDS 64u /* of one life */
#define LIVES 16u
#define LONGEST 16u /* of one request */
#define FLUSH 16    /* rounds */
#define REOPEN 64
#define UNKNOWN 0u /* a version that is not known */

unsigned way_record = 512; /* bytes, for the pattern */

static const char *name;
static mach_port_t device;
static struct usrd_ring *ring;
static bool by_ring;
static uint64_t first;
static unsigned versions[RECORDS];
static char *data;

static kern_return_t opened(void)
{
    static char own[LONGEST * 512];

    data = own;
    if (!by_ring)
        return usrd_open(name, D_READ | D_WRITE, &device);
    USRD_CHECK_RETURN(
        usrd_ring_open(name, D_READ | D_WRITE, 8, LONGEST * 512, &ring));
    data = usrd_ring_data(ring);
    return KERN_SUCCESS;
}

static void closed(void)
{
    if (ring)
        usrd_ring_close(ring);
    if (device != MACH_PORT_NULL)
        usrd_close(device);
    ring = NULL;
    device = MACH_PORT_NULL;
}

static kern_return_t begin(int argc, char **argv)
{
    if (argc < 4)
        return KERN_INVALID_ARGUMENT;
    name = argv[1];
    by_ring = strcmp(argv[2], "ring") == 0;
    first = strtoul(argv[3], NULL, 0) + usrd_now() / 1000000 % LIVES * RECORDS;
    return opened();
}

/* What is posted stays so while its driver is stopped. */
static kern_return_t posted(enum usrd_ring_op op, uint64_t record,
                            uint64_t bytes)
{
    struct usrd_ring_result r;
    kern_return_t kr;

    if (!usrd_ring_post(ring, op, record, bytes, 0, record))
        return D_NO_MEMORY;
    while ((kr = usrd_ring_wait(ring, &r)) == D_DEVICE_DOWN)
        toil_down();
    if (kr != KERN_SUCCESS)
        return kr;
    if (r.cookie != record)
        toil_wrong("the answer is another request's");
    return r.result != KERN_SUCCESS || r.count == bytes ? r.result : D_IO_ERROR;
}

static kern_return_t ask(enum usrd_ring_op op, unsigned at, unsigned records)
{
    size_t bytes = records * way_record, n = 0;
    kern_return_t kr;

    if (ring)
        return posted(op, first + at, bytes);
    kr = op == USRD_RING_READ
             ? usrd_read(device, 0, first + at, data, bytes, &n)
             : usrd_write(device, 0, first + at, data, bytes, &n);
    return kr != KERN_SUCCESS || n == bytes ? kr : D_IO_ERROR;
}

static kern_return_t write_some(unsigned at, unsigned records)
{
    static unsigned version;

    pattern_fill(data, first + at, records * way_record, ++version);
    kern_return_t kr = ask(USRD_RING_WRITE, at, records);
    for (unsigned n = 0; n < records; n++)
        versions[at + n] = kr == KERN_SUCCESS ? version : UNKNOWN;
    return kr;
}

static kern_return_t read_some(unsigned at, unsigned records)
{
    memset(data, 0xee, records * way_record);
    USRD_CHECK_RETURN(ask(USRD_RING_READ, at, records));
    for (unsigned n = 0; n < records; n++)
        if (versions[at + n] != UNKNOWN &&
            !pattern_is(data + n * way_record, first + at + n, way_record,
                        versions[at + n]))
            toil_wrong("record %lu is not version %u",
                       (unsigned long)first + at + n, versions[at + n]);
    return KERN_SUCCESS;
}

static kern_return_t disk(void)
{
    static unsigned rounds;
    unsigned records = 1 + toil_below(LONGEST);

    if (++rounds % REOPEN == 0)
        closed();
    if (!ring && device == MACH_PORT_NULL)
        USRD_CHECK_RETURN(opened());
    USRD_CHECK_RETURN(write_some(toil_below(RECORDS - LONGEST), records));
    if (ring && rounds % FLUSH == 0)
        USRD_CHECK_RETURN(posted(USRD_RING_FLUSH, 0, 0));
    return read_some(toil_below(RECORDS - LONGEST), records);
}

const struct toil toil_disk = {"disk", true, begin, disk};

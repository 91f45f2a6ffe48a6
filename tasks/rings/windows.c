/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * rings windows: "slice" is records 100 to 149 of ramdisk, "sliver" 10 to 14 of
 * slice; slices.c adds them. */
#include <string.h>

#include "../ktap.h"
#include "rings.h"

/* What is where, written to ramdisk itself: each record has its number. */
static void number_them(void)
{
    static char data[RECORD];
    mach_port_t device;
    size_t n = 0;

    if (!ktap_ok(usrd_open("ramdisk", D_READ | D_WRITE, &device) ==
                     KERN_SUCCESS,
                 "the disk"))
        return;
    for (unsigned record = 90; record < 160; record++) {
        memset(data, (int)record, sizeof data);
        usrd_write(device, 0, record, data, sizeof data, &n);
    }
    usrd_close(device);
}

static void status(mach_port_t device, const char *name, int records)
{
    int words[2] = {0};
    natural_t count = 2;

    usrd_get_status(device, DEV_GET_SIZE, words, &count);
    ktap_ok(words[0] == records * (int)RECORD && words[1] == (int)RECORD,
            "%s: %d bytes in records of %d", name, words[0], words[1]);
    usrd_get_status(device, DEV_GET_RECORDS, words, &count);
    ktap_ok(words[0] == records, "%s: %d records", name, words[0]);
}

/* Record RECORD of it is record IS of the disk, or nothing at all. */
static void reads(mach_port_t device, unsigned record, int is, int records)
{
    static char data[8 * RECORD];
    size_t got, size = (size_t)records * RECORD;
    kern_return_t kr = usrd_read(device, 0, record, data, size, &got);

    if (is < 0)
        ktap_ok(kr == D_INVALID_RECNUM, "%d records from %u: %s", records,
                record, usrd_error_text(kr));
    else
        ktap_ok(kr == KERN_SUCCESS && got == size && data[0] == (char)is &&
                    data[size - 1] == (char)(is + records - 1),
                "%d records from %u are the disk's from %d", records, record,
                is);
}

static void by_messages(const char *name, unsigned first, unsigned count)
{
    mach_port_t device;
    char data[RECORD];
    size_t n;

    if (!ktap_ok(usrd_open(name, D_READ | D_WRITE, &device) == KERN_SUCCESS,
                 "%s", name))
        return;
    status(device, name, (int)count);
    reads(device, 0, (int)first, 1);
    reads(device, count - 2, (int)(first + count - 2), 2);
    reads(device, count - 1, -1, 2);
    reads(device, count, -1, 1);
    reads(device, ~0u, -1, 1);
    memset(data, (int)(first + count - 1), sizeof data);
    ktap_ok(usrd_write(device, 0, count - 1, data, RECORD, &n) == KERN_SUCCESS,
            "its last record is written");
    ktap_ok(usrd_write(device, 0, count, data, RECORD, &n) == D_INVALID_RECNUM,
            "the next is not");
    usrd_close(device);
}

static void by_ring(const char *name, unsigned first, unsigned count)
{
    struct usrd_ring *ring = ring_open(name, 2);

    if (!ktap_ok(ring != NULL, "a ring on %s", name))
        return;
    char *data = usrd_ring_data(ring);
    one(ring, USRD_RING_READ, 0, KERN_SUCCESS, "its first record");
    ktap_ok(data[0] == (char)first, "is the disk's %u", first);
    one(ring, USRD_RING_READ, count - 1, KERN_SUCCESS, "its last");
    ktap_ok(data[0] == (char)(first + count - 1), "is the disk's %u",
            first + count - 1);
    one(ring, USRD_RING_READ, count, D_INVALID_RECNUM, "one past it");
    one(ring, USRD_RING_WRITE, count, D_INVALID_RECNUM, "is not written");
    one(ring, USRD_RING_ZERO, count, D_INVALID_RECNUM, "nor zeroed");
    one(ring, USRD_RING_DISCARD, ~0ul, D_INVALID_RECNUM, "nor one that wraps");
    one(ring, USRD_RING_FLUSH, 0, KERN_SUCCESS, "a flush is of the disk");
    usrd_ring_close(ring);
}

int windows(void)
{
    mach_port_t device;

    number_them();
    by_messages("slice", 100, 50);
    by_messages("sliver", 110, 5);
    by_ring("slice", 100, 50);
    by_ring("sliver", 110, 5);
    ktap_ok(usrd_open("secret", D_READ, &device) == KERN_NO_ACCESS,
            "a window that needs= has not");
    return ktap_end();
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Work on a device of each class. */
#include <stdio.h>
#include <string.h>

#include "customer.h"

#define BYTES (MODEL_RECORD * MODEL_RECORDS)
#define MOST 256 /* records at a time */

static bool wrong(const char *what, kern_return_t kr)
{
    printf("%s: %s\n", what, usrd_error_text(kr));
    return false;
}

/* What the disk must hold: what was written last, across all deaths.  It is
 * not known before the first write. */
static char written[BYTES];

static bool write_records(mach_port_t device, unsigned first, unsigned n)
{
    size_t size = n * MODEL_RECORD, done;
    char *data = written + first * MODEL_RECORD;

    for (size_t k = 0; k < size; k += 8) {
        unsigned long word = random_below(~0u) * 0x9e3779b97f4a7c15ul;
        memcpy(data + k, &word, sizeof word);
    }
    kern_return_t kr = usrd_write(device, 0, first, data, size, &done);
    if (kr != KERN_SUCCESS || done != size)
        return wrong("write", kr);
    return true;
}

static bool read_records(mach_port_t device, unsigned first, unsigned n)
{
    static char data[MOST * MODEL_RECORD];
    size_t size = n * MODEL_RECORD, got;
    kern_return_t kr = usrd_read(device, 0, first, data, size, &got);

    if (kr != KERN_SUCCESS || got != size)
        return wrong("read", kr);
    if (memcmp(data, written + first * MODEL_RECORD, size) != 0)
        return wrong("what was read is not what was written", kr);
    return true;
}

static bool settings(mach_port_t device)
{
    int word[2] = {(int)random_below(1000), 0}, now[2];
    natural_t count = 2;
    kern_return_t kr = usrd_set_status(device, MODEL_SETTING, word, 1);

    if (kr == KERN_SUCCESS)
        kr = usrd_get_status(device, MODEL_SETTING, now, &count);
    if (kr != KERN_SUCCESS || count != 1 || now[0] != word[0])
        return wrong("status", kr);
    return true;
}

bool work_block(mach_port_t device, struct counts *counts)
{
    unsigned n = random_below(4) ? 1 + random_below(2) : 1 + random_below(MOST);
    unsigned first = random_below(MODEL_RECORDS - n + 1);

    if (counts->requests++ == 0) {
        for (unsigned k = 0; k < MODEL_RECORDS; k += MOST)
            if (!write_records(device, k, MOST))
                return false;
        return true;
    }
    switch (random_below(8)) {
    case 0:
        return settings(device);
    case 1:
    case 2:
    case 3:
        return write_records(device, first, n);
    default:
        return read_records(device, first, n);
    }
}

/* Every request is carried out, or its outcome is said to be unknown. */
bool work_character(mach_port_t device, struct counts *counts)
{
    char data[100] = "a line";
    size_t size = 1 + random_below(sizeof data), n;
    kern_return_t kr;

    if (counts->requests++ % 2 == 0)
        kr = usrd_write(device, D_NOWAIT, 0, data, size, &n);
    else
        kr = usrd_read(device, D_NOWAIT, 0, data, size, &n);
    counts->unknown += kr == MIG_SERVER_DIED;
    if (kr != KERN_SUCCESS && kr != D_WOULD_BLOCK && kr != MIG_SERVER_DIED)
        return wrong("request", kr);
    return true;
}

/* A packet counts as sent; it may not come back. */
bool work_network(mach_port_t device, struct counts *counts)
{
    char packet[128] = "a packet";
    size_t size = 60 + random_below(40), n;
    kern_return_t kr = usrd_write(device, 0, 0, packet, size, &n);

    counts->requests++;
    if (kr != KERN_SUCCESS || n != size)
        return wrong("write", kr);
    kr = usrd_read(device, D_NOWAIT, 0, packet, sizeof packet, &n);
    counts->lost += kr == D_WOULD_BLOCK;
    if (kr != KERN_SUCCESS && kr != D_WOULD_BLOCK)
        return wrong("read", kr);
    return true;
}

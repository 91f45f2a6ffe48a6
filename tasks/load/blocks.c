/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Block devices: records with a version each, written and read at random.  No
 * request fails, but for one that two incarnations died with. */
#include <usrd/ring.h>

#include "load.h"

#define RECORD 512u
#define RECORDS 64u /* of ours, */
#define MOST 8u     /* of one request */
#define LATE 900000 /* us: of a driver that rings no bell an answer is */

static uint32_t versions[RECORDS]; /* 0: what is in it is unknown */
static const char *name;
static bool by_ring;
static mach_port_t device;
static struct usrd_ring *ring;
static bool stale; /* what failed may be posted still, and be answered later */
static uint64_t buffer[MOST * RECORD / 8], *data;

static unsigned below(unsigned n)
{
    static uint64_t seed = 4711;

    seed = seed * 6364136223846793005ul + 1442695040888963407ul;
    return (unsigned)(seed >> 33) % n;
}

static uint64_t word(unsigned record, uint32_t version, unsigned n)
{
    return ((uint64_t)record << 32 | version) * 0x9e3779b97f4a7c15ul + n;
}

static bool open_it(void)
{
    kern_return_t kr;

    if (!by_ring) {
        data = buffer;
        kr = usrd_open(name, D_READ | D_WRITE, &device);
    } else {
        kr = usrd_ring_open(name, D_READ | D_WRITE, 4, 4096, &ring);
        if (kr == KERN_SUCCESS)
            data = usrd_ring_data(ring);
    }
    if (kr != KERN_SUCCESS && kr != D_DEVICE_DOWN)
        load_error("open", usrd_error_text(kr));
    return kr == KERN_SUCCESS;
}

/* Open, and anew where it has to be. */
static void have_open(void)
{
    if (data && !(by_ring ? stale : load_gone))
        return;
    if (ring)
        usrd_ring_close(ring);
    else if (data)
        usrd_close(device);
    ring = NULL;
    while (!open_it())
        usrd_sleep(50);
    stale = load_gone = false;
}

static bool request(bool write, uint64_t record, size_t bytes)
{
    unsigned since = load_generation();
    unsigned long began = usrd_now();
    size_t n = 0;
    uint64_t done = 0;
    kern_return_t kr;

    if (ring) {
        kr = usrd_ring_call(ring, write ? USRD_RING_WRITE : USRD_RING_READ,
                            record, bytes, 0, &done);
        n = done;
    } else if (write) {
        kr = usrd_write(device, 0, record, data, bytes, &n);
    } else {
        kr = usrd_read(device, 0, record, data, bytes, &n);
    }
    stale |= kr != KERN_SUCCESS;
    if (!load_took(write ? "write" : "read", kr, since, true))
        return false;
    if (n != bytes)
        load_wrong("count", n);
    if (usrd_now() - began > LATE && load_generation() == since)
        load_error("answer", "late");
    return n == bytes;
}

static void fill(unsigned at, unsigned count, uint32_t version)
{
    for (unsigned r = 0; r < count; r++)
        for (unsigned n = 0; n < RECORD / 8; n++)
            data[r * RECORD / 8 + n] = word(at + r, version, n);
}

static bool right(unsigned at, unsigned count)
{
    bool good = true;

    for (unsigned r = 0; r < count; r++)
        for (unsigned n = 0; versions[at + r] && n < RECORD / 8; n++)
            if (data[r * RECORD / 8 + n] != word(at + r, versions[at + r], n)) {
                load_wrong("record", at + r);
                versions[at + r] = 0;
                good = false;
            }
    return good;
}

static bool round_of(unsigned first)
{
    static uint32_t version;
    unsigned count = 1 + below(MOST), at = below(RECORDS - MOST);
    bool write = below(2) == 0;

    have_open();
    if (!write) {
        memset(data, 0xee, count * RECORD);
        return request(false, first + at, count * RECORD) && right(at, count);
    }
    fill(at, count, ++version);
    bool good = request(true, first + at, count * RECORD);
    for (unsigned r = 0; r < count; r++)
        versions[at + r] = good ? version : 0;
    return good;
}

/* All of it: nothing is found later that belongs to an earlier fault. */
static void sweep(unsigned first)
{
    for (unsigned at = 0; at < RECORDS; at += MOST) {
        have_open();
        memset(data, 0xee, MOST * RECORD);
        if (!request(false, first + at, MOST * RECORD))
            return;
        right(at, MOST);
    }
    load_counts.sweep = 0;
}

int load_blocks(const char *device_name, bool ringed, unsigned first)
{
    name = device_name;
    by_ring = ringed;
    for (;;) {
        if (load_counts.sweep)
            sweep(first);
        load_round(round_of(first));
    }
}

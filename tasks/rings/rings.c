/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A client of rings, for the tests:
 *     rings basic DEVICE | load DEVICE DEATHS DEPTH | windows | rate
 *     rings poison | never | flushes | abandon | after | down | stopper
 * The last line's are of platter.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../ktap.h"
#include "rings.h"
#include "userspace_driver.h"

struct usrd_ring *ring_open(const char *device, unsigned slots)
{
    struct usrd_ring *ring = NULL;
    kern_return_t kr =
        usrd_ring_open(device, D_READ | D_WRITE, slots, slots * BLOCK, &ring);

    if (kr != KERN_SUCCESS)
        printf("open: %s\n", usrd_error_text(kr));
    return kr == KERN_SUCCESS ? ring : NULL;
}

char *ring_buffer(struct usrd_ring *ring, unsigned n)
{
    return (char *)usrd_ring_data(ring) + n * BLOCK;
}

bool one(struct usrd_ring *ring, enum usrd_ring_op op, uint64_t record,
         kern_return_t result, const char *what)
{
    uint64_t done;
    kern_return_t kr = usrd_ring_call(
        ring, op, record, op == USRD_RING_FLUSH ? 0 : RECORD, 0, &done);

    return ktap_ok(kr == result, "%s: %s", what, usrd_error_text(kr));
}

unsigned random_below(unsigned n)
{
    static unsigned long seed = 4711;

    seed = seed * 6364136223846793005ul + 1442695040888963407ul;
    return (unsigned)(seed >> 33) % n;
}

unsigned generation(const char *device)
{
    usrd_words_t info;

    if (usrd_msg_device_info(mach_task_self(), device, info) != KERN_SUCCESS)
        return 0;
    return info[USRD_DEVICE_GENERATION];
}

int main(int argc, char **argv)
{
    const char *part = argc > 1 ? argv[1] : "basic";
    const char *device = argc > 2 ? argv[2] : "ramdisk";
    static const struct {
        const char *name;
        int (*run)(void);
    } parts[] = {
        {"poison", poison},   {"never", never}, {"flushes", flushes},
        {"abandon", abandon}, {"after", after}, {"windows", windows},
        {"down", down},
    };

    if (strcmp(part, "load") == 0)
        return load(device, argc > 3 ? (unsigned)atoi(argv[3]) : 10,
                    argc > 4 ? (unsigned)atoi(argv[4]) : 32);
    if (strcmp(part, "rate") == 0)
        return rate();
    if (strcmp(part, "stopper") == 0)
        return stopper();
    ktap_begin();
    for (unsigned n = 0; n < sizeof parts / sizeof parts[0]; n++)
        if (strcmp(part, parts[n].name) == 0)
            return parts[n].run();
    return basic(device);
}

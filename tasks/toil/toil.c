/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * toil MS WAY DEVICE [WORD...]: a light load on a device for hours, for tests:
 * a round of it each MS milliseconds or up to twice that, and a look at all
 * data.  Each half minute it says how many rounds were good, found the driver
 * down, or met its death; and, at once, whatever the contract of a client does
 * not allow.  A driver is down when one of the devices among the words is
 * stopped or suspended, and not else. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <device/userspace_driver_sdk.h>
#include <mach/mig_errors.h>
#include <usrd/client.h>

#include "toil.h"

#define REPORT_US (30 * 1000000ul)
#define SHORT_US 1000000ul /* too short to be stopped, and go on, within */
#define DOWN_MS 500        /* before it is tried again */

static const struct toil *const ways[] = {
    &toil_text,   &toil_edu,  &toil_random, &toil_clock,
    &toil_serial, &toil_disk, &toil_frames,
};
static unsigned long good, down, died, wrong;

void toil_wrong(const char *format, ...)
{
    char text[100];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    printf("wrong: %s\n", text);
    wrong++;
}

void toil_down(void)
{
    down++;
    usrd_sleep(DOWN_MS);
}

static const struct usrd_driver_entry *driver_of(const char *device)
{
    static struct usrd_driver_entry entry;

    for (unsigned i = 0; usrd_driver_list(i, &entry) == KERN_SUCCESS; i++)
        for (unsigned n = 0; n < entry.n_devices; n++)
            if (strcmp(entry.devices[n], device) == 0)
                return &entry;
    return NULL;
}

unsigned toil_generation(const char *device)
{
    const struct usrd_driver_entry *e = driver_of(device);

    return e ? e->generation : 0;
}

/* The generations of all devices among the words, 0 if one does not run. */
static unsigned generations(int argc, char **argv)
{
    const struct usrd_driver_entry *e;
    unsigned sum = 0;

    for (int n = 0; n < argc; n++) {
        e = driver_of(argv[n]);
        if (e && (e->state != USRD_TASK_READY ||
                  (e->status & USRD_STATUS_SUSPENDED)))
            return 0;
        sum += e ? e->generation : 0;
    }
    return sum;
}

unsigned toil_below(unsigned n)
{
    static unsigned long seed;

    if (seed == 0)
        seed = usrd_now();
    seed = seed * 6364136223846793005ul + 1442695040888963407ul;
    return (unsigned)(seed >> 33) % n;
}

void toil_fill(void *data, unsigned bytes, unsigned seed)
{
    unsigned char *at = data;

    for (unsigned n = 0; n < bytes; n++)
        at[n] = (unsigned char)((seed + n) * 2654435761u >> 24);
}

static void judge(const struct toil *way, kern_return_t kr, bool ran)
{
    if (kr == KERN_SUCCESS)
        good++;
    else if (kr == D_DEVICE_DOWN && !ran)
        toil_down();
    else if (kr == MIG_SERVER_DIED && !way->block)
        died++;
    else
        toil_wrong("%s", usrd_error_text(kr));
}

static void round(const struct toil *way, int argc, char **argv)
{
    unsigned long began = usrd_now();
    unsigned before = generations(argc, argv);
    kern_return_t kr = way->round();
    bool ran = kr == D_DEVICE_DOWN && before &&
               before == generations(argc, argv) &&
               usrd_now() - began < SHORT_US;

    judge(way, kr, ran);
}

static void report(void)
{
    static unsigned long next;

    if (next == 0)
        next = usrd_now() + REPORT_US;
    if (usrd_now() < next)
        return;
    next += REPORT_US;
    printf("good=%lu down=%lu died=%lu wrong=%lu\n", good, down, died, wrong);
}

int main(int argc, char **argv)
{
    const struct toil *way = NULL;
    unsigned ms = argc > 1 ? (unsigned)atoi(argv[1]) : 0;
    kern_return_t kr;

    for (unsigned n = 0; argc > 3 && n < sizeof ways / sizeof *ways; n++)
        if (strcmp(ways[n]->name, argv[2]) == 0)
            way = ways[n];
    if (!way || ms == 0) {
        printf("usage: toil MS WAY DEVICE [WORD...]\n");
        return 2;
    }
    usrd_set_timeout(0); /* the host may be slow */
    while ((kr = way->begin(argc - 2, argv + 2)) == D_DEVICE_DOWN)
        toil_down();
    if (kr != KERN_SUCCESS) {
        toil_wrong("at first: %s", usrd_error_text(kr));
        return 1;
    }
    for (;;) {
        report();
        round(way, argc - 3, argv + 3);
        usrd_sleep(ms + toil_below(ms));
    }
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A serial line at whose other end each byte is sent back.  Lines of one
 * length, each with its number and what follows from that: what comes back is
 * one of these, in order, or was cut by a death of the driver, which loses what
 * it has. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <device/userspace_driver_sdk.h>
#include <mach/mach.h>
#include <usrd/client.h>

#include "toil.h"

#define LINE 18 /* "00000001 ab54a98c\n" */
#define PATIENCE_MS 5000
#define LOOK_MS 100

static const char *name;
static mach_port_t device;
static unsigned sent, seen, generation;
static unsigned cut; /* lines up to this one may be broken */

static kern_return_t begin(int argc, char **argv)
{
    (void)argc;
    name = argv[1];
    sent = (unsigned)(usrd_now() / 1000) % 50000000; /* past a former life's */
    cut = sent;
    generation = toil_generation(name);
    return usrd_open(name, D_READ | D_WRITE, &device);
}

static kern_return_t put(unsigned n)
{
    char line[LINE + 1];
    size_t at = 0, written;

    snprintf(line, sizeof line, "%08u %08x\n", n, n * 2654435761u);
    while (at < LINE) {
        written = 0;
        USRD_CHECK_RETURN(
            usrd_write(device, 0, 0, line + at, LINE - at, &written));
        at += written;
    }
    return KERN_SUCCESS;
}

/* A line that the driver was given before it died may come back late. */
static bool died(void)
{
    unsigned now = toil_generation(name);
    bool did = now != generation;

    if (did)
        cut = sent + 1;
    generation = now;
    return did;
}

static void came(const char *line)
{
    char *end;
    unsigned n = (unsigned)strtoul(line, &end, 10);

    if (strlen(line) == LINE - 1 &&
        strtoul(end, NULL, 16) == (n * 2654435761u & 0xffffffff)) {
        if (n > sent || n <= seen)
            toil_wrong("line %u after %u, before %u", n, seen, sent);
        seen = n;
    } else if (seen > cut && !died()) {
        toil_wrong("a line is \"%s\"", line);
    }
}

/* What there is, for so long; until the last line is there. */
static kern_return_t get(void)
{
    static char line[64];
    static unsigned length;
    char data[64];

    for (unsigned ms = 0; seen != sent && ms < PATIENCE_MS; ms += LOOK_MS) {
        size_t got = 0;
        kern_return_t kr =
            usrd_read(device, D_NOWAIT, 0, data, sizeof data, &got);
        if (kr != KERN_SUCCESS && kr != D_WOULD_BLOCK)
            return kr;
        for (size_t n = 0; n < got; n++) {
            if (data[n] != '\n' && length < sizeof line - 1) {
                line[length++] = data[n];
                continue;
            }
            line[length] = '\0';
            length = 0;
            came(line);
        }
        if (seen != sent)
            usrd_sleep(LOOK_MS);
    }
    return KERN_SUCCESS;
}

static kern_return_t serial(void)
{
    kern_return_t kr = get();

    if (kr == KERN_SUCCESS)
        kr = put(sent + 1);
    sent++;
    if (kr == KERN_SUCCESS)
        kr = get();
    if (kr != KERN_SUCCESS)
        cut = sent + 1;
    died();
    return kr;
}

const struct toil toil_serial = {"serial", false, begin, serial};

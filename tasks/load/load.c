/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * load DRIVER DEVICE KIND [NUMBER]: a client that uses a device at a light
 * pace, for ever, and checks all that it is told.  KIND is what it does:
 *     line        writes a line, reads it back (hello)
 *     serial      the same of a serial port whose wire comes back (uart)
 *     clock       reads the time (rtc)
 *     buffer      has the device transfer, there and back (edu)
 *     random      reads random bytes (virtio-rng)
 *     part        opens, reads, closes (part)
 *     rpc, ring   writes and reads records from NUMBER on, by Mach's requests
 *                 or by a ring
 *     echo        is the host 10.0.2.NUMBER and asks 10.0.2.2 for echoes
 * What it finds it counts (load.h), and complains of. */
#include <stdlib.h>

#include "load.h"

struct load_counts load_counts = {.pause = 400};
bool load_gone;

static const char *driver;

__attribute__((noinline)) void load_round(bool good)
{
    load_counts.good += good;
    usrd_sleep(load_counts.pause);
}

unsigned load_generation(void)
{
    static struct usrd_driver_entry entry;
    static unsigned at; /* the order of drivers does not change */

    for (unsigned n = at; usrd_driver_list(n, &entry) == KERN_SUCCESS; n++)
        if (strcmp(entry.info.name, driver) == 0) {
            at = n;
            return entry.generation;
        }
    at = 0;
    return 0;
}

/* The log and kernel-ext are told. */
static void complain(unsigned generation, const char *text)
{
    puts(text);
    usrd_complain(driver, generation, text);
}

/* That it is down is for kernel-ext to judge: of a driver that is not, the
 * complaint is taken. */
static void said_down(unsigned generation)
{
    static const char text[] = "error: D_DEVICE_DOWN of who is ready";

    load_counts.down++;
    if (usrd_complain(driver, generation, text) == KERN_SUCCESS) {
        puts(text);
        load_counts.errors++;
    }
    usrd_sleep(50);
}

static void error_of(unsigned generation, const char *what, const char *why)
{
    char text[80];

    load_counts.errors++;
    snprintf(text, sizeof text, "error %s: %s", what, why);
    complain(generation, text);
}

void load_error(const char *what, const char *why)
{
    error_of(load_generation(), what, why);
}

void load_wrong(const char *what, unsigned long at)
{
    char text[80];

    load_counts.wrong++;
    snprintf(text, sizeof text, "wrong %s at %lu", what, at);
    complain(load_generation(), text);
}

bool load_heard(bool any, const char *what, const char *why)
{
    static unsigned long heard;
    unsigned long now = usrd_now();
    bool silent =
        !any && heard && now - heard > LOAD_SILENT + 3000ul * load_counts.pause;

    if (silent)
        load_error(what, why);
    if (any || silent || !heard)
        heard = now;
    return !silent;
}

bool load_took(const char *what, kern_return_t kr, unsigned since, bool block)
{
    if (kr == KERN_SUCCESS)
        return true;
    if (kr == D_DEVICE_DOWN) {
        said_down(since);
    } else if (block ? kr == D_IO_ERROR && load_generation() > since + 1
                     : kr == MIG_SERVER_DIED && load_generation() > since) {
        load_counts.lost++;
    } else {
        load_gone = kr == MACH_SEND_INVALID_DEST;
        error_of(since, what, usrd_error_text(kr));
    }
    return false;
}

int main(int argc, char **argv)
{
    if (argc < 4)
        return 2;
    const char *device = argv[2], *kind = argv[3];
    unsigned number = argc > 4 ? (unsigned)atoi(argv[4]) : 0;

    driver = argv[1];
    strncpy(load_counts.name, driver, sizeof load_counts.name - 1);
    usrd_set_timeout(1000);
    if (strcmp(kind, "line") == 0)
        return load_line(device);
    if (strcmp(kind, "serial") == 0)
        return load_serial(device);
    if (strcmp(kind, "clock") == 0)
        return load_clock(device);
    if (strcmp(kind, "buffer") == 0)
        return load_buffer(device);
    if (strcmp(kind, "random") == 0)
        return load_random(device);
    if (strcmp(kind, "part") == 0)
        return load_part(device);
    if (strcmp(kind, "echo") == 0)
        return load_echo(device, number);
    return load_blocks(device, strcmp(kind, "ring") == 0, number);
}

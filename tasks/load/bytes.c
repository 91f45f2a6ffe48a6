/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Character devices: hello, a serial port, the clock, edu, random numbers; and
 * a partition, which is opened again and again.  Of these an outcome may be
 * unknown, and what a driver remembers goes, where it died. */
#include <stdlib.h>

#include "load.h"

static mach_port_t device;

static void open_device(const char *name)
{
    kern_return_t kr;

    while ((kr = usrd_open(name, D_READ | D_WRITE, &device)) != KERN_SUCCESS) {
        if (kr != D_DEVICE_DOWN)
            load_error("open", usrd_error_text(kr));
        usrd_sleep(50);
    }
}

static void round_ends(const char *name, bool good)
{
    load_round(good);
    if (load_gone) {
        load_gone = false;
        usrd_close(device);
        open_device(name);
    }
}

/* DATA written to RECORD come back from it. */
static bool comes_back(recnum_t record, const char *data, size_t size)
{
    static char back[512];
    unsigned since = load_generation();
    size_t n = 0;

    if (!load_took("write", usrd_write(device, 0, record, data, size, &n),
                   since, false))
        return false;
    if (!load_took("read", usrd_read(device, 0, record, back, size, &n), since,
                   false))
        return false;
    if (n == size && memcmp(data, back, size) == 0)
        return true;
    if (load_generation() != since)
        load_counts.lost++;
    else
        load_wrong("data", n);
    return false;
}

int load_line(const char *name)
{
    open_device(name);
    char line[128];

    for (unsigned n = 0;; n++) {
        size_t size = 8 + n % 120;
        for (size_t i = 0; i < size; i++)
            line[i] = (char)(n + i * 7);
        round_ends(name, comes_back(0, line, size));
    }
}

/* A byte that comes back is the next one; after a death some may be missing. */
int load_serial(const char *name)
{
    open_device(name);
    unsigned known = load_generation();
    uint8_t next = 0, expected = 0, out[4], in[64];

    for (;;) {
        size_t n = 0;
        unsigned since = load_generation();
        unsigned before = load_counts.wrong + load_counts.lost;
        for (unsigned i = 0; i < sizeof out; i++)
            out[i] = (uint8_t)(next + i);
        if (load_took("write",
                      usrd_write(device, D_NOWAIT, 0, out, sizeof out, &n),
                      since, false))
            next = (uint8_t)(next + n);
        usrd_sleep(20);
        n = 0;
        since = load_generation();
        kern_return_t kr = usrd_read(device, D_NOWAIT, 0, in, sizeof in, &n);
        if (kr != D_WOULD_BLOCK)
            load_took("read", kr, since, false);
        for (size_t i = 0; i < n; i++) {
            if (in[i] != expected) {
                unsigned now = load_generation();
                if (now == known)
                    load_wrong("byte", in[i]);
                else
                    load_counts.lost++;
            }
            expected = (uint8_t)(in[i] + 1);
        }
        load_heard(n > 0, "read", "nothing comes back");
        bool good = n > 0 && load_counts.wrong + load_counts.lost == before;
        if (good)
            known = load_generation();
        round_ends(name, good);
    }
}

static long seconds_of(const char *text)
{
    return atol(text + 8) * 86400 + atol(text + 11) * 3600 +
           atol(text + 14) * 60 + atol(text + 17);
}

int load_clock(const char *name)
{
    open_device(name);
    long began = 0;

    for (;;) {
        char text[32] = {0};
        size_t n = 0;
        unsigned since = load_generation();
        bool good = load_took(
            "read", usrd_read(device, 0, 0, text, sizeof text - 1, &n), since,
            false);
        if (good) {
            long now = (long)(usrd_now() / 1000000);
            long off = seconds_of(text) - now - began;
            if (!began)
                began += off;
            else if (n != 20 || off < -2 || off > 2) {
                load_wrong("time", (unsigned long)off);
                good = false;
            }
        }
        round_ends(name, good);
    }
}

/* The buffer of edu, to and from which it transfers by itself.  Its factorials
 * are left out: QEMU computes them in a thread of the host's time. */
int load_buffer(const char *name)
{
    open_device(name);
    char data[64];

    for (unsigned n = 0;; n++) {
        for (size_t i = 0; i < sizeof data; i++)
            data[i] = (char)(n + i * 5);
        round_ends(name, comes_back(1, data, sizeof data));
    }
}

/* That two reads are the same, or that eight bytes in a row are, is not chance. */
int load_random(const char *name)
{
    open_device(name);
    uint64_t now[8], last[8] = {0};

    for (;;) {
        size_t n = 0;
        unsigned since = load_generation();
        bool good = load_took(
            "read", usrd_read(device, 0, 0, now, sizeof now, &n), since, false);
        for (unsigned i = 0; good && i < 8; i++)
            if (n != sizeof now || now[i] == last[i] ||
                (now[i] << 8 | now[i] >> 56) == now[i]) {
                load_wrong("random", i);
                good = false;
            }
        memcpy(last, now, sizeof last);
        round_ends(name, good);
    }
}

/* What is in the first record of a partition does not change. */
int load_part(const char *name)
{
    static char first[512], again[512];
    bool known = false;

    for (;;) {
        open_device(name);
        size_t n = 0;
        unsigned since = load_generation();
        bool good = load_took(
            "read", usrd_read(device, 0, 0, known ? again : first, 512, &n),
            since, true);
        if (good && known && (n != 512 || memcmp(first, again, 512) != 0)) {
            load_wrong("record", n);
            good = false;
        }
        known = known || good;
        load_took("close", usrd_close(device), since, true);
        load_round(good);
    }
}

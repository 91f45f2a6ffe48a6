/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the clients of the fault campaign share. */
#ifndef LOAD_H
#define LOAD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <device/userspace_driver_sdk.h>
#include <usrd/client.h>

/* Microseconds without an answer, and three pauses, after which a device that may
 * lose things is called silent: QEMU's 82540EM hears nothing for a second after
 * each start. */
#define LOAD_SILENT 2000000ul

/* What the host reads (tests/faults/guest.py), in this order. */
struct load_counts {
    char name[32];    /* of the device */
    uint32_t good;    /* rounds in which all was as it should be */
    uint32_t lost;    /* what a death may lose: see <usrd/client.h> */
    uint32_t down;    /* its driver was given up, or stopped */
    uint32_t errors;  /* what must not come, however often a driver dies */
    uint32_t wrong;   /* other data than were written, and no sign of it */
    uint32_t damaged; /* a frame whose own checksum says so */
    /* The host's words: ms between two rounds; read all that was written. */
    volatile uint32_t pause, sweep;
};
extern struct load_counts load_counts;

/* An incarnation of the driver refused to open the device again: its client
 * has to. */
extern bool load_gone;

/* A round ends: it pauses. */
void load_round(bool good);

/* Deaths of the driver so far: what differs before and after a request tells
 * that it may have met one. */
unsigned load_generation(void);

/* What a call returned, where SINCE was the generation before it: counts what is
 * not success.  A character device: its outcome is unknown.  A block device:
 * D_IO_ERROR after two deaths. */
bool load_took(const char *what, kern_return_t kr, unsigned since, bool block);

/* Data are not what they must be; a driver without memory of its own over a
 * death is excused by one. */
void load_wrong(const char *what, unsigned long at);
void load_error(const char *what, const char *why);

/* What came of a round; not for so long: an error WHAT, WHY, and false. */
bool load_heard(bool any, const char *what, const char *why);

/* One each: for ever, or an exit code. */
int load_line(const char *device);
int load_serial(const char *device);
int load_clock(const char *device);
int load_buffer(const char *device);
int load_random(const char *device);
int load_part(const char *device);
int load_blocks(const char *device, bool by_ring, unsigned first);
int load_echo(const char *device, unsigned host);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the files of toil share. */
#ifndef TOIL_H
#define TOIL_H

#include <stdbool.h>
#include <stdint.h>

#include <mach/kern_return.h>

/* A way to use a device.  What does not go on as <usrd/client.h> says is for
 * toil_wrong(); a round that met the driver's death, or found it stopped, says
 * so by its result. */
struct toil {
    const char *name;
    bool block; /* of a block class: no request may be lost */
    kern_return_t (*begin)(int argc, char **argv); /* from WAY on */
    kern_return_t (*round)(void);
};

extern const struct toil toil_text, toil_edu, toil_random, toil_clock,
    toil_serial, toil_disk, toil_frames;

/* In the log; the scenario forbids it. */
void toil_wrong(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A driver was found down in the middle of a round that goes on. */
void toil_down(void);

/* Of the driver of DEVICE: a number that is another after each death. */
unsigned toil_generation(const char *device);

unsigned toil_below(unsigned n);                           /* by chance */
void toil_fill(void *data, unsigned bytes, unsigned seed); /* a pattern */

#endif

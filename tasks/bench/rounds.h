/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a packet costs: the rounds of the network benchmark's clients. */
#ifndef ROUNDS_H
#define ROUNDS_H

#include <mach/boolean.h>
#include <mach/port.h>
#include <stdint.h>

#define ROUNDS 5
#define ROUNDS_ECHO_PORT 7
#define ROUNDS_SOURCE_PORT 10000 /* the host's, and the number of the kind */
#define ROUNDS_BURST 16u

/* The driver's handle, which says what it did. */
void rounds_of(mach_port_t driver);

/* The next kind of packet, which is called NAME: a warm-up, then ROUNDS rounds
 * of OPS packets. */
void rounds_begin(const char *name, unsigned ops);

/* One more packet.  TRUE: that was the last of this kind, and its figures are
 * printed: instructions a packet, a line a round; thousandths of system calls
 * of client and driver, and the driver's own instructions, in all of them. */
boolean_t rounds_count(void);

#endif

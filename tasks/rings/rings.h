/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Inside the tests' client of rings. */
#ifndef RINGS_H
#define RINGS_H

#include <stdbool.h>
#include <stdint.h>

#include <mach/mach.h>
#include <usrd/client.h>
#include <usrd/ring.h>

#define RECORD 512u
#define BLOCK 4096u /* bytes of each slot's buffer */

/* DEVICE with SLOTS requests and a block for each; NULL, and it says why. */
struct usrd_ring *ring_open(const char *device, unsigned slots);

/* Slot N's buffer. */
char *ring_buffer(struct usrd_ring *ring, unsigned n);

/* One request of one record, and its answer: that is RESULT?  A point. */
bool one(struct usrd_ring *ring, enum usrd_ring_op op, uint64_t record,
         kern_return_t result, const char *what);

unsigned random_below(unsigned n);

/* 1 + deaths of the driver of DEVICE so far. */
unsigned generation(const char *device);

/* The parts of the test: what main returns. */
int basic(const char *device);
int load(const char *device, unsigned deaths, unsigned depth);
int poison(void);
int never(void);
int flushes(void);
int abandon(void);
int after(void);
int windows(void);
int down(void);
int stopper(void);
int rate(void);

#endif

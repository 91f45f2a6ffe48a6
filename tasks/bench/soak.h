/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The soaker, as the clients that measure have it. */
#ifndef SOAK_H
#define SOAK_H

#include <mach/kern_return.h>

#include "bench.h"

/* Have it begin, and learn how fast it counts. */
kern_return_t soak_begin(void);

/* Its counter, which goes on when nobody else wants to run, */
uint64_t soak_count(void);

/* and the ticks in which so much is counted. */
uint64_t soak_idle(uint64_t counted);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The log's time, without kernel-ext.
 */
#ifndef GUARD_CLOCK_H
#define GUARD_CLOCK_H

#include <stdint.h>

void clock_start(void);

/* A tick said that it is MS. */
void clock_tick(unsigned ms);

/* Microseconds since kernel-ext started. */
uint64_t clock_us(void);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The parts of the API's test. */
#ifndef API_PARTS_H
#define API_PARTS_H

#include <device/userspace_driver_sdk.h>

#include "../ktap.h"
#include "api.h"

/* The limits of the driver's module line; memory is of the whole task. */
#define LINE_MEMORY_KB 2048
#define LINE_IO_OPS 8
#define LINE_IRQ 5

/* Quiet where it is so, for the log takes so many lines a second: a group of
 * checks is one result. */
#define IS(expected, call) check((expected), (call), __func__, __LINE__)
#define SO(condition) IS(TRUE, !!(condition))

void check(int expected, int got, const char *where, int line);
void group(const char *name); /* its checks are above */

void alone(void);
void served(void);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What storm's device serves. */
#ifndef STORM_H
#define STORM_H

#define STORM_RATE 1  /* set_status: interrupts a second; 0: none */
#define STORM_COUNT 2 /* get_status: interrupts handled so far */

#endif

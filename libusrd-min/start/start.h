/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What kernel-ext gave this incarnation in its first registers. */
#ifndef USRD_START_H
#define USRD_START_H

struct usrd_given {
    unsigned incarnation;  /* 1.. */
    unsigned watchdog_ms;  /* 0: off */
    unsigned long tsc_khz; /* 0: unknown */
};

extern struct usrd_given usrd_given;

#endif

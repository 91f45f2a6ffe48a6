/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What slow's record numbers ask for. */
#ifndef SLOW_H
#define SLOW_H

/* Of a write: 0 is done at once, less than SLOW_FORGET takes so many ms. */
#define SLOW_FORGET 0x10000 /* it is kept, and never answered */
#define SLOW_SPIN 0x10001   /* its callback never ends, with heartbeats */
#define SLOW_LIE 0x10002    /* the same, but they say that nothing is done */
#define SLOW_CLAIM 0x10003  /* no request is taken any more, with a pretext */

/* Of a read: 0 answers at once. */
#define SLOW_WAIT 0x10000 /* for input, of which there is none */

/* get_status: this incarnation. */
#define SLOW_INCARNATION 1

/* What a write has: whose it is follows from the handle. */
struct slow_data {
    unsigned number; /* 1.. of its client's writes */
};

#endif

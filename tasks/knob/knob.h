/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What clients of the device "knob" need to know: its flavors. */
#ifndef KNOB_H
#define KNOB_H

/* Of a handle: set to any words; get answers the first of them, how many
 * there were, and in which turn of this handle's they came, from 1. */
#define KNOB_VALUES 8u /* 0 to 7 */

/* Of the device, whoever sets it last; get and set one word. */
#define KNOB_SPEED 20u
/* To set: taken, but at the next heartbeat; refused after a restart; deadly
 * after a restart. */
#define KNOB_LATER 21u
#define KNOB_ONCE 22u
#define KNOB_POISON 23u
/* Actions, not settings: count it; what the health check returns from now on;
 * usrd_driver_set_status(); usrd_driver_report_error(). */
#define KNOB_ACT 30u
#define KNOB_HEALTH 31u
#define KNOB_SAY 32u
#define KNOB_ERROR 33u
/* To get: enum knob_count, since this incarnation began. */
#define KNOB_COUNTS 40u
/* To get: send a message to the filter's port; what came of it, the filter's
 * priority, how many words it has, their sum. */
#define KNOB_RING 41u

enum knob_count {
    KNOB_OPENS,
    KNOB_CLOSES,
    KNOB_SUSPENDS,
    KNOB_RESUMES,
    KNOB_ACTIONS,
    KNOB_WAITING, /* requests that were deferred */
    KNOB_WRITES,
    KNOB_PORTS, /* names in its port space now */
    KNOB_COUNT_WORDS
};

/* A read or write of this record is never answered. */
#define KNOB_NEVER 1
/* An open of the device "slow" is answered at a heartbeat. */

#endif

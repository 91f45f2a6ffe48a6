/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What every task has, driver or not. */
#ifndef USRD_TASK_H
#define USRD_TASK_H

#include <mach/boolean.h>
#include <mach/kern_return.h>

#include <usrd/types.h>

/* What start-up writes sits together (boot/usrd.ld): each page of it is a
 * copy-on-write fault in a restart. */
#define USRD_HOT __attribute__((section(".bss.hot")))   /* small */
#define USRD_WARM __attribute__((section(".bss.warm"))) /* its beginning is */

struct usrd_task {
    unsigned incarnation;  /* 1.. */
    unsigned watchdog_ms;  /* 0: off */
    unsigned long tsc_khz; /* 0: unknown as yet */
    boolean_t watched;     /* the watchdog runs */
    unsigned long beat_at; /* us: when a heartbeat is due */
    unsigned status;       /* USRD_STATUS_*, and */
    usrd_words_t usage;    /* what usrd_msg_heartbeat says of it: goes with */
};                         /* each heartbeat */

extern struct usrd_task usrd_task;

/* The watchdog runs from now on; 0 is off. */
void usrd_watch(unsigned watchdog_ms);

/* Fill in what goes with a heartbeat: of drivers alone (driver/account.c). */
void usrd_account(void) __attribute__((weak));

/* Send a heartbeat; the other one only if it is due. */
void usrd_beat(void);
void usrd_beat_if_due(void);

/* Milliseconds until one is due, at least 1; USRD_NEVER without a watchdog. */
#define USRD_NEVER (~0u)
unsigned usrd_beat_wait(void);

/* kernel-ext's answers as USRD_ERROR_*: about registration and devices they
 * are that already, unless the message failed; about hardware they are
 * Mach's. */
kern_return_t usrd_answer(kern_return_t kr);
kern_return_t usrd_error(kern_return_t kr);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The clock itself; knows no messages. */
#ifndef RTC_CLOCK_H
#define RTC_CLOCK_H

#include <stdbool.h>

#include "rtc.h"

/* Is there a clock that runs?  Only reads. */
bool rtc_clock_probe(void);

/* Interrupts off, pending ones forgotten, the time left alone. */
void rtc_clock_reset(void);

/* False when the clock cannot be read between two updates. */
bool rtc_clock_read(int t[RTC_TIME_WORDS]);

/* Hour, minute, second; -1 matches any.  False when out of range. */
bool rtc_clock_set_alarm(const int hms[3]);
void rtc_clock_stop_alarm(void);

/* Interrupts a second; 0 is off.  False when the clock has no such rate. */
bool rtc_clock_set_rate(int hz);

/* Why it interrupted; reading it drops the line. */
struct rtc_cause {
    bool alarm, periodic;
};
struct rtc_cause rtc_clock_cause(void);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a client of the device "rtc" needs to know. */
#ifndef RTC_H
#define RTC_H

/* Flavors of device_get_status and device_set_status. */
#define RTC_TIME (('r' << 16) + 1) /* get: enum rtc_time_word */
#define RTC_ALARM \
    (('r' << 16) + 2) /* set: hour, minute, second; -1 is any.
                                        No words at all turn it off */
#define RTC_RATE \
    (('r' << 16) + 3)                /* set: interrupts a second, a power of
                                        two, 2..8192; 0 turns them off */
#define RTC_EVENTS (('r' << 16) + 4) /* get: alarms, periodic interrupts */

enum rtc_time_word {
    RTC_TIME_YEAR,  /* 2026 */
    RTC_TIME_MONTH, /* 1..12 */
    RTC_TIME_DAY,
    RTC_TIME_HOUR, /* 0..23 */
    RTC_TIME_MINUTE,
    RTC_TIME_SECOND,
    RTC_TIME_WORDS
};

/* Record numbers of device_read. */
#define RTC_READ_TEXT 0  /* "2026-11-21 23:02:58\n" */
#define RTC_READ_EVENT 1 /* waits for an interrupt: "alarm\n", "periodic\n" */

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * MC146818A real-time clock, registers behind the index port. */
#ifndef RTC_REGS_H
#define RTC_REGS_H

#define RTC_INDEX 0x70 /* write; bit 7 masks NMI */
#define RTC_DATA 0x71

#define RTC_SECONDS 0x00
#define RTC_SECONDS_ALARM 0x01
#define RTC_MINUTES 0x02
#define RTC_MINUTES_ALARM 0x03
#define RTC_HOURS 0x04
#define RTC_HOURS_ALARM 0x05
#define RTC_HOURS_PM 0x80 /* in 12-hour mode */
#define RTC_DAY 0x07      /* of the month */
#define RTC_MONTH 0x08
#define RTC_YEAR 0x09    /* of the century */
#define RTC_CENTURY 0x32 /* a PC convention, not in the data sheet */

#define RTC_A 0x0a
#define RTC_A_UIP 0x80      /* an update is on its way */
#define RTC_A_DV_32KHZ 0x20 /* time base on */
#define RTC_A_RATE 0x0f     /* 3..15: 65536 >> rate Hz */

#define RTC_B 0x0b
#define RTC_B_SET 0x80 /* updates held off */
#define RTC_B_PIE 0x40 /* periodic interrupt */
#define RTC_B_AIE 0x20 /* alarm interrupt */
#define RTC_B_UIE 0x10 /* update-ended interrupt */
#define RTC_B_BINARY 0x04
#define RTC_B_24H 0x02

#define RTC_C 0x0c /* read only; reading clears it and drops the line */
#define RTC_C_IRQF 0x80
#define RTC_C_PF 0x40
#define RTC_C_AF 0x20
#define RTC_C_UF 0x10

#define RTC_D 0x0d
#define RTC_D_VRT 0x80 /* the battery is good */

#endif

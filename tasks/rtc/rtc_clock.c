/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The MC146818A behind ports 0x70 and 0x71. */
#include <device/userspace_driver_sdk.h>
#include <string.h>
#include <usrd/io.h>

#include "rtc_clock.h"
#include "rtc_regs.h"

#define ALARM_ANY 0xc0 /* both top bits set: each value matches */

/* How the BIOS left the clock counting; it relies on it, so we keep it. */
static struct {
    bool binary;
    bool hours24;
} format;

static uint8_t rd(uint8_t reg)
{
    outb(RTC_INDEX, reg);
    return inb(RTC_DATA);
}

static void wr(uint8_t reg, uint8_t value)
{
    outb(RTC_INDEX, reg);
    outb(RTC_DATA, value);
}

static int decode(uint8_t raw)
{
    return format.binary ? raw : (raw >> 4) * 10 + (raw & 0xf);
}

static uint8_t encode(int value)
{
    return format.binary ? value : (value / 10) << 4 | value % 10;
}

static int decode_hour(uint8_t raw)
{
    if (format.hours24)
        return decode(raw);
    return decode(raw & ~RTC_HOURS_PM) % 12 + (raw & RTC_HOURS_PM ? 12 : 0);
}

static uint8_t encode_hour(int hour)
{
    if (format.hours24)
        return encode(hour);
    return encode((hour + 11) % 12 + 1) | (hour >= 12 ? RTC_HOURS_PM : 0);
}

bool rtc_clock_probe(void)
{
    return rd(RTC_D) == RTC_D_VRT && rd(RTC_MONTH) != 0;
}

void rtc_clock_reset(void)
{
    uint8_t b = rd(RTC_B);

    format.binary = b & RTC_B_BINARY;
    format.hours24 = b & RTC_B_24H;
    wr(RTC_B, b & ~(RTC_B_SET | RTC_B_PIE | RTC_B_AIE | RTC_B_UIE));
    rd(RTC_C);
}

/* An update takes up to 1984 us after at least 244 us of warning (UIP).  The
 * time is good when it reads the same twice. */
bool rtc_clock_read(int t[RTC_TIME_WORDS])
{
    static const uint8_t regs[] = {
        RTC_CENTURY, RTC_YEAR,    RTC_MONTH,   RTC_DAY,
        RTC_HOURS,   RTC_MINUTES, RTC_SECONDS,
    };
    uint8_t now[sizeof regs], before[sizeof regs];
    int tries;

    for (tries = 0; tries < 5; tries++) {
        if (!usrd_poll(!(rd(RTC_A) & RTC_A_UIP), 5))
            return false;
        for (unsigned i = 0; i < sizeof regs; i++)
            now[i] = rd(regs[i]);
        if (tries > 0 && memcmp(now, before, sizeof now) == 0)
            break;
        memcpy(before, now, sizeof now);
    }
    if (tries == 5)
        return false;

    int century = decode(now[0]); /* 0 on boards that do not keep it */
    if (century < 19 || century > 21)
        century = 20;
    t[RTC_TIME_YEAR] = century * 100 + decode(now[1]);
    t[RTC_TIME_MONTH] = decode(now[2]);
    t[RTC_TIME_DAY] = decode(now[3]);
    t[RTC_TIME_HOUR] = decode_hour(now[4]);
    t[RTC_TIME_MINUTE] = decode(now[5]);
    t[RTC_TIME_SECOND] = decode(now[6]);
    return true;
}

void rtc_clock_stop_alarm(void)
{
    wr(RTC_B, rd(RTC_B) & ~RTC_B_AIE);
}

bool rtc_clock_set_alarm(const int hms[3])
{
    static const int limit[3] = {24, 60, 60};

    for (int i = 0; i < 3; i++)
        if (hms[i] < -1 || hms[i] >= limit[i])
            return false;
    rtc_clock_stop_alarm();
    wr(RTC_HOURS_ALARM, hms[0] < 0 ? ALARM_ANY : encode_hour(hms[0]));
    wr(RTC_MINUTES_ALARM, hms[1] < 0 ? ALARM_ANY : encode(hms[1]));
    wr(RTC_SECONDS_ALARM, hms[2] < 0 ? ALARM_ANY : encode(hms[2]));
    wr(RTC_B, rd(RTC_B) | RTC_B_AIE);
    return true;
}

bool rtc_clock_set_rate(int hz)
{
    int rate = 3;

    if (hz == 0) {
        wr(RTC_B, rd(RTC_B) & ~RTC_B_PIE);
        return true;
    }
    while (rate < 16 && 65536 >> rate != hz)
        rate++;
    if (rate == 16)
        return false;
    wr(RTC_A, (rd(RTC_A) & ~RTC_A_RATE) | rate);
    wr(RTC_B, rd(RTC_B) | RTC_B_PIE);
    return true;
}

struct rtc_cause rtc_clock_cause(void)
{
    /* Flags come up whether or not they may interrupt; they have the bit
     * numbers of their enables. */
    uint8_t c = rd(RTC_C) & rd(RTC_B);

    return (struct rtc_cause){.alarm = c & RTC_C_AF, .periodic = c & RTC_C_PF};
}

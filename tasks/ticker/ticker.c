/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A test's client of the clock: time, periodic interrupt, alarm, and what it
 * must refuse.  The clock's interrupts are held against the kernel's time.
 */
#include <device/userspace_driver_sdk.h>
#include <string.h>
#include <usrd/client.h>

#include "../ktap.h"
#include "../rtc/rtc.h"

#define RATE 64
#define TICKS 32

static mach_port_t rtc;

static kern_return_t set(dev_flavor_t flavor, const int *words, natural_t n)
{
    return usrd_set_status(rtc, flavor, words, n);
}

/* Seconds since midnight, or -1. */
static int now(void)
{
    int t[RTC_TIME_WORDS];
    natural_t n = RTC_TIME_WORDS;

    if (usrd_get_status(rtc, RTC_TIME, t, &n) != KERN_SUCCESS ||
        n != RTC_TIME_WORDS)
        return -1;
    return (t[RTC_TIME_HOUR] * 60 + t[RTC_TIME_MINUTE]) * 60 +
           t[RTC_TIME_SECOND];
}

/* Wait for the next interrupt: is it of that kind? */
static bool event(const char *kind)
{
    char text[32] = "";
    size_t got = 0;

    return usrd_read(rtc, 0, RTC_READ_EVENT, text, sizeof text - 1, &got) ==
               KERN_SUCCESS &&
           strcmp(text, kind) == 0;
}

static void test_time(void)
{
    char text[32] = "";
    size_t got = 0;
    int before = now();

    ktap_ok(usrd_read(rtc, 0, RTC_READ_TEXT, text, sizeof text - 1, &got) ==
                    KERN_SUCCESS &&
                got == strlen("2026-01-01 00:00:00\n"),
            "the time as text: %.19s", text);
    usrd_sleep(3000);
    int passed = now() - before;
    ktap_ok(passed >= 2 && passed <= 4, "three seconds are %d", passed);
}

static void test_periodic(void)
{
    static const int rate = RATE, odd = 100, off = 0;
    int good = 0;

    ktap_ok(set(RTC_RATE, &odd, 1) == D_INVALID_SIZE, "100 Hz is refused");
    ktap_ok(set(RTC_RATE, &rate, 1) == KERN_SUCCESS, "%d Hz are set", RATE);
    event("periodic\n"); /* from one interrupt on */
    unsigned long began = usrd_now();
    for (int i = 0; i < TICKS; i++)
        good += event("periodic\n");
    unsigned long took = (usrd_now() - began) / 1000;
    ktap_ok(good == TICKS, "%d periodic interrupts came", good);
    ktap_ok(took >= 450 && took <= 600, "in %lums", took);
    ktap_ok(set(RTC_RATE, &off, 1) == KERN_SUCCESS, "and are turned off");
}

static void test_alarm(void)
{
    static const int wrong[3] = {24, 0, 0};
    int second = (now() + 2) % 60, any[3] = {-1, -1, second};
    char byte;
    size_t got;

    ktap_ok(set(RTC_ALARM, wrong, 3) == D_INVALID_SIZE, "24:00:00 is refused");
    ktap_ok(usrd_read(rtc, D_NOWAIT, RTC_READ_EVENT, &byte, 1, &got) ==
                D_WOULD_BLOCK,
            "no interrupt waits");
    ktap_ok(set(RTC_ALARM, any, 3) == KERN_SUCCESS, "an alarm is set");
    ktap_ok(event("alarm\n") && now() % 60 == second,
            "it comes when it should");
    ktap_ok(set(RTC_ALARM, NULL, 0) == KERN_SUCCESS, "and is turned off");
}

int main(void)
{
    ktap_begin();
    if (ktap_ok(usrd_open("rtc", D_READ, &rtc) == KERN_SUCCESS,
                "the clock opens")) {
        test_time();
        test_periodic();
        test_alarm();
    }
    return ktap_end();
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The arithmetic of cpu=: when a budget is used up, when to look again, what
 * is owed; and a spinner seen only at ticks, over many windows. */
#include "budget.h"

#include "tap.h"

#define MS 1000ull
#define TICK (10 * MS)

static struct kx_budget b;
static uint64_t next;

static bool look(uint64_t now_ms, uint64_t used_ms)
{
    return kx_budget_spent(&b, now_ms * MS, used_ms * MS, 20, &next);
}

static void check_looks(void)
{
    kx_budget_start(&b, 5000 * MS, 70 * MS);
    EQ(b.latest, KX_NO_SHARE, "no window is over yet");
    OK(!look(5000, 70), "nothing is used");
    EQ(next, 5200 * MS, "it cannot be used up before 200 ms");
    OK(!look(5200, 150), "80 of 200 ms");
    EQ(next, 5320 * MS, "nor the other 120 before 120 ms");
    OK(!look(5900, 200), "130 of 200");
    EQ(next, 5970 * MS, "and so on");
    OK(!look(5970, 220), "150 of 200");
    EQ(next, 6000 * MS, "the window ends before the rest can be used");
    OK(!look(6000, 250), "a new window, whatever the last one left");
    EQ(next, 6200 * MS, "with all of its budget");
    EQ(b.latest, 18, "the last one: 18 percent");
    OK(look(6200, 450), "all of it is used");
    EQ(next, 7000 * MS, "so the window's end is next");
    EQ(kx_budget_used(&b, 450 * MS), 200 * MS, "what was used of this one");
}

static void check_debt(void)
{
    kx_budget_start(&b, 0, 0);
    OK(look(250, 250), "50 ms too much");
    OK(!look(1000, 250), "the next window");
    EQ(next, 1150 * MS, "has 150 left");
    EQ(b.latest, 25, "the last one: 25 percent");
    OK(look(1150, 400), "which are used");
    OK(!look(2000, 400), "and owes nothing");
    EQ(next, 2200 * MS, "to the third");

    kx_budget_start(&b, 0, 0);
    OK(look(900, 900), "700 ms too much");
    OK(look(1000, 900), "costs one whole window");
    EQ(next, 2000 * MS, "to its end");
    OK(!look(2000, 900), "and not more");

    kx_budget_start(&b, 0, 0);
    OK(!look(10000, 1900), "1900 ms in ten windows are not too much");
    EQ(b.latest, 19, "they were 19 percent of them");
    kx_budget_start(&b, 0, 0);
    OK(look(10000, 9000), "9000 are");
    EQ(b.debt, 200 * MS, "at most one budget is owed");
}

/* Runs whenever it is not held, charged a tick at each tick; looked at when
 * asked for, rounded up to a tick and LATE ticks more.  Returns its share of
 * 100 windows in tenths of a percent. */
static unsigned spin(uint32_t percent, unsigned late)
{
    uint64_t now = 0, used = 0, at, hold = 0;

    kx_budget_start(&b, 0, 0);
    at = kx_budget(percent);
    for (; now < 100ull * KX_WINDOW; now += TICK) {
        if (now >= at + late * TICK) {
            hold = kx_budget_spent(&b, now, used, percent, &at) ? at : 0;
        }
        if (now >= hold)
            used += TICK;
    }
    return (unsigned)(used / (100ull * KX_WINDOW / 1000));
}

static void check_share(void)
{
    static const uint32_t percents[] = {1, 5, 20, 50, 90, 99};

    for (unsigned late = 0; late < 3; late++)
        for (unsigned n = 0; n < sizeof percents / sizeof *percents; n++) {
            unsigned got = spin(percents[n], late), want = percents[n] * 10;
            OK(got <= want + 10 && got + 10 >= want,
               "a spinner with %u percent, seen %u ticks late: %u.%u",
               percents[n], late, got / 10, got % 10);
        }
}

int main(void)
{
    check_looks();
    check_debt();
    check_share();
    return tap_end();
}

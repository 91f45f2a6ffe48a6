/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A client and operator of my-driver and null-driver: uses each device, lets
 * the drivers crash and be killed, and goes on with the handles that it has.
 * Results are KTAP in the log.
 */
#include <device/userspace_driver_sdk.h>
#include <mig/userspace_driver_operator.h>
#include <usrd/client.h>
#include <usrd/operator.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "null-driver.h"

#define BIG 100000 /* more than a message holds */

static mach_port_t mine, null, zero, control;
static unsigned tests;

static void ok(bool good, const char *what)
{
    printf("%sok %u - %s\n", good ? "" : "not ", ++tests, what);
}

static kern_return_t put(mach_port_t device, const char *text)
{
    size_t written = 0;
    kern_return_t kr = usrd_write(device, 0, 0, text, strlen(text), &written);

    return kr == KERN_SUCCESS && written != strlen(text) ? D_IO_ERROR : kr;
}

static bool opens(const char *name, mach_port_t *device)
{
    return usrd_open(name, D_READ | D_WRITE, device) == KERN_SUCCESS;
}

static bool reads(mach_port_t device, size_t size, size_t expected)
{
    static char data[BIG];
    size_t got = ~(size_t)0;

    return usrd_read(device, 0, 0, data, size, &got) == KERN_SUCCESS &&
           got == expected;
}

static bool all_are(unsigned char value)
{
    static unsigned char data[BIG];
    size_t got = 0;

    memset(data, ~value, sizeof data);
    if (usrd_read(zero, 0, 0, data, BIG, &got) != KERN_SUCCESS || got != BIG)
        return false;
    while (got > 0 && data[got - 1] == value)
        got--;
    return got == 0;
}

static int stat_of(mach_port_t device, enum null_stats which)
{
    int words[NULL_STATS_WORDS];
    natural_t count = NULL_STATS_WORDS;

    if (usrd_get_status(device, NULL_STATS, words, &count) != KERN_SUCCESS ||
        count != NULL_STATS_WORDS)
        return -1;
    return words[which];
}

static void use(void)
{
    int seven = 7;

    ok(reads(mine, 16, 16), "my-driver gives what is asked for");
    ok(reads(mine, BIG, BIG), "and more than a message holds");
    ok(put(mine, "hello") == KERN_SUCCESS, "it takes a write");
    ok(usrd_set_status(mine, 1, &seven, 1) == D_INVALID_OPERATION,
       "what it has no callback for is refused");
    ok(reads(null, 16, 0), "null reads as empty");
    ok(put(null, "0123456789") == KERN_SUCCESS, "it takes a write");
    ok(stat_of(null, NULL_STATS_WRITES) == 1 &&
           stat_of(null, NULL_STATS_BYTES) == 10,
       "and counts it");
    ok(all_are(0), "zero reads as zeroes");
    ok(put(zero, "x") == D_READ_ONLY, "it cannot be written");
    ok(usrd_set_status(zero, NULL_FILL, &seven, 1) == KERN_SUCCESS &&
           all_are(7),
       "it reads as it was set to");
    ok(usrd_get_status(null, 99, &seven, &(natural_t){1}) ==
           D_INVALID_OPERATION,
       "an unknown flavour is refused");
}

static void commands(void)
{
    ok(put(control, "log") == KERN_SUCCESS, "a line of each level");
    ok(put(control, "report") == KERN_SUCCESS, "a reported error");
    ok(put(control, "stats") == KERN_SUCCESS, "a line of statistics");
    ok(put(control, "nonsense") == D_INVALID_OPERATION, "no such command");
}

/* Both drivers crash in a request, whose outcome the client hears of. */
static void crash(void)
{
    ok(put(mine, "crash") != KERN_SUCCESS, "my-driver crashes");
    ok(reads(mine, 16, 16), "the handle serves again");
    ok(put(control, "crash") != KERN_SUCCESS, "null-driver crashes");
    ok(stat_of(null, NULL_STATS_OPENS) == 1 &&
           stat_of(null, NULL_STATS_WRITES) == 0,
       "the next one has counted the same open, and nothing else");
    ok(put(null, "x") == KERN_SUCCESS, "its handles serve again");
}

static void killed(const char *task, mach_port_t device)
{
    ok(usrd_op_kill(mach_task_self(), task) == KERN_SUCCESS, task);
    ok(put(device, "log") == KERN_SUCCESS, "is killed, and serves again");
}

static void removed(void)
{
    mach_port_t other;

    ok(put(control, "remove") == KERN_SUCCESS, "zero is removed");
    ok(usrd_open("zero", D_READ, &other) == D_NO_SUCH_DEVICE,
       "it cannot be opened any more");
    ok(opens("null", &other), "the others can");
}

int main(void)
{
    printf("KTAP version 1\n");
    ok(opens("my-driver", &mine) && opens("null", &null) &&
           opens("zero", &zero) && opens("null-control", &control),
       "all devices open");
    use();
    commands();
    crash();
    killed("my-driver", mine);
    killed("null-driver", control);
    removed();
    printf("1..%u\n", tests);
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Devices of a character class: what was written is there, if nobody died
 * meanwhile.  Now and then a device is closed and opened again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <device/userspace_driver_sdk.h>
#include <mach/mach.h>
#include <usrd/client.h>

#include "../rtc/rtc.h"
#include "toil.h"

#define REOPEN 32   /* rounds */
#define BUFFER 4095 /* what edu has of it */
#define EDU_MS 100  /* a transfer */

static const char *name;
static mach_port_t device;

static kern_return_t begin(int argc, char **argv)
{
    (void)argc;
    name = argv[1];
    return usrd_open(name, D_READ | D_WRITE, &device);
}

static kern_return_t reopened(void)
{
    static unsigned rounds;
    kern_return_t kr = KERN_SUCCESS;

    if (device == MACH_PORT_NULL || ++rounds % REOPEN == 0) {
        if (device != MACH_PORT_NULL)
            usrd_close(device);
        device = MACH_PORT_NULL;
        kr = usrd_open(name, D_READ | D_WRITE, &device);
    }
    return kr;
}

/* WRITE goes to RECORD, and then WANT is there. */
static kern_return_t exchange(recnum_t record, const void *write, size_t bytes,
                              const void *want, size_t size)
{
    static char data[BUFFER];
    size_t n = 0, got = 0;

    USRD_CHECK_RETURN(reopened());
    unsigned generation = toil_generation(name);
    USRD_CHECK_RETURN(usrd_write(device, 0, record, write, bytes, &n));
    USRD_CHECK_RETURN(usrd_read(device, 0, record, data, size, &got));
    if (generation != toil_generation(name))
        return MIG_SERVER_DIED; /* between the two: it may be gone */
    if (n != bytes)
        toil_wrong("%lu bytes of %lu written", n, bytes);
    else if (got != size || memcmp(data, want, size) != 0)
        toil_wrong("%lu bytes of %lu are not what was written", got, size);
    return KERN_SUCCESS;
}

static kern_return_t text(void)
{
    char line[128];
    unsigned bytes = 1 + toil_below(sizeof line);

    toil_fill(line, bytes, toil_below(1 << 20));
    return exchange(0, line, bytes, line, bytes);
}

static kern_return_t number(void)
{
    static const char *const factorials[] = {
        "1\n",       "1\n",        "2\n",        "6\n",     "24\n",
        "120\n",     "720\n",      "5040\n",     "40320\n", "362880\n",
        "3628800\n", "39916800\n", "479001600\n"};
    unsigned n = toil_below(13);
    char of[8];

    int bytes = snprintf(of, sizeof of, "%u", n);
    return exchange(0, of, (size_t)bytes, factorials[n], strlen(factorials[n]));
}

static kern_return_t buffer(void)
{
    static char data[BUFFER];
    unsigned bytes = 1 + toil_below(BUFFER);

    toil_fill(data, bytes, toil_below(1 << 20));
    return exchange(1, data, bytes, data, bytes);
}

/* Its factorials, and the buffer that it transfers, in turn.  It does one thing
 * at a time, which may be what a former life of ours asked for; and a factorial
 * takes a thread of the host's as long as it does. */
static kern_return_t edu(void)
{
    static unsigned rounds;
    kern_return_t kr;

    for (unsigned tries = 0; tries < 50; tries++) {
        kr = rounds % 2 ? buffer() : number();
        if (kr != D_WOULD_BLOCK)
            break;
        usrd_sleep(EDU_MS);
    }
    rounds++;
    return kr;
}

/* Sixteen bytes that are what they were before are no chance. */
static kern_return_t random_bytes(void)
{
    static char data[16], before[16];
    size_t got = 0;

    USRD_CHECK_RETURN(reopened());
    USRD_CHECK_RETURN(usrd_read(device, 0, 0, data, sizeof data, &got));
    if (got != sizeof data || memcmp(data, before, sizeof data) == 0)
        toil_wrong("%lu bytes, as before", got);
    memcpy(before, data, sizeof data);
    return KERN_SUCCESS;
}

/* The clock's seconds are ours; now and then it also interrupts. */
static kern_return_t clock_time(void)
{
    static const int rate = 8, off = 0;
    static long first = -1;
    static unsigned rounds;
    int t[RTC_TIME_WORDS];
    natural_t n = RTC_TIME_WORDS;
    char event[32] = "";
    size_t got = 0;

    USRD_CHECK_RETURN(reopened());
    USRD_CHECK_RETURN(usrd_get_status(device, RTC_TIME, t, &n));
    long now = (long)(usrd_now() / 1000000);
    long says =
        t[RTC_TIME_HOUR] * 3600 + t[RTC_TIME_MINUTE] * 60 + t[RTC_TIME_SECOND];
    long apart = ((says - now) % 86400 + 86400) % 86400;
    if (first < 0)
        first = apart;
    if (labs(apart - first) > 2 && labs(apart - first) < 86400 - 2)
        toil_wrong("the clock went %ld s away", apart - first);
    if (++rounds % 8 != 0)
        return KERN_SUCCESS;
    USRD_CHECK_RETURN(usrd_set_status(device, RTC_RATE, &rate, 1));
    USRD_CHECK_RETURN(
        usrd_read(device, 0, RTC_READ_EVENT, event, sizeof event - 1, &got));
    if (strcmp(event, "periodic\n") != 0)
        toil_wrong("an interrupt is %s", event);
    return usrd_set_status(device, RTC_RATE, &off, 1);
}

const struct toil toil_text = {"text", false, begin, text};
const struct toil toil_edu = {"edu", false, begin, edu};
const struct toil toil_random = {"random", false, begin, random_bytes};
const struct toil toil_clock = {"clock", false, begin, clock_time};

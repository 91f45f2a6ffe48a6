/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Test results in KTAP, for tasks that check something.  They go to the log,
 * one line each; the scenario on the host counts them. */
#ifndef KTAP_H
#define KTAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Weak: the files of a task share them. */
__attribute__((weak)) unsigned ktap_tests, ktap_failures;

static inline void ktap_begin(void)
{
    printf("KTAP version 1\n");
}

/* One result; the text says what is so when it passes. */
__attribute__((format(printf, 2, 3))) static inline bool ktap_ok(
    bool passed, const char *format, ...)
{
    char text[100];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    ktap_failures += !passed;
    printf("%sok %u - %s\n", passed ? "" : "not ", ++ktap_tests, text);
    return passed;
}

/* CALL, as it is written, must have returned exactly that. */
static inline void ktap_returns(int wanted, int got, const char *call)
{
    int name = (int)strcspn(call, "(");

    if (got == wanted)
        ktap_ok(true, "%.*s: %d", name, call, got);
    else
        ktap_ok(false, "%.*s: %d, not %d", name, call, got, wanted);
}

/* The plan comes last.  Returns what the program's status should be. */
static inline int ktap_end(void)
{
    printf("1..%u\n", ktap_tests);
    return ktap_failures > 0;
}

#endif

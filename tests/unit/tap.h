/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * TAP for a test program: checks, then `return tap_end();`.  A check that
 * fails says where it stands and what it got, and the program goes on.
 */
#ifndef TAP_H
#define TAP_H

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static unsigned tap_count, tap_failed;

static bool __attribute__((format(printf, 4, 5)))
tap_check(bool good, const char *file, int line, const char *name, ...)
{
    va_list ap;

    printf("%sok %u - ", good ? "" : "not ", ++tap_count);
    va_start(ap, name);
    vprintf(name, ap);
    va_end(ap);
    printf("\n");
    if (!good) {
        tap_failed++;
        printf("# %s:%d\n", file, line);
    }
    fflush(stdout); /* a sanitizer may end the program at any time */
    return good;
}

static inline void tap_number(uint64_t got, uint64_t want, const char *file,
                              int line, const char *name)
{
    if (!tap_check(got == want, file, line, "%s", name))
        printf("# got %" PRIu64 ", want %" PRIu64 "\n", got, want);
}

static inline void tap_string(const char *got, const char *want,
                              const char *file, int line, const char *name)
{
    if (!tap_check(strcmp(got, want) == 0, file, line, "%s", name))
        printf("# got  '%s'\n# want '%s'\n", got, want);
}

/* OK(condition, format, ...); EQ and STR compare, and show both sides. */
#define OK(condition, ...) tap_check(condition, __FILE__, __LINE__, __VA_ARGS__)
#define EQ(got, want, name) tap_number(got, want, __FILE__, __LINE__, name)
#define STR(got, want, name) tap_string(got, want, __FILE__, __LINE__, name)

static int tap_end(void)
{
    printf("1..%u\n", tap_count);
    return tap_failed != 0;
}

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Values of module words.  No Mach header here: the host tests this file. */
#include "values.h"

#include <string.h>

#include "words.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool kx_scan_number(const char **s, uint64_t *n)
{
    const char *p = *s;
    int base = 10, digit;
    uint64_t value = 0;

    if (p[0] == '0' && p[1] == 'x') {
        base = 16;
        p += 2;
    }
    digit = hex_digit(*p);
    if (digit < 0 || digit >= base)
        return false;
    for (; digit = hex_digit(*p), digit >= 0 && digit < base; p++) {
        if (value > (UINT64_MAX - (unsigned)digit) / (unsigned)base)
            return false;
        value = value * (unsigned)base + (unsigned)digit;
    }
    *n = value;
    *s = p;
    return true;
}

bool kx_scan_hex(const char **s, unsigned digits, uint32_t *n)
{
    const char *p = *s;

    *n = 0;
    for (; digits > 0; digits--, p++) {
        int digit = hex_digit(*p);

        if (digit < 0)
            return false;
        *n = *n << 4 | (unsigned)digit;
    }
    *s = p;
    return true;
}

bool kx_parse_number(const char *s, uint64_t *n)
{
    return kx_scan_number(&s, n) && *s == '\0';
}

struct unit {
    const char *name;
    uint64_t factor;
};

static bool parse_units(const char *s, const struct unit *unit, uint64_t *value)
{
    uint64_t n;

    if (!kx_scan_number(&s, &n))
        return false;
    for (; unit->name != NULL; unit++) {
        if (strcmp(s, unit->name) != 0)
            continue;
        if (n > UINT64_MAX / unit->factor)
            return false;
        *value = n * unit->factor;
        return true;
    }
    return false;
}

bool kx_parse_duration(const char *s, uint64_t *us)
{
    static const struct unit units[] = {
        {"us", 1},        {"ms", 1000},       {"s", 1000000},
        {"m", 60000000u}, {"h", 3600000000u}, {NULL, 0},
    };

    if (strcmp(s, "0") == 0) {
        *us = 0;
        return true;
    }
    return parse_units(s, units, us);
}

bool kx_parse_size(const char *s, uint64_t *bytes)
{
    static const struct unit units[] = {
        {"K", 1u << 10},
        {"M", 1u << 20},
        {"G", 1u << 30},
        {NULL, 0},
    };

    return parse_units(s, units, bytes);
}

static bool alphanumeric(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z');
}

bool kx_name_ok(const char *s, size_t n)
{
    if (n == 0 || n >= KX_NAME_MAX || !alphanumeric(s[0]))
        return false;
    for (size_t i = 1; i < n; i++)
        if (!alphanumeric(s[i]) && s[i] != '.' && s[i] != '_' && s[i] != '-')
            return false;
    return true;
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Numbers, durations, sizes and names, and what is none. */
#include "values.h"

#include "tap.h"
#include "words.h"

#define NONE UINT64_MAX

struct sample {
    const char *text;
    uint64_t value; /* NONE: it must be refused */
};

static const struct sample numbers[] = {
    {"0", 0},
    {"7", 7},
    {"0x2e8", 0x2e8},
    {"0xFEd00000", 0xfed00000},
    {"18446744073709551614", 18446744073709551614u},
    {"18446744073709551616", NONE},
    {"0x10000000000000000", NONE},
    {"", NONE},
    {"0x", NONE},
    {"x", NONE},
    {"-1", NONE},
    {"+1", NONE},
    {" 1", NONE},
    {"1 ", NONE},
    {"1x", NONE},
    {"12a", NONE},
    {"0x1g", NONE},
    {"1.5", NONE},
};

static const struct sample durations[] = {
    {"0", 0},
    {"0ms", 0},
    {"100us", 100},
    {"10ms", 10000},
    {"5s", 5000000},
    {"2m", 120000000},
    {"1h", 3600000000u},
    {"10", NONE},
    {"ms", NONE},
    {"", NONE},
    {"5S", NONE},
    {"5 s", NONE},
    {"5sec", NONE},
    {"5s ", NONE},
    {"-5s", NONE},
    {"1.5s", NONE},
    {"00", NONE},
    {"18446744073709551614us", NONE - 1},
    {"18446744073709551615s", NONE},
};

static const struct sample sizes[] = {
    {"64K", 65536},
    {"1M", 1048576},
    {"2G", 2147483648u},
    {"0K", 0},
    {"64", NONE},
    {"0", NONE},
    {"K", NONE},
    {"", NONE},
    {"64k", NONE},
    {"64KB", NONE},
    {"64KiB", NONE},
    {"-1K", NONE},
    {"1.5M", NONE},
    {"18446744073709551615K", NONE},
    {"17179869184G", NONE},
};

static void try_all(const char *kind, const struct sample *s, size_t n,
                    bool (*parse)(const char *, uint64_t *))
{
    for (; n > 0; n--, s++) {
        uint64_t value = 0;
        bool taken = parse(s->text, &value);

        if (s->value == NONE)
            OK(!taken, "%s '%s' is refused", kind, s->text);
        else
            OK(taken && value == s->value, "%s '%s'", kind, s->text);
    }
}

#define ALL(table) table, sizeof(table) / sizeof *(table)

int main(void)
{
    static const char *const good[] = {"a", "7", "uart", "virtio-blk.1",
                                       "A_b-c.d"};
    static const char *const bad[] = {"",         "-a",  ".a",  "_a",
                                      "a b",      "a/b", "a=b", "a,b",
                                      "\xc3\xa4", "a\n", "a\"", "a#1"};
    char longest[KX_NAME_MAX + 1];
    uint32_t hex;
    const char *at = "8086:";

    try_all("number", ALL(numbers), kx_parse_number);
    try_all("duration", ALL(durations), kx_parse_duration);
    try_all("size", ALL(sizes), kx_parse_size);

    OK(kx_scan_hex(&at, 4, &hex) && hex == 0x8086 && *at == ':', "four digits");
    at = "808";
    OK(!kx_scan_hex(&at, 4, &hex) && *at == '8', "three digits are not four");

    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        OK(kx_name_ok(good[i], strlen(good[i])), "name '%s'", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        OK(!kx_name_ok(bad[i], strlen(bad[i])), "bad name %zu is refused", i);
    memset(longest, 'x', sizeof longest);
    OK(kx_name_ok(longest, KX_NAME_MAX - 1), "the longest name");
    OK(!kx_name_ok(longest, KX_NAME_MAX), "a name one byte longer");
    return tap_end();
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One log line: its form, quoting, and cutting at 126 bytes. */
#include "line.h"

#include <ctype.h>
#include <stdarg.h>

#include "tap.h"

static char line[KX_LOG_LINE + 1];

static const char *format(uint64_t us, const char *task, unsigned incarnation,
                          const char *verb, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

static const char *format(uint64_t us, const char *task, unsigned incarnation,
                          const char *verb, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    line[kx_line_format(line, us, 'I', task, incarnation, verb, fmt, ap)] =
        '\0';
    va_end(ap);
    return line;
}

static const char *quote(const char *s)
{
    static char buf[256];

    return kx_log_quote(s, 200, buf, sizeof buf);
}

static void check_form(void)
{
    STR(format(12345678, "uart", 3, "restart", "cause=%s try=%u/5", "late", 2u),
        "[   12.345678] I uart#3 restart cause=late try=2/5", "a task's line");
    STR(format(0, NULL, 7, "up", "ready=%d", 5),
        "[    0.000000] I kernel-ext up ready=5", "kernel-ext's own");
    STR(format(99999999999, "a", 0, "ready", "took=1us"),
        "[99999.999999] I a#0 ready took=1us", "a day later");
    STR(format(1000000000000, "a", 0, "ready", "took=1us"),
        "[1000000.000000] I a#0 ready took=1us", "eleven days later");
    STR(format(0, "a", 1, "log", "%s", ""), "[    0.000000] I a#1 log",
        "no keys, no blank at the end");
    STR(format(0, "a/b c#1] \xff", 0, "refuse", "why=x"),
        "[    0.000000] I a_b_c_1___#0 refuse why=x",
        "a bad name cannot pass for something else");
    STR(format(0, "virtio-blk.1_x", 2, "ready", "took=1us"),
        "[    0.000000] I virtio-blk.1_x#2 ready took=1us", "a good one stays");
    STR(format(0, "a", 1, "log", "text=%s", "~x\r\n[ y\x80\x1b[K"),
        "[    0.000000] I a#1 log text=~x??[ y??[K",
        "control bytes cannot make a second line");
}

static void check_quote(void)
{
    static const struct {
        const char *raw, *want, *name;
    } all[] = {
        {"0x2e8-0x2ef", "0x2e8-0x2ef", "a plain word stays"},
        {"!~", "!~", "from the first printable byte to the last"},
        {"~ !", "\"~ !\"", "in quotes, too"},
        {"", "\"\"", "nothing"},
        {"two words", "\"two words\"", "a blank"},
        {"irq=3", "irq=3", "an equals sign ends only the key"},
        {"a\"b", "\"a\\\"b\"", "a quote"},
        {"a\\b", "\"a\\\\b\"", "a backslash"},
        {"a\nb\r\x1b\x7f\xff\x01", "\"a\\x0ab\\x0d\\x1b\\x7f\\xff\\x01\"",
         "what is not printable ASCII"},
        {"\xc3\xa4", "\"\\xc3\\xa4\"", "UTF-8"},
    };
    static const char raw[] = {'a', 'b', 'c', 'd'}; /* no zero at its end */
    char buf[16];

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        STR(quote(all[i].raw), all[i].want, all[i].name);
    STR(kx_log_quote(raw, sizeof raw, buf, sizeof buf), "abcd",
        "bytes without a zero");
    STR(kx_log_quote("ab\0cd", 5, buf, sizeof buf), "ab", "up to the zero");
    STR(kx_log_quote("abcdef", 6, buf, 6), "\"abc\"",
        "cut, and seen to be: in quotes");
    STR(kx_log_quote("abcdef", 6, buf, 7), "abcdef", "just fits");
    STR(kx_log_quote("ab\n", 3, buf, 8), "\"ab\"",
        "an escape is not torn apart");
    STR(kx_log_quote("ab\n", 3, buf, 9), "\"ab\\x0a\"", "or it is whole");
    STR(kx_log_quote("\"\"\"", 3, buf, 6), "\"\\\"\"", "nor is a short one");
    STR(kx_log_quote("", 0, buf, 3), "\"\"", "just room for nothing");
    STR(kx_log_quote("a", 1, buf, 2), "", "no room: empty");
    buf[0] = 'x';
    kx_log_quote("a", 1, buf, 0);
    OK(buf[0] == 'x', "no room at all: nothing written");
}

/* A logfmt value list that is sound: quotes closed, escapes whole. */
static bool sound(const char *s)
{
    bool quoted = false;

    for (; *s != '\0'; s++) {
        if (*s == '"')
            quoted = !quoted;
        if (*s == '\\' && quoted) {
            s++;
            if (*s == 'x' && isxdigit(s[1]) && isxdigit(s[2]))
                s += 2;
            else if (*s != '"' && *s != '\\')
                return false;
        }
    }
    return !quoted;
}

static void check_cut(void)
{
    char text[600], pad[200];
    unsigned bad = 0, long_ = 0;
    size_t head = strlen("[    0.000000] I a#1 log ");

    memset(text, 'z', sizeof text);
    text[sizeof text - 1] = '\0';
    STR(format(0, "a", 1, "log", "n=1 word=%s", text),
        "[    0.000000] I a#1 log n=1", "a plain value is not cut in two");
    format(0, "a", 1, "log", "text=\"%s\"", text);
    EQ(strlen(line), KX_LOG_LINE, "a quoted one fills the line");
    OK(line[KX_LOG_LINE - 1] == '"', "and is closed");
    format(0, "a", 1, "log", "text=\"x\" pc=0x%s", text);
    STR(line, "[    0.000000] I a#1 log text=\"x\"", "whole values before it");
    text[100] = '\0';
    format(0, "a", 1, "log", "%s", text);
    EQ(strlen(line), head + 100, "one byte less than the limit");
    text[100] = 'z', text[101] = '\0';
    format(0, "a", 1, "log", "%s", text);
    EQ(strlen(line), KX_LOG_LINE, "exactly the limit");

    text[100] = '\0', text[99] = 'y';
    format(0, "a", 1, "log", "%s n=1", text);
    EQ(strlen(line), head + 100, "a value that ends one byte before the limit");
    text[100] = 'z', text[101] = '\0';
    format(0, "a", 1, "log", "%s n=1", text);
    EQ(strlen(line), KX_LOG_LINE, "and one that ends there, is kept whole");

    /* Every position of an escape and of an opening quote around the end. */
    for (unsigned n = 60; n < 120; n++)
        for (unsigned what = 0; what < 6; what++) {
            static const char *const values[] = {
                "k=\"\\x0a\\x0b\"", "k=\"\\\\\\\\\"", "k=\"\\\"\\\"\"",
                "k=\"ab\" l=2",     "k=\"\"",         "k=12345 l=6"};

            memset(pad, 'p', n);
            pad[n] = '\0';
            format(0, "a", 1, "log", "p=%s %s", pad, values[what]);
            bad += !sound(line);
            long_ += strlen(line) > KX_LOG_LINE;
            memset(pad, ' ', n);
            format(0, "a", 1, "log", "p=\"%s\" %s", pad, values[what]);
            bad += !sound(line);
            long_ += strlen(line) > KX_LOG_LINE;
            if (what == 5)
                continue;
            format(0, "a", 1, "log", "p=\"%s%s", pad, values[what] + 3);
            bad += !sound(line);
        }
    EQ(bad, 0, "wherever the line ends, it is sound");
    EQ(long_, 0, "and not too long");

    format(0, "a", 1, "log", "p=\"%89s\\x0a\\x0b\"", "");
    STR(line + 117, "\\x0a\\x0b\"", "two escapes that fit stay");
    format(0, "a", 1, "log", "p=\"%90s\\x0a\\x0b\"", "");
    STR(line + 118, "\\x0a\"", "the one that does not is left out whole");
}

int main(void)
{
    check_form();
    check_quote();
    check_cut();
    return tap_end();
}

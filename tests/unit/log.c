/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The ring: order, levels, overflow, partial writes, and a shell's line
 * among the log's. */
#include "log.h"

#include <stdlib.h>

#include "tap.h"

static uint64_t time_us;

static uint64_t now(void)
{
    return time_us += 1000;
}

static char out[1 << 20];

/* Everything that waits, by writes of at most MOST bytes. */
static const char *drain(size_t most)
{
    const char *bytes;
    size_t n, used = 0;

    while ((n = kx_log_peek(&bytes)) > 0) {
        if (n > 1024)
            OK(false, "a piece of %zu bytes", n);
        n = n < most ? n : most;
        memcpy(out + used, bytes, n);
        used += n;
        kx_log_take(n);
    }
    out[used] = '\0';
    return out;
}

static void start(void)
{
    time_us = 0;
    kx_log_init(now);
}

static void console(const char *text)
{
    kx_console_write(text, strlen(text));
}

static void check_lines(void)
{
    const char *bytes;

    start();
    EQ(kx_log_peek(&bytes), 0, "nothing at first");
    kx_log('I', NULL, 0, "boot", "modules=%d", 3);
    kx_log_at(5, 'E', "uart", 2, "death", "cause=late");
    STR(drain(1024),
        "[    0.001000] I kernel-ext boot modules=3\r\n"
        "[    0.000005] E uart#2 death cause=late\r\n",
        "two lines, the second of an earlier event");
    STR(drain(1024), "", "once only");
    kx_log_take(5);
    EQ(kx_log_peek(&bytes), 0, "nothing to take does no harm");

    static const char order[] = "EWNID";
    for (unsigned level = 0; level < 5; level++) {
        char want[6] = "", got[6] = "";

        start();
        kx_log_level(order[level]);
        for (unsigned i = 0; i < 5; i++)
            kx_log(order[i], NULL, 0, "halt", "how=halt");
        drain(1024);
        for (char *p = out; (p = strstr(p, "] ")) != NULL; p++)
            strncat(got, p + 2, 1);
        strncat(want, order, level + 1);
        STR(got, want, "a level shows itself and what weighs more");
    }
}

static void check_partial(void)
{
    static char whole[1 << 16];
    unsigned differ = 0;

    for (unsigned most = 0; most < 40; most++) {
        start();
        for (unsigned i = 0; i < 60; i++) {
            kx_log('I', "uart", i, "log", "text=%u", i);
            console(i % 3 == 0 ? "> he" : i % 3 == 1 ? "llo" : "\n");
        }
        drain(most == 0 ? 1024 : most);
        if (most == 0)
            strcpy(whole, out);
        else
            differ += strcmp(whole, out) != 0;
    }
    EQ(differ, 0, "any size of write gives the same bytes");

    /* Lines that come while a write is half done wait for it. */
    const char *bytes;
    start();
    kx_log('I', "a", 1, "log", "text=first");
    kx_log_peek(&bytes);
    kx_log_take(10);
    for (unsigned i = 0; i < 2000; i++)
        kx_log('I', "b", i, "log", "text=flood");
    drain(7);
    OK(strncmp(out, "000] I a#1 log text=first\r\n[", 28) == 0,
       "a line that was begun is finished, whatever is dropped");
    OK(strstr(out, "lost lines=") != NULL, "and what was dropped is told");
}

static void check_overflow(void)
{
    unsigned lost = 0, lines = 0, bad = 0, next = 0;
    double last = -1;

    start();
    for (unsigned i = 0; i < 5000; i++)
        kx_log('I', "a", i, "log", "text=%0*u", (int)(i % 90) + 1, i);
    drain(1024);
    for (char *p = strtok(out, "\n"); p != NULL; p = strtok(NULL, "\n")) {
        double at = strtod(p + 1, NULL);
        char *hash = strstr(p, " a#");

        lines++;
        bad += p[strlen(p) - 1] != '\r' || p[0] != '[' || at < last;
        last = at;
        if (hash == NULL)
            lost = (unsigned)atoi(strstr(p, "lost lines=") + 11);
        else if (lines > 2)
            bad += (unsigned)atoi(hash + 3) != next;
        if (hash != NULL)
            next = (unsigned)atoi(hash + 3) + 1;
    }
    EQ(bad, 0, "whole lines, in order of time, without a gap");
    EQ(next, 5000, "up to the newest");
    EQ(lost + lines - 1, 5000, "every line is there or counted");
    OK(lines > 400, "%u lines had room", lines);
    kx_log('I', "a", 1, "log", "text=x");
    OK(strstr(drain(1024), "lost") == NULL, "what was lost is told once");
}

#define LINE "I u#1 ready took=1us\r\n"

static void line(void)
{
    kx_log_at(0, 'I', "u", 1, "ready", "took=1us");
}

static void check_console(void)
{
    unsigned lines = 0, lost = 0;

    start();
    console("> sta");
    line();
    console("tus\nok\n");
    line();
    STR(drain(1024),
        "> sta\r\033[K[    0.000000] " LINE "> status\r\nok\r\n"
        "[    0.000000] " LINE,
        "an unfinished line makes way and comes back");
    console("> ");
    drain(1024);
    line();
    line();
    STR(drain(1024), "\r\033[K[    0.000000] " LINE "[    0.000000] " LINE "> ",
        "also when it was written long ago, once for several lines");
    line();
    console("x");
    line();
    STR(drain(1024),
        "\r\033[K[    0.000000] " LINE "> x\r\033[K[    0.000000] " LINE "> x",
        "and grows in between");
    kx_log_level('E');
    line();
    STR(drain(1024), "", "a line that is not shown does not touch it");

    start();
    for (unsigned i = 0; i < 100; i++)
        line();
    for (unsigned i = 0; i < 10000; i++)
        console("spam spam spam spam\n");
    drain(1024);
    for (char *p = out; (p = strstr(p, LINE)) != NULL; p++)
        lines++;
    EQ(lines, 100, "a task that floods the console costs no line of the log");
    lines = 0;
    for (char *p = out; (p = strstr(p, "spam\r\n")) != NULL; p++)
        lines++;
    EQ(lines, KX_CONSOLE_MAX / 20, "it has its own room");
    console("again\n");
    drain(1024);
    sscanf(out, "%*[^=]=%u", &lost);
    EQ(lines + lost, 10000, "the rest is counted");

    /* A chunk full of the bytes that make the most output. */
    start();
    for (unsigned i = 0; i < 1000; i++)
        console(
            "\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\n");
    EQ(strlen(drain(1024)) % (30 * 8 + 2), 0, "tabs grow and all come out");
}

static void check_flood(void)
{
    struct kx_flood f = {0, 0};
    unsigned dropped, passed = 0, told = 0, reports = 0;
    uint64_t t = 0;

    while (kx_flood_ok(&f, t, &dropped))
        passed++;
    EQ(passed, 64, "a burst of 64");
    OK(!kx_flood_ok(&f, t + 20000, &dropped), "then shut, also a line later");
    OK(!kx_flood_ok(&f, t + 639999, &dropped) && dropped == 0,
       "until it is half full");
    OK(kx_flood_ok(&f, t + 640000, &dropped), "then open");
    EQ(dropped, 3, "and the dropped lines are counted");
    OK(kx_flood_ok(&f, t + 640001, &dropped) && dropped == 0, "once");

    /* A thousand lines a second, for a minute. */
    memset(&f, 0, sizeof f);
    passed = 0;
    for (unsigned i = 0; i < 60000; i++)
        if (kx_flood_ok(&f, t += 1000, &dropped)) {
            passed++;
            reports += dropped > 0;
            told += dropped;
        }
    OK(passed >= 60 * 50 && passed <= 60 * 50 + 64, "50 a second: %u", passed);
    EQ(passed + told + f.dropped, 60000, "none uncounted");
    OK(reports <= 120, "without a report at each: %u", reports);

    memset(&f, 0, sizeof f);
    passed = 0;
    for (unsigned i = 0; i < 1000; i++)
        passed += kx_flood_ok(&f, t += 20000, &dropped);
    EQ(passed, 1000, "50 a second for ever is no flood");
}

int main(void)
{
    check_lines();
    check_partial();
    check_overflow();
    check_console();
    check_flood();
    return tap_end();
}

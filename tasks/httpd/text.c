/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Text that grows. */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEP 8192u

void text_clear(struct text *t)
{
    t->used = 0;
    t->failed = false;
}

/* Room for N bytes and a terminating zero. */
static bool reserve(struct text *t, size_t n)
{
    size_t room = t->room;

    if (t->failed || n >= TEXT_MAX - t->used) {
        t->failed = true;
        return false;
    }
    while (room - t->used <= n)
        room += STEP;
    if (room == t->room)
        return true;
    char *data = realloc(t->data, room);
    if (!data) {
        t->failed = true;
        return false;
    }
    t->data = data;
    t->room = room;
    return true;
}

static void add(struct text *t, const char *bytes, size_t n)
{
    if (!reserve(t, n))
        return;
    memcpy(t->data + t->used, bytes, n);
    t->used += n;
    t->data[t->used] = '\0';
}

void text_raw(struct text *t, const char *string)
{
    add(t, string, strlen(string));
}

void text_put(struct text *t, const char *format, ...)
{
    char line[512];
    va_list args;

    va_start(args, format);
    int n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (n < 0 || (size_t)n >= sizeof line)
        t->failed = true;
    else
        add(t, line, (size_t)n);
}

void text_html(struct text *t, const char *string)
{
    for (; *string; string++)
        switch (*string) {
        case '&':
            text_raw(t, "&amp;");
            break;
        case '<':
            text_raw(t, "&lt;");
            break;
        case '>':
            text_raw(t, "&gt;");
            break;
        case '"':
            text_raw(t, "&quot;");
            break;
        case '\'':
            text_raw(t, "&#39;");
            break;
        default:
            add(t, string, 1);
        }
}

void text_json(struct text *t, const char *string)
{
    add(t, "\"", 1);
    for (; *string; string++) {
        unsigned char c = (unsigned char)*string;

        if (c == '"' || c == '\\')
            text_put(t, "\\%c", c);
        else if (c < 0x20 || c > 0x7e)
            text_put(t, "\\u%04x", c);
        else
            add(t, string, 1);
    }
    add(t, "\"", 1);
}

void text_seconds(struct text *t, uint64_t us)
{
    text_put(t, "%lu.%06lu", (unsigned long)(us / 1000000),
             (unsigned long)(us % 1000000));
}

void text_duration(struct text *t, uint64_t us)
{
    unsigned long ms = us / 1000, s = us / 1000000;

    if (us < 1000)
        text_put(t, "%lu µs", (unsigned long)us);
    else if (us < 1000000 && us % 1000 == 0)
        text_put(t, "%lu ms", ms);
    else if (us < 10000)
        text_put(t, "%lu.%lu ms", ms, (unsigned long)us / 100 % 10);
    else if (us < 1000000)
        text_put(t, "%lu ms", ms);
    else if (s < 60 && us % 1000000 == 0)
        text_put(t, "%lu s", s);
    else if (s < 10)
        text_put(t, "%lu.%lu s", s, ms / 100 % 10);
    else if (s < 60)
        text_put(t, "%lu s", s);
    else if (s < 3600 && s % 60 == 0)
        text_put(t, "%lu min", s / 60);
    else if (s < 3600)
        text_put(t, "%lu min %02lu s", s / 60, s % 60);
    else if (s < 86400 && s % 3600 < 60)
        text_put(t, "%lu h", s / 3600);
    else if (s < 86400)
        text_put(t, "%lu h %02lu min", s / 3600, s / 60 % 60);
    else
        text_put(t, "%lu d %02lu h", s / 86400, s / 3600 % 24);
}

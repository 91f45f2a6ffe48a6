/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Formatting, quoting and cutting a log line.  Needs nothing of the ring. */
#include "line.h"

#include <stdio.h>
#include <string.h>

#include "values.h"

/* How many bytes the next unit of a quoted value takes: an escape is never
 * torn apart. */
static size_t unit(const char *s)
{
    if (s[0] != '\\')
        return 1;
    return s[1] == 'x' ? 4 : 2;
}

/* Cut LINE, of N bytes, to KX_LOG_LINE: inside a quoted value, which is
 * closed, else after a whole key=value, so that no number loses digits. */
static size_t cut(char *line, size_t n)
{
    size_t blank = 0, i = 0;
    bool quoted = false;

    if (n <= KX_LOG_LINE)
        return n;
    for (;;) {
        size_t step = quoted ? unit(line + i) : 1;
        bool closing = quoted || line[i] == '"'; /* must still fit */

        if (i + step + closing > KX_LOG_LINE)
            break;
        if (step == 1 && line[i] == '"')
            quoted = !quoted;
        else if (!quoted && line[i] == ' ')
            blank = i;
        i += step;
    }
    if (quoted) {
        line[i++] = '"';
        return i;
    }
    /* A closed value that ends here is whole. */
    if (line[i] == ' ' || blank == 0)
        return i;
    return blank;
}

size_t kx_line_format(char out[KX_LOG_LINE], uint64_t us, char severity,
                      const char *task, unsigned incarnation, const char *verb,
                      const char *fmt, va_list ap)
{
    char buf[512];
    int n, at;
    size_t length;

    n = snprintf(buf, sizeof buf, "[%5lu.%06lu] %c ",
                 (unsigned long)(us / 1000000), (unsigned long)(us % 1000000),
                 severity);
    if (task == NULL) {
        n += snprintf(buf + n, sizeof buf - (size_t)n, "kernel-ext %s ", verb);
    } else {
        /* A line that was refused may have a name that is none. */
        at = n;
        n += snprintf(buf + n, sizeof buf - (size_t)n, "%.63s", task);
        for (; at < n; at++)
            if (!kx_name_ok(buf + at, 1) && strchr(".-", buf[at]) == NULL)
                buf[at] = '_';
        n += snprintf(buf + n, sizeof buf - (size_t)n, "#%u %s ", incarnation,
                      verb);
    }
    vsnprintf(buf + n, sizeof buf - (size_t)n, fmt, ap);
    length = strlen(buf);
    if (buf[length - 1] == ' ')
        length--;
    for (size_t i = 0; i < length; i++)
        if (buf[i] < ' ' || buf[i] > '~')
            buf[i] = '?';
    length = cut(buf, length);
    memcpy(out, buf, length);
    return length;
}

static bool plain(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (s[i] <= ' ' || s[i] > '~' || s[i] == '"' || s[i] == '\\')
            return false;
    return n > 0;
}

/* The escaped form of one byte into OUT[4]; returns its length. */
static size_t escape(char c, char *out)
{
    static const char hex[] = "0123456789abcdef";

    if (c >= ' ' && c <= '~' && c != '"' && c != '\\') {
        out[0] = c;
        return 1;
    }
    out[0] = '\\';
    if (c == '"' || c == '\\') {
        out[1] = c;
        return 2;
    }
    out[1] = 'x';
    out[2] = hex[(unsigned char)c >> 4];
    out[3] = hex[(unsigned char)c & 15];
    return 4;
}

const char *kx_log_quote(const char *s, size_t max, char *buf, size_t size)
{
    size_t n = strnlen(s, max), used = 0;

    if (size < sizeof "\"\"") {
        if (size > 0)
            buf[0] = '\0';
        return buf;
    }
    if (plain(s, n) && n < size) {
        memcpy(buf, s, n);
        buf[n] = '\0';
        return buf;
    }
    buf[used++] = '"';
    for (size_t i = 0; i < n; i++) {
        char text[4];
        size_t length = escape(s[i], text);

        if (used + length + sizeof "\"" > size)
            break;
        memcpy(buf + used, text, length);
        used += length;
    }
    buf[used++] = '"';
    buf[used] = '\0';
    return buf;
}

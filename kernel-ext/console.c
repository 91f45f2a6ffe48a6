/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The filter and the model of a task's unfinished console line.  A line wider
 * than the terminal leaves its first rows on the screen when it is hidden. */
#include "console.h"

#include <stdio.h>
#include <string.h>

#define ESC '\033'

/* A task that says "\r\n" itself gets no second return. */
static size_t new_line(struct kx_console *c, char *out)
{
    size_t n = 0;

    if (c->cursor > 0)
        out[n++] = '\r';
    out[n++] = '\n';
    c->length = c->cursor = 0;
    return n;
}

static size_t print(struct kx_console *c, char byte, char *out)
{
    size_t n = 0;

    if (c->cursor == KX_CONSOLE_LINE)
        n = new_line(c, out);
    c->line[c->cursor++] = byte;
    if (c->length < c->cursor)
        c->length = c->cursor;
    out[n++] = byte;
    return n;
}

static size_t tab(struct kx_console *c, char *out)
{
    size_t n = 0;

    do
        n += print(c, ' ', out + n);
    while (c->cursor % 8 != 0 && c->cursor < KX_CONSOLE_LINE);
    return n;
}

/* The cursor stays within the text. */
static size_t move(struct kx_console *c, char way, unsigned n, char *out)
{
    unsigned room = way == 'C' ? c->length - c->cursor : c->cursor;

    if (n == 0)
        n = 1;
    if (n > room)
        n = room;
    if (n == 0)
        return 0;
    c->cursor = way == 'C' ? c->cursor + n : c->cursor - n;
    return (size_t)sprintf(out, "\033[%u%c", n, way);
}

static size_t escape(struct kx_console *c, char byte, char *out)
{
    if (c->escape == 1) {
        c->escape = byte == '[' ? 2 : 0;
        c->parameter = 0;
        c->known = true;
        return 0;
    }
    if (byte >= '0' && byte <= '9') {
        if (c->parameter < KX_CONSOLE_LINE)
            c->parameter = c->parameter * 10 + (unsigned)(byte - '0');
        return 0;
    }
    if (byte >= ' ' && byte < '@') { /* more parameters: none that we know */
        c->known = false;
        return 0;
    }
    c->escape = 0;
    if (c->known && (byte == 'C' || byte == 'D'))
        return move(c, byte, c->parameter, out);
    if (c->known && byte == 'K' && c->parameter == 0) {
        c->length = c->cursor;
        memcpy(out, "\033[K", 3);
        return 3;
    }
    return 0;
}

size_t kx_console_byte(struct kx_console *c, char byte, char *out)
{
    if (byte == ESC) {
        c->escape = 1;
        return 0;
    }
    if (byte == '\n' || byte == '\r')
        c->escape = 0; /* no sequence goes past the end of a line */
    if (c->escape != 0)
        return escape(c, byte, out);
    switch (byte) {
    case '\n':
        return new_line(c, out);
    case '\r':
        c->cursor = 0;
        out[0] = '\r';
        return 1;
    case '\b':
        if (c->cursor == 0)
            return 0;
        c->cursor--;
        out[0] = '\b';
        return 1;
    case '\t':
        return tab(c, out);
    default:
        return print(c, byte >= ' ' && byte <= '~' ? byte : '?', out);
    }
}

size_t kx_console_hide(const struct kx_console *c, char *out)
{
    if (c->length == 0)
        return 0;
    memcpy(out, "\r\033[K", 4);
    return 4;
}

size_t kx_console_show(const struct kx_console *c, char *out)
{
    size_t n = c->length;

    memcpy(out, c->line, n);
    if (c->cursor < c->length)
        n += (size_t)sprintf(out + n, "\033[%uD", c->length - c->cursor);
    return n;
}

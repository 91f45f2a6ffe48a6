/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The line editor.  What it asks of a terminal: a carriage return, "erase to
 * the end of the line" (ESC [ K) and "cursor left" (ESC [ n D). */
#include "editor.h"

#include <stdio.h>
#include <string.h>

#define CTRL(letter) ((letter)&0x1f)
#define ESC '\033'
#define DELETE 0x7f

/* The whole line again, then the cursor to its place.  It starts with a
 * return, so that what is on the screen is what came since the last one. */
static void redraw(struct editor *e)
{
    char text[EDITOR_MAX + 32];
    int n = snprintf(text, sizeof text, "\r%s%s\033[K", e->prompt, e->line);

    e->show(text, n);
    if (e->cursor < e->length) {
        n = snprintf(text, sizeof text, "\033[%uD", e->length - e->cursor);
        e->show(text, n);
    }
}

void editor_init(struct editor *e, const char *prompt,
                 void (*show)(const char *, size_t))
{
    memset(e, 0, sizeof *e);
    e->prompt = prompt;
    e->show = show;
}

void editor_begin(struct editor *e)
{
    e->length = e->cursor = e->back = 0;
    e->line[0] = '\0';
    redraw(e);
}

static void insert(struct editor *e, char c)
{
    if (e->length == EDITOR_MAX) {
        e->show("\a", 1);
        return;
    }
    memmove(e->line + e->cursor + 1, e->line + e->cursor,
            e->length - e->cursor + 1);
    e->line[e->cursor++] = c;
    e->length++;
    if (e->cursor == e->length)
        e->show(&c, 1);
    else
        redraw(e);
}

/* Take out the bytes FROM..TO; the cursor is left at FROM. */
static void cut(struct editor *e, unsigned from, unsigned to)
{
    if (from == to)
        return;
    memmove(e->line + from, e->line + to, e->length - to + 1);
    e->length -= to - from;
    e->cursor = from;
    redraw(e);
}

static void move(struct editor *e, unsigned cursor)
{
    if (cursor > e->length) /* also from below 0 */
        return;
    e->cursor = cursor;
    redraw(e);
}

static void recall(struct editor *e, unsigned back)
{
    unsigned kept =
        e->n_history < EDITOR_HISTORY ? e->n_history : EDITOR_HISTORY;

    if (back > kept) /* also from below 0 */
        return;
    if (e->back == 0)
        strcpy(e->typed, e->line);
    e->back = back;
    strcpy(e->line, back == 0
                        ? e->typed
                        : e->history[(e->n_history - back) % EDITOR_HISTORY]);
    e->length = e->cursor = strlen(e->line);
    redraw(e);
}

static void keep(struct editor *e)
{
    const char *last = e->history[(e->n_history - 1) % EDITOR_HISTORY];

    if (e->length == 0 || (e->n_history > 0 && strcmp(last, e->line) == 0))
        return;
    strcpy(e->history[e->n_history++ % EDITOR_HISTORY], e->line);
}

static unsigned word_start(const struct editor *e)
{
    unsigned at = e->cursor;

    while (at > 0 && e->line[at - 1] == ' ')
        at--;
    while (at > 0 && e->line[at - 1] != ' ')
        at--;
    return at;
}

/* After ESC [ or ESC O: a letter, or a digit and a tilde. */
static void escape(struct editor *e, char c)
{
    if (e->escape == 1) {
        e->escape = c == '[' || c == 'O' ? 2 : 0;
        e->parameter = 0;
        return;
    }
    if ((c >= '0' && c <= '9') || c == ';') {
        e->parameter = c;
        return;
    }
    e->escape = 0;
    switch (c == '~' ? e->parameter : c) {
    case 'A':
        recall(e, e->back + 1);
        break;
    case 'B':
        recall(e, e->back - 1);
        break;
    case 'C':
        move(e, e->cursor + 1);
        break;
    case 'D':
        move(e, e->cursor - 1);
        break;
    case 'H':
    case '1':
    case '7':
        move(e, 0);
        break;
    case 'F':
    case '4':
    case '8':
        move(e, e->length);
        break;
    case '3':
        if (e->cursor < e->length)
            cut(e, e->cursor, e->cursor + 1);
        break;
    }
}

bool editor_feed(struct editor *e, char c)
{
    bool same_key = e->after_return && c == '\n';

    e->after_return = c == '\r';
    if (e->escape > 0) {
        escape(e, c);
        return false;
    }
    switch (c) {
    case '\n':
        if (same_key)
            return false;
        /* fall through */
    case '\r':
        keep(e);
        e->show("\r\n", 2);
        return true;
    case ESC:
        e->escape = 1;
        break;
    case CTRL('a'):
        move(e, 0);
        break;
    case CTRL('b'):
        move(e, e->cursor - 1);
        break;
    case CTRL('c'):
        e->show("^C\r\n", 4);
        editor_begin(e);
        break;
    case CTRL('d'):
        if (e->cursor < e->length)
            cut(e, e->cursor, e->cursor + 1);
        break;
    case CTRL('e'):
        move(e, e->length);
        break;
    case CTRL('f'):
        move(e, e->cursor + 1);
        break;
    case CTRL('h'):
    case DELETE:
        if (e->cursor > 0)
            cut(e, e->cursor - 1, e->cursor);
        break;
    case CTRL('k'):
        cut(e, e->cursor, e->length);
        break;
    case CTRL('l'):
        redraw(e);
        break;
    case CTRL('n'):
        recall(e, e->back - 1);
        break;
    case CTRL('p'):
        recall(e, e->back + 1);
        break;
    case CTRL('u'):
        cut(e, 0, e->cursor);
        break;
    case CTRL('w'):
        cut(e, word_start(e), e->cursor);
        break;
    default:
        if (c >= ' ' && c <= '~')
            insert(e, c);
    }
    return false;
}

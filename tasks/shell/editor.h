/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A line editor with a history.  No Mach in it, and no reading: bytes of a
 * terminal go in, what to show comes out, so that the host tests it. */
#ifndef EDITOR_H
#define EDITOR_H

#include <stdbool.h>
#include <stddef.h>

#define EDITOR_MAX 100 /* bytes of a line; with the prompt one console write */
#define EDITOR_HISTORY 16 /* lines */

struct editor {
    const char *prompt;
    void (*show)(const char *text, size_t size);
    char line[EDITOR_MAX + 1];
    unsigned length, cursor;
    int escape;        /* how far into an escape sequence */
    char parameter;    /* its digit */
    bool after_return; /* a newline after it is the same key */
    char history[EDITOR_HISTORY][EDITOR_MAX + 1];
    unsigned n_history; /* lines ever kept */
    unsigned back;      /* how far up in it; 0 is the line being typed */
    char typed[EDITOR_MAX + 1]; /* that line, while looking at others */
};

void editor_init(struct editor *e, const char *prompt,
                 void (*show)(const char *, size_t));

/* Show the prompt for a new line. */
void editor_begin(struct editor *e);

/* One byte from the terminal.  True when it ended a line, which is then in
 * e->line until editor_begin.
 *
 * Left, right, home, end, ctrl-a, -e, -b, -f; backspace, delete, ctrl-d;
 * ctrl-k, -u, -w cut; ctrl-c drops the line; up, down, ctrl-p, -n. */
bool editor_feed(struct editor *e, char byte);

#endif

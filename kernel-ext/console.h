/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * For log.c alone: the one line of the console that a task is writing, as a
 * terminal would show it.  It is what must be put back after a log line.
 */
#ifndef KX_CONSOLE_H
#define KX_CONSOLE_H

#include <stddef.h>

#include "log.h"

/* The most output that one byte makes, and a whole line put back. */
#define KX_CONSOLE_BYTE_MAX 16
#define KX_CONSOLE_LINE_MAX (KX_CONSOLE_LINE + 8)

struct kx_console {
    char line[KX_CONSOLE_LINE];
    unsigned length, cursor;
    unsigned char escape; /* 0 none, 1 after ESC, 2 after ESC [ */
    unsigned parameter;   /* of the sequence, as far as it came */
    bool known;           /* only digits so far in it */
};

/* Take one byte of a task's; what the terminal is to get goes to OUT.
 * Returns its length. */
size_t kx_console_byte(struct kx_console *c, char byte, char *out);

/* Erase the unfinished line from the screen, and put it back. */
size_t kx_console_hide(const struct kx_console *c, char *out);
size_t kx_console_show(const struct kx_console *c, char *out);

#endif

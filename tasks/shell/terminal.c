/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The kernel's console as a terminal.  Where the screen is shared with the
 * log, kernel-ext keeps the two apart. */
#include <mach/mach.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <usrd/client.h>

#include "shell.h"

static mach_port_t console;

void terminal_open(void)
{
    kern_return_t kr = usrd_open("console", D_READ | D_WRITE, &console);

    if (kr != D_SUCCESS) {
        fprintf(stderr, "no console: %s\n", error_text(kr));
        exit(1);
    }
}

void terminal_write(const char *text, size_t size)
{
    while (size > 0) {
        size_t n = size < IO_INBAND_MAX ? size : IO_INBAND_MAX;
        size_t written = 0;
        kern_return_t kr = usrd_write(console, 0, 0, text, n, &written);
        if (kr != D_SUCCESS || written == 0)
            return; /* there is no other place to say so */
        text += written;
        size -= written;
    }
}

size_t terminal_read(char *to, size_t size)
{
    size_t n = 0;
    unsigned before = usrd_set_timeout(0); /* people take their time */
    kern_return_t kr = usrd_read(console, 0, 0, to, size, &n);

    usrd_set_timeout(before);
    return kr == D_SUCCESS ? n : 0;
}

void say(const char *format, ...)
{
    char text[512], out[2 * sizeof text];
    size_t n = 0;
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '\n')
            out[n++] = '\r';
        out[n++] = *p;
    }
    terminal_write(out, n);
}

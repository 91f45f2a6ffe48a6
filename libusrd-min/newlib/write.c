/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Standard output and error: whole lines, to the log. */
#include <errno.h>
#include <unistd.h>

#include <mach/mach.h>

#include <device/userspace_driver_types.h>

#include "newlib.h"
#include "userspace_driver.h"

/* What fits into a line of the log beside the task's name (docs/log.md). */
#define PIECE 72

static struct line {
    unsigned severity, length;
    char text[PIECE + 1];
} lines[] = {
    {.severity = USRD_LOG_INFO},    /* stdout */
    {.severity = USRD_LOG_WARNING}, /* stderr */
};

static void flush(struct line *l)
{
    l->text[l->length] = '\0';
    usrd_msg_log(mach_task_self(), l->severity, l->text);
    l->length = 0;
}

void usrd_flush_lines(void)
{
    for (struct line *l = lines; l < lines + 2; l++)
        if (l->length > 0)
            flush(l);
}

/* A longer line goes in pieces. */
static void put(struct line *l, char c)
{
    if (c == '\n' || l->length == PIECE)
        flush(l);
    if (c != '\n')
        l->text[l->length++] = c;
}

_READ_WRITE_RETURN_TYPE write(int fd, const void *data, size_t size)
{
    if (fd != STDOUT_FILENO && fd != STDERR_FILENO) {
        errno = EBADF;
        return -1;
    }
    for (size_t i = 0; i < size; i++)
        put(&lines[fd - STDOUT_FILENO], ((const char *)data)[i]);
    return (_READ_WRITE_RETURN_TYPE)size;
}

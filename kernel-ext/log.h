/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The log: lines wait in a ring until the console has taken them.
 *
 * docs/log.md describes the line.  No Mach header here or in log.c,
 * console.c and line.c: the host tests these files.  Formats are those of
 * Newlib's nano printf: %lu and %lx for 64 bits, no ll, no z.
 */
#ifndef KX_LOG_H
#define KX_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KX_LOG_LINE 126 /* bytes of one line at most, without its "\r\n" */
#define KX_LOG_RING 65536

/* NOW_US gives microseconds since kernel-ext started. */
void kx_log_init(uint64_t (*now_us)(void));

/* Lines of less weight than SEVERITY (E W N I D, in this order) are not put in
 * the ring.  D at first. */
void kx_log_level(char severity);

/* One line.  TASK NULL: kernel-ext speaks of itself.  A line that is too long
 * is cut after a whole key=value, or inside a quoted value, which is closed;
 * bytes that are not printable ASCII become '?'. */
void kx_log(char severity, const char *task, unsigned incarnation,
            const char *verb, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/* The same of an event at time US. */
void kx_log_at(uint64_t us, char severity, const char *task,
               unsigned incarnation, const char *verb, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));

/* A logfmt value of the untrusted bytes at S, up to a zero or MAX of them: as
 * they are, or in double quotes with escapes where they need it, cut to SIZE
 * with the quote closed.  Returns BUF. */
const char *kx_log_quote(const char *s, size_t max, char *buf, size_t size);

/* What a task prints on the console through kernel-ext.  Of its bytes pass:
 * printable ASCII; \n, as "\r\n"; \r; \b; \t, as blanks; and of the escape
 * sequences ESC [ K (erase to the end of the line), ESC [ n C and ESC [ n D
 * (move right, left).  Other bytes become '?', other sequences vanish.  A line
 * is broken at KX_CONSOLE_LINE.  An unfinished line is taken off the screen
 * before a log line and put back after.  Text that would make more than
 * KX_CONSOLE_MAX bytes wait is dropped and counted as lost lines. */
#define KX_CONSOLE_LINE 250
#define KX_CONSOLE_MAX 16384
void kx_console_write(const char *bytes, size_t n);

/* The next bytes for the console, at most 1 KiB; 0 when there are none.  They
 * stay where they are until kx_log_take has taken all of them. */
size_t kx_log_peek(const char **bytes);

/* The console took N of the bytes that kx_log_peek gave. */
void kx_log_take(size_t n);

/* How much one task may print: bursts of 64 lines, 50 lines/s for long.  Zero
 * at first.  Once shut it opens when it is half full again; the first line
 * after that says in *DROPPED how many were dropped, all others say 0. */
struct kx_flood {
    uint64_t full_at; /* when the bucket will be full again */
    unsigned dropped;
};
bool kx_flood_ok(struct kx_flood *f, uint64_t now_us, unsigned *dropped);

#endif

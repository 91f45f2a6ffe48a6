/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The ring, and what is composed from it for the console.
 *
 * The ring holds entries: a header, then the bytes.  What the console gets is
 * composed from whole entries into one buffer, and more is composed only when
 * the console has taken all of it.  So a write may be partial without mixing
 * anything, and the ring may drop its oldest entries at any time without
 * tearing one. */
#include "log.h"
#include "holds.h"

#include <stdarg.h>
#include <string.h>

#include "console.h"
#include "line.h"

enum kind { LOG_LINE, CONSOLE_TEXT };

#define CHUNK 128  /* bytes of a console entry at most */
#define PIECE 1024 /* bytes for the console at a time */

struct header {
    uint64_t us;
    uint8_t kind, length;
};

static struct {
    uint64_t (*now)(void);
    char level;
    char ring[KX_LOG_RING];
    size_t head, used;      /* the oldest entry, bytes in use */
    size_t console_waiting; /* bytes of console entries in it */
    unsigned lost;          /* entries dropped in front of the head */
    uint64_t lost_us;       /* the time of the last of them */
    unsigned console_lost;  /* lines that found no room behind the tail */
    struct kx_console console;
    bool hidden; /* its unfinished line is off the screen */
    char out[PIECE + KX_CONSOLE_LINE_MAX + CHUNK * KX_CONSOLE_BYTE_MAX];
    size_t composed, taken;
} lg;

void kx_log_init(uint64_t (*now_us)(void))
{
    memset(&lg, 0, sizeof lg);
    lg.now = now_us;
    lg.level = 'D';
}

static int weight(char severity)
{
    const char *order = "EWNID", *p = strchr(order, severity);

    return severity == '\0' || p == NULL ? 4 : (int)(p - order);
}

void kx_log_level(char severity)
{
    lg.level = severity;
}

static void append(const void *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        lg.ring[(lg.head + lg.used++) % KX_LOG_RING] = ((const char *)bytes)[i];
}

static void remove_oldest(struct header *h, char bytes[UINT8_MAX])
{
    char *to = (char *)h;

    for (size_t i = 0; i < sizeof *h; i++)
        to[i] = lg.ring[(lg.head + i) % KX_LOG_RING];
    lg.head = (lg.head + sizeof *h) % KX_LOG_RING;
    for (size_t i = 0; i < h->length; i++)
        bytes[i] = lg.ring[(lg.head + i) % KX_LOG_RING];
    lg.head = (lg.head + h->length) % KX_LOG_RING;
    lg.used -= sizeof *h + h->length;
    if (h->kind == CONSOLE_TEXT)
        lg.console_waiting -= h->length;
}

static void put(enum kind kind, uint64_t us, const char *bytes, size_t n)
{
    struct header h = {us, (uint8_t)kind, (uint8_t)n};

    while (lg.used + sizeof h + n > KX_LOG_RING) {
        struct header old;
        char dropped[UINT8_MAX];

        remove_oldest(&old, dropped);
        lg.lost++;
        lg.lost_us = old.us;
    }
    append(&h, sizeof h);
    append(bytes, n);
    if (kind == CONSOLE_TEXT)
        lg.console_waiting += n;
}

static void __attribute__((format(printf, 6, 0)))
put_line(uint64_t us, char severity, const char *task, unsigned incarnation,
         const char *verb, const char *fmt, va_list ap)
{
    char line[KX_LOG_LINE];

    if (weight(severity) > weight(lg.level))
        return;
    put(LOG_LINE, us, line,
        kx_line_format(line, us, severity, task, incarnation, verb, fmt, ap));
}

void kx_log(char severity, const char *task, unsigned incarnation,
            const char *verb, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    put_line(lg.now(), severity, task, incarnation, verb, fmt, ap);
    va_end(ap);
}

void kx_log_at(uint64_t us, char severity, const char *task,
               unsigned incarnation, const char *verb, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    put_line(us, severity, task, incarnation, verb, fmt, ap);
    va_end(ap);
}

/* One entry a line, so that dropping entries drops lines. */
void kx_console_write(const char *bytes, size_t n)
{
    while (n > 0) {
        size_t chunk = n < CHUNK ? n : CHUNK;
        const char *end = memchr(bytes, '\n', chunk);

        if (end != NULL)
            chunk = (size_t)(end - bytes) + 1;
        if (lg.console_waiting + chunk > KX_CONSOLE_MAX) {
            lg.console_lost++;
        } else {
            if (lg.console_lost > 0)
                kx_log('W', NULL, 0, "lost", "lines=%u", lg.console_lost);
            lg.console_lost = 0;
            put(CONSOLE_TEXT, lg.now(), bytes, chunk);
        }
        bytes += chunk;
        n -= chunk;
    }
}

/* Log lines go between the two halves of the console's unfinished line, which
 * is off the screen from the first of them until something else comes. */
static void hide_console(void)
{
    if (!lg.hidden)
        lg.composed += kx_console_hide(&lg.console, lg.out + lg.composed);
    lg.hidden = true;
}

static void show_console(void)
{
    if (lg.hidden)
        lg.composed += kx_console_show(&lg.console, lg.out + lg.composed);
    lg.hidden = false;
}

static void compose_line(const char *line, size_t n)
{
    hide_console();
    memcpy(lg.out + lg.composed, line, n);
    lg.composed += n;
    memcpy(lg.out + lg.composed, "\r\n", 2);
    lg.composed += 2;
}

/* The time of this line is that of the last one lost, so that the times in the
 * log do not jump. */
static void __attribute__((format(printf, 1, 2)))
compose_lost(const char *fmt, ...)
{
    char line[KX_LOG_LINE];
    size_t n;
    va_list ap;

    va_start(ap, fmt);
    n = kx_line_format(line, lg.lost_us, 'W', NULL, 0, "lost", fmt, ap);
    va_end(ap);
    compose_line(line, n);
}

static void compose_oldest(void)
{
    struct header h;
    char bytes[UINT8_MAX];

    remove_oldest(&h, bytes);
    if (h.kind == LOG_LINE) {
        compose_line(bytes, h.length);
        return;
    }
    show_console();
    for (size_t i = 0; i < h.length; i++)
        lg.composed +=
            kx_console_byte(&lg.console, bytes[i], lg.out + lg.composed);
}

size_t kx_log_peek(const char **bytes)
{
    if (lg.taken == lg.composed) {
        lg.taken = lg.composed = 0;
        if (lg.lost > 0) {
            compose_lost("lines=%u", lg.lost);
            lg.lost = 0;
        }
        while (lg.used > 0 && lg.composed < PIECE)
            compose_oldest();
        show_console();
    }
    *bytes = lg.out + lg.taken;
    return lg.composed - lg.taken < PIECE ? lg.composed - lg.taken : PIECE;
}

void kx_log_take(size_t n)
{
    lg.taken += n;
    if (lg.taken > lg.composed)
        lg.taken = lg.composed;
}

#define LINE_US 20000u /* 50 a second */
#define BURST_US (64 * LINE_US)

bool kx_flood_ok(struct kx_flood *f, uint64_t now_us, unsigned *dropped)
{
    uint64_t debt = f->full_at > now_us ? f->full_at - now_us : 0;
    uint64_t limit = f->dropped > 0 ? BURST_US / 2 : BURST_US - LINE_US;

    *dropped = 0;
    if (KX_HOLDS(LOG) && debt > limit) {
        f->dropped++;
        return false;
    }
    f->full_at = now_us + debt + LINE_US;
    *dropped = f->dropped;
    f->dropped = 0;
    return true;
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Text that grows, up to a limit.  No Mach and no lwIP here. */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TEXT_MAX (512 * 1024u) /* bytes */

struct text {
    char *data;
    size_t used, room;
    bool failed; /* no memory, or too long: what is there is not whole */
};

void text_clear(struct text *t); /* keeps the memory */
void text_put(struct text *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void text_raw(struct text *t, const char *string);
void text_html(struct text *t, const char *string); /* escaped, both */
void text_json(struct text *t, const char *string); /* with its quotes */

/* Microseconds as seconds, "0.000412". */
void text_seconds(struct text *t, uint64_t us);
/* For people, in three digits or so: "412 µs", "3.1 ms", "2 h 05 min". */
void text_duration(struct text *t, uint64_t us);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pages as they were made. */
#include "document.h"

#include <stddef.h>

#include <lwip/sys.h>

#define DOCUMENTS 12u
#define FRESH 100u /* ms */

static struct document documents[DOCUMENTS];
static uint32_t taken; /* when the view was, ms */
static bool ever;

static bool fresh(uint32_t made, uint32_t now)
{
    return now - made < FRESH;
}

static void take(struct view *v, const char *self, uint32_t now)
{
    if (ever && fresh(taken, now))
        return;
    view_take(v, self);
    taken = now;
    ever = true;
}

struct document *document_get(void (*maker)(struct text *, const struct view *),
                              struct view *v, const char *self)
{
    struct document *d, *unused = NULL;
    uint32_t now = sys_now();

    for (d = documents; d < documents + DOCUMENTS; d++) {
        if (d->maker == maker && fresh(d->made, now)) {
            d->users++;
            return d;
        }
        /* Rather the memory of the same page. */
        if (d->users == 0 && (!unused || d->maker == maker))
            unused = d;
    }
    d = unused;
    if (!d)
        return NULL;
    take(v, self, now);
    text_clear(&d->text);
    maker(&d->text, v);
    d->maker = maker;
    d->made = now;
    if (d->text.failed) {
        d->maker = NULL;
        return NULL;
    }
    d->users = 1;
    return d;
}

void document_done(struct document *d)
{
    d->users--;
}

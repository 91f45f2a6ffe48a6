/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pages as they were made, shared by all who fetch them within a moment, and
 * kept until the last has them: so their memory has a limit, however many
 * connections there are and however slowly they read. */
#ifndef DOCUMENT_H
#define DOCUMENT_H

#include "view.h"

struct document {
    void (*maker)(struct text *t, const struct view *v);
    unsigned users;
    uint32_t made; /* ms */
    struct text text;
};

/* One by MAKER that is not old, with a user more; NULL: all are in use. */
struct document *document_get(void (*maker)(struct text *, const struct view *),
                              struct view *v, const char *self);
void document_done(struct document *d);

#endif

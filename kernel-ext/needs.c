/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The order that needs= asks for: every name must have a provider, and nobody
 * may wait for himself. */
#include <stdio.h>
#include <string.h>

#include "claims.h"
#include "values.h"

/* Whether NAME is BASE.1 ... BASE.INSTANCES. */
static bool is_instance(const char *name, const char *base, unsigned instances)
{
    size_t n = strlen(base);
    uint64_t i;

    return strncmp(name, base, n) == 0 && name[n] == '.' &&
           name[n + 1] >= '1' && name[n + 1] <= '9' &&
           kx_parse_number(name + n + 1, &i) && i <= instances;
}

bool kx_names_meet(const char *a, unsigned a_instances, const char *b,
                   unsigned b_instances)
{
    if ((a_instances > 1) == (b_instances > 1))
        return strcmp(a, b) == 0;
    return a_instances > 1 ? is_instance(b, a, a_instances)
                           : is_instance(a, b, b_instances);
}

static bool provides(const struct kx_words *w, const char *name)
{
    for (unsigned i = 0; i < w->n_provides; i++)
        if (kx_names_meet(name, 1, w->provides[i], w->instances))
            return true;
    return false;
}

/* The line that provides NAME, an accepted one before a refused one; N when
 * there is none. */
static unsigned provider(const struct kx_words *const lines[],
                         const bool accepted[], unsigned n, const char *name)
{
    unsigned refused = n;

    for (unsigned i = 0; i < n; i++) {
        if (lines[i] == NULL || !provides(lines[i], name))
            continue;
        if (accepted[i])
            return i;
        refused = i;
    }
    return refused;
}

/* Whether line FROM waits for line TO, directly or through others. */
static bool waits_for(const struct kx_words *const lines[],
                      const bool accepted[], unsigned n, unsigned from,
                      unsigned to)
{
    bool seen[KX_MAX_LINES] = {false};
    unsigned todo[KX_MAX_LINES], n_todo = 0;

    seen[from] = true;
    todo[n_todo++] = from;
    while (n_todo > 0) {
        const struct kx_words *w = lines[todo[--n_todo]];

        for (unsigned i = 0; i < w->n_needs; i++) {
            unsigned p = provider(lines, accepted, n, w->needs[i]);

            if (p == n || !accepted[p])
                continue;
            if (p == to)
                return true;
            if (!seen[p]) {
                seen[p] = true;
                todo[n_todo++] = p;
            }
        }
    }
    return false;
}

bool kx_needs_check(const struct kx_words *const lines[], const bool accepted[],
                    unsigned n, unsigned me, struct kx_fault *f)
{
    const struct kx_words *w = lines[me];

    for (unsigned i = 0; i < w->n_needs; i++) {
        unsigned p = provider(lines, accepted, n, w->needs[i]);

        snprintf(f->word, sizeof f->word, "needs=%s", w->needs[i]);
        if (p == n)
            snprintf(f->why, sizeof f->why, "no line provides it");
        else if (p == me)
            snprintf(f->why, sizeof f->why, "the task itself provides it");
        else if (!accepted[p])
            snprintf(f->why, sizeof f->why, "the line of %s was refused",
                     lines[p]->name);
        else if (waits_for(lines, accepted, n, p, me))
            snprintf(f->why, sizeof f->why, "a cycle: %s waits for %s",
                     lines[p]->name, w->name);
        else
            continue;
        return false;
    }
    return true;
}

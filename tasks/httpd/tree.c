/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The tasks as a tree: each below the one whose device it needs first of all;
 * kernel-ext refuses cycles.  And sums over the view. */
#include "view.h"

/* Below whom it stands: the one of its providers that is deepest; or none. */
static unsigned parent(const struct view *v, unsigned task)
{
    const struct view_task *t = &v->task[task];
    unsigned best = VIEW_TASKS;

    for (unsigned k = 0; k < t->n_needs; k++) {
        unsigned p = t->provider[k];
        if (p < v->n_tasks && p != task &&
            (best == VIEW_TASKS || v->task[p].depth > v->task[best].depth))
            best = p;
    }
    return best;
}

/* A task is deeper than all that it needs.  As many rounds as the longest way
 * has steps, and no more than there are tasks. */
static void measure(struct view *v)
{
    bool moved = true;

    for (unsigned n = 0; n < v->n_tasks; n++)
        v->task[n].depth = 0;
    for (unsigned round = 0; moved && round < v->n_tasks; round++) {
        moved = false;
        for (unsigned n = 0; n < v->n_tasks; n++) {
            unsigned p = parent(v, n);
            if (p < v->n_tasks && v->task[n].depth <= v->task[p].depth) {
                v->task[n].depth = v->task[p].depth + 1;
                moved = true;
            }
        }
    }
}

void view_order(struct view *v)
{
    unsigned n = 0;

    measure(v);
    for (unsigned root = v->n_tasks; root-- > 0;)
        if (v->task[root].depth == 0)
            v->order[n++] = (uint16_t)root;
    /* Each child right behind its parent, level by level; from the last, so
     * that they end in the order of the module list. */
    for (unsigned i = 0, j = n; i < j; i++) {
        uint16_t swap = v->order[i];
        v->order[i] = v->order[--j];
        v->order[j] = swap;
    }
    for (unsigned depth = 1; n < v->n_tasks && depth < v->n_tasks; depth++)
        for (unsigned task = v->n_tasks; task-- > 0;) {
            if (v->task[task].depth != depth)
                continue;
            unsigned p = parent(v, task), at = 0;
            while (at < n && v->order[at] != p)
                at++;
            for (unsigned k = n++; k > at + 1; k--)
                v->order[k] = v->order[k - 1];
            v->order[at + 1] = (uint16_t)task;
        }
}

uint64_t view_outages(const struct view *v)
{
    uint64_t n = 0;

    for (unsigned i = 0; i < VIEW_BUCKETS; i++)
        n += v->outages[i];
    return n;
}

uint64_t view_quantile(const struct view *v, unsigned percent)
{
    uint64_t wanted = (view_outages(v) * percent + 99) / 100, seen = 0;

    for (unsigned i = 0; i < VIEW_BUCKETS; i++) {
        seen += v->outages[i];
        if (wanted > 0 && seen >= wanted)
            return 2ull << i;
    }
    return VIEW_NONE;
}

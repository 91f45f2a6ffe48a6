/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What pages show: a copy of what kernel-ext tells of tasks and of deaths.  No
 * Mach and no lwIP here; view_take() is in view.c, the rest knows nothing else. */
#ifndef VIEW_H
#define VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "text.h"

#define VIEW_TASKS 288u
#define VIEW_DEATHS 32u
#define VIEW_BUCKETS 32u
#define VIEW_NEEDS 8u /* shown of a task's */
#define VIEW_NONE UINT64_MAX

struct view_task {
    char name[64], cause[64]; /* of the last death, or "" */
    const char *state;        /* in a word */
    bool down; /* failed or stopped: it will not come by itself */
    uint64_t incarnation, uptime, restarts, outage; /* us; of the last death */
    uint64_t memory, cpu, errors, denied;           /* KiB; us; counts */
    uint64_t answers; /* us, on average, as its driver says; VIEW_NONE: none */
    /* What its line says; of tasks by their index, VIEW_TASKS at most. */
    bool known, needs_any;
    unsigned n_needs;
    char needs[VIEW_NEEDS][64];    /* names of devices, */
    uint16_t provider[VIEW_NEEDS]; /* and who provides them; or VIEW_TASKS */
    unsigned depth;                /* in the tree: 0 is who needs nobody */
};

struct view_death {
    char task[64], cause[64];
    uint64_t number, incarnation, at, ran, outage; /* VIEW_NONE: not over */
};

struct view {
    uint64_t now; /* us since kernel-ext started */
    uint64_t free_kb, own_kb;
    bool commands; /* we may give some */
    bool confined; /* devices, by an IOMMU */
    unsigned n_tasks, n_deaths;
    uint16_t order[VIEW_TASKS]; /* of the tree: a task after what it needs */
    struct view_task task[VIEW_TASKS];
    struct view_death death[VIEW_DEATHS];       /* the latest first */
    uint64_t outages[VIEW_BUCKETS], outages_us; /* [2^n, 2^(n+1)) us; sum */
    uint64_t requests, connections;             /* our own: all; now */
};

/* view.c: ask kernel-ext.  SELF is this task's name. */
void view_take(struct view *v, const char *self);

/* tree.c: order[] and depth of the tasks. */
void view_order(struct view *v);

/* Of all outages: how many; and what PERCENT of them did not exceed, to the
 * next power of two (us). */
uint64_t view_outages(const struct view *v);
uint64_t view_quantile(const struct view *v, unsigned percent);

/* page.c, chart.c, metrics.c, json.c. */
void page_whole(struct text *t, const struct view *v);
void page_live(struct text *t, const struct view *v); /* what changes of it */
void chart_deaths(struct text *t, const struct view *v);
void chart_outages(struct text *t, const struct view *v);
void metrics(struct text *t, const struct view *v);
void tasks_json(struct text *t, const struct view *v);

#endif

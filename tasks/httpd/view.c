/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Ask kernel-ext what there is to show. */
#include "view.h"

#include <mach/mach.h>
#include <stdlib.h>
#include <string.h>
#include <userspace_driver_operator.h>
#include <usrd/client.h>
#include <usrd/operator.h>

static const char *const states[] = {
    [USRD_TASK_WAITING] = "waiting", [USRD_TASK_STARTING] = "starting",
    [USRD_TASK_READY] = "ready",     [USRD_TASK_STOPPING] = "stopping",
    [USRD_TASK_BACKOFF] = "backoff", [USRD_TASK_FAILED] = "failed",
    [USRD_TASK_STOPPED] = "stopped",
};

/* needs= and provides= do not change after the boot. */
static struct {
    char name[64];
    uint16_t task;
} providers[512];
static unsigned n_providers;

static void read_word(struct view_task *t, unsigned index, const char *line,
                      size_t n)
{
    if (n > 6 && n < 70 && strncmp(line, "needs=", 6) == 0) {
        if (line[6] == '*') {
            t->needs_any = true;
        } else if (t->n_needs < VIEW_NEEDS) {
            memcpy(t->needs[t->n_needs], line + 6, n - 6);
            t->needs[t->n_needs++][n - 6] = '\0';
        }
    } else if (n > 9 && n < 73 && strncmp(line, "provides=", 9) == 0 &&
               n_providers < sizeof providers / sizeof *providers) {
        memcpy(providers[n_providers].name, line + 9, n - 9);
        providers[n_providers].name[n - 9] = '\0';
        providers[n_providers++].task = (uint16_t)index;
    }
}

static void read_line(struct view *v, unsigned index, const char *self)
{
    struct view_task *t = &v->task[index];
    usrd_page_t page;
    unsigned size = sizeof page;

    t->known = true;
    if (usrd_op_grants(mach_task_self(), t->name, page, &size) != KERN_SUCCESS)
        return;
    for (size_t at = 0; at < size;) {
        const char *end = memchr(page + at, '\n', size - at);
        size_t n = end ? (size_t)(end - page) - at : size - at;

        read_word(t, index, page + at, n);
        if (n == 12 && strncmp(page + at, "operator=yes", n) == 0 &&
            strcmp(t->name, self) == 0)
            v->commands = true;
        at += n + 1;
    }
}

static uint16_t provider_of(const char *device)
{
    for (unsigned n = 0; n < n_providers; n++)
        if (strcmp(providers[n].name, device) == 0)
            return providers[n].task;
    return VIEW_TASKS;
}

static bool take_task(struct view *v, unsigned index)
{
    struct view_task *t = &v->task[index];
    usrd_info_t info;
    unsigned n = sizeof info / sizeof *info;

    if (usrd_op_status(mach_task_self(), index, t->name, t->cause, info, &n) !=
        KERN_SUCCESS)
        return false;
    uint64_t state = info[USRD_INFO_STATE];
    t->state = state < sizeof states / sizeof *states ? states[state] : "?";
    if (state == USRD_TASK_READY &&
        (info[USRD_INFO_STATUS] & USRD_STATUS_SUSPENDED))
        t->state = "suspended";
    t->down = state == USRD_TASK_FAILED || state == USRD_TASK_STOPPED;
    t->incarnation = info[USRD_INFO_INCARNATION];
    t->uptime = info[USRD_INFO_UPTIME_US];
    t->restarts = info[USRD_INFO_RESTARTS];
    t->outage = info[USRD_INFO_OUTAGE_US];
    t->memory = info[USRD_INFO_MEMORY_KB];
    t->cpu = info[USRD_INFO_CPU_US];
    t->errors = info[USRD_INFO_ERRORS];
    t->denied = info[USRD_INFO_DENIED];
    t->answers = VIEW_NONE;
    v->free_kb = info[USRD_INFO_FREE_PAGES] * 4;
    v->own_kb = info[USRD_INFO_OWN_KB];
    v->confined = info[USRD_INFO_CONFINED] != 0;
    return true;
}

static void take_drivers(struct view *v)
{
    static struct usrd_driver_entry entry;

    for (unsigned i = 0; usrd_driver_list(i, &entry) == KERN_SUCCESS; i++)
        for (unsigned n = 0; n < v->n_tasks; n++)
            if (strcmp(v->task[n].name, entry.info.name) == 0 &&
                entry.usage.avg_response_time > 0)
                v->task[n].answers = entry.usage.avg_response_time;
}

static void take_deaths(struct view *v)
{
    usrd_info_t info;
    unsigned n = sizeof info / sizeof *info;

    for (v->n_deaths = 0; v->n_deaths < VIEW_DEATHS; v->n_deaths++) {
        struct view_death *d = &v->death[v->n_deaths];
        n = sizeof info / sizeof *info;
        if (usrd_op_death(mach_task_self(), v->n_deaths, d->task, d->cause,
                          info, &n) != KERN_SUCCESS)
            break;
        d->number = info[USRD_DEATH_NUMBER];
        d->incarnation = info[USRD_DEATH_INCARNATION];
        d->at = info[USRD_DEATH_AT_US];
        d->ran = info[USRD_DEATH_RAN_US];
        d->outage = info[USRD_DEATH_OUTAGE_US];
    }
    n = sizeof info / sizeof *info;
    if (usrd_op_outages(mach_task_self(), info, &n) != KERN_SUCCESS)
        return;
    memcpy(v->outages, info, sizeof v->outages);
    v->outages_us = info[USRD_OUTAGES_SUM_US];
    v->now = info[USRD_OUTAGES_NOW_US];
}

void view_take(struct view *v, const char *self)
{
    bool news = false;

    for (v->n_tasks = 0; v->n_tasks < VIEW_TASKS; v->n_tasks++) {
        if (!take_task(v, v->n_tasks))
            break;
        if (!v->task[v->n_tasks].known) {
            read_line(v, v->n_tasks, self);
            news = true;
        }
    }
    take_drivers(v);
    take_deaths(v);
    if (!news)
        return;
    for (unsigned n = 0; n < v->n_tasks; n++)
        for (unsigned k = 0; k < v->task[n].n_needs; k++)
            v->task[n].provider[k] = provider_of(v->task[n].needs[k]);
    view_order(v);
}

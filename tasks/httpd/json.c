/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * /api/tasks.  Times are whole microseconds; what is not known is null. */
#include "view.h"

static void number(struct text *t, const char *key, uint64_t n)
{
    text_put(t, "\"%s\":", key);
    if (n == VIEW_NONE)
        text_raw(t, "null,");
    else
        text_put(t, "%lu,", (unsigned long)n);
}

static void string(struct text *t, const char *key, const char *value)
{
    text_put(t, "\"%s\":", key);
    if (*value)
        text_json(t, value);
    else
        text_raw(t, "null");
    text_raw(t, ",");
}

static void task(struct text *t, const struct view_task *k)
{
    text_raw(t, "{");
    string(t, "name", k->name);
    string(t, "state", k->state);
    number(t, "incarnation", k->incarnation);
    number(t, "restarts", k->restarts);
    number(t, "up_us", k->uptime);
    string(t, "last_cause", k->cause);
    number(t, "last_outage_us", k->outage ? k->outage : VIEW_NONE);
    number(t, "answers_us", k->answers);
    number(t, "cpu_us", k->cpu);
    number(t, "memory_kib", k->memory);
    number(t, "errors", k->errors);
    number(t, "denied", k->denied);
    text_put(t, "\"needs_any\":%s,\"needs\":[",
             k->needs_any ? "true" : "false");
    for (unsigned n = 0; n < k->n_needs; n++) {
        text_raw(t, n ? "," : "");
        text_json(t, k->needs[n]);
    }
    text_raw(t, "]}");
}

static void death(struct text *t, const struct view_death *d)
{
    text_raw(t, "{");
    number(t, "number", d->number);
    number(t, "at_us", d->at);
    number(t, "incarnation", d->incarnation);
    string(t, "cause", d->cause);
    number(t, "ran_us", d->ran);
    number(t, "outage_us", d->outage);
    text_raw(t, "\"task\":");
    text_json(t, d->task);
    text_raw(t, "}");
}

void tasks_json(struct text *t, const struct view *v)
{
    text_raw(t, "{");
    number(t, "now_us", v->now);
    number(t, "free_kib", v->free_kb);
    text_put(t, "\"commands\":%s,\"devices_confined\":%s,\"tasks\":[",
             v->commands ? "true" : "false", v->confined ? "true" : "false");
    for (unsigned n = 0; n < v->n_tasks; n++) {
        text_raw(t, n ? ",\n" : "\n");
        task(t, &v->task[n]);
    }
    text_raw(t, "],\"deaths\":[");
    for (unsigned n = 0; n < v->n_deaths; n++) {
        text_raw(t, n ? ",\n" : "\n");
        death(t, &v->death[n]);
    }
    text_raw(t, "],\"outages\":{");
    number(t, "sum_us", v->outages_us);
    text_raw(t, "\"log2_us\":[");
    for (unsigned n = 0; n < VIEW_BUCKETS; n++)
        text_put(t, "%s%lu", n ? "," : "", (unsigned long)v->outages[n]);
    text_raw(t, "]}}\n");
}

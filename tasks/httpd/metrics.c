/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * /metrics: the text format of Prometheus, version 0.0.4. */
#include "view.h"

static void head(struct text *t, const char *name, const char *type,
                 const char *help)
{
    text_put(t, "# HELP usrd_%s %s\n# TYPE usrd_%s %s\n", name, help, name,
             type);
}

static void label(struct text *t, const char *name, const char *task)
{
    text_put(t, "usrd_%s{task=", name);
    text_json(t, task); /* a label's escapes are among JSON's */
}

/* One line a task; its value is at OFFSET bytes in struct view_task. */
static void counts(struct text *t, const struct view *v, const char *name,
                   size_t offset, unsigned times)
{
    for (unsigned n = 0; n < v->n_tasks; n++) {
        const char *task = (const char *)&v->task[n];
        label(t, name, v->task[n].name);
        text_put(t, "} %lu\n",
                 (unsigned long)*(const uint64_t *)(task + offset) * times);
    }
}

static void seconds(struct text *t, const struct view *v, const char *name,
                    size_t offset)
{
    for (unsigned n = 0; n < v->n_tasks; n++) {
        const char *task = (const char *)&v->task[n];
        uint64_t us = *(const uint64_t *)(task + offset);
        if (us == VIEW_NONE)
            continue;
        label(t, name, v->task[n].name);
        text_raw(t, "} ");
        text_seconds(t, us);
        text_raw(t, "\n");
    }
}

static void outages(struct text *t, const struct view *v)
{
    uint64_t sum = 0;

    head(t, "outage_seconds", "histogram",
         "From a death to the next incarnation being ready, all tasks.");
    for (unsigned n = 0; n + 1 < VIEW_BUCKETS; n++) {
        sum += v->outages[n];
        text_raw(t, "usrd_outage_seconds_bucket{le=\"");
        /* Whole microseconds: what is below a power is at most one less. */
        text_seconds(t, (2ull << n) - 1);
        text_put(t, "\"} %lu\n", (unsigned long)sum);
    }
    sum = view_outages(v);
    text_put(t,
             "usrd_outage_seconds_bucket{le=\"+Inf\"} %lu\n"
             "usrd_outage_seconds_count %lu\nusrd_outage_seconds_sum ",
             (unsigned long)sum, (unsigned long)sum);
    text_seconds(t, v->outages_us);
    text_raw(t, "\n");
}

void metrics(struct text *t, const struct view *v)
{
    head(t, "up_seconds", "gauge", "Since kernel-ext started.");
    text_raw(t, "usrd_up_seconds ");
    text_seconds(t, v->now);
    text_raw(t, "\n");
    head(t, "free_bytes", "gauge", "Free memory of the machine.");
    text_put(t, "usrd_free_bytes %lu\n", (unsigned long)v->free_kb << 10);
    head(t, "devices_confined", "gauge", "1: an IOMMU confines devices.");
    text_put(t, "usrd_devices_confined %u\n", v->confined);
    head(t, "task_state", "gauge", "1 for the state that the task is in.");
    for (unsigned n = 0; n < v->n_tasks; n++) {
        label(t, "task_state", v->task[n].name);
        text_put(t, ",state=\"%s\"} 1\n", v->task[n].state);
    }
    head(t, "task_restarts_total", "counter", "Restarts since boot.");
    counts(t, v, "task_restarts_total", offsetof(struct view_task, restarts),
           1);
    head(t, "task_errors_total", "counter", "Errors that it reported.");
    counts(t, v, "task_errors_total", offsetof(struct view_task, errors), 1);
    head(t, "task_denied_total", "counter", "What was refused to it.");
    counts(t, v, "task_denied_total", offsetof(struct view_task, denied), 1);
    head(t, "task_resident_bytes", "gauge", "Memory of this incarnation.");
    counts(t, v, "task_resident_bytes", offsetof(struct view_task, memory),
           1024);
    head(t, "task_up_seconds", "gauge", "Of this incarnation.");
    seconds(t, v, "task_up_seconds", offsetof(struct view_task, uptime));
    head(t, "task_cpu_seconds", "gauge", "Processor time of this incarnation.");
    seconds(t, v, "task_cpu_seconds", offsetof(struct view_task, cpu));
    head(t, "task_outage_seconds", "gauge", "The last outage; 0: none.");
    seconds(t, v, "task_outage_seconds", offsetof(struct view_task, outage));
    head(t, "driver_answer_seconds", "gauge", "Average, as the driver says.");
    seconds(t, v, "driver_answer_seconds", offsetof(struct view_task, answers));
    outages(t, v);
    head(t, "http_requests_total", "counter", "Requests to this server.");
    text_put(t, "usrd_http_requests_total %lu\n", (unsigned long)v->requests);
    head(t, "http_connections", "gauge", "Open connections to this server.");
    text_put(t, "usrd_http_connections %lu\n", (unsigned long)v->connections);
}

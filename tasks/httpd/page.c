/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The page.  All of it is made here, so that it is whole without a script;
 * script.js fetches what page_live() makes anew each second. */
#include "view.h"

#include <string.h>

#define DEATHS_LISTED 12u
#define DEEPEST 6u /* that style.css indents */

static void tile(struct text *t, const char *what)
{
    text_put(t, "<div><dt>%s</dt><dd>", what);
}

static void tiles(struct text *t, const struct view *v)
{
    unsigned ready = 0;
    uint64_t restarts = 0, half = view_quantile(v, 50),
             most = view_quantile(v, 99);

    for (unsigned n = 0; n < v->n_tasks; n++) {
        ready += strcmp(v->task[n].state, "ready") == 0;
        restarts += v->task[n].restarts;
    }
    text_raw(t, "<dl class=tiles>");
    tile(t, "Ready");
    text_put(t, "%u<small> of %u tasks</small></dd></div>", ready, v->n_tasks);
    tile(t, "Up");
    text_duration(t, v->now);
    text_raw(t, "</dd></div>");
    tile(t, "Restarts");
    text_put(t, "<span id=restarts>%lu</span></dd></div>",
             (unsigned long)restarts);
    if (half != VIEW_NONE) {
        tile(t, "Half of the outages");
        text_raw(t, "<small>under </small>");
        text_duration(t, half);
        text_raw(t, "</dd></div>");
        tile(t, "99 of 100");
        text_raw(t, "<small>under </small>");
        text_duration(t, most);
        text_raw(t, "</dd></div>");
    }
    text_raw(t, "</dl>");
}

static void number(struct text *t, const char *label, uint64_t n)
{
    text_put(t, "<td class=\"num%s\" data-label=\"%s\">%lu</td>",
             n ? "" : " zero", label, (unsigned long)n);
}

static void span(struct text *t, const char *label, uint64_t us, bool known)
{
    text_put(t, "<td class=\"num%s\" data-label=\"%s\">", known ? "" : " zero",
             label);
    if (known)
        text_duration(t, us);
    else
        text_raw(t, "–");
    text_raw(t, "</td>");
}

static void needs(struct text *t, const struct view_task *k)
{
    if (!k->needs_any && k->n_needs == 0)
        return;
    text_raw(t, "<small> needs ");
    if (k->needs_any)
        text_raw(t, "any");
    for (unsigned n = 0; n < k->n_needs; n++) {
        text_raw(t, n ? ", " : "");
        text_html(t, k->needs[n]);
    }
    text_raw(t, "</small>");
}

static const char *mood(const struct view_task *k)
{
    if (strcmp(k->state, "ready") == 0)
        return "good";
    if (strcmp(k->state, "failed") == 0)
        return "bad";
    return strcmp(k->state, "stopped") == 0 ? "idle" : "wait";
}

static void row(struct text *t, const struct view *v, const struct view_task *k)
{
    unsigned depth = k->depth + 1 < DEEPEST ? k->depth + 1 : DEEPEST;

    text_raw(t, "<tr id=\"task-");
    text_html(t, k->name);
    text_put(t, "\"><th scope=row class=d%u>", depth);
    text_html(t, k->name);
    needs(t, k);
    text_put(t, "</th><td><span class=\"state %s\">%s</span></td>", mood(k),
             k->state);
    text_put(t, "<td class=\"num restarts%s\" data-label=Restarts>%lu</td>",
             k->restarts ? "" : " zero", (unsigned long)k->restarts);
    text_put(t, "<td class=\"%s\" data-label=\"Last cause\">",
             k->cause[0] ? "" : "zero");
    text_html(t, k->cause[0] ? k->cause : "–");
    text_raw(t, "</td>");
    span(t, "Outage", k->outage, k->outage > 0);
    span(t, "Up", k->uptime, k->uptime > 0);
    span(t, "Answers in", k->answers, k->answers != VIEW_NONE);
    span(t, "CPU", k->cpu, k->uptime > 0);
    text_put(t, "<td class=\"num%s\" data-label=Memory>%lu KiB</td>",
             k->memory ? "" : " zero", (unsigned long)k->memory);
    number(t, "Denied", k->denied);
    if (v->commands) {
        text_raw(t, "<td class=act><form method=post action=\"/tasks/");
        text_html(t, k->name);
        text_raw(t, "/restart\"><button>Restart</button></form></td>");
    }
    text_raw(t, "</tr>");
}

static void table(struct text *t, const struct view *v)
{
    text_raw(t,
             "<section><h2>Who needs whom</h2><table class=tasks><thead><tr>"
             "<th>Task</th><th>State</th><th class=num>Restarts</th>"
             "<th>Last cause</th><th class=num>Outage</th><th class=num>Up</th>"
             "<th class=num>Answers in</th><th class=num>CPU</th>"
             "<th class=num>Memory</th><th class=num>Denied</th>");
    text_raw(t, v->commands ? "<th></th>" : "");
    text_put(t,
             "</tr></thead><tbody><tr class=root><th scope=row class=d0>"
             "kernel-ext<small> supervises%s</small></th>"
             "<td><span class=\"state good\">up</span></td><td class=none></td>"
             "<td class=none></td><td class=none></td>",
             v->confined ? ", an IOMMU confines devices" : "");
    span(t, "Up", v->now, true);
    text_put(t,
             "<td class=none></td><td class=none></td><td class=num "
             "data-label=Memory>%lu KiB</td><td class=none></td>%s</tr>",
             (unsigned long)v->own_kb,
             v->commands ? "<td class=none></td>" : "");
    for (unsigned n = 0; n < v->n_tasks; n++)
        row(t, v, &v->task[v->order[n]]);
    text_raw(t, "</tbody></table></section>");
}

static void death(struct text *t, const struct view *v,
                  const struct view_death *d)
{
    text_raw(t, "<tr><td class=num>");
    if (v->now - d->at < 1000000) {
        text_raw(t, "now");
    } else {
        text_duration(t, (v->now - d->at) / 1000000 * 1000000);
        text_raw(t, " ago");
    }
    text_raw(t, "</td><td>");
    text_html(t, d->task);
    text_put(t, "<small>#%lu</small></td><td>", (unsigned long)d->incarnation);
    text_html(t, d->cause);
    text_raw(t, "</td><td class=num>");
    text_duration(t, d->ran);
    text_raw(t, "</td><td class=\"num outage\">");
    if (d->outage == VIEW_NONE)
        text_raw(t, "not back");
    else
        text_duration(t, d->outage);
    text_raw(t, "</td></tr>");
}

static void deaths(struct text *t, const struct view *v)
{
    text_raw(t, "<div class=charts><section><h2>The last deaths, and how long "
                "each outage was</h2>");
    chart_deaths(t, v);
    text_raw(t, "</section><section><h2>All outages since boot</h2>");
    chart_outages(t, v);
    text_put(t, "<p class=hint>%lu outages, ", (unsigned long)view_outages(v));
    text_duration(t, v->outages_us);
    text_raw(t, " in all</p></section></div>");
    if (v->n_deaths == 0)
        return;
    text_raw(t,
             "<section><table id=deaths class=deaths><thead><tr>"
             "<th class=num>Died</th><th>Task</th><th>Cause</th>"
             "<th class=num>Had run</th><th class=num>Outage</th></tr></thead>"
             "<tbody>");
    for (unsigned n = 0; n < v->n_deaths && n < DEATHS_LISTED; n++)
        death(t, v, &v->death[n]);
    text_raw(t, "</tbody></table></section>");
}

void page_live(struct text *t, const struct view *v)
{
    tiles(t, v);
    table(t, v);
    deaths(t, v);
}

void page_whole(struct text *t, const struct view *v)
{
    text_raw(
        t, "<!doctype html><html lang=en><head><meta charset=utf-8>"
           "<meta name=viewport content=\"width=device-width,initial-scale=1\">"
           "<meta name=color-scheme content=\"light dark\">"
           "<title>Supervision</title><link rel=icon href=\"data:,\">"
           "<link rel=stylesheet href=/style.css>"
           "<script src=/script.js defer></script>"
           "<noscript><meta http-equiv=refresh content=5></noscript></head>"
           "<body><header><h1>Supervision</h1><p>Each driver is a task of GNU "
           "Mach; kernel-ext replaces those that die. "
           "This page came through one of them.</p></header>"
           "<main id=live>");
    page_live(t, v);
    text_raw(t, "</main><footer><a href=/metrics>metrics</a> "
                "<a href=/api/tasks>tasks as JSON</a> "
                "<span id=link>refreshed every five seconds</span></footer>"
                "</body></html>");
}

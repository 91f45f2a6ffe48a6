/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The two charts, as SVG without a view box: across they are in per cent, so
 * that letters keep their size on a phone.  Outages go by their logarithm. */
#include "view.h"

#include <string.h>

#define TOP 16u
#define FLOOR 176u /* of the plot; the axis' letters are below */
#define HEIGHT 200u
#define COLOURS 8u
#define CROWD 8u /* so many of the last deaths are in sight */

/* log2, in 1/256; a straight line between two powers. */
static unsigned log256(uint64_t n)
{
    if (n < 2)
        return 0;
    unsigned top = 63 - (unsigned)__builtin_clzll(n);
    uint64_t rest = top > 8 ? n >> (top - 8) : n << (8 - top);
    return top * 256 + (unsigned)(rest & 255);
}

/* From 100 us at the floor to 10 s at the top. */
static unsigned height_of(uint64_t us)
{
    unsigned low = log256(100), high = log256(10000000), at = log256(us);

    at = at < low ? low : at > high ? high : at;
    return FLOOR - (at - low) * (FLOOR - TOP) / (high - low);
}

/* The next one for each task that has ever died. */
static unsigned colour_of(const struct view *v, const char *task)
{
    unsigned colour = 0;

    for (unsigned n = 0; n < v->n_tasks; n++) {
        if (strcmp(v->task[n].name, task) == 0)
            break;
        colour += v->task[n].cause[0] != '\0';
    }
    return colour % COLOURS;
}

/* How far back the time line goes, in seconds. */
static uint64_t window_of(const struct view *v)
{
    static const unsigned steps[] = {30,   60,   120,   300,   600,   1800,
                                     3600, 7200, 21600, 43200, 86400, 604800};
    unsigned n = v->n_deaths < CROWD ? v->n_deaths : CROWD, i = 0;
    uint64_t span = n ? (v->now - v->death[n - 1].at) / 1000000 : 0;

    while (i + 1 < sizeof steps / sizeof *steps && steps[i] <= span)
        i++;
    return steps[i];
}

/* X of what was so long ago, in hundredths of a per cent: 200 to 9800. */
static unsigned across(uint64_t ago, uint64_t window)
{
    uint64_t part = ago / (window * 100); /* 10000 is all of it */
    return 9800 - (unsigned)(part < 10000 ? part : 10000) * 96 / 100;
}

static void grid(struct text *t, uint64_t window)
{
    for (uint64_t us = 100; us <= 10000000; us *= 10) {
        unsigned y = height_of(us);
        text_put(t,
                 "<line class=grid x1=\"0\" x2=\"100%%\" y1=\"%u\" y2=\"%u\"/>"
                 "<text x=\"0\" y=\"%u\">",
                 y, y, y - 4);
        text_duration(t, us);
        text_raw(t, "</text>");
    }
    for (unsigned k = 0; k <= 2; k++) {
        static const char *const anchors[] = {"start", "middle", "end"};
        text_put(t, "<text x=\"%u%%\" y=\"%u\" text-anchor=\"%s\">", k * 48 + 2,
                 HEIGHT - 6, anchors[k]);
        if (k == 2) {
            text_raw(t, "now");
        } else {
            text_duration(t, window * 1000000 / (k + 1));
            text_raw(t, " ago");
        }
        text_raw(t, "</text>");
    }
}

static void lollipop(struct text *t, const struct view *v,
                     const struct view_death *d, uint64_t window)
{
    unsigned x = across(v->now - d->at, window);
    unsigned y = d->outage == VIEW_NONE ? TOP : height_of(d->outage);

    text_put(t, "<g class=\"k%u%s\"><title>", colour_of(v, d->task),
             d->outage == VIEW_NONE ? " open" : "");
    text_html(t, d->task);
    text_put(t, "#%lu: ", (unsigned long)d->incarnation);
    text_html(t, d->cause);
    if (d->outage != VIEW_NONE) {
        text_raw(t, ", ");
        text_duration(t, d->outage);
    }
    text_put(t,
             "</title><line x1=\"%u.%02u%%\" x2=\"%u.%02u%%\" y1=\"%u\" "
             "y2=\"%u\"/><circle cx=\"%u.%02u%%\" cy=\"%u\" r=\"5\"/></g>",
             x / 100, x % 100, x / 100, x % 100, FLOOR, y, x / 100, x % 100, y);
}

static void legend(struct text *t, const struct view *v, unsigned n)
{
    text_raw(t, "<ul class=legend>");
    for (unsigned i = 0; i < n; i++) {
        const char *task = v->death[i].task;
        unsigned k = 0;
        while (strcmp(v->death[k].task, task) != 0)
            k++;
        if (k < i)
            continue;
        text_put(t, "<li class=k%u>", colour_of(v, task));
        text_html(t, task);
        text_raw(t, "</li>");
    }
    text_raw(t, "</ul>");
}

void chart_deaths(struct text *t, const struct view *v)
{
    uint64_t window = window_of(v);
    unsigned n = 0;

    while (n < v->n_deaths && v->now - v->death[n].at < window * 1000000)
        n++;
    text_put(t,
             "<svg id=timeline class=chart height=\"%u\" role=img "
             "aria-label=\"When tasks died, and how long each outage was\">",
             HEIGHT);
    grid(t, window);
    for (unsigned i = n; i-- > 0;)
        lollipop(t, v, &v->death[i], window);
    if (n == 0)
        text_put(
            t,
            "<text x=\"50%%\" y=\"%u\" text-anchor=middle>Nothing has died."
            "</text>",
            (TOP + FLOOR) / 2);
    text_raw(t, "</svg>");
    legend(t, v, n);
}

void chart_outages(struct text *t, const struct view *v)
{
    unsigned first = VIEW_BUCKETS, last = 0;
    uint64_t most = 1;

    for (unsigned i = 0; i < VIEW_BUCKETS; i++) {
        if (v->outages[i] == 0)
            continue;
        first = first < i ? first : i;
        last = i;
        most = most > v->outages[i] ? most : v->outages[i];
    }
    if (first > last)
        first = last = 10;
    first = first > 1 ? first - 2 : 0;
    last = last < first + 7 ? first + 7 : last;
    last = last < VIEW_BUCKETS - 1 ? last + 1 : last;
    unsigned bars = last - first + 1, every = (bars + 4) / 5;

    text_put(t,
             "<svg id=histogram class=chart height=\"%u\" role=img "
             "aria-label=\"How many outages were how long\">"
             "<line class=grid x1=\"0\" x2=\"100%%\" y1=\"%u\" y2=\"%u\"/>",
             HEIGHT, FLOOR, FLOOR);
    for (unsigned i = first; i <= last; i++) {
        unsigned x = (i - first) * 10000 / bars, wide = 10000 / bars;
        unsigned high = (unsigned)(v->outages[i] * (FLOOR - TOP - 12) / most);
        if (v->outages[i] > 0) {
            high = high < 2 ? 2 : high;
            text_put(t,
                     "<rect class=bar x=\"%u.%02u%%\" width=\"%u.%02u%%\" "
                     "y=\"%u\" height=\"%u\" rx=\"2\"/>",
                     (x + wide / 12) / 100, (x + wide / 12) % 100,
                     wide * 5 / 6 / 100, wide * 5 / 6 % 100, FLOOR - high,
                     high);
            text_put(t,
                     "<text x=\"%u.%02u%%\" y=\"%u\" text-anchor=middle>%lu"
                     "</text>",
                     (x + wide / 2) / 100, (x + wide / 2) % 100,
                     FLOOR - high - 5, (unsigned long)v->outages[i]);
        }
        if ((i - first) % every != 0)
            continue;
        text_put(t, "<text x=\"%u.%02u%%\" y=\"%u\">", x / 100, x % 100,
                 HEIGHT - 6);
        text_duration(t, 1ull << i);
        text_raw(t, "</text>");
    }
    text_raw(t, "</svg>");
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * tasks/httpd: heads of requests, good and bad; what is escaped; the tree; and
 * pages of odd views. */
#include <stdlib.h>

#include "request.h"
#include "tap.h"
#include "view.h"

static char head[REQUEST_HEAD_MAX + 1];
static struct request r;
static struct text text;
static struct view view;

static unsigned parse(const char *string)
{
    size_t n = strlen(string);

    memcpy(head, string, n + 1);
    if (request_end(head, n, 0) != n)
        return 0xbad;
    return request_parse(&r, head, n);
}

static const struct {
    const char *head;
    unsigned status;
} heads[] = {
    {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", 0},
    {"GET / HTTP/1.0\r\n\r\n", 0},
    {"HEAD /a?b=c HTTP/1.1\r\nhost:a:80\r\nX:\t y \r\n\r\n", 0},
    {"POST /sink HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", 0},
    {"GET http://a/x HTTP/1.1\r\nHost: a\r\n\r\n", 0},
    {"GET / HTTP/1.1\r\nHost: [::1]:80\r\nExpect: 100-Continue\r\n\r\n", 0},
    {"GET / HTTP/1.1\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\r\nX: \ry\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\r\nX: \x01\r\n\r\n", 400},
    {"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"GET /\tHTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"GET http://a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"GET /\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"GET /\r\nHost: a\r\n\r\n", 400},
    {"GET / HTTP/1.11\r\nHost: a\r\n\r\n", 400},
    {"GET / http/1.1\r\nHost: a\r\n\r\n", 400},
    {"G@T / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {" GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"\r\n\r\n", 400},
    {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
    {"BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501},
    {"get / HTTP/1.1\r\nHost: a\r\n\r\n", 501},
    {"POST / HTTP/1.1\r\nHost: a\r\n\r\n", 411},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1 1\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551617\r\n"
     "\r\n",
     400},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n"
     "\r\n",
     400},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", 501},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
     "Transfer-Encoding: chunked\r\n\r\n",
     400},
    {"GET / HTTP/1.1\r\nHost: a\r\nExpect: more\r\n\r\n", 417},
    {"GET / HTTP/1.1\r\nHost: a\r\nOrigin: a\r\nOrigin: a\r\n\r\n", 400},
};

static void check_heads(void)
{
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        char name[24];
        snprintf(name, sizeof name, "%u: head %zu", heads[i].status, i);
        EQ(parse(heads[i].head), heads[i].status, name);
    }
    parse(heads[2].head);
    OK(r.method == METHOD_HEAD && r.keep, "HEAD; 1.1 keeps the connection");
    STR(r.path, "/a", "the path");
    STR(r.query, "b=c", "the query");
    STR(r.host, "a:80", "the host");
    parse(heads[1].head);
    OK(!r.keep && r.query[0] == '\0', "1.0 does not; no query");
    parse(heads[4].head);
    STR(r.path, "/x", "the path of a whole address");
    parse(heads[5].head);
    OK(r.expects, "100-continue is expected");
    parse("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n");
    OK(!r.keep, "close");
    parse("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    OK(r.keep, "keep-alive");
    parse("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 123456\r\n\r\n");
    EQ(r.length, 123456, "the length");
    memcpy(head, "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", 29);
    EQ(request_parse(&r, head, 29), 400, "a zero byte is refused");
    EQ(request_end("a\r\n\r", 4, 0), 0, "a head has an end,");
    EQ(request_end("a\r\n\r\nb", 6, 4), 5, "which may come in pieces");
}

static bool numbers(const char *query, uint64_t *value)
{
    snprintf(head, sizeof head, "GET /?%s HTTP/1.0\r\n\r\n", query);
    return request_parse(&r, head, strlen(head)) == 0 &&
           request_number(&r, "n", value);
}

static void check_query(void)
{
    static const char *const names[] = {"n", "m", NULL};
    uint64_t n = 5;

    OK(numbers("m=7&n=12", &n) && n == 12, "a number");
    OK(request_only(&r, names), "and no other");
    OK(numbers("m=7", &n) && n == 12, "none: as it was");
    OK(!numbers("n=1&n=2", &n), "two are refused");
    OK(!numbers("n=", &n), "and an empty one");
    OK(!numbers("n=-1", &n), "a sign");
    OK(!numbers("n=99999999999999999999", &n), "a long one");
    numbers("n=1&x=2", &n);
    OK(!request_only(&r, names), "one of another name");
    numbers("n=1&&", &n);
    OK(!request_only(&r, names), "one without a name");
}

static bool same(const char *host, const char *origin)
{
    snprintf(head, sizeof head,
             "GET / HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\n\r\n", host, origin);
    return request_parse(&r, head, strlen(head)) == 0 &&
           request_same_origin(&r);
}

static void check_origin(void)
{
    OK(same("10.0.2.15", "http://10.0.2.15"), "the same address");
    OK(same("localhost:8080", "http://localhost:8080"), "localhost");
    OK(!same("localhost:8080", "http://localhost:8081"), "another port");
    OK(!same("localhost", "https://localhost"), "another scheme");
    OK(!same("localhost", "null"), "none");
    OK(!same("evil.example", "http://evil.example"), "a name");
    OK(!same("localhost.evil.example", "http://localhost.evil.example"),
       "a name that begins like ours");
    parse("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    OK(!request_same_origin(&r), "without an origin");
}

static void check_text(void)
{
    text_clear(&text);
    text_html(&text, "<a href=\"x\">&'</a>");
    STR(text.data, "&lt;a href=&quot;x&quot;&gt;&amp;&#39;&lt;/a&gt;", "HTML");
    text_clear(&text);
    text_json(&text, "a\"b\\c\n\x7f\xff/");
    STR(text.data, "\"a\\\"b\\\\c\\u000a\\u007f\\u00ff/\"", "JSON");
    static const struct {
        uint64_t us;
        const char *text;
    } times[] = {{0, "0 µs"},
                 {999, "999 µs"},
                 {1000, "1 ms"},
                 {3149, "3.1 ms"},
                 {99999, "99 ms"},
                 {1500000, "1.5 s"},
                 {59999999, "59 s"},
                 {60000000, "1 min"},
                 {125000000, "2 min 05 s"},
                 {3600000000, "1 h"},
                 {7500000000, "2 h 05 min"},
                 {90000000000, "1 d 01 h"}};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        text_clear(&text);
        text_duration(&text, times[i].us);
        STR(text.data, times[i].text, "a duration");
    }
    text_clear(&text);
    for (unsigned i = 0; i <= TEXT_MAX / 64; i++)
        text_put(&text, "%64u", i);
    OK(text.failed && text.used < TEXT_MAX, "a text has a limit");
    text_clear(&text);
    text_raw(&text, "again");
    OK(!text.failed && text.used == 5, "and can be cleared");
}

static void task(unsigned n, const char *name, unsigned needs, unsigned also)
{
    struct view_task *t = &view.task[n];

    memset(t, 0, sizeof *t);
    snprintf(t->name, sizeof t->name, "%s", name);
    t->state = "ready";
    t->answers = VIEW_NONE;
    t->n_needs = (needs < VIEW_TASKS) + (also < VIEW_TASKS);
    t->provider[0] = (uint16_t)needs;
    t->provider[1] = (uint16_t)also;
    view.n_tasks = n + 1;
}

static void check_tree(void)
{
    char names[64] = "";

    memset(&view, 0, sizeof view);
    task(0, "c", 3, VIEW_TASKS);
    task(1, "a", VIEW_TASKS, VIEW_TASKS);
    task(2, "b", 1, VIEW_TASKS);
    task(3, "d", VIEW_TASKS, VIEW_TASKS);
    task(4, "e", 1, 2);
    task(5, "f", 1, VIEW_TASKS);
    view_order(&view);
    for (unsigned n = 0; n < view.n_tasks; n++)
        sprintf(names + strlen(names), "%u%s ", view.task[view.order[n]].depth,
                view.task[view.order[n]].name);
    STR(names, "0a 1b 2e 1f 0d 1c ", "each is below what it needs");
    /* kernel-ext refuses a cycle; if there were one, all is still shown. */
    task(0, "x", 1, VIEW_TASKS);
    task(1, "y", 0, VIEW_TASKS);
    view_order(&view);
    OK(view.n_tasks == 2, "a cycle ends");
}

static void check_odd_views(void)
{
    memset(&view, 0, sizeof view);
    task(0, "<b>", VIEW_TASKS, VIEW_TASKS);
    strcpy(view.task[0].cause, "\"&");
    view_order(&view);
    view.now = 1;
    view.n_deaths = VIEW_DEATHS;
    for (unsigned n = 0; n < VIEW_DEATHS; n++) {
        strcpy(view.death[n].task, n & 1 ? "<b>" : "gone");
        view.death[n].at = n & 2 ? 0 : UINT64_MAX; /* even in the future */
        view.death[n].outage = n & 4 ? VIEW_NONE : n & 8 ? UINT64_MAX - 1 : 0;
    }
    for (unsigned n = 0; n < VIEW_BUCKETS; n++)
        view.outages[n] = n * 1000000;
    text_clear(&text);
    page_whole(&text, &view);
    OK(!text.failed && !strstr(text.data, "<b>"), "a page of odd values");
    text_clear(&text);
    tasks_json(&text, &view);
    OK(strstr(text.data, "\"last_cause\":\"\\\"&\""), "JSON of them");
    text_clear(&text);
    metrics(&text, &view);
    OK(!text.failed, "metrics of them");
    memset(&view, 0, sizeof view);
    text_clear(&text);
    page_whole(&text, &view);
    OK(strstr(text.data, "Nothing has died."), "a page of nothing");
    EQ(view_quantile(&view, 99), VIEW_NONE, "no outage has no quantile");
    view.outages[3] = 9;
    view.outages[8] = 1;
    EQ(view_quantile(&view, 50), 16, "half");
    EQ(view_quantile(&view, 99), 512, "99 %");
}

/* The largest system there can be. */
static void check_large(void)
{
    memset(&view, 0, sizeof view);
    for (unsigned n = 0; n < VIEW_TASKS; n++) {
        char name[64];
        snprintf(name, sizeof name, "%059u", n);
        task(n, name, n ? n - 1 : VIEW_TASKS, VIEW_TASKS);
        strcpy(view.task[n].needs[0], name);
        view.task[n].restarts = view.task[n].uptime = UINT64_MAX / 2;
    }
    view.commands = true;
    view_order(&view);
    text_clear(&text);
    page_whole(&text, &view);
    OK(!text.failed, "288 tasks with long names: %zu KiB", text.used >> 10);
    text_clear(&text);
    tasks_json(&text, &view);
    OK(!text.failed, "JSON: %zu KiB", text.used >> 10);
    text_clear(&text);
    metrics(&text, &view);
    OK(!text.failed, "metrics: %zu KiB", text.used >> 10);
}

int main(void)
{
    check_heads();
    check_query();
    check_origin();
    check_text();
    check_tree();
    check_odd_views();
    check_large();
    free(text.data);
    return tap_end();
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Which request gets which answer. */
#include "answer.h"

#include <mach/mach.h>
#include <stdio.h>
#include <string.h>
#include <userspace_driver_operator.h>

#define SMALL 4096u         /* the body of a request that has no use for one */
#define LARGE (1ull << 30)  /* of one to /sink */
#define RANDOM (4ull << 30) /* of an answer */

struct route {
    const char *path; /* NULL: a command to a task */
    enum method method;
    void (*make)(struct exchange *x);
    const char *type;
};

extern const char style_css[], style_css_end[], script_js[], script_js_end[];

static struct view view;
static const char *self;

void answer_init(const char *name)
{
    self = name;
}

void answer_count(unsigned connections)
{
    view.requests++;
    view.connections = connections;
}

const char *answer_reason(unsigned status)
{
    static const struct {
        unsigned status;
        const char *reason;
    } all[] = {
        {200, "OK"},
        {303, "See Other"},
        {400, "Bad Request"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {411, "Length Required"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {417, "Expectation Failed"},
        {431, "Request Header Fields Too Large"},
        {501, "Not Implemented"},
        {503, "Service Unavailable"},
        {505, "HTTP Version Not Supported"},
    };
    for (size_t n = 0; n < sizeof all / sizeof *all; n++)
        if (all[n].status == status)
            return all[n].reason;
    return "Unknown";
}

void answer_status(struct answer *a, unsigned status)
{
    memset(a, 0, sizeof *a);
    a->status = status;
    a->type = "text/plain";
    a->extra = status == 303   ? "Location: /\r\n"
               : status == 503 ? "Retry-After: 1\r\n"
                               : "";
    a->length = (uint64_t)snprintf(a->text, sizeof a->text, "%u %s\n", status,
                                   answer_reason(status));
    a->data = a->text;
}

static void made(struct exchange *x,
                 void (*maker)(struct text *, const struct view *))
{
    struct document *d = document_get(maker, &view, self);

    if (!d) {
        answer_status(&x->answer, 503);
        return;
    }
    x->answer.document = d;
    x->answer.data = d->text.data;
    x->answer.length = d->text.used;
}

static void make_page(struct exchange *x)
{
    made(x, page_whole);
}

static void make_live(struct exchange *x)
{
    made(x, page_live);
}

static void make_metrics(struct exchange *x)
{
    made(x, metrics);
}

static void make_tasks(struct exchange *x)
{
    made(x, tasks_json);
}

static void make_style(struct exchange *x)
{
    x->answer.data = style_css;
    x->answer.length = (uint64_t)(style_css_end - style_css);
}

static void make_script(struct exchange *x)
{
    x->answer.data = script_js;
    x->answer.length = (uint64_t)(script_js_end - script_js);
}

static void make_random(struct exchange *x)
{
    static const char *const names[] = {"bytes", "seed", NULL};
    uint64_t bytes = 0, seed = 0;

    if (!request_only(&x->request, names) ||
        !request_number(&x->request, "bytes", &bytes) ||
        !request_number(&x->request, "seed", &seed) || bytes > RANDOM) {
        answer_status(&x->answer, 400);
        return;
    }
    x->answer.length = bytes;
    x->answer.seed = seed;
}

static void make_sum(struct exchange *x)
{
    unsigned char digest[32];

    sha256_done(&x->sum, digest);
    for (unsigned i = 0; i < sizeof digest; i++)
        sprintf(x->answer.text + 2 * i, "%02x", digest[i]);
    strcat(x->answer.text, "\n");
    x->answer.data = x->answer.text;
    x->answer.length = 2 * sizeof digest + 1;
}

/* /tasks/NAME/restart, where our line lets us, and for our own page only. */
static void make_restart(struct exchange *x)
{
    char *name = x->request.path + strlen("/tasks/");
    struct document *d = document_get(page_live, &view, self);

    if (d)
        document_done(d); /* the view is there */
    if (!view.commands || !request_same_origin(&x->request)) {
        answer_status(&x->answer, 403);
        return;
    }
    usrd_name_t task = "";
    size_t n = strcspn(name, "/");
    if (n < sizeof task)
        memcpy(task, name, n);
    kern_return_t kr = usrd_op_restart(mach_task_self(), task);
    answer_status(&x->answer, kr == KERN_SUCCESS        ? 303
                              : kr == KERN_INVALID_NAME ? 404
                                                        : 409);
}

static const struct route routes[] = {
    {"/", METHOD_GET, make_page, "text/html; charset=utf-8"},
    {"/live", METHOD_GET, make_live, "text/html; charset=utf-8"},
    {"/style.css", METHOD_GET, make_style, "text/css; charset=utf-8"},
    {"/script.js", METHOD_GET, make_script, "text/javascript; charset=utf-8"},
    {"/metrics", METHOD_GET, make_metrics, "text/plain; version=0.0.4"},
    {"/api/tasks", METHOD_GET, make_tasks, "application/json"},
    {"/random", METHOD_GET, make_random, "application/octet-stream"},
    {"/sink", METHOD_POST, make_sum, "text/plain"},
    {NULL, METHOD_POST, make_restart, "text/plain"},
};

static bool is_command(const char *path)
{
    static const char last[] = "/restart";
    if (strncmp(path, "/tasks/", 7) != 0)
        return false;
    const char *end = strchr(path + 7, '/');
    return end && end > path + 7 && strcmp(end, last) == 0;
}

unsigned answer_begin(struct exchange *x)
{
    const struct request *r = &x->request;

    x->route = NULL;
    for (size_t n = 0; n < sizeof routes / sizeof *routes && !x->route; n++)
        if (routes[n].path ? strcmp(routes[n].path, r->path) == 0
                           : is_command(r->path))
            x->route = &routes[n];
    if (!x->route)
        return r->length > SMALL ? 413 : 0;
    if (r->length > (x->route->make == make_sum ? LARGE : SMALL))
        return 413;
    sha256_init(&x->sum);
    return 0;
}

void answer_body(struct exchange *x, const void *bytes, size_t n)
{
    if (x->route && x->route->make == make_sum)
        sha256_process(&x->sum, bytes, n);
}

void answer_make(struct exchange *x)
{
    enum method method = x->request.method;
    struct answer *a = &x->answer;

    if (method == METHOD_HEAD)
        method = METHOD_GET;
    if (!x->route) {
        answer_status(a, 404);
    } else if (method != x->route->method) {
        answer_status(a, 405);
        a->extra = x->route->method == METHOD_POST ? "Allow: POST\r\n"
                                                   : "Allow: GET, HEAD\r\n";
    } else {
        memset(a, 0, sizeof *a);
        a->status = 200;
        a->type = x->route->type;
        a->extra = "";
        x->route->make(x);
    }
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The head of an HTTP/1 request. */
#include "request.h"

#include <string.h>
#include <strings.h>

struct parse {
    struct request *r;
    bool host, length, coded; /* seen */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_token(char c)
{
    return is_letter(c) || is_digit(c) ||
           (c != '\0' && strchr("!#$%&'*+-.^_`|~", c));
}

static bool all(const char *s, bool (*is)(char))
{
    if (*s == '\0')
        return false;
    while (*s != '\0' && is(*s))
        s++;
    return *s == '\0';
}

/* 18 digits at most: it cannot overflow. */
static bool number(const char *s, uint64_t *value)
{
    uint64_t n = 0;

    if (!all(s, is_digit) || strlen(s) > 18)
        return false;
    for (; *s; s++)
        n = n * 10 + (uint64_t)(*s - '0');
    *value = n;
    return true;
}

size_t request_end(const char *head, size_t n, size_t from)
{
    for (size_t i = from > 3 ? from - 3 : 0; i + 4 <= n; i++)
        if (memcmp(head + i, "\r\n\r\n", 4) == 0)
            return i + 4;
    return 0;
}

static bool is_host(char c)
{
    return is_letter(c) || is_digit(c) || (c != '\0' && strchr(".-_:[]", c));
}

static unsigned read_target(struct request *r, char *target)
{
    if (strncasecmp(target, "http://", 7) == 0) {
        /* To a proxy; we are none, but it is for us. */
        char *path = strchr(target + 7, '/');
        if (!path)
            return 400;
        target = path;
    }
    if (*target != '/')
        return 400;
    for (char *c = target; *c; c++)
        if (*c < 0x21 || *c > 0x7e)
            return 400;
    r->path = target;
    r->query = strchr(target, '?');
    if (r->query)
        *r->query++ = '\0';
    else
        r->query = target + strlen(target);
    return 0;
}

static unsigned read_first(struct request *r, char *line)
{
    static const char *const methods[] = {"GET", "HEAD", "POST"};
    char *target = strchr(line, ' '), *version;

    if (!target)
        return 400;
    *target++ = '\0';
    version = strchr(target, ' ');
    if (!version || !all(line, is_token))
        return 400;
    *version++ = '\0';
    if (strncmp(version, "HTTP/", 5) != 0 || !is_digit(version[5]) ||
        version[6] != '.' || !is_digit(version[7]) || version[8] != '\0')
        return 400;
    if (version[5] != '1')
        return 505;
    r->minor = version[7] > '0';
    r->keep = r->minor > 0;
    r->method = METHOD_GET;
    while (r->method < METHOD_OTHER && strcmp(line, methods[r->method]) != 0)
        r->method++;
    return r->method == METHOD_OTHER ? 501 : read_target(r, target);
}

/* Has the list VALUE this word? */
static bool lists(const char *value, const char *word)
{
    size_t n = strlen(word);

    while (*value) {
        value += strspn(value, ", \t");
        size_t length = strcspn(value, ", \t");
        if (length == n && strncasecmp(value, word, n) == 0)
            return true;
        value += length;
    }
    return false;
}

static unsigned read_field(struct parse *p, const char *name, const char *value)
{
    struct request *r = p->r;

    if (strcasecmp(name, "Host") == 0) {
        if (p->host || (*value && !all(value, is_host)))
            return 400;
        p->host = true;
        r->host = value;
    } else if (strcasecmp(name, "Content-Length") == 0) {
        if (p->length || !number(value, &r->length))
            return 400;
        p->length = true;
    } else if (strcasecmp(name, "Transfer-Encoding") == 0) {
        p->coded = true;
    } else if (strcasecmp(name, "Origin") == 0) {
        if (r->origin)
            return 400;
        r->origin = value;
    } else if (strcasecmp(name, "Connection") == 0) {
        if (lists(value, "close"))
            r->keep = false;
        else if (lists(value, "keep-alive"))
            r->keep = true;
    } else if (strcasecmp(name, "Expect") == 0) {
        if (strcasecmp(value, "100-continue") != 0)
            return 417;
        r->expects = r->minor > 0;
    }
    return 0;
}

static unsigned read_line(struct parse *p, char *line)
{
    char *colon = strchr(line, ':'), *value;

    if (!colon)
        return 400;
    *colon = '\0';
    if (!all(line, is_token))
        return 400;
    value = colon + 1 + strspn(colon + 1, " \t");
    for (char *end = value + strlen(value);
         end > value && (end[-1] == ' ' || end[-1] == '\t');)
        *--end = '\0';
    for (char *c = value; *c; c++)
        if ((unsigned char)*c < 0x20 ? *c != '\t' : *c == 0x7f)
            return 400;
    return read_field(p, line, value);
}

unsigned request_parse(struct request *r, char *head, size_t size)
{
    struct parse p = {.r = r};
    char *line = head, *end = head + size - 2; /* of the last line */
    unsigned status = 0;

    memset(r, 0, sizeof *r);
    r->host = "";
    if (memchr(head, '\0', size))
        return 400;
    for (bool first = true; line < end && status == 0; first = false) {
        char *next = memchr(line, '\n', (size_t)(end - line));

        if (!next || next == line || next[-1] != '\r')
            return 400;
        next[-1] = '\0';
        if (first && next - line > (long)REQUEST_LINE_MAX)
            return 414;
        status = first ? read_first(r, line) : read_line(&p, line);
        line = next + 1;
    }
    if (status)
        return status;
    if (!r->path || (r->minor > 0 && !p.host))
        return 400;
    if (p.coded)
        return p.length ? 400 : 501;
    if (r->method == METHOD_POST && !p.length)
        return 411;
    return 0;
}

/* The value of the N-th NAME in the query, its length in LENGTH. */
static const char *find(const char *query, const char *name, size_t *length)
{
    size_t n = strlen(name);

    for (; *query; query += *query == '&') {
        size_t size = strcspn(query, "&");
        if (size > n && query[n] == '=' && strncmp(query, name, n) == 0) {
            *length = size - n - 1;
            return query + n + 1;
        }
        query += size;
    }
    return NULL;
}

bool request_number(const struct request *r, const char *name, uint64_t *value)
{
    size_t length, another;
    char digits[24];
    const char *at = find(r->query, name, &length);

    if (!at)
        return true;
    if (length >= sizeof digits || find(at + length, name, &another))
        return false;
    memcpy(digits, at, length);
    digits[length] = '\0';
    return number(digits, value);
}

bool request_only(const struct request *r, const char *const names[])
{
    for (const char *at = r->query; *at; at += *at == '&') {
        size_t size = strcspn(at, "&"), n, k;

        for (k = 0; names[k]; k++) {
            n = strlen(names[k]);
            if (size > n && at[n] == '=' && strncmp(at, names[k], n) == 0)
                break;
        }
        if (!names[k])
            return false;
        at += size;
    }
    return true;
}

static bool is_address(char c)
{
    return is_digit(c) || c == '.';
}

bool request_same_origin(const struct request *r)
{
    char name[64];
    size_t n = strcspn(r->host, ":");

    if (!r->origin || n == 0 || n >= sizeof name ||
        strncmp(r->origin, "http://", 7) != 0 ||
        strcmp(r->origin + 7, r->host) != 0)
        return false;
    memcpy(name, r->host, n);
    name[n] = '\0';
    return strcasecmp(name, "localhost") == 0 || all(name, is_address);
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A shell that edits its line at random while log lines come at random and
 * the console takes as much as it likes.  A little terminal shows the result:
 * without the log's rows it must look as if there had been no log, and each
 * of the log's rows must be whole. */
#include "log.h"

#include "tap.h"

#define ROUNDS 3000
#define ROWS 400
#define COLUMNS 300

/* A terminal that knows printable bytes, \r \n \b, ESC [ K, n C and n D. */
struct terminal {
    char row[ROWS][COLUMNS + 1];
    unsigned y, x, parameter;
    int escape;
    bool lost; /* something that it does not know, or no room */
};

static void print(struct terminal *t, char byte)
{
    if (t->x >= COLUMNS || t->x > strlen(t->row[t->y]) || byte < ' ' ||
        byte > '~')
        t->lost = true;
    else
        t->row[t->y][t->x++] = byte;
}

static void sequence(struct terminal *t, char byte)
{
    if (byte == '[') {
        t->parameter = 0;
        return;
    }
    if (byte >= '0' && byte <= '9') {
        t->parameter = t->parameter * 10 + (unsigned)(byte - '0');
        return;
    }
    t->escape = 0;
    if (byte == 'K' && t->x <= COLUMNS)
        memset(t->row[t->y] + t->x, 0, COLUMNS - t->x);
    else if (byte == 'C' && t->x + t->parameter <= strlen(t->row[t->y]))
        t->x += t->parameter;
    else if (byte == 'D' && t->parameter <= t->x)
        t->x -= t->parameter;
    else
        t->lost = true;
}

static void show(struct terminal *t, const char *bytes, size_t n)
{
    for (; n > 0 && !t->lost; n--, bytes++) {
        if (t->escape)
            sequence(t, *bytes);
        else if (*bytes == '\033')
            t->escape = 1;
        else if (*bytes == '\r')
            t->x = 0;
        else if (*bytes == '\b')
            t->lost |= t->x-- == 0;
        else if (*bytes == '\n')
            t->lost |= ++t->y == ROWS - 1;
        else
            print(t, *bytes);
    }
}

static uint64_t state = 88172645463325252;

static unsigned below(unsigned n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)((state >> 32) % n);
}

static uint64_t now(void)
{
    return 1234567;
}

static void take(struct terminal *t, unsigned most)
{
    const char *bytes;
    size_t n = kx_log_peek(&bytes);

    n = n < most ? n : most;
    show(t, bytes, n);
    kx_log_take(n);
}

static void drain(struct terminal *t)
{
    const char *bytes;

    while (kx_log_peek(&bytes) > 0)
        take(t, 1024);
}

static const char *keys(void)
{
    static const char *const all[] = {
        "a",       "bc",      "d e",        "\b",       "\r",
        "\n",      "\r\n",    "\t",         "\r",       "\033[K",
        "\033[3D", "\033[2C", "\r\033[K> ", "\033[31m", "\x80",
        "\033",    "[",       "5",          "C",
    };

    return all[below(sizeof all / sizeof *all)];
}

static struct terminal merged, alone;

/* One round: the same keys with log lines in between, and without. */
static unsigned round_of(unsigned *lines)
{
    static char typed[4096];
    unsigned bad = 0, y = 0;

    typed[0] = '\0';
    memset(&merged, 0, sizeof merged);
    memset(&alone, 0, sizeof alone);
    kx_log_init(now);
    for (unsigned i = below(120); i > 0; i--) {
        const char *text = keys();

        switch (below(4)) {
        case 0:
            kx_log('I', "t", i, "log", "text=%u", *lines);
            ++*lines;
            break;
        case 1:
            take(&merged, below(40));
            break;
        default:
            kx_console_write(text, strlen(text));
            strcat(typed, text);
        }
    }
    drain(&merged);
    kx_log_init(now);
    kx_console_write(typed, strlen(typed));
    drain(&alone);

    for (unsigned i = 0; i <= merged.y; i++) {
        unsigned run, text;
        int end = 0;

        if (sscanf(merged.row[i], "[    1.234567] I t#%u log text=%u%n", &run,
                   &text, &end) == 2 &&
            merged.row[i][end] == '\0')
            continue;
        bad += strcmp(merged.row[i], alone.row[y++]) != 0;
    }
    return bad + (y != alone.y + 1) + (merged.x != alone.x) + merged.lost +
           alone.lost;
}

int main(void)
{
    unsigned bad = 0, lines = 0;

    for (unsigned i = 0; i < ROUNDS; i++) {
        unsigned wrong = round_of(&lines);

        if (wrong > 0 && bad++ == 0)
            printf("# first in round %u: '%s' and '%s'\n", i,
                   merged.row[merged.y], alone.row[alone.y]);
    }
    EQ(bad, 0, "the screen is what it was without the log");
    OK(lines > ROUNDS, "with %u lines in between", lines);
    return tap_end();
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Reading a module line.  One table: a word, how its value is read, between
 * which bounds, and whether it may come again with another value.
 *
 * What a line may have beside other lines is the business of claims.c. */
#include "words.h"

#include <stdio.h>
#include <string.h>

#include "grants.h"
#include "policy.h"
#include "values.h"

#define DAY (86400ull * 1000 * KX_MS)

struct word {
    const char *key;
    /* One of these reads the value: NULL when it was taken, else why not. */
    const char *(*grant)(struct kx_words *w, const char *value);
    const char *(*plain)(struct kx_words *w, const struct word *word,
                         const char *value);
    uint64_t min, max; /* of a plain value, in the unit of its field */
    size_t field;      /* its offset in struct kx_words */
    bool again;        /* may come again, with another value */
};

static void *field(struct kx_words *w, const struct word *word)
{
    return (char *)w + word->field;
}

static const char *read_operator(struct kx_words *w, const struct word *word,
                                 const char *value)
{
    static const char *const words[] = {"no", "read", "yes"};
    for (unsigned n = 0; n < sizeof words / sizeof *words; n++)
        if (strcmp(value, words[n]) == 0) {
            *(enum kx_operator *)field(w, word) = (enum kx_operator)n;
            return NULL;
        }
    return "not yes, read or no";
}

static const char *out_of_bounds(const struct word *word, uint64_t n)
{
    if (n < word->min)
        return n == 0 ? "zero is not allowed" : "too small";
    return n > word->max ? "too large" : NULL;
}

static const char *read_restart(struct kx_words *w, const struct word *word,
                                const char *value)
{
    (void)word;
    if (strcmp(value, "no") == 0)
        w->restart = KX_RESTART_NO;
    else if (strcmp(value, "on-failure") == 0)
        w->restart = KX_RESTART_ON_FAILURE;
    else if (strcmp(value, "always") == 0)
        w->restart = KX_RESTART_ALWAYS;
    else
        return "not no, on-failure or always";
    return NULL;
}

static const char *read_on_limit(struct kx_words *w, const struct word *word,
                                 const char *value)
{
    (void)word;
    if (strcmp(value, "stop") != 0 && strcmp(value, "reboot") != 0)
        return "not stop or reboot";
    w->on_limit = value[0] == 's' ? KX_ON_LIMIT_STOP : KX_ON_LIMIT_REBOOT;
    return NULL;
}

static const char *read_duration(struct kx_words *w, const struct word *word,
                                 const char *value)
{
    uint64_t us;

    if (!kx_parse_duration(value, &us))
        return "not a duration with its unit, such as 300ms or 5s";
    *(uint64_t *)field(w, word) = us;
    return out_of_bounds(word, us);
}

static const char *read_watchdog(struct kx_words *w, const struct word *word,
                                 const char *value)
{
    const char *why = read_duration(w, word, value);

    if (why == NULL && w->watchdog != 0 && w->watchdog < 50 * KX_MS)
        return "shorter than 50ms (0 is off)";
    return why;
}

static const char *read_size(struct kx_words *w, const struct word *word,
                             const char *value)
{
    uint64_t bytes;

    if (!kx_parse_size(value, &bytes))
        return "not a size with its unit, such as 64K or 1M";
    *(uint64_t *)field(w, word) = bytes;
    return out_of_bounds(word, bytes);
}

/* N/DURATION, or 0 for off.  The window lies behind the count. */
static const char *read_rate(const struct word *word, const char *value,
                             unsigned *count, uint64_t *window)
{
    uint64_t n;

    if (strcmp(value, "0") == 0) {
        *count = 0;
        return NULL;
    }
    if (!kx_scan_number(&value, &n) || *value++ != '/' ||
        !kx_parse_duration(value, window))
        return "not COUNT/DURATION, such as 5/10s, or 0 for off";
    if (*window == 0 || *window > DAY)
        return "its duration is not within 1us to 24h";
    *count = (unsigned)n;
    return out_of_bounds(word, n);
}

static const char *read_start_limit(struct kx_words *w, const struct word *word,
                                    const char *value)
{
    return read_rate(word, value, &w->start_limit, &w->start_limit_window);
}

static const char *read_errors(struct kx_words *w, const struct word *word,
                               const char *value)
{
    return read_rate(word, value, &w->errors, &w->errors_window);
}

/* A count into a 32-bit field. */
static const char *read_count(struct kx_words *w, const struct word *word,
                              const char *value)
{
    uint64_t n;

    if (!kx_parse_number(value, &n))
        return "not a number";
    *(uint32_t *)field(w, word) = (uint32_t)n;
    return out_of_bounds(word, n);
}

/* A size in KB, or a duration in ms, into a 32-bit field: no silent
 * rounding. */
static const char *read_kb(struct kx_words *w, const struct word *word,
                           const char *value)
{
    uint64_t bytes;

    if (!kx_parse_size(value, &bytes))
        return "not a size with its unit, such as 64K or 1M";
    *(uint32_t *)field(w, word) = (uint32_t)(bytes / 1024);
    return out_of_bounds(word, bytes / 1024);
}

static const char *read_ms(struct kx_words *w, const struct word *word,
                           const char *value)
{
    uint64_t us;

    if (!kx_parse_duration(value, &us))
        return "not a duration with its unit, such as 300ms or 5s";
    if (us % KX_MS != 0)
        return "not whole milliseconds";
    *(uint32_t *)field(w, word) = (uint32_t)(us / KX_MS);
    return out_of_bounds(word, us / KX_MS);
}

/* A table entry that is one value in one member of struct kx_words. */
#define PLAIN(key, read, min, max, member)                                  \
    {                                                                       \
        key, NULL, read, min, max, offsetof(struct kx_words, member), false \
    }
#define GRANT(key, read, again)         \
    {                                   \
        key, read, NULL, 0, 0, 0, again \
    }

const char *const kx_limit_name[KX_LIMITS] = {
    "memory", "cpu", "io-ops", "irq-rate", "op-timeout", "bandwidth",
};

static const struct word words[] = {
    GRANT("ioports", kx_read_ioports, true),
    GRANT("irq", kx_read_irq, true),
    GRANT("pci", kx_read_pci, true),
    GRANT("mmio", kx_read_mmio, true),
    PLAIN("dma", read_size, 1, 1ull << 30, dma),
    GRANT("kdev", kx_read_kdev, false),
    PLAIN("operator", read_operator, 0, 0, operator_),
    GRANT("provides", kx_read_provides, false),
    GRANT("needs", kx_read_needs, false),
    GRANT("complains", kx_read_complains, false),
    PLAIN("instances", read_count, 1, KX_MAX_INSTANCES, instances),
    PLAIN("restart", read_restart, 0, 0, restart),
    PLAIN("restart-delay", read_duration, 0, DAY, restart_delay),
    PLAIN("restart-max-delay", read_duration, 0, DAY, restart_max_delay),
    PLAIN("start-limit", read_start_limit, 1, KX_MAX_STARTS, start_limit),
    PLAIN("on-limit", read_on_limit, 0, 0, on_limit),
    PLAIN("watchdog", read_watchdog, 0, DAY, watchdog),
    PLAIN("ready-timeout", read_duration, 10 * KX_MS, DAY, ready_timeout),
    PLAIN("stop-timeout", read_duration, 10 * KX_MS, DAY, stop_timeout),
    PLAIN("errors", read_errors, 1, 1000000, errors),
    PLAIN("memory", read_kb, 1, UINT32_MAX, limit[KX_LIMIT_MEMORY]),
    PLAIN("cpu", read_count, 1, 100, limit[KX_LIMIT_CPU]),
    PLAIN("io-ops", read_count, 1, UINT32_MAX, limit[KX_LIMIT_IO_OPS]),
    PLAIN("irq-rate", read_count, 1, UINT32_MAX, limit[KX_LIMIT_IRQ_RATE]),
    PLAIN("op-timeout", read_ms, 1, DAY / KX_MS, limit[KX_LIMIT_TIMEOUT]),
    PLAIN("bandwidth", read_kb, 1, UINT32_MAX, limit[KX_LIMIT_BANDWIDTH]),
};
#define WORDS (sizeof words / sizeof *words)

static bool fault(struct kx_fault *f, const char *word, const char *why)
{
    snprintf(f->word, sizeof f->word, "%s", word);
    snprintf(f->why, sizeof f->why, "%s", why);
    return false;
}

static void set_defaults(struct kx_words *w, const char *name)
{
    memset(w, 0, sizeof *w);
    w->name = name;
    w->instances = 1;
    w->restart = KX_RESTART_ON_FAILURE;
    w->restart_delay = 10 * KX_MS;
    w->restart_max_delay = 10000 * KX_MS;
    w->start_limit = 5;
    w->start_limit_window = 10000 * KX_MS;
    w->on_limit = KX_ON_LIMIT_STOP;
    w->watchdog = 500 * KX_MS;
    w->ready_timeout = 5000 * KX_MS;
    w->stop_timeout = 1000 * KX_MS;
}

/* The index of WORD's key in the table; its value is put in *VALUE. */
static int find(const char *word, const char **value)
{
    for (unsigned i = 0; i < WORDS; i++) {
        size_t n = strlen(words[i].key);

        if (strncmp(word, words[i].key, n) == 0 && word[n] == '=') {
            *value = word + n + 1;
            return (int)i;
        }
    }
    return -1;
}

/* Of two delays of which one was given, the other one follows. */
static bool fit_delays(struct kx_words *w, unsigned long seen,
                       struct kx_fault *f)
{
    const char *value;
    bool delay = seen >> find("restart-delay=", &value) & 1;
    bool max = seen >> find("restart-max-delay=", &value) & 1;

    if (w->restart_delay <= w->restart_max_delay)
        return true;
    if (delay && max)
        return fault(f, "restart-max-delay", "shorter than restart-delay");
    if (delay)
        w->restart_max_delay = w->restart_delay;
    else
        w->restart_delay = w->restart_max_delay;
    return true;
}

/* What belongs to one task cannot belong to several. */
static bool fit_instances(const struct kx_words *w, struct kx_fault *f)
{
    static const char why[] = "one grant cannot serve several instances";

    if (w->instances == 1)
        return true;
    if (w->n_ioports > 0)
        return fault(f, "ioports", why);
    if (w->n_irqs > 0)
        return fault(f, "irq", why);
    if (w->n_mmio > 0)
        return fault(f, "mmio", why);
    for (unsigned i = 0; i < w->n_pci; i++)
        if (w->pci[i].by == KX_PCI_ADDRESS)
            return fault(f, "pci", why);
    for (unsigned i = 0; i < w->n_provides; i++)
        if (strlen(w->provides[i]) + strlen(".256") >= KX_NAME_MAX)
            return fault(f, w->provides[i], "too long with its instance");
    return true;
}

bool kx_words_parse(struct kx_words *w, int argc, char *const argv[],
                    struct kx_fault *f)
{
    unsigned long seen = 0;

    set_defaults(w, "");
    if (argc < 1 || argv[0] == NULL)
        return fault(f, "", "the line has no words");
    if (!kx_name_ok(argv[0], strlen(argv[0])))
        return fault(f, argv[0], "not a name for a task");
    w->name = argv[0];
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        const char *value, *why;
        int n = find(argv[i], &value);

        if (n < 0)
            return fault(f, argv[i], "unknown word");
        if ((seen >> n & 1) != 0 && !words[n].again)
            return fault(f, argv[i], "given twice");
        seen |= 1ul << n;
        why = words[n].grant != NULL ? words[n].grant(w, value)
                                     : words[n].plain(w, &words[n], value);
        if (why != NULL)
            return fault(f, argv[i], why);
    }
    if (w->n_provides == 0) {
        w->provides[0] = w->name;
        w->n_provides = 1;
    }
    return fit_delays(w, seen, f) && fit_instances(w, f);
}

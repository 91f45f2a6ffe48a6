/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What handles were told (a speed, an alarm, a packet filter), so that the next
 * incarnation is told it again when it opens them.  The SDK says it here after
 * the driver's callback succeeded and before the client hears of it.
 *
 * It belongs to the handle and goes with it.  It may also be what kills the
 * driver: then it is dropped after the second death in its replay. */
#include "handle.h"

#include "mach_port.h"
#include <string.h>

#define SETTINGS 128 /* handles that can have some */
/* What handles of one client may use of each: something is left for others. */
#define SHARE(all) ((all) / 4)
#define DEATHS_MAX 2

static struct settings {
    struct kx_handle *of; /* NULL: free */
    uint64_t turn;        /* when it was last told something, in order */
    unsigned n;
    uint32_t words[USRD_KEPT_WORDS]; /* flavor, count, words; and again */
} settings[SETTINGS];

static struct filter {
    struct kx_handle *of;
    int priority;
    unsigned n;
    short words[USRD_FILTER_WORDS];
} filters[KX_FILTERS]; /* their ports are KX_P_FILTER */

/* The handle, if the incarnation has it now. */
static struct kx_handle *of_driver(struct kx_incarnation *i, unsigned handle)
{
    struct kx_handle *h = &kx_handles[handle];
    if (handle < kx_handles_top && kx_handle_away(h) &&
        h->task == kx_task_index(i->task) && h->in == i->number)
        return h;
    kx_deny(i, "keep id=%u", handle);
    return NULL;
}

/* ---- settings ---- */

static struct settings *settings_of(const struct kx_handle *h)
{
    return h->kept ? &settings[h->kept - 1] : NULL;
}

static struct settings *new_settings(struct kx_handle *h)
{
    struct settings *free = NULL;
    unsigned mine = 0;
    for (struct settings *s = settings; s < settings + SETTINGS; s++)
        if (!s->of)
            free = s;
        else
            mine += s->of->opener == h->opener;
    if (!free || mine >= SHARE(SETTINGS))
        return NULL;
    free->of = h;
    free->n = 0;
    h->kept = (unsigned char)(free - settings + 1);
    kx_handle_task(h)->kept++;
    return free;
}

/* How many words the record at R has. */
static unsigned length(const uint32_t *r)
{
    return 2 + r[1];
}

static uint32_t *find(struct settings *s, uint32_t flavor)
{
    for (uint32_t *r = s->words; r < s->words + s->n; r += length(r))
        if (r[0] == flavor)
            return r;
    return NULL;
}

static void remove_record(struct settings *s, uint32_t *r)
{
    unsigned n = length(r);
    s->n -= n;
    memmove(r, r + n, (size_t)(s->words + s->n - r) * sizeof *r);
}

/* A later setting of a flavor replaces the earlier, and is the last. */
kern_return_t kx_keep(struct kx_incarnation *i, unsigned handle,
                      uint32_t flavor, const uint32_t *words, unsigned count)
{
    static uint64_t turn;
    struct kx_handle *h = of_driver(i, handle);
    if (!h)
        return KERN_INVALID_ARGUMENT;
    struct settings *s = settings_of(h);
    uint32_t *old = s ? find(s, flavor) : NULL;
    unsigned used = (s ? s->n : 0) - (old ? length(old) : 0);
    if (count > USRD_KEPT_WORDS - 2 || used > USRD_KEPT_WORDS - 2 - count ||
        (!s && !(s = new_settings(h))))
        return KERN_RESOURCE_SHORTAGE;
    if (old)
        remove_record(s, old);
    s->words[s->n] = flavor;
    s->words[s->n + 1] = count;
    memcpy(s->words + s->n + 2, words, count * sizeof *words);
    s->n += 2 + count;
    s->turn = ++turn;
    return KERN_SUCCESS;
}

/* ---- filters ---- */

static struct filter *filter_of(const struct kx_handle *h)
{
    return h->filter ? &filters[h->filter - 1] : NULL;
}

/* How many references to PORT, which is KX_P_FILTER, we mean to have. */
int kx_keep_refs(mach_port_t port)
{
    int n = 0;
    for (unsigned k = 0; k < KX_FILTERS; k++)
        n += filters[k].of && kx_port(KX_P_FILTER, k) == port;
    return n;
}

/* Several filters may have one port. */
static void drop_port(struct filter *f)
{
    unsigned slot = (unsigned)(f - filters);
    mach_port_t port = kx_port(KX_P_FILTER, slot);
    bool ours = kx_port_kind(port) == KX_P_FILTER;
    f->of = NULL;
    kx_port_forget(KX_P_FILTER, slot);
    for (unsigned k = 0; ours && k < KX_FILTERS; k++)
        if (filters[k].of && kx_port(KX_P_FILTER, k) == port)
            kx_port_is(KX_P_FILTER, k, port);
    if (ours)
        mach_port_deallocate(mach_task_self(), port);
}

/* Does its port still have a receiver?  A name that is no longer a filter's
 * was taken away by a message with so many rights to it that the kernel lost
 * count of them. */
static bool port_lives(const struct filter *f)
{
    mach_port_t port = kx_port(KX_P_FILTER, (unsigned)(f - filters));
    mach_port_type_t type = 0;
    return kx_port_kind(port) == KX_P_FILTER &&
           mach_port_type(mach_task_self(), port, &type) == KERN_SUCCESS &&
           (type & MACH_PORT_TYPE_SEND);
}

static void drop_filter(struct filter *f)
{
    f->of->filter = 0;
    drop_port(f);
}

static struct filter *new_filter(struct kx_handle *h)
{
    struct filter *free = NULL;
    unsigned mine = 0;
    for (struct filter *f = filters; f < filters + KX_FILTERS; f++) {
        if (f->of && !port_lives(f))
            drop_filter(f);
        if (!f->of)
            free = f;
        else
            mine += f->of->opener == h->opener;
    }
    if (!free || mine >= SHARE(KX_FILTERS))
        return NULL;
    h->filter = (unsigned char)(free - filters + 1);
    return free;
}

/* The right to PORT stays with us because its name is KX_P_FILTER when the
 * message that brought it is destroyed (msg.c). */
kern_return_t kx_keep_filter(struct kx_incarnation *i, unsigned handle,
                             mach_port_t port, int priority,
                             const short *filter, unsigned count)
{
    struct kx_handle *h = of_driver(i, handle);
    enum kx_port_kind kind = kx_port_kind(port);
    if (!h || count > USRD_FILTER_WORDS || !MACH_PORT_VALID(port) ||
        (kind != KX_P_NONE && kind != KX_P_FILTER))
        return KERN_INVALID_ARGUMENT;
    if (h->filter)
        drop_filter(filter_of(h));
    struct filter *f = new_filter(h);
    if (!f)
        return KERN_RESOURCE_SHORTAGE;
    unsigned slot = (unsigned)(f - filters);
    kx_port_is(KX_P_FILTER, slot, port);
    if (kx_port_kind(port) != KX_P_FILTER) { /* past what ports.c knows */
        kx_port_forget(KX_P_FILTER, slot);
        h->filter = 0;
        return KERN_RESOURCE_SHORTAGE;
    }
    f->of = h;
    f->priority = priority;
    f->n = count;
    memcpy(f->words, filter, count * sizeof *filter);
    return KERN_SUCCESS;
}

/* ---- the next incarnation ---- */

bool kx_kept(struct kx_handle *h, struct kx_kept *kept)
{
    if (h->filter && !port_lives(filter_of(h)))
        drop_filter(filter_of(h));
    const struct settings *s = settings_of(h);
    const struct filter *f = filter_of(h);
    *kept = (struct kx_kept){.port = MACH_PORT_NULL};
    if (s) {
        kept->n = s->n;
        kept->words = s->words;
    }
    if (f) {
        kept->port = kx_port(KX_P_FILTER, (unsigned)(f - filters));
        kept->priority = f->priority;
        kept->filter_n = f->n;
        kept->filter = f->words;
    }
    return s || f;
}

/* The handle of T to be opened first: the one whose last setting is oldest,
 * because a device that has several may have one speed. */
struct kx_handle *kx_keep_oldest(const struct kx_task *t)
{
    const struct settings *oldest = NULL;
    for (const struct settings *s = settings; s < settings + SETTINGS; s++)
        if (s->of && s->of->state == KX_H_HELD && kx_handle_task(s->of) == t &&
            (!oldest || s->turn < oldest->turn))
            oldest = s;
    return oldest ? oldest->of : NULL;
}

void kx_keep_drop(struct kx_handle *h)
{
    kx_keep_survived(h);
    if (h->filter)
        drop_filter(filter_of(h));
    if (h->kept) {
        settings_of(h)->of = NULL;
        h->kept = 0;
        kx_handle_task(h)->kept--;
    }
}

/* Of several that were being told at the death, one is to blame: from now on
 * they are told one at a time, until they survive it (replay.c).  Nobody is
 * where the operator killed it.  True: it is a client's first open, and not
 * to be tried a third time. */
bool kx_keep_died(struct kx_handle *h)
{
    struct kx_task *t = kx_handle_task(h);
    if ((!h->kept && !h->filter && !h->client) ||
        (t->current && t->current->cause == KX_CAUSE_OPERATOR))
        return false;
    t->wary += h->deaths == 0;
    if (++h->deaths < DEATHS_MAX || !KX_HOLDS(BLAME))
        return false;
    if (h->client)
        return true;
    kx_tlog('W', t, "cold", "name=%s by=%s", h->name, kx_tasks[h->opener].name);
    kx_keep_drop(h);
    return false;
}

void kx_keep_survived(struct kx_handle *h)
{
    if (h->deaths)
        kx_handle_task(h)->wary--;
    h->deaths = 0;
}

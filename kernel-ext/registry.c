/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Drivers and their devices: who registered as what, which names it added, and
 * who waits for them.  Each step costs the same however many tasks there are.
 * The control port tells who speaks, so nobody can speak for another. */
#include "pci.h"

#include <stdio.h>
#include <string.h>

#include "userspace_driver_server.h"

static unsigned n_drivers; /* at most USRD_MAX_DRIVERS */

static struct kx_incarnation *caller(mach_port_t control)
{
    return &kx_incarnations[kx_port_index(control)];
}

static uint16_t index_of(const struct kx_task *t)
{
    return (uint16_t)(kx_task_index(t) + 1);
}

/* ---- names ---- */

static void may_add(struct kx_task *t, const char *name)
{
    struct kx_device *d = kx_name_enter(name);
    if (!d || d->task)
        return;
    uint16_t *last = &t->names;
    while (*last)
        last = &kx_name_at(*last - 1u)->sibling;
    *last = kx_name_index(d);
    d->task = index_of(t);
}

/* boot.c has seen to it that there is room.  A task's own name is a device's,
 * too, unless another line provides that. */
void kx_names_build(void)
{
    for (unsigned n = 0; n < kx_n_tasks; n++)
        for (unsigned k = 0; k < kx_tasks[n].words.n_provides; k++)
            may_add(&kx_tasks[n], kx_tasks[n].words.provides[k]);
    for (unsigned n = 0; n < kx_n_tasks; n++) {
        may_add(&kx_tasks[n], kx_tasks[n].name);
        kx_name_find(kx_tasks[n].name)->named = index_of(&kx_tasks[n]);
    }
}

struct kx_task *kx_task_find(const char *name)
{
    const struct kx_device *d = kx_name_find(name);
    return d && d->named ? &kx_tasks[d->named - 1] : NULL;
}

struct kx_task *kx_provider(const char *name)
{
    const struct kx_device *d = kx_name_find(name);
    return d && d->task ? &kx_tasks[d->task - 1] : NULL;
}

/* The names that a task may add, in the order of its line. */
struct kx_device *kx_name_first(const struct kx_task *t)
{
    return kx_name_at(t->names - 1u);
}

struct kx_device *kx_name_next(const struct kx_device *d)
{
    return kx_name_at(d->sibling - 1u);
}

/* What the task's line calls NAME, NULL if it does not have it.  An instance
 * is not told its number: it says NAME for its NAME.N. */
struct kx_device *kx_name_own(const struct kx_task *t, const char *name)
{
    struct kx_device *d = kx_name_find(name);
    if (d && (d->task == index_of(t) || d->named == index_of(t)))
        return d;
    if (!t->instance)
        return NULL;
    char full[KX_NAME_MAX];
    snprintf(full, sizeof full, "%.58s.%u", name, t->instance);
    d = kx_name_find(full);
    return d && (d->task == index_of(t) || d->named == index_of(t)) ? d : NULL;
}

/* Off the wire: terminated, and printable in one line of ASCII. */
static bool text_ok(const char *text, size_t max, char lowest)
{
    const char *end = text + max;
    while (text < end && *text >= lowest && *text < 0x7f)
        text++;
    return text < end && !*text;
}

bool kx_device_name_ok(struct kx_incarnation *i, const char *name)
{
    if (*name && text_ok(name, sizeof(usrd_name_t), '!'))
        return true;
    kx_deny(i, "malformed name=name");
    return false;
}

/* ---- who waits for what ---- */

const char *kx_needs(const struct kx_task *t)
{
    for (unsigned n = 0; n < t->words.n_needs; n++) {
        const struct kx_device *d = kx_name_find(t->words.needs[n]);
        if (!d || !d->used || kx_tasks[d->task - 1].state != KX_READY)
            return t->words.needs[n];
    }
    return NULL;
}

/* One that was stopped meanwhile may still be in the list of a device that did
 * not come; it is looked at again when that does. */
void kx_needs_wait(struct kx_task *t, const char *name)
{
    struct kx_device *d = kx_name_find(name);
    if (!d || t->waits)
        return;
    t->waits = true;
    t->waiting = d->waiting;
    d->waiting = index_of(t);
}

/* The device is there: let those start that wait for nothing else, the one
 * that has waited longest first. */
void kx_device_there(struct kx_device *d)
{
    uint16_t n = d->waiting, first = 0;
    d->waiting = 0;
    while (n) {
        struct kx_task *t = &kx_tasks[n - 1];
        uint16_t next = t->waiting;
        t->waiting = first;
        first = n;
        n = next;
    }
    while (first) {
        struct kx_task *t = &kx_tasks[first - 1];
        first = t->waiting;
        t->waits = false;
        if (t->state == KX_WAITING)
            kx_event(t, KX_EV_NEEDS_MET); /* or it waits for the next */
    }
}

/* ---- drivers ---- */

static bool counted(struct kx_task *t)
{
    if (!t->counted && n_drivers < USRD_MAX_DRIVERS) {
        n_drivers++;
        t->counted = true;
    }
    return t->counted;
}

/* Another may have its place. */
static void uncount(struct kx_task *t)
{
    n_drivers -= t->counted;
    t->counted = false;
}

#define CAPS_ALL (USRD_CAP_HOTPLUG * 2u - 1)

/* The same again costs a restart no more than to see that it is. */
static bool describe(struct kx_incarnation *i, const char *description)
{
    struct kx_task *t = i->task;
    if (strcmp(t->description, description) == 0)
        return true;
    if (!text_ok(description, sizeof(usrd_text_t), ' ')) {
        kx_deny(i, "malformed name=description");
        return false;
    }
    strcpy(t->description, description);
    return true;
}

static bool caps_ok(struct kx_incarnation *i, uint32_t caps)
{
    const struct kx_words *w = &i->task->words;
    const char *lacks = NULL;
    if ((caps & USRD_CAP_INTERRUPT) && !w->n_irqs && !w->n_pci)
        lacks = "interrupt";
    if ((caps & USRD_CAP_PCI) && !w->n_pci)
        lacks = "pci";
    if ((caps & USRD_CAP_DMA) && !w->dma)
        lacks = "dma";
    if (lacks)
        kx_deny(i, "capability name=%s", lacks);
    return !lacks;
}

static bool limits_ok(struct kx_incarnation *i, const usrd_words_t limits)
{
    for (unsigned n = 0; n < KX_LIMITS; n++) {
        uint32_t line = i->task->words.limit[n];
        if (line && limits[n] > line) {
            kx_deny(i, "limit name=%s", kx_limit_name[n]);
            return false;
        }
    }
    return true;
}

kern_return_t kx_on_register(mach_port_t control, const_usrd_name_t name,
                             const_usrd_text_t description, uint32_t version,
                             uint32_t caps, const usrd_words_t limits,
                             vm_offset_t trace, usrd_words_t settings)
{
    struct kx_incarnation *i = caller(control);
    struct kx_task *t = i->task;
    if (!kx_device_name_ok(i, name))
        return USRD_ERROR_INVALID_DRIVER;
    if (caps & ~CAPS_ALL) {
        kx_deny(i, "capability name=0x%x", caps & ~CAPS_ALL);
        return USRD_ERROR_INVALID_DRIVER;
    }
    if (!kx_name_own(t, name)) {
        kx_deny_name(i, name);
        return USRD_ERROR_PERMISSION_DENIED;
    }
    if (i->registered)
        return USRD_ERROR_DRIVER_EXISTS;
    if (!caps_ok(i, caps) || !limits_ok(i, limits))
        return USRD_ERROR_PERMISSION_DENIED;
    if (!describe(i, description))
        return USRD_ERROR_INVALID_DRIVER;
    if (!counted(t))
        return USRD_ERROR_NO_RESOURCES;
    if ((caps & USRD_CAP_DMA) && kx_dma_map(i) != KERN_SUCCESS)
        return USRD_ERROR_NO_RESOURCES;
    for (unsigned n = 0; n < KX_LIMITS; n++) {
        i->limits[n] = limits[n] ? limits[n] : t->words.limit[n];
        settings[n + 1] = i->limits[n];
    }
    kx_throttle_start(i);
    kx_quota_set(i);
    settings[0] = (unsigned)(t->words.watchdog / 1000);
    settings[7] = i->dma;
    i->registered = true;
    i->caps = caps;
    i->trace = trace;
    t->listed = true;
    t->version = version;
    t->caps = caps;
    kx_overdue_start(i);
    kx_heard(i);
    return KERN_SUCCESS;
}

kern_return_t kx_on_unregister(mach_port_t control)
{
    struct kx_incarnation *i = caller(control);
    struct kx_task *t = i->task;
    if (!i->registered)
        return USRD_ERROR_NOT_REGISTERED;
    i->registered = i->watched = false;
    i->caps = i->devices = 0;
    t->listed = false;
    uncount(t);
    for (struct kx_device *d = kx_name_first(t); d; d = kx_name_next(d))
        d->used = false;
    kx_rings_over(t, kx_pci_quiesce(t));
    kx_lines_release(i);
    kx_handles_take(i);
    kx_handles_down(t);
    return KERN_SUCCESS;
}

/* A new incarnation is ready: what only its predecessors had is gone. */
void kx_driver_ready(struct kx_task *t)
{
    if (!t->current->registered) {
        t->listed = false;
        uncount(t);
    }
    for (struct kx_device *d = kx_name_first(t); d; d = kx_name_next(d)) {
        d->used = d->used && d->number == t->number;
        if (d->used && d->waiting)
            kx_device_there(d);
    }
}

void kx_driver_down(struct kx_task *t)
{
    uncount(t);
}

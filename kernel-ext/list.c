/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What any client may know of drivers and of devices that it may open.  The
 * text is the driver's own; the figures are ours or the kernel's, but for
 * those that <usrd/types.h> calls the driver's. */
#include "extent.h"
#include "kx.h"

#include <stdio.h>
#include <string.h>

#include "userspace_driver_server.h"

/* Rates are over the time since they were last asked for, if that is longer. */
#define WINDOW 500000
/* What a driver can say of itself. */
#define SAID (USRD_STATUS_IDLE | USRD_STATUS_BUSY | USRD_STATUS_ERROR)

static const enum usrd_task_state shown[KX_STATES] = {
    [KX_WAITING] = USRD_TASK_WAITING,     [KX_STARTING] = USRD_TASK_STARTING,
    [KX_READY] = USRD_TASK_READY,         [KX_STOPPING] = USRD_TASK_STOPPING,
    [KX_RESTARTING] = USRD_TASK_STOPPING, [KX_SETTLING] = USRD_TASK_BACKOFF,
    [KX_BACKOFF] = USRD_TASK_BACKOFF,     [KX_FAILED] = USRD_TASK_FAILED,
    [KX_STOPPED] = USRD_TASK_STOPPED,
};

enum usrd_task_state kx_shown_state(const struct kx_task *t)
{
    return shown[t->state];
}

/* What its heartbeats say, but for what we know better. */
unsigned kx_shown_status(const struct kx_task *t)
{
    const struct kx_incarnation *i = t->current;
    unsigned status = t->suspended ? USRD_STATUS_SUSPENDED : 0;
    bool runs = i && i->phase == KX_ALIVE;
    if (t->state == KX_READY && runs && i->registered)
        return status | USRD_STATUS_RUNNING | (i->status & SAID);
    bool again = t->state == KX_STARTING || t->state == KX_SETTLING ||
                 t->state == KX_BACKOFF;
    if ((t->died && again) || (t->state == KX_READY && !runs))
        return status | USRD_STATUS_RECOVERING;
    return status;
}

unsigned kx_generation(const struct kx_task *t)
{
    return 1 + t->deaths;
}

/* CPU and interrupts, since a while ago. */
static void measure(struct kx_incarnation *i, uint64_t now)
{
    bool runnable;
    uint64_t from = i->seen.at ? i->seen.at : i->started;
    if (now - from < WINDOW && i->seen.at)
        return;
    uint64_t cpu = kx_cpu(i, &runnable), span = now - from + 1;
    i->seen.cpu_percent = (unsigned)((cpu - i->seen.cpu) * 100 / span);
    i->seen.irq_rate =
        (unsigned)((uint64_t)(i->interrupts - i->seen.interrupts) * 1000000 /
                   span);
    i->seen.at = now;
    i->seen.cpu = cpu;
    i->seen.interrupts = i->interrupts;
}

static void usage(struct kx_incarnation *i, uint64_t info[])
{
    uint64_t now = kx_now(), size;
    measure(i, now);
    info[USRD_LIST_MEMORY_KB] = kx_resident(i, &size) >> 10;
    info[USRD_LIST_CPU_PERCENT] = i->seen.cpu_percent;
    info[USRD_LIST_IO_OPS] = i->usage[USRD_RESOURCE_IO_OPS];
    info[USRD_LIST_INTERRUPTS] = i->seen.irq_rate;
    info[USRD_LIST_RESPONSE_US] = i->usage[USRD_USAGE_RESPONSE_US];
    info[USRD_LIST_UPTIME_S] = (now - i->started) / 1000000;
}

/* The INDEXth that is a driver, in the order of the module lines. */
static struct kx_task *driver_at(unsigned index)
{
    for (unsigned n = 0; n < kx_n_tasks; n++)
        if (kx_tasks[n].listed && index-- == 0)
            return &kx_tasks[n];
    return NULL;
}

kern_return_t kx_on_driver_list(mach_port_t control, uint32_t index,
                                usrd_name_t name, usrd_text_t description,
                                usrd_list_t info, usrd_page_t devices,
                                mach_msg_type_number_t *size)
{
    struct kx_task *t = driver_at(index);
    (void)control;
    if (!t)
        return KERN_INVALID_ARGUMENT;
    struct kx_incarnation *i = t->current;
    bool alive = i && i->phase == KX_ALIVE;
    memset(name, 0, sizeof(usrd_name_t));
    memset(description, 0, sizeof(usrd_text_t));
    memset(info, 0, sizeof(usrd_list_t));
    strcpy(name, t->name);
    strcpy(description, t->description);
    info[USRD_LIST_VERSION] = t->version;
    info[USRD_LIST_CAPS] = t->caps;
    for (unsigned n = 0; n < KX_LIMITS; n++)
        info[USRD_LIST_LIMITS + n] = alive ? i->limits[n] : t->words.limit[n];
    if (alive)
        usage(i, info);
    info[USRD_LIST_ERRORS] = t->errors;
    info[USRD_LIST_RECOVERIES] = t->number ? t->number - 1 : 0;
    info[USRD_LIST_STATE] = kx_shown_state(t);
    info[USRD_LIST_STATUS] = kx_shown_status(t);
    info[USRD_LIST_GENERATION] = kx_generation(t);
    *size = 0;
    for (const struct kx_device *d = kx_name_first(t); d; d = kx_name_next(d)) {
        size_t n = strlen(d->name) + 1;
        if (!d->used || *size + n > sizeof(usrd_page_t))
            continue;
        memcpy(devices + *size, d->name, n);
        *size += (mach_msg_type_number_t)n;
        info[USRD_LIST_DEVICES]++;
    }
    return KERN_SUCCESS;
}

/* Of a window, also all that it is a window of. */
static bool there(const struct kx_device *d)
{
    const struct kx_extent *e = kx_extent_of(d);
    for (; e; e = kx_extent_of(d)) {
        if (kx_device_state(d) != D_SUCCESS)
            return false;
        d = e->of;
    }
    return d->used;
}

kern_return_t kx_on_device_info(mach_port_t control, const_usrd_name_t name,
                                usrd_words_t info)
{
    struct kx_incarnation *i = &kx_incarnations[kx_port_index(control)];
    if (strnlen(name, sizeof(usrd_name_t)) == sizeof(usrd_name_t))
        return D_NO_SUCH_DEVICE;
    struct kx_device *d = kx_name_find(name);
    unsigned kdev = kx_kdev_named(name);
    kern_return_t kr = kx_may_open(i, name);
    if (kr != KERN_SUCCESS)
        return kr;
    memset(info, 0, sizeof(usrd_words_t));
    if (kdev) {
        info[USRD_DEVICE_STATE] = USRD_TASK_READY;
        info[USRD_DEVICE_CLASS] = kdev == KX_KDEV_CONSOLE
                                      ? USRD_CAP_CHAR_DEVICE
                                      : USRD_CAP_BLOCK_DEVICE;
        info[USRD_DEVICE_GENERATION] = 1;
        info[USRD_DEVICE_THERE] = 1;
        return KERN_SUCCESS;
    }
    const struct kx_device *base = kx_extent_base(d);
    const struct kx_task *t = &kx_tasks[base->task - 1];
    info[USRD_DEVICE_STATE] = kx_shown_state(t);
    info[USRD_DEVICE_CLASS] = base->kind;
    info[USRD_DEVICE_GENERATION] = kx_generation(t);
    info[USRD_DEVICE_HANDLES] = d->handles;
    info[USRD_DEVICE_FAULTS] = t->faults;
    info[USRD_DEVICE_THERE] = there(d);
    return KERN_SUCCESS;
}

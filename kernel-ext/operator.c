/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The operator's routines: userspace_driver_operator.defs.  main.c has checked
 * by kx_operator_may() that the caller's module line allows them. */
#include "iommu.h"
#include "pci.h"

#include "mach_host.h"
#include "mach_port.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "userspace_driver_operator_server.h"

/* With operator=read: those that change nothing. */
bool kx_operator_may(enum kx_operator granted, int id)
{
    switch (id) {
    case 4870: /* status */
    case 4876: /* grants */
    case 4877: /* device */
    case 4882: /* pci_list */
    case 4883: /* death */
    case 4884: /* outages */
        return granted >= KX_OPERATOR_READ;
    default:
        return granted == KX_OPERATOR_YES;
    }
}

/* How many names our own port space has; the kernel's count. */
static uint64_t own_ports(void)
{
    mach_port_t *names;
    mach_port_type_t *types;
    mach_msg_type_number_t n, m;
    if (mach_port_names(mach_task_self(), &names, &n, &types, &m) !=
        KERN_SUCCESS)
        return 0;
    vm_deallocate(mach_task_self(), (vm_offset_t)names, n * sizeof *names);
    vm_deallocate(mach_task_self(), (vm_offset_t)types, m * sizeof *types);
    return n;
}

/* How many the kernel has: ours, the templates, and its own. */
static void count_tasks(uint64_t info[])
{
    struct processor_set_basic_info set;
    mach_msg_type_number_t n = PROCESSOR_SET_BASIC_INFO_COUNT;
    host_t host;
    if (processor_set_info(KX_OWN(KX_OWN_PSET), PROCESSOR_SET_BASIC_INFO, &host,
                           (processor_set_info_t)&set, &n) != KERN_SUCCESS)
        return;
    mach_port_deallocate(mach_task_self(), host);
    info[USRD_INFO_TASKS] = (uint64_t)set.task_count;
    info[USRD_INFO_THREADS] = (uint64_t)set.thread_count;
}

kern_return_t kx_op_status(mach_port_t control, uint32_t index,
                           usrd_name_t name, usrd_name_t cause,
                           usrd_info_t info, mach_msg_type_number_t *count)
{
    (void)control;
    if (index >= kx_n_tasks)
        return KERN_INVALID_ARGUMENT;
    const struct kx_task *t = &kx_tasks[index];
    struct kx_incarnation *i = t->current;
    uint64_t now = kx_now(), size;
    bool runnable;

    memset(name, 0, sizeof(usrd_name_t));
    memset(cause, 0, sizeof(usrd_name_t));
    memset(info, 0, sizeof(usrd_info_t));
    strncpy(name, t->name, sizeof(usrd_name_t) - 1);
    if (t->cause != KX_CAUSE_NONE)
        kx_cause_text(t->cause, t->code, cause, sizeof(usrd_name_t));
    info[USRD_INFO_STATE] = kx_shown_state(t);
    info[USRD_INFO_INCARNATION] = t->number;
    info[USRD_INFO_STATUS] = kx_shown_status(t);
    info[USRD_INFO_RESTARTS] = t->number ? t->number - 1 : 0;
    info[USRD_INFO_HEARTBEAT_US] = ~0ull;
    info[USRD_INFO_OUTAGE_US] = t->outage;
    info[USRD_INFO_ERRORS] = t->errors;
    info[USRD_INFO_DENIED] = t->denied;
    info[USRD_INFO_CPU_PERCENT] = ~0ull;
    info[USRD_INFO_ADDRESS] = t->address;
    info[USRD_INFO_TSC_DEATH] = t->tsc_death;
    info[USRD_INFO_TSC_START] = t->tsc_start;
    info[USRD_INFO_TSC_READY] = t->tsc_ready;
    if (i && i->phase == KX_ALIVE) {
        info[USRD_INFO_UPTIME_US] = now - i->started;
        if (i->watched)
            info[USRD_INFO_HEARTBEAT_US] = now - i->heartbeat;
        info[USRD_INFO_CPU_US] = kx_cpu(i, &runnable);
        info[USRD_INFO_MEMORY_KB] = kx_resident(i, &size) >> 10;
        info[USRD_INFO_THROTTLED_US] = kx_throttled_us(t);
        if (t->throttle.look && t->throttle.budget.latest != KX_NO_SHARE)
            info[USRD_INFO_CPU_PERCENT] = t->throttle.budget.latest;
    }
    count_tasks(info);
    info[USRD_INFO_PORTS] = own_ports();
    info[USRD_INFO_FREE_PAGES] = kx_free_pages();
    info[USRD_INFO_CONFINED] = kx_iommu.state >= KX_IOMMU_ON;
    info[USRD_INFO_OWN_KB] = kx_resident_of(mach_task_self(), &size) >> 10;
    *count = USRD_INFO_WORDS;
    return KERN_SUCCESS;
}

/* ---- commands ---- */

static struct kx_task *target(mach_port_t control, const char *name,
                              const char *command)
{
    usrd_name_t copy;
    memcpy(copy, name, sizeof copy);
    copy[sizeof copy - 1] = 0;
    struct kx_task *t = kx_task_find(copy);
    if (t)
        kx_tlog('N', t, "operator", "command=%s by=%s", command,
                kx_incarnations[kx_port_index(control)].task->name);
    return t;
}

static kern_return_t command(mach_port_t control, const char *name,
                             const char *word, enum kx_event event)
{
    struct kx_task *t = target(control, name, word);
    if (!t)
        return KERN_INVALID_NAME;
    if (t->current && t->current->phase == KX_DYING)
        return KERN_ABORTED;
    struct kx_history was = t->history;
    if (event == KX_EV_START || event == KX_EV_RESTART)
        memset(&t->history, 0, sizeof t->history);
    if (kx_event(t, event))
        return KERN_SUCCESS;
    t->history = was;
    return KERN_FAILURE;
}

kern_return_t kx_op_start(mach_port_t control, const_usrd_name_t name)
{
    return command(control, name, "start", KX_EV_START);
}

kern_return_t kx_op_stop(mach_port_t control, const_usrd_name_t name)
{
    return command(control, name, "stop", KX_EV_STOP);
}

kern_return_t kx_op_restart(mach_port_t control, const_usrd_name_t name)
{
    return command(control, name, "restart", KX_EV_RESTART);
}

kern_return_t kx_op_kill(mach_port_t control, const_usrd_name_t name)
{
    return command(control, name, "kill", KX_EV_KILL);
}

/* Only a driver that runs can be suspended; a task that was resumed while it
 * does not run is resumed when it does. */
kern_return_t kx_op_suspend(mach_port_t control, const_usrd_name_t name)
{
    struct kx_task *t = target(control, name, "suspend");
    if (!t)
        return KERN_INVALID_NAME;
    if (t->state != KX_READY || t->current->phase != KX_ALIVE ||
        !t->current->registered || t->suspended)
        return KERN_FAILURE;
    if (!kx_service_suspend(t))
        return KERN_RESOURCE_SHORTAGE;
    t->suspended = t->stale = true; /* if this one does not read it */
    return KERN_SUCCESS;
}

kern_return_t kx_op_resume(mach_port_t control, const_usrd_name_t name)
{
    struct kx_task *t = target(control, name, "resume");
    if (!t)
        return KERN_INVALID_NAME;
    if (!t->suspended)
        return KERN_FAILURE;
    bool runs = t->state == KX_READY && t->current->phase == KX_ALIVE;
    if (runs && !kx_service_resume(t))
        return KERN_RESOURCE_SHORTAGE;
    t->suspended = false;
    if (runs)
        kx_handles_replay(t);
    return KERN_SUCCESS;
}

/* Stop its thread behind its back, and see what the watchdog does. */
kern_return_t kx_op_hang(mach_port_t control, const_usrd_name_t name)
{
    struct kx_task *t = target(control, name, "hang");
    if (!t)
        return KERN_INVALID_NAME;
    if (!t->current || t->current->phase != KX_ALIVE)
        return KERN_FAILURE;
    kx_job(KX_JOB_PAUSE, t->current);
    return KERN_SUCCESS;
}

/* ---- what it may do ---- */

static size_t put(char *page, size_t used, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static size_t put(char *page, size_t used, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(page + used, sizeof(usrd_page_t) - used, fmt, args);
    va_end(args);
    used += n > 0 ? (size_t)n : 0;
    return used < sizeof(usrd_page_t) ? used : sizeof(usrd_page_t) - 1;
}

kern_return_t kx_op_grants(mach_port_t control, const_usrd_name_t name,
                           usrd_page_t text, mach_msg_type_number_t *count)
{
    usrd_name_t copy;
    size_t n = 0;
    (void)control;
    memcpy(copy, name, sizeof copy);
    copy[sizeof copy - 1] = 0;
    const struct kx_task *t = kx_task_find(copy);
    if (!t)
        return KERN_INVALID_NAME;
    const struct kx_words *w = &t->words;
    for (unsigned k = 0; k < w->n_ioports; k++)
        n = put(text, n, "ioports=0x%lx-0x%lx\n",
                (unsigned long)w->ioports[k].first,
                (unsigned long)w->ioports[k].last);
    for (unsigned k = 0; k < w->n_irqs; k++)
        n = put(text, n, "irq=%u\n", w->irqs[k]);
    for (unsigned k = 0; k < w->n_mmio; k++)
        n = put(text, n, "mmio=0x%lx+0x%lx\n", (unsigned long)w->mmio[k].first,
                (unsigned long)(w->mmio[k].last - w->mmio[k].first + 1));
    for (unsigned k = 0; k < w->n_pci; k++) {
        const struct kx_function *f = kx_pci_of(t, k);
        n = put(text, n, "pci=%02x:%02x.%x %04x:%04x line=%u\n", f->at >> 8,
                f->at >> 3 & 31, f->at & 7, f->vendor, f->device, f->line);
    }
    if (w->dma)
        n = put(text, n, "dma=%luK\n", (unsigned long)(w->dma >> 10));
    if (w->kdev & KX_KDEV_CONSOLE)
        n = put(text, n, "kdev=console\n");
    for (unsigned k = 0; k < 4; k++)
        if (w->kdev & KX_KDEV_RD(k))
            n = put(text, n, "kdev=rd%u\n", k);
    if (w->operator_)
        n = put(text, n, "operator=%s\n",
                w->operator_ == KX_OPERATOR_YES ? "yes" : "read");
    for (unsigned k = 0; k < w->n_provides; k++)
        n = put(text, n, "provides=%s\n", w->provides[k]);
    if (w->needs_all)
        n = put(text, n, "needs=*\n");
    for (unsigned k = 0; k < w->n_needs; k++)
        n = put(text, n, "needs=%s\n", w->needs[k]);
    for (unsigned k = 0; k < w->n_complains; k++)
        n = put(text, n, "complains=%s\n", w->complains[k]);
    for (unsigned k = 0; k < KX_LIMITS; k++)
        if (w->limit[k])
            n = put(text, n, "%s=%u\n", kx_limit_name[k], w->limit[k]);
    *count = (mach_msg_type_number_t)n;
    return KERN_SUCCESS;
}

kern_return_t kx_op_device(mach_port_t control, uint32_t index,
                           usrd_name_t name, usrd_name_t driver,
                           uint32_t *count)
{
    (void)control;
    const struct kx_device *d;
    for (unsigned n = 0; (d = kx_name_at(n)); n++) {
        if (!d->used || index-- > 0)
            continue;
        memset(name, 0, sizeof(usrd_name_t));
        memset(driver, 0, sizeof(usrd_name_t));
        strncpy(name, d->name, sizeof(usrd_name_t) - 1);
        strncpy(driver, kx_tasks[d->task - 1].name, sizeof(usrd_name_t) - 1);
        *count = d->handles;
        return KERN_SUCCESS;
    }
    return KERN_INVALID_ARGUMENT;
}

kern_return_t kx_op_log_level(mach_port_t control, uint32_t level)
{
    static const char letters[] = "EWID";
    (void)control;
    if (level > 3)
        return KERN_INVALID_ARGUMENT;
    kx_log_level(letters[level]);
    return KERN_SUCCESS;
}

kern_return_t kx_op_halt(mach_port_t control, uint32_t how, uint32_t status)
{
    (void)control;
    if (how > USRD_REBOOT)
        return KERN_INVALID_ARGUMENT;
    kx_halt(how, status & 0xf);
}

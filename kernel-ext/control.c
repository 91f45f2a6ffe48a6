/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a task says on its control port: the routines of
 * userspace_driver.defs.  The port tells who it is; the rest is unbelieved. */
#include "kx.h"

#include <device/userspace_driver_types.h>
#include <stdio.h>
#include <string.h>

#include "userspace_driver_server.h"

static struct kx_incarnation *caller(mach_port_t control)
{
    return &kx_incarnations[kx_port_index(control)];
}

/* A name off the wire: terminated, not empty, printable, without blanks. */
static bool name_ok(const char *name, size_t max)
{
    size_t n = strnlen(name, max);
    if (n == 0 || n == max)
        return false;
    for (size_t k = 0; k < n; k++)
        if (name[k] <= ' ' || name[k] >= 0x7f)
            return false;
    return true;
}

/* What the task's line calls NAME, NULL if it does not have it.  An instance
 * is not told its number: it says NAME for its NAME.N. */
static const char *own_name(const struct kx_task *t, const char *name)
{
    size_t n = strlen(name);
    for (unsigned k = 0; k <= t->words.n_provides; k++) {
        const char *own = k ? t->words.provides[k - 1] : t->name;
        if (strcmp(own, name) == 0)
            return own;
        if (t->words.instances > 1 && strncmp(own, name, n) == 0 &&
            own[n] == '.' && !strchr(own + n + 1, '.'))
            return own;
    }
    return NULL;
}

kern_return_t kx_on_register(mach_port_t control, const_usrd_name_t name,
                             const_usrd_text_t description, uint32_t version,
                             uint32_t caps, const usrd_words_t limits,
                             vm_offset_t trace, usrd_words_t settings)
{
    struct kx_incarnation *i = caller(control);
    const struct kx_task *t = i->task;
    (void)description;
    (void)version;
    if (!name_ok(name, sizeof(usrd_name_t)))
        return USRD_ERROR_INVALID_DRIVER;
    if (!own_name(t, name)) {
        kx_deny(i, "name name=%s", name);
        return USRD_ERROR_PERMISSION_DENIED;
    }
    if (i->registered)
        return USRD_ERROR_DRIVER_EXISTS;
    if ((caps & USRD_CAP_INTERRUPT) && t->words.n_irqs == 0 &&
        t->words.n_pci == 0) {
        kx_deny(i, "capability name=interrupt");
        return USRD_ERROR_PERMISSION_DENIED;
    }
    if ((caps & USRD_CAP_PCI) && t->words.n_pci == 0) {
        kx_deny(i, "capability name=pci");
        return USRD_ERROR_PERMISSION_DENIED;
    }
    if ((caps & USRD_CAP_DMA) && t->words.dma == 0) {
        kx_deny(i, "capability name=dma");
        return USRD_ERROR_PERMISSION_DENIED;
    }
    for (unsigned n = 0; n < KX_LIMITS; n++) {
        uint32_t line = t->words.limit[n];
        if (line && limits[n] > line)
            return USRD_ERROR_PERMISSION_DENIED;
    }
    for (unsigned n = 0; n < KX_LIMITS; n++) {
        i->limits[n] = limits[n] ? limits[n] : t->words.limit[n];
        settings[n + 1] = i->limits[n];
    }
    settings[0] = (unsigned)(t->words.watchdog / 1000);
    settings[7] = 0;
    i->registered = true;
    i->caps = caps;
    i->trace = trace;
    kx_heard(i);
    return KERN_SUCCESS;
}

kern_return_t kx_on_unregister(mach_port_t control)
{
    struct kx_incarnation *i = caller(control);
    if (!i->registered)
        return USRD_ERROR_NOT_REGISTERED;
    i->registered = i->watched = false;
    for (unsigned n = 0; n < KX_MAX_DEVICES; n++)
        if (kx_devices[n].used && kx_devices[n].task == kx_task_index(i->task))
            kx_device_remove(i->task, kx_devices[n].name);
    kx_handles_take(i);
    kx_handles_down(i->task);
    return KERN_SUCCESS;
}

kern_return_t kx_on_add_device(mach_port_t control, const_usrd_name_t name,
                               uint32_t kind)
{
    struct kx_incarnation *i = caller(control);
    if (!i->registered)
        return USRD_ERROR_NOT_REGISTERED;
    if (!name_ok(name, sizeof(usrd_name_t)))
        return USRD_ERROR_INVALID_DRIVER;
    const char *own = own_name(i->task, name);
    if (!own) {
        kx_deny(i, "name name=%s", name);
        return USRD_ERROR_PERMISSION_DENIED;
    }
    return kx_device_add(i->task, own, kind);
}

kern_return_t kx_on_remove_device(mach_port_t control, const_usrd_name_t name)
{
    struct kx_incarnation *i = caller(control);
    if (!name_ok(name, sizeof(usrd_name_t)))
        return USRD_ERROR_INVALID_DRIVER;
    const char *own = own_name(i->task, name);
    return kx_device_remove(i->task, own ? own : name);
}

kern_return_t kx_on_ready(mach_port_t control)
{
    struct kx_task *t = caller(control)->task;
    if (t->current == caller(control))
        kx_event(t, KX_EV_READY);
    return MIG_NO_REPLY;
}

kern_return_t kx_on_heartbeat(mach_port_t control, uint32_t status,
                              const usrd_words_t usage)
{
    struct kx_incarnation *i = caller(control);
    i->status = status;
    memcpy(i->usage, usage, sizeof i->usage);
    kx_heard(i);
    return MIG_NO_REPLY;
}

kern_return_t kx_on_report_error(mach_port_t control, uint32_t code,
                                 const_usrd_text_t text)
{
    struct kx_incarnation *i = caller(control);
    struct kx_task *t = i->task;
    char quoted[80];
    uint64_t now = kx_now();
    unsigned dropped;

    t->errors++;
    if (kx_flood_ok(&t->flood, now, &dropped))
        kx_tlog('W', t, "error", "code=%u text=%s", code,
                kx_log_quote(text, sizeof(usrd_text_t), quoted, sizeof quoted));
    if (!t->words.errors)
        return MIG_NO_REPLY;
    if (now - t->errors_since > t->words.errors_window) {
        t->errors_since = now;
        t->errors_window = 0;
    }
    if (++t->errors_window > t->words.errors) {
        t->errors_window = 0;
        kx_kill(i, KX_CAUSE_ERRORS, 0);
    }
    return MIG_NO_REPLY;
}

kern_return_t kx_on_log(mach_port_t control, uint32_t severity,
                        const_usrd_text_t text)
{
    struct kx_incarnation *i = caller(control);
    static const char letters[] = "EWID";
    char quoted[104];
    unsigned dropped = 0;

    if (!kx_flood_ok(&i->task->flood, kx_now(), &dropped))
        return MIG_NO_REPLY;
    if (dropped)
        kx_tlog('W', i->task, "flood", "dropped=%u", dropped);
    kx_tlog(letters[severity < 4 ? severity : 2], i->task, "log", "text=%s",
            kx_log_quote(text, sizeof(usrd_text_t), quoted, sizeof quoted));
    return MIG_NO_REPLY;
}

kern_return_t kx_on_exit(mach_port_t control, int code)
{
    struct kx_incarnation *i = caller(control);
    if (code == USRD_EXIT_ABORT)
        i->aborting = true; /* the exception is on its way */
    else
        kx_kill(i, KX_CAUSE_EXIT, code & 0xff);
    return MIG_NO_REPLY;
}

kern_return_t kx_on_intr_register(mach_port_t control, uint32_t line)
{
    return kx_line_register(caller(control), line);
}

kern_return_t kx_on_intr_unregister(mach_port_t control, uint32_t line)
{
    struct kx_incarnation *i = caller(control);
    if (line >= KX_LINES || !(i->lines & 1u << line))
        return KERN_INVALID_ARGUMENT;
    i->lines &= (uint16_t) ~(1u << line);
    return KERN_SUCCESS;
}

kern_return_t kx_on_intr_done(mach_port_t control, uint32_t line)
{
    kx_line_done(caller(control), line);
    return MIG_NO_REPLY;
}

kern_return_t kx_on_open_done(mach_port_t control, uint32_t handle, int result)
{
    kx_handle_opened(caller(control), handle, result);
    return MIG_NO_REPLY;
}

kern_return_t kx_on_close_done(mach_port_t control, uint32_t handle)
{
    kx_handle_closed(caller(control), handle);
    return MIG_NO_REPLY;
}

kern_return_t kx_on_mmio_map(mach_port_t control, uint64_t physical,
                             uint64_t size, vm_offset_t *address)
{
    return kx_mmio_map(caller(control), physical, size, address);
}

static bool inside(const struct kx_range *ranges, unsigned n, uint64_t first,
                   uint64_t last)
{
    for (unsigned k = 0; k < n; k++)
        if (first >= ranges[k].first && last <= ranges[k].last)
            return first <= last;
    return false;
}

bool kx_line_granted(const struct kx_task *t, uint64_t line)
{
    for (unsigned n = 0; n < t->words.n_irqs; n++)
        if (t->words.irqs[n] == line)
            return true;
    return false;
}

bool kx_mmio_granted(const struct kx_task *t, uint64_t first, uint64_t last)
{
    return inside(t->words.mmio, t->words.n_mmio, first, last);
}

kern_return_t kx_on_granted(mach_port_t control, uint32_t kind, uint64_t first,
                            uint64_t last)
{
    const struct kx_task *t = caller(control)->task;
    bool ok = false;
    if (kind == USRD_GRANT_IOPORTS)
        ok = inside(t->words.ioports, t->words.n_ioports, first, last);
    else if (kind == USRD_GRANT_IRQ)
        ok = first == last && kx_line_granted(t, first);
    else if (kind == USRD_GRANT_MMIO)
        ok = kx_mmio_granted(t, first, last);
    return ok ? KERN_SUCCESS : KERN_PROTECTION_FAILURE;
}

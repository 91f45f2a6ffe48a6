/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a task says on its control port: the routines of
 * userspace_driver.defs.  The port tells who it is; the rest is unbelieved. */
#include "pci.h"

#include <device/userspace_driver_types.h>
#include <stdio.h>
#include <string.h>

#include "userspace_driver_server.h"

/* Of a heartbeat, in messages: we look at what its task has used.  The SDK sends
 * two in a watchdog's time. */
#define BEAT_COST 40

static struct kx_incarnation *caller(mach_port_t control)
{
    return &kx_incarnations[kx_port_index(control)];
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
    i->messages += BEAT_COST;
    i->status = status;
    memcpy(i->usage, usage, sizeof i->usage);
    kx_heard(i);
    kx_overdue_heard(i);
    return MIG_NO_REPLY;
}

/* May it print a line?  The first one that it may again says what was lost. */
static bool may_print(struct kx_task *t, uint64_t now)
{
    unsigned dropped;
    if (!kx_flood_ok(&t->flood, now, &dropped))
        return false;
    if (dropped)
        kx_tlog('W', t, "flood", "dropped=%u", dropped);
    return true;
}

kern_return_t kx_on_report_error(mach_port_t control, uint32_t code,
                                 const_usrd_text_t text)
{
    struct kx_incarnation *i = caller(control);
    struct kx_task *t = i->task;
    char quoted[80];
    uint64_t now = kx_now();

    t->errors++;
    if (may_print(t, now))
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
    struct kx_task *t = caller(control)->task;
    static const char letters[] = "EWID";
    char quoted[104];

    if (may_print(t, kx_now()))
        kx_tlog(letters[severity < 4 ? severity : 2], t, "log", "text=%s",
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

kern_return_t kx_on_intr_quiet(mach_port_t control, uint32_t line, uint32_t bar,
                               uint64_t offset, uint32_t width)
{
    return kx_intx_quiet(caller(control), line, bar, offset, width);
}

kern_return_t kx_on_intr_unregister(mach_port_t control, uint32_t line)
{
    struct kx_incarnation *i = caller(control);
    if (line >= KX_LINES || !(i->lines & 1u << line))
        return KERN_INVALID_ARGUMENT;
    i->lines &= (uint16_t) ~(1u << line);
    kx_intx_end(i, line);
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

kern_return_t kx_on_keep(mach_port_t control, uint32_t handle, uint32_t flavor,
                         const usrd_keep_t words, mach_msg_type_number_t count)
{
    return kx_keep(caller(control), handle, flavor, words, count);
}

kern_return_t kx_on_keep_filter(mach_port_t control, uint32_t handle,
                                mach_port_t port, int priority,
                                const usrd_filter_t filter,
                                mach_msg_type_number_t count)
{
    return kx_keep_filter(caller(control), handle, port, priority, filter,
                          count);
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
    return kx_intx_granted(t, line);
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

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The devices that drivers add, of their own or windows of others', and
 * remove. */
#include "extent.h"
#include "kx.h"

#include "userspace_driver_server.h"

static struct kx_incarnation *caller(mach_port_t control)
{
    return &kx_incarnations[kx_port_index(control)];
}

static bool adds(const struct kx_task *t, const struct kx_device *d)
{
    return d && d->task == kx_task_index(t) + 1;
}

/* Has I room for it, and the right to? */
static kern_return_t may_add(struct kx_incarnation *i, const char *name,
                             struct kx_device **device)
{
    if (!i->registered)
        return USRD_ERROR_NOT_REGISTERED;
    if (!kx_device_name_ok(i, name))
        return USRD_ERROR_INVALID_DRIVER;
    struct kx_device *d = *device = kx_name_own(i->task, name);
    if (!adds(i->task, d)) {
        kx_deny_name(i, name);
        return USRD_ERROR_PERMISSION_DENIED;
    }
    bool has = d->used && d->number == i->number;
    return has || i->devices < USRD_MAX_DEVICES_PER_DRIVER
               ? KERN_SUCCESS
               : USRD_ERROR_NO_RESOURCES;
}

static kern_return_t add(struct kx_incarnation *i, struct kx_device *d,
                         uint32_t kind)
{
    i->devices += !d->used || d->number != i->number;
    d->used = true;
    d->number = i->number;
    d->kind = kind;
    if (i->task->state == KX_READY && d->waiting)
        kx_device_there(d);
    return KERN_SUCCESS;
}

kern_return_t kx_on_add_device(mach_port_t control, const_usrd_name_t name,
                               uint32_t kind)
{
    struct kx_incarnation *i = caller(control);
    struct kx_device *d;
    kern_return_t kr = may_add(i, name, &d);
    if (kr != KERN_SUCCESS)
        return kr;
    kx_extent_remove(d);
    return add(i, d, kind);
}

kern_return_t kx_on_add_window(mach_port_t control, const_usrd_name_t name,
                               const_usrd_name_t base, uint64_t first,
                               uint64_t count)
{
    struct kx_incarnation *i = caller(control);
    struct kx_device *d;
    kern_return_t kr = may_add(i, name, &d);
    if (kr != KERN_SUCCESS)
        return kr;
    if (!kx_device_name_ok(i, base))
        return USRD_ERROR_INVALID_DRIVER;
    if (kx_may_open(i, base) != KERN_SUCCESS)
        return USRD_ERROR_PERMISSION_DENIED;
    struct kx_device *of = kx_kdev_named(base) ? NULL : kx_name_find(base);
    if (!of || !kx_extent_may(d, of, first, count))
        return USRD_ERROR_INVALID_DRIVER;
    if (!kx_extent_add(d, of, first, count))
        return USRD_ERROR_NO_RESOURCES;
    return add(i, d, of->kind);
}

kern_return_t kx_on_remove_device(mach_port_t control, const_usrd_name_t name)
{
    struct kx_incarnation *i = caller(control);
    if (!kx_device_name_ok(i, name))
        return USRD_ERROR_INVALID_DRIVER;
    struct kx_device *d = kx_name_own(i->task, name);
    if (!adds(i->task, d) || !d->used)
        return USRD_ERROR_NOT_REGISTERED;
    i->devices -= d->number == i->number;
    d->used = false;
    if (d->extent)
        kx_handles_end(d);
    kx_extent_remove(d);
    return KERN_SUCCESS;
}

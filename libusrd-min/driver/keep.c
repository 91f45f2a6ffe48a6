/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a handle is told, by device_set_status and device_set_filter, goes to
 * kernel-ext when the driver has taken it, and before the client hears of it:
 * so that the next incarnation is told the same (replay.c). */
#include <stdlib.h>
#include <string.h>

#include "driver.h"
#include "userspace_driver.h"

/* What the present callback is called for; NULL: it is nothing to be kept. */
static const struct usrd_setting *present USRD_HOT;

void usrd_dont_keep(usrd_driver_t driver)
{
    if (usrd_is_driver(driver))
        present = NULL;
}

static kern_return_t keep(unsigned handle, const struct usrd_setting *s)
{
    kern_return_t kr = KERN_RESOURCE_SHORTAGE;

    if (!usrd_handle(handle)->open) /* the callback closed it */
        return KERN_SUCCESS;
    if (s->port != MACH_PORT_NULL)
        kr = usrd_msg_keep_filter(mach_task_self(), handle, s->port,
                                  (int)s->what, s->data, s->count);
    else if (s->count <= USRD_KEPT_WORDS)
        kr = usrd_msg_keep(mach_task_self(), handle, (uint32_t)s->what, s->data,
                           s->count);
    return kr == KERN_SUCCESS ? KERN_SUCCESS : D_NO_MEMORY;
}

/* To outlive the callback, with its data behind it. */
static struct usrd_setting *copy_of(const struct usrd_setting *s)
{
    size_t size = s->count * (s->port ? sizeof(short) : sizeof(int));
    struct usrd_setting *copy = malloc(sizeof *s + size);

    if (copy) {
        *copy = *s;
        copy->data = memcpy(copy + 1, s->data, size);
    }
    return copy;
}

void usrd_setting_begins(const struct usrd_setting *s)
{
    present = s;
}

kern_return_t usrd_setting_ends(kern_return_t kr)
{
    const struct usrd_setting *s = present;

    present = NULL;
    if (!s || (kr != KERN_SUCCESS && kr != MIG_NO_REPLY))
        return kr;
    if (kr == KERN_SUCCESS)
        kr = keep(usrd_request.handle, s);
    else if (usrd_request.op && !usrd_op_setting(usrd_request.op, copy_of(s)))
        kr = D_NO_MEMORY;
    /* The driver has taken the port; what drops the message leaves it that. */
    if (kr == D_NO_MEMORY && s->port != MACH_PORT_NULL)
        mach_port_mod_refs(mach_task_self(), s->port, MACH_PORT_RIGHT_SEND, 1);
    return kr;
}

/* OP was deferred, and its driver has taken it: perhaps within the callback. */
kern_return_t usrd_setting_taken(usrd_op_t op, unsigned handle,
                                 const struct usrd_setting *later)
{
    const struct usrd_setting *s = op == usrd_request.op ? present : later;

    return s ? keep(handle, s) : KERN_SUCCESS;
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The task's own port and the host's.  Asked for once: each trap would add a
 * reference, and these names never change.  In a driver task the first is the
 * control port. */
#include <mach/mach.h>

extern mach_port_t mach_task_self_trap(void);
extern mach_port_t mach_host_self_trap(void);

/* Written at start-up; see boot/usrd.ld. */
static mach_port_t task_self __attribute__((section(".bss.hot")));
static mach_port_t host_self;

mach_port_t mach_task_self(void)
{
    if (!task_self)
        task_self = mach_task_self_trap();
    return task_self;
}

mach_port_t mach_host_self(void)
{
    if (!host_self)
        host_self = mach_host_self_trap();
    return host_self;
}

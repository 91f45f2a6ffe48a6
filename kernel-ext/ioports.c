/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * I/O port ranges.  The kernel lets ranges overlap: that each has one owner
 * was settled when the module lines were read.  A permission ends with its
 * task. */
#include "kx.h"

#include "mach_i386.h"
#include "mach_port.h"

void kx_ports_grant(struct kx_incarnation *i)
{
    struct kx_task *t = i->task;
    for (unsigned n = 0; n < t->words.n_ioports; n++) {
        const struct kx_range *r = &t->words.ioports[n];
        if (t->io_perm[n] == MACH_PORT_NULL &&
            i386_io_perm_create(KX_OWN(KX_OWN_MASTER), (io_port_t)r->first,
                                (io_port_t)(KX_HOLDS(PORTS) ? r->last : 0xffff),
                                &t->io_perm[n]) != KERN_SUCCESS)
            continue;
        i386_io_perm_modify(kx_port(KX_P_TASK, kx_slot(i)), t->io_perm[n],
                            TRUE);
    }
}

/* For the guard and for kernel-ext itself. */
kern_return_t kx_ports_allow(mach_port_t task, uint64_t first, uint64_t last)
{
    mach_port_t perm;
    kern_return_t kr = i386_io_perm_create(
        KX_OWN(KX_OWN_MASTER), (io_port_t)first, (io_port_t)last, &perm);
    if (kr != KERN_SUCCESS)
        return kr;
    kr = i386_io_perm_modify(task, perm, TRUE);
    mach_port_deallocate(mach_task_self(), perm);
    return kr;
}

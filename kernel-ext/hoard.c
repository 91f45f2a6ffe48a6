/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Memory of the kernel's that a task has by its ports: their own, and that of
 * the messages which lie in their queues.  No figure of the kernel's has it, so
 * when memory is short it is estimated: what is in use and nobody's lies in
 * messages, and who has more of those has more of it. */
#include "kx.h"

#include "mach_port.h"

#define PORTS_A_PAGE 24 /* a port and its name are 170 bytes */
#define LOOKED_AT 2000  /* queues of one task; more are as these */

struct kx_hoard kx_hoard(struct kx_incarnation *i)
{
    struct kx_hoard h = {0};
    mach_port_t task = kx_port(KX_P_TASK, kx_slot(i)), *names;
    mach_port_type_t *types;
    mach_msg_type_number_t n, m, queues = 0, looked = 0;

    if (mach_port_names(task, &names, &n, &types, &m) != KERN_SUCCESS)
        return h;
    for (unsigned k = 0; k < n; k++) {
        mach_port_status_t status;
        if (!(types[k] & MACH_PORT_TYPE_RECEIVE) || ++queues > LOOKED_AT ||
            mach_port_get_receive_status(task, names[k], &status) !=
                KERN_SUCCESS)
            continue;
        looked++;
        h.messages += status.mps_msgcount;
    }
    if (looked > 0)
        h.messages = h.messages * queues / looked;
    h.pages = n / PORTS_A_PAGE;
    vm_deallocate(mach_task_self(), (vm_offset_t)names, n * sizeof *names);
    vm_deallocate(mach_task_self(), (vm_offset_t)types, m * sizeof *types);
    return h;
}

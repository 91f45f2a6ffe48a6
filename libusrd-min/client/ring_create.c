/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Of all that a task says to kernel-ext, ring_create alone is answered when a
 * driver has answered.  So it is MIG's stub once more, by the wait of the calls
 * on devices, which is bounded and sends heartbeats. */
#include <mach/mach.h>

#include "call.h"

#define _usrd_user_ /* its header: here they are static, and the others unused */
#define mig_external static __attribute__((unused))
#define mach_msg usrd_call
#include "userspace_driver_user.c"

kern_return_t usrd_ring_create(const char *name, dev_mode_t mode,
                               unsigned slots, size_t bytes,
                               mach_port_t doorbell, mach_port_t *handle,
                               vm_offset_t *address)
{
    return usrd_msg_ring_create(mach_task_self(), name, mode, slots, bytes,
                                doorbell, handle, address);
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the kernel's allocator says of its caches (host_slab_info). */
#include "kernel.h"

#include <string.h>

#include <mach/mach.h>

#include "mach_debug.h"

#define CACHES 128

unsigned long kernel_ports(void)
{
    static cache_info_t room[CACHES];
    cache_info_array_t info = room;
    mach_msg_type_number_t n = CACHES;
    unsigned long ports = 0;

    if (host_slab_info(mach_host_self(), &info, &n) != KERN_SUCCESS)
        return 0;
    for (unsigned k = 0; k < n; k++)
        if (strcmp(info[k].name, "ipc_port") == 0)
            ports = info[k].nr_objs;
    if (info != room)
        vm_deallocate(mach_task_self(), (vm_address_t)info, n * sizeof *info);
    return ports;
}

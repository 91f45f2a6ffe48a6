/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Attacks by guessing: each name that we have, and many that we have not, as
 * one of the kernel's privileged ports. */
#include "hostile.h"

#include <device/device.h>
#include <mach_host.h>
#include <mach_i386.h>
#include <gnumach.h>
#include <usrd/client.h>

#define GUESSES 0x200

/* How many calls obeyed, of those that only a privileged port does. */
static unsigned privileged(mach_port_t port)
{
    mach_port_t out = MACH_PORT_NULL, thread = mach_thread_self();
    vm_address_t address = 0;
    rpc_phys_addr_t physical;
    processor_array_t processors;
    mach_msg_type_number_t n;
    unsigned obeyed = 0;

    /* As the host's: a reboot would be seen, too. */
    obeyed += host_processors(port, &processors, &n) == KERN_SUCCESS;
    obeyed +=
        vm_allocate_contiguous(port, mach_task_self(), &address, &physical,
                               4096, 0, 0x100000000, 0) == KERN_SUCCESS;
    obeyed += thread_wire(port, thread, TRUE) == KERN_SUCCESS;
    obeyed += host_reboot(port, 0) == KERN_SUCCESS;
    /* As the device master's. */
    obeyed += device_open(port, D_READ, "mem", &out) == KERN_SUCCESS;
    obeyed += device_open(port, D_READ, "irq", &out) == KERN_SUCCESS;
    obeyed += i386_io_perm_create(port, 0xcf8, 0xcff, &out) == KERN_SUCCESS;
    return obeyed;
}

void attack_guess(void)
{
    mach_port_t self = mach_task_self(), out;
    mach_port_name_array_t names;
    mach_port_type_array_t types;
    mach_msg_type_number_t n = 0, n_types = 0;
    unsigned tried = 0, obeyed = 0;
    time_value64_t now;

    expect(KERN_SUCCESS, host_get_uptime64(mach_host_self(), &now));
    expect(KERN_SUCCESS, device_open(self, D_READ, "hello", &out));
    expect(KERN_SUCCESS, mach_port_names(self, &names, &n, &types, &n_types));
    for (unsigned i = 0; i < n; i++) {
        if (!(types[i] & MACH_PORT_TYPE_SEND))
            continue;
        tried++;
        obeyed += privileged(names[i]);
    }
    obeyed += privileged(mach_host_self());
    ktap_ok(tried > 0 && obeyed == 0, "none of %u ports is privileged", tried);
    /* What the module line of kernel-ext calls them, and what is near. */
    obeyed = 0;
    for (mach_port_t name = 1; name < GUESSES; name++) {
        mach_port_type_t type;
        if (mach_port_type(self, name, &type) != KERN_SUCCESS)
            obeyed += device_open(name, D_READ, "mem", &out) == KERN_SUCCESS;
    }
    ktap_ok(obeyed == 0, "nor is a name that is guessed");
}

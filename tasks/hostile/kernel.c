/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Attacks by kernel calls: on oneself, on the host, on others.  On oneself
 * they come to kernel-ext, whose answer to what it does not pass on is
 * KERN_NO_ACCESS. */
#include "hostile.h"

#include <mach/task_special_ports.h>
#include <mach/thread_special_ports.h>
#include <mach/thread_status.h>
#include <mach/vm_attributes.h>
#include <mach/vm_inherit.h>
#include <mach/vm_prot.h>
#include <mach4.h>
#include <mach_host.h>
#include <gnumach.h>

#define DENIED KERN_NO_ACCESS

/* A port of ours to pass on, with a send right. */
static mach_port_t own_port(void)
{
    mach_port_t port = mach_reply_port();

    mach_port_insert_right(mach_task_self(), port, port,
                           MACH_MSG_TYPE_MAKE_SEND);
    return port;
}

void attack_task_calls(void)
{
    mach_port_t self = mach_task_self(), thread = mach_thread_self(), port;
    mach_port_t mine = own_port();
    struct i386_thread_state state = {0};
    mach_msg_type_number_t n = i386_THREAD_STATE_COUNT;
    thread_array_t threads;

    /* To fork would be to outlive oneself. */
    expect(DENIED, task_create(self, TRUE, &port));
    expect(DENIED, task_create(self, FALSE, &port));
    expect(DENIED, thread_create(self, &port));
    expect(DENIED, task_threads(self, &threads, &n));
    expect(DENIED, task_suspend(self));
    expect(DENIED, task_set_special_port(self, TASK_KERNEL_PORT, mine));
    expect(DENIED, task_set_special_port(self, TASK_EXCEPTION_PORT, mine));
    expect(DENIED, task_get_special_port(self, TASK_KERNEL_PORT, &port));
    expect(DENIED,
           thread_set_special_port(thread, THREAD_EXCEPTION_PORT, mine));
    n = i386_THREAD_STATE_COUNT;
    expect(DENIED, thread_set_state(thread, i386_THREAD_STATE,
                                    (thread_state_t)&state, n));
    expect(DENIED, thread_suspend(thread));
    expect(DENIED, thread_abort(thread));
    task_set_essential(self, TRUE); /* has no answer */
    expect(DENIED, task_priority(self, 0, TRUE));
    expect(DENIED, thread_priority(thread, 0, TRUE));
    expect(DENIED, thread_priority(thread, 24, FALSE));
    expect(KERN_SUCCESS, thread_priority(thread, 25, FALSE));
    expect(DENIED, mach_ports_register(self, &mine, 1));
}

void attack_memory_calls(void)
{
    mach_port_t self = mach_task_self(), port;
    mach_port_t mine = own_port();
    vm_address_t page = 0, other = 0;
    vm_offset_t data;
    mach_msg_type_number_t n;
    vm_machine_attribute_val_t value = MATTR_VAL_OFF;

    expect(KERN_SUCCESS, vm_allocate(self, &page, 8192, TRUE));
    *(volatile char *)page = 1;
    expect(KERN_SUCCESS, vm_protect(self, page, 4096, FALSE, VM_PROT_READ));
    expect(DENIED, vm_read(self, page, 4096, &data, &n));
    expect(DENIED, vm_write(self, page + 4096, page, 4096));
    expect(DENIED, vm_copy(self, page, 4096, page + 4096));
    /* A pager of one's own that never answers stops whoever touches it. */
    expect(DENIED, vm_map(self, &other, 4096, 0, TRUE, mine, 0, FALSE,
                          VM_PROT_READ, VM_PROT_READ, VM_INHERIT_NONE));
    /* These panic the kernel, or wait in it for ever. */
    expect(DENIED,
           vm_region_create_proxy(self, page, VM_PROT_READ, 4096, &port));
    expect(DENIED, vm_region_create_proxy(self, page + 4096, VM_PROT_READ, 4096,
                                          &port));
    expect(DENIED, vm_machine_attribute(self, page, 4096, MATTR_CACHE, &value));
    expect(KERN_SUCCESS, vm_deallocate(self, page, 8192));
}

void attack_notifications(void)
{
    mach_port_t self = mach_task_self(), previous = MACH_PORT_NULL, out;
    mach_port_t mine = mach_reply_port();
    mach_msg_type_name_t type;

    /* The allowed one: to hear that a client died. */
    expect(KERN_SUCCESS, mach_port_request_notification(
                             self, hello, MACH_NOTIFY_DEAD_NAME, 0, mine,
                             MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous));
    /* Whoever cancels this one has the retained port die with the task. */
    expect(DENIED,
           mach_port_request_notification(
               self, USRD_PORT_SERVICE, MACH_NOTIFY_PORT_DESTROYED, 0,
               MACH_PORT_NULL, MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous));
    expect(DENIED, mach_port_request_notification(
                       self, USRD_PORT_SERVICE, MACH_NOTIFY_NO_SENDERS, 0, mine,
                       MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous));
    expect(DENIED,
           mach_port_extract_right(self, USRD_PORT_SERVICE,
                                   MACH_MSG_TYPE_MOVE_RECEIVE, &out, &type));
    /* A queue that holds nothing would outlive the task, too. */
    expect(KERN_SUCCESS, mach_port_set_qlimit(self, mine, 1));
    expect(DENIED, mach_port_set_qlimit(self, USRD_PORT_SERVICE, 0));
}

void attack_host_calls(void)
{
    mach_port_t host = mach_host_self(), set = MACH_PORT_NULL, out;
    mach_port_t mine = mach_reply_port();
    time_value64_t now = {0};
    task_array_t tasks;
    mach_msg_type_number_t n;
    vm_address_t address = 0;
    rpc_phys_addr_t physical;

    expect(KERN_SUCCESS, host_get_uptime64(host, &now));
    ktap_ok(host_reboot(host, 0) != KERN_SUCCESS, "no reboot");
    ktap_ok(host_processor_set_priv(host, set, &out) != KERN_SUCCESS,
            "no processor set's control port");
    if (processor_set_default(host, &set) == KERN_SUCCESS)
        ktap_ok(processor_set_tasks(set, &tasks, &n) != KERN_SUCCESS,
                "no list of tasks");
    ktap_ok(register_new_task_notification(
                host, mine, MACH_MSG_TYPE_MAKE_SEND) != KERN_SUCCESS,
            "no news of other tasks");
    ktap_ok(vm_allocate_contiguous(host, mach_task_self(), &address, &physical,
                                   4096, 0, 0x100000000, 0) != KERN_SUCCESS,
            "no contiguous memory");
    ktap_ok(thread_wire(host, mach_thread_self(), TRUE) != KERN_SUCCESS,
            "no wired thread");
}

/* Every right that we have, as if it were another task's port. */
void attack_others(void)
{
    mach_port_t self = mach_task_self();
    mach_port_name_array_t names;
    mach_port_type_array_t types;
    mach_msg_type_number_t n = 0, n_types = 0;
    unsigned tried = 0, obeyed = 0;
    vm_offset_t data;
    mach_msg_type_number_t size;

    expect(KERN_SUCCESS, mach_port_names(self, &names, &n, &types, &n_types));
    for (unsigned i = 0; i < n; i++) {
        if (!(types[i] & MACH_PORT_TYPE_SEND) || names[i] == self ||
            names[i] == mach_thread_self())
            continue;
        tried++;
        obeyed += task_terminate(names[i]) == KERN_SUCCESS;
        obeyed += task_suspend(names[i]) == KERN_SUCCESS;
        obeyed +=
            vm_read(names[i], 0x20000000, 4096, &data, &size) == KERN_SUCCESS;
    }
    ktap_ok(tried > 0 && obeyed == 0, "none of %u ports is another task's",
            tried);
    /* Port names are a task's own: no number leads to anything else. */
    obeyed = 0;
    for (mach_port_t name = 1; name < 2000; name++) {
        mach_port_type_t type;
        if (mach_port_type(self, name, &type) != KERN_SUCCESS)
            obeyed +=
                vm_read(name, 0x20000000, 4096, &data, &size) == KERN_SUCCESS;
    }
    ktap_ok(obeyed == 0, "and no guessed name");
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a task may do goes on to work, and what it may not does not. */
#include "fuzz.h"

#include "mach_port.h"
#include <device/userspace_driver_sdk.h>
#include <string.h>
#include <userspace_driver.h>
#include <usrd/client.h>
#include <usrd/types.h>

#define expect(wanted, call)                                                \
    do {                                                                    \
        int got_ = (call);                                                  \
        if (got_ != (wanted))                                               \
            fail("%.*s: %d, not %d", (int)strcspn(#call, "("), #call, got_, \
                 (int)(wanted));                                            \
    } while (0)

static void hardware(void)
{
    mach_port_t self = mach_task_self();
    vm_offset_t address = 0;

    expect(KERN_SUCCESS, usrd_msg_intr_register(self, 5));
    expect(KERN_SUCCESS, usrd_msg_intr_unregister(self, 5));
    expect(KERN_PROTECTION_FAILURE, usrd_msg_intr_register(self, 6));
    expect(KERN_SUCCESS, usrd_msg_mmio_map(self, 0xfed00000, 4096, &address));
    expect(KERN_SUCCESS, vm_deallocate(self, address, 4096));
}

static void registry(void)
{
    mach_port_t self = mach_task_self();
    usrd_words_t words = {0};

    usrd_msg_unregister(self); /* if it was */
    expect(KERN_SUCCESS,
           usrd_msg_register(self, "fuzz", "", 0,
                             USRD_CAP_CHAR_DEVICE | USRD_CAP_INTERRUPT, words,
                             0, words));
    hardware();
    expect(KERN_SUCCESS, usrd_msg_add_device(self, "fuzz", 2));
    expect(USRD_ERROR_PERMISSION_DENIED, usrd_msg_add_device(self, "hello", 2));
    expect(KERN_SUCCESS, usrd_msg_remove_device(self, "fuzz"));
    expect(KERN_SUCCESS, usrd_msg_unregister(self));
    expect(KERN_SUCCESS, usrd_msg_granted(self, USRD_GRANT_IRQ, 5, 5));
    expect(KERN_PROTECTION_FAILURE,
           usrd_msg_granted(self, USRD_GRANT_IRQ, 6, 6));
}

static void kernel(void)
{
    mach_port_t self = mach_task_self(), port;
    vm_address_t address = 0;

    expect(KERN_SUCCESS, vm_allocate(self, &address, 8192, TRUE));
    expect(KERN_SUCCESS, vm_deallocate(self, address, 8192));
    expect(KERN_SUCCESS,
           mach_port_allocate(self, MACH_PORT_RIGHT_RECEIVE, &port));
    expect(KERN_SUCCESS, mach_port_destroy(self, port));
    expect(KERN_NO_ACCESS, task_suspend(self));
}

static void device(enum target target, const char *name)
{
    mach_port_t handle;
    char data[32];
    size_t n = 0;

    if (!target_port[target])
        return;
    expect(KERN_SUCCESS, usrd_read(target_port[target], 0, 0, data, 1, &n));
    expect(KERN_SUCCESS, usrd_open(name, D_READ | D_WRITE, &handle));
    expect(KERN_SUCCESS, usrd_write(handle, 0, 0, "fuzz", 4, &n));
    expect(KERN_SUCCESS, usrd_read(handle, 0, 0, data, sizeof data, &n));
    if (n == 0 || n > sizeof data)
        fail("%s: %u bytes", name, (unsigned)n);
    /* The open one is the same, so it has references of ours. */
    expect(KERN_SUCCESS, usrd_close(handle));
}

/* A driver's ports are counted by itself: what it was sent is gone. */
static void leaks(void)
{
    static int first;
    int names = 0;
    natural_t n = 1;

    if (!target_port[TO_TARGET])
        return;
    expect(KERN_SUCCESS,
           usrd_get_status(target_port[TO_TARGET], 7, &names, &n));
    if (first && names > first)
        fail("target has %d port names, not %d", names, first);
    first = first ? first : names;
}

void still_works(void)
{
    registry();
    kernel();
    device(TO_HELLO, "hello");
    device(TO_TARGET, "target");
    leaks();
    char data[4];
    size_t n;
    if (target_port[TO_DISK])
        expect(KERN_SUCCESS,
               usrd_read(target_port[TO_DISK], 0, 0, data, sizeof data, &n));
    if (target_port[TO_DOWN])
        expect(D_DEVICE_DOWN,
               usrd_read(target_port[TO_DOWN], 0, 0, data, sizeof data, &n));
}

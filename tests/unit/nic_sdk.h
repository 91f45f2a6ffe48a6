/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What tasks/nic asks of the SDK, for tests of it on the host. */
#ifndef NIC_SDK_H
#define NIC_SDK_H

#include <stdlib.h>
#include <unistd.h>

#include <usrd/ring.h>

#include "../../tasks/nic/class.h"
#include "tap.h"

#define GAVE_UP 42 /* how a process ends whose device broke the rules */

static struct usrd_driver_callbacks *call;
static bool opens_ring;
static struct answered {
    unsigned id;
    kern_return_t result;
    uint64_t count;
} answers[1000];
static unsigned n_answers, deferred, completed;

usrd_driver_t usrd_driver_create(const char *name, const char *description,
                                 unsigned major, unsigned minor,
                                 unsigned capabilities,
                                 struct usrd_driver_callbacks *callbacks)
{
    (void)name, (void)description, (void)major, (void)minor;
    (void)capabilities;
    call = callbacks;
    return NULL;
}

kern_return_t usrd_driver_register(usrd_driver_t driver, mach_port_t registry)
{
    (void)driver, (void)registry;
    return USRD_SUCCESS;
}

kern_return_t usrd_driver_add_device(usrd_driver_t driver, const char *name,
                                     unsigned type, void *context)
{
    (void)driver, (void)name, (void)type, (void)context;
    return USRD_SUCCESS;
}

kern_return_t usrd_driver_run(usrd_driver_t driver)
{
    return call->driver_init(driver);
}

int usrd_exit_code(kern_return_t result)
{
    return result;
}

kern_return_t usrd_driver_report_error(usrd_driver_t driver, unsigned code,
                                       const char *text)
{
    (void)driver, (void)code;
    printf("# %s\n", text);
    fflush(stdout);
    _exit(GAVE_UP);
}

void usrd_log(usrd_driver_t driver, int level, const char *format, ...)
{
    (void)driver, (void)level, (void)format;
}

void *usrd_dma_alloc(usrd_driver_t driver, size_t size, vm_offset_t *physical)
{
    void *data = calloc(1, size);

    (void)driver;
    *physical = (vm_offset_t)data;
    return data;
}

usrd_op_t usrd_defer(usrd_driver_t driver)
{
    (void)driver;
    return ++deferred;
}

kern_return_t usrd_complete(usrd_op_t op, kern_return_t result, void *data,
                            vm_size_t count)
{
    (void)op, (void)result, (void)data, (void)count;
    completed++;
    return USRD_SUCCESS;
}

void usrd_ring_complete(unsigned id, kern_return_t result, uint64_t count)
{
    answers[n_answers++ % 1000] = (struct answered){id, result, count};
}

boolean_t usrd_ring_is_opened(void)
{
    return opens_ring;
}

mach_port_t(mach_task_self)(void)
{
    return 1;
}

kern_return_t mach_port_deallocate(mach_port_t task, mach_port_t port)
{
    (void)task, (void)port;
    return KERN_SUCCESS;
}

#endif

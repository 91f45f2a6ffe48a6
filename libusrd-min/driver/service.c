/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What else kernel-ext says on the service port. */
#include "driver.h"
#include "userspace_driver_service_server.h"

kern_return_t usrd_do_stop(mach_port_t service)
{
    (void)service;
    usrd_the_driver.stop = TRUE;
    return KERN_SUCCESS;
}

static void health_check(usrd_driver_t d)
{
    if (d->call->driver_health_check)
        d->ailing = d->call->driver_health_check(d) != KERN_SUCCESS;
}

/* Does the loop run?  kernel-ext asks half-way to the end of the watchdog. */
kern_return_t usrd_do_probe(mach_port_t service)
{
    (void)service;
    health_check(&usrd_the_driver);
    return usrd_driver_heartbeat(&usrd_the_driver);
}

typedef kern_return_t change(usrd_driver_t driver, void *context);

static void each_device(usrd_driver_t d, change *call)
{
    for (unsigned i = 0; call && i < USRD_MAX_DEVICES_PER_DRIVER; i++)
        if (*usrd_devices[i].name)
            call(d, usrd_devices[i].context);
}

/* While suspended, requests are answered D_DEVICE_DOWN; those that wait, too,
 * once the driver had the chance to answer them. */
kern_return_t usrd_do_suspend(mach_port_t service)
{
    usrd_driver_t d = &usrd_the_driver;

    (void)service;
    if (d->suspended)
        return KERN_SUCCESS;
    d->suspended = TRUE;
    each_device(d, d->call->device_suspend);
    usrd_ops_suspend();
    usrd_task.status |= USRD_STATUS_SUSPENDED;
    return usrd_driver_heartbeat(d);
}

kern_return_t usrd_do_resume(mach_port_t service)
{
    usrd_driver_t d = &usrd_the_driver;

    (void)service;
    if (!d->suspended)
        return KERN_SUCCESS;
    each_device(d, d->call->device_resume);
    d->suspended = FALSE;
    usrd_task.status &= ~(unsigned)USRD_STATUS_SUSPENDED;
    return usrd_driver_heartbeat(d);
}

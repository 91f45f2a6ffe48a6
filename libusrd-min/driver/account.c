/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Limits and usage: the driver's own book-keeping.  kernel-ext enforces what
 * it can measure and rests on none of this. */
#include "driver.h"
#include "userspace_driver.h"

/* Words 6 and 7 of a heartbeat's usage. */
#define OLDEST_MS 6
#define ERRORS 7

kern_return_t usrd_driver_set_resource_limits(usrd_driver_t driver,
                                              unsigned type, unsigned limit)
{
    if (!usrd_is_driver(driver) || driver->registered ||
        type > USRD_RESOURCE_BANDWIDTH)
        return USRD_ERROR_INVALID_DRIVER;
    driver->limits[type] = limit;
    return USRD_SUCCESS;
}

kern_return_t usrd_driver_update_resource_usage(usrd_driver_t driver,
                                                unsigned type, unsigned usage)
{
    if (!usrd_is_driver(driver) || type > USRD_RESOURCE_BANDWIDTH)
        return USRD_ERROR_INVALID_DRIVER;
    usrd_task.usage[type] = usage;
    if (driver->limits[type] && usage > driver->limits[type])
        return USRD_ERROR_NO_RESOURCES;
    return USRD_SUCCESS;
}

boolean_t usrd_driver_check_resource_limit(usrd_driver_t driver, unsigned type,
                                           unsigned amount)
{
    if (!usrd_is_driver(driver) || type > USRD_RESOURCE_BANDWIDTH)
        return FALSE;
    unsigned limit = driver->limits[type], used = usrd_task.usage[type];
    return !limit || (used <= limit && amount <= limit - used);
}

/* Interrupts a second, over the time since the last call. */
static unsigned interrupt_rate(usrd_driver_t driver)
{
    static unsigned long last_us;
    static unsigned last;
    unsigned long now = usrd_now(), span = now - last_us + 1;
    unsigned rate = (unsigned)((driver->interrupts - last) * 1000000ul / span);

    last_us = now;
    last = driver->interrupts;
    return rate;
}

void usrd_account(usrd_driver_t driver)
{
    unsigned long oldest_us;

    usrd_task.usage[USRD_RESOURCE_IO_OPS] = usrd_ops_count(&oldest_us);
    usrd_task.usage[USRD_RESOURCE_INTERRUPTS] = interrupt_rate(driver);
    usrd_task.usage[OLDEST_MS] = (unsigned)(oldest_us / 1000);
    usrd_task.usage[ERRORS] = driver->errors;
}

kern_return_t usrd_driver_set_status(usrd_driver_t driver, unsigned status)
{
    if (!usrd_is_driver(driver))
        return USRD_ERROR_INVALID_DRIVER;
    usrd_task.status = status;
    return USRD_SUCCESS;
}

kern_return_t usrd_driver_heartbeat(usrd_driver_t driver)
{
    if (driver && !usrd_is_driver(driver))
        return USRD_ERROR_INVALID_DRIVER;
    if (driver)
        usrd_account(driver);
    usrd_beat();
    return USRD_SUCCESS;
}

kern_return_t usrd_driver_report_error(usrd_driver_t driver, unsigned code,
                                       const char *text)
{
    if (!usrd_is_driver(driver))
        return USRD_ERROR_INVALID_DRIVER;
    driver->errors++;
    usrd_msg_report_error(mach_task_self(), code, text ? text : "");
    return USRD_SUCCESS;
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Limits and usage: the driver's own book-keeping.  kernel-ext enforces what
 * it can measure and rests on none of this. */
#include "driver.h"
#include "userspace_driver.h"

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

/* WEIGHT requests were answered after US microseconds. */
void usrd_answered(usrd_driver_t driver, unsigned long us, unsigned weight)
{
    driver->response_us += us * weight;
    driver->answered += weight;
}

/* How many operations there are, and how old the oldest is: those that are
 * kept, and the one whose callback this is, if it is one's. */
static unsigned operations(unsigned long *oldest_us)
{
    unsigned n = usrd_ops_count(oldest_us);
    unsigned long now = usrd_now();

    if (!usrd_request.id || usrd_request.op)
        return n;
    if (!usrd_request.since)
        usrd_request.since = now;
    if (now - usrd_request.since > *oldest_us)
        *oldest_us = now - usrd_request.since;
    return n + 1;
}

/* What the driver does not say of itself is found: busy is who had a request
 * since the last heartbeat, or has one now. */
static unsigned status(usrd_driver_t driver, unsigned ops)
{
    static unsigned long requests;
    boolean_t busy = ops > 0 || driver->requests != requests;
    unsigned said = driver->said;

    requests = driver->requests;
    if (!(said & (USRD_STATUS_IDLE | USRD_STATUS_BUSY)))
        said |= busy ? USRD_STATUS_BUSY : USRD_STATUS_IDLE;
    if (driver->ailing)
        said |= USRD_STATUS_ERROR;
    return (usrd_task.status & (USRD_STATUS_RUNNING | USRD_STATUS_SUSPENDED)) |
           said;
}

/* Before each heartbeat, whoever sends it (task/heartbeat.c). */
void usrd_account(void)
{
    usrd_driver_t driver = &usrd_the_driver;
    unsigned long oldest_us;

    if (!driver->call)
        return;
    unsigned ops = operations(&oldest_us);
    usrd_task.status = status(driver, ops);
    usrd_task.usage[USRD_RESOURCE_IO_OPS] = ops;
    usrd_task.usage[USRD_RESOURCE_INTERRUPTS] = interrupt_rate(driver);
    usrd_task.usage[USRD_USAGE_PAUSE_MS] = usrd_debt();
    usrd_task.usage[USRD_USAGE_OLDEST_MS] = (unsigned)(oldest_us / 1000);
    if (driver->answered)
        usrd_task.usage[USRD_USAGE_RESPONSE_US] =
            (unsigned)(driver->response_us / driver->answered);
    driver->response_us = driver->answered = 0;
}

kern_return_t usrd_driver_set_status(usrd_driver_t driver, unsigned bits)
{
    if (!usrd_is_driver(driver))
        return USRD_ERROR_INVALID_DRIVER;
    driver->said =
        bits & (USRD_STATUS_IDLE | USRD_STATUS_BUSY | USRD_STATUS_ERROR);
    return USRD_SUCCESS;
}

kern_return_t usrd_driver_heartbeat(usrd_driver_t driver)
{
    if (driver && !usrd_is_driver(driver))
        return USRD_ERROR_INVALID_DRIVER;
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

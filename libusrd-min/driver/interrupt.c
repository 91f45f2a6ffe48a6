/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Interrupts come as messages from kernel-ext, which holds the line masked
 * until intr_done. */
#include "driver.h"
#include "userspace_driver.h"
#include "userspace_driver_service_server.h"

#define LINES 64

static struct {
    void (*handler)(usrd_driver_t driver, int line);
    boolean_t pending; /* not yet acknowledged */
} lines[LINES];

static boolean_t valid(usrd_driver_t driver, int line)
{
    return usrd_is_driver(driver) && line >= 0 && line < LINES;
}

kern_return_t usrd_driver_register_interrupt(usrd_driver_t driver, int line,
                                             void (*handler)(usrd_driver_t,
                                                             int))
{
    if (!valid(driver, line) || !handler)
        return USRD_ERROR_INVALID_DRIVER;
    if (!driver->registered)
        return USRD_ERROR_NOT_REGISTERED;
    if (lines[line].handler)
        return USRD_ERROR_DEVICE_BUSY;
    lines[line].handler = handler;
    kern_return_t kr = usrd_msg_intr_register(mach_task_self(), (unsigned)line);
    if (kr != KERN_SUCCESS)
        lines[line].handler = NULL;
    return usrd_error(kr);
}

kern_return_t usrd_driver_unregister_interrupt(usrd_driver_t driver, int line)
{
    if (!valid(driver, line))
        return USRD_ERROR_INVALID_DRIVER;
    if (!lines[line].handler)
        return USRD_ERROR_NOT_REGISTERED;
    usrd_driver_ack_interrupt(driver, line);
    lines[line].handler = NULL;
    return usrd_error(
        usrd_msg_intr_unregister(mach_task_self(), (unsigned)line));
}

/* On unregistering. */
void usrd_interrupts_close(void)
{
    for (int line = 0; line < LINES; line++)
        if (lines[line].handler)
            usrd_driver_unregister_interrupt(&usrd_the_driver, line);
}

static void done(unsigned line)
{
    if (lines[line].pending) {
        lines[line].pending = FALSE;
        usrd_msg_intr_done(mach_task_self(), line);
    }
}

kern_return_t usrd_driver_ack_interrupt(usrd_driver_t driver, int line)
{
    if (!valid(driver, line))
        return USRD_ERROR_INVALID_DRIVER;
    if (!lines[line].handler)
        return USRD_ERROR_NOT_REGISTERED;
    done((unsigned)line);
    return USRD_SUCCESS;
}

kern_return_t usrd_do_interrupt(mach_port_t service, uint32_t line)
{
    usrd_driver_t d = &usrd_the_driver;

    (void)service;
    if (line >= LINES)
        return KERN_INVALID_ARGUMENT;
    d->interrupts++;
    lines[line].pending = TRUE;
    if (lines[line].handler)
        lines[line].handler(d, (int)line);
    done(line);
    return KERN_SUCCESS;
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Interrupts come as messages from kernel-ext.  Most are answered by intr_done,
 * until which it holds the line masked, or the function off. */
#include "driver.h"
#include "userspace_driver.h"
#include "userspace_driver_service_server.h"

#define LINES 64

static struct {
    void (*handler)(usrd_driver_t driver, int line);
    boolean_t pending; /* not yet acknowledged */
    uint32_t status;   /* what kernel-ext read, and nobody has asked for */
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
    lines[line].status = 0;
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

kern_return_t usrd_driver_quiet_by_read(usrd_driver_t driver, int line,
                                        unsigned bar, uint64_t offset,
                                        unsigned width)
{
    if (!valid(driver, line))
        return USRD_ERROR_INVALID_DRIVER;
    if (!lines[line].handler)
        return USRD_ERROR_NOT_REGISTERED;
    return usrd_error(usrd_msg_intr_quiet(mach_task_self(), (unsigned)line, bar,
                                          offset, width));
}

uint32_t usrd_driver_interrupt_status(usrd_driver_t driver, int line)
{
    uint32_t status = valid(driver, line) ? lines[line].status : 0;

    if (status)
        lines[line].status = 0;
    return status;
}

static void interrupted(unsigned line, boolean_t answer)
{
    usrd_driver_t d = &usrd_the_driver;

    d->interrupts++;
    lines[line].pending |= answer;
    if (lines[line].handler)
        lines[line].handler(d, (int)line);
    done(line);
}

kern_return_t usrd_do_interrupt(mach_port_t service, uint32_t line)
{
    (void)service;
    if (line >= LINES)
        return KERN_INVALID_ARGUMENT;
    interrupted(line, TRUE);
    return KERN_SUCCESS;
}

kern_return_t usrd_do_interrupt_status(mach_port_t service, uint32_t line,
                                       uint32_t status, uint32_t answer)
{
    (void)service;
    if (line >= LINES)
        return KERN_INVALID_ARGUMENT;
    lines[line].status |= status;
    interrupted(line, answer != 0);
    return KERN_SUCCESS;
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The driver's life outside the loop: created and gone; register.c is in
 * between. */
#include <string.h>

#include "driver.h"
#include "userspace_driver.h"

struct usrd_driver usrd_the_driver USRD_HOT;

boolean_t usrd_is_driver(usrd_driver_t driver)
{
    return driver == &usrd_the_driver && driver->call != NULL;
}

/* A class of devices is a promise: what its clients expect has to be there. */
static boolean_t has_callbacks(const struct usrd_driver_callbacks *call,
                               unsigned caps)
{
    if (!(caps & USRD_CLASSES))
        return TRUE;
    if (!call->device_open)
        return FALSE;
    if ((caps & (USRD_CAP_BLOCK_DEVICE | USRD_CAP_STORAGE | USRD_CAP_INPUT)) &&
        !call->device_read)
        return FALSE;
    if ((caps & USRD_CAP_NETWORK) &&
        !(call->device_write && (call->device_read || call->device_set_filter)))
        return FALSE;
    return call->device_read || call->device_write || call->device_get_status;
}

/* As kernel-ext will have it: printable, no blanks. */
static boolean_t name_ok(const char *name, size_t room)
{
    size_t n = 0;

    while (n < room && name[n] > ' ' && name[n] <= '~')
        n++;
    return n > 0 && n < room && name[n] == '\0';
}

usrd_driver_t usrd_driver_create(const char *name, const char *description,
                                 unsigned version_major, unsigned version_minor,
                                 unsigned capabilities,
                                 struct usrd_driver_callbacks *callbacks)
{
    usrd_driver_t d = &usrd_the_driver;

    if (d->call || !name || !name_ok(name, sizeof d->name) || !callbacks ||
        (description && strlen(description) >= sizeof d->description) ||
        !has_callbacks(callbacks, capabilities))
        return NULL;
    d->call = callbacks;
    d->version = version_major << 16 | (version_minor & 0xffff);
    d->caps = capabilities;
    d->started = usrd_now();
    strcpy(d->name, name);
    strcpy(d->description, description ? description : "");
    return d;
}

void usrd_driver_destroy(usrd_driver_t driver)
{
    if (!usrd_is_driver(driver) || driver->running)
        return;
    if (driver->registered)
        usrd_driver_unregister(driver);
    memset(driver, 0, sizeof *driver);
}

kern_return_t usrd_driver_unregister(usrd_driver_t driver)
{
    if (!usrd_is_driver(driver))
        return USRD_ERROR_INVALID_DRIVER;
    if (!driver->registered)
        return USRD_ERROR_NOT_REGISTERED;
    driver->registered = FALSE;
    usrd_interrupts_close();
    usrd_handles_close();
    memset(usrd_devices, 0, sizeof usrd_devices);
    return usrd_answer(usrd_msg_unregister(mach_task_self()));
}

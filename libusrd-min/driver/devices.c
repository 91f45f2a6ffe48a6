/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The devices that clients can open by name. */
#include <string.h>

#include "driver.h"
#include "userspace_driver.h"

struct usrd_device usrd_devices[USRD_MAX_DEVICES_PER_DRIVER] USRD_WARM;

/* Past the last that was ever used: start-up need not look at them all. */
static struct usrd_device *end USRD_HOT;

struct usrd_device *usrd_device_find(const char *name)
{
    for (struct usrd_device *dev = usrd_devices; dev < end; dev++)
        if (*dev->name && strcmp(dev->name, name) == 0)
            return dev;
    return NULL;
}

static struct usrd_device *free_slot(void)
{
    struct usrd_device *dev = usrd_devices;

    while (dev < end && *dev->name)
        dev++;
    return dev < usrd_devices + USRD_MAX_DEVICES_PER_DRIVER ? dev : NULL;
}

static boolean_t name_ok(const char *name)
{
    return name && *name && strlen(name) < USRD_MAX_DEVICE_NAME;
}

/* A slot for a device NAME. */
static kern_return_t place(usrd_driver_t driver, const char *name,
                           struct usrd_device **dev)
{
    if (!usrd_is_driver(driver) || !name_ok(name))
        return USRD_ERROR_INVALID_DRIVER;
    if (!driver->registered)
        return USRD_ERROR_NOT_REGISTERED;
    if (usrd_device_find(name))
        return USRD_ERROR_DRIVER_EXISTS;
    *dev = free_slot();
    return *dev ? USRD_SUCCESS : USRD_ERROR_NO_RESOURCES;
}

/* kernel-ext answered KR. */
static kern_return_t added(struct usrd_device *dev, const char *name,
                           unsigned type, void *context, kern_return_t kr)
{
    if (kr != KERN_SUCCESS)
        return usrd_answer(kr);
    dev->context = context;
    dev->type = type;
    strcpy(dev->name, name);
    if (end < dev + 1)
        end = dev + 1;
    return USRD_SUCCESS;
}

kern_return_t usrd_driver_add_device(usrd_driver_t driver, const char *name,
                                     unsigned type, void *context)
{
    struct usrd_device *dev;

    USRD_CHECK_RETURN(place(driver, name, &dev));
    if (!type)
        type = driver->caps & USRD_CLASSES;
    return added(dev, name, type, context,
                 usrd_msg_add_device(mach_task_self(), name, type));
}

/* Nobody opens it here: kernel-ext knows whose OF is. */
kern_return_t usrd_driver_add_window(usrd_driver_t driver, const char *name,
                                     const char *of, uint64_t first,
                                     uint64_t count)
{
    struct usrd_device *dev;

    USRD_CHECK_RETURN(place(driver, name, &dev));
    if (!name_ok(of))
        return USRD_ERROR_INVALID_DRIVER;
    return added(dev, name, 0, NULL,
                 usrd_msg_add_window(mach_task_self(), name, of, first, count));
}

kern_return_t usrd_driver_remove_device(usrd_driver_t driver, const char *name)
{
    if (!usrd_is_driver(driver) || !name)
        return USRD_ERROR_INVALID_DRIVER;
    struct usrd_device *dev = usrd_device_find(name);
    if (!dev)
        return USRD_ERROR_NOT_REGISTERED;
    kern_return_t kr = usrd_msg_remove_device(mach_task_self(), name);
    usrd_handles_lose(dev);
    *dev->name = 0;
    return usrd_answer(kr);
}

void *usrd_driver_get_device_context(usrd_driver_t driver, const char *name)
{
    struct usrd_device *dev =
        usrd_is_driver(driver) && name ? usrd_device_find(name) : NULL;

    return dev ? dev->context : NULL;
}

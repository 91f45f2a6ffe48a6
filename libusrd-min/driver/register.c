/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Registration, in an object of its own: where it is linked, the task is a
 * driver and announces by itself when it is ready (task/crt.c). */
#include <string.h>

#include "driver.h"
#include "userspace_driver.h"

kern_return_t usrd_driver_register(usrd_driver_t driver, mach_port_t registry)
{
    usrd_words_t settings;

    if (!usrd_is_driver(driver) ||
        registry != mach_task_self()) /* nobody else has a registry */
        return USRD_ERROR_INVALID_DRIVER;
    if (driver->registered)
        return USRD_ERROR_DRIVER_EXISTS;
    kern_return_t kr = usrd_msg_register(
        registry, driver->name, driver->description, driver->version,
        driver->caps, driver->limits, (vm_offset_t)&driver->trace, settings);
    if (kr != KERN_SUCCESS)
        return usrd_answer(kr);
    driver->registered = TRUE;
    memcpy(driver->limits, settings + 1, 6 * sizeof settings[0]);
    driver->dma = settings[7] != 0;
    usrd_watch(settings[0]);
    return USRD_SUCCESS;
}

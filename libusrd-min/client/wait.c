/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Waiting for a device to be there. */
#include <string.h>

#include <mach/mach.h>

#include <device/userspace_driver_sdk.h>
#include <usrd/client.h>
#include <usrd/operator.h>

#include "userspace_driver.h"

#define TICK_MS 10 /* the kernel's clock has no shorter one */

/* As usrd_open() would find it now. */
static kern_return_t look(const char *name)
{
    usrd_words_t info;
    kern_return_t kr = usrd_msg_device_info(mach_task_self(), name, info);

    if (kr != KERN_SUCCESS)
        return kr;
    switch (info[USRD_DEVICE_STATE]) {
    case USRD_TASK_READY: /* the driver may add it later */
        return info[USRD_DEVICE_THERE] ? KERN_SUCCESS : D_WOULD_BLOCK;
    case USRD_TASK_FAILED:
    case USRD_TASK_STOPPED:
        return D_DEVICE_DOWN; /* an operator may start it */
    default:
        return D_WOULD_BLOCK;
    }
}

kern_return_t usrd_wait(const char *name, unsigned ms)
{
    unsigned long end = usrd_now() + ms * 1000ul;

    if (strlen(name) >= sizeof(usrd_name_t))
        return D_NO_SUCH_DEVICE;
    for (;;) {
        kern_return_t kr = look(name);
        if ((kr != D_WOULD_BLOCK && kr != D_DEVICE_DOWN) || usrd_now() >= end)
            return kr;
        usrd_sleep(TICK_MS);
    }
}

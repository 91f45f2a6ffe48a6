/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * kernel-ext's answers in the words of the driver API, in one place. */
#include <mach/mach.h>

#include <device/userspace_driver_types.h>

#include "task.h"

kern_return_t usrd_error(kern_return_t kr)
{
    switch (kr) {
    case KERN_SUCCESS:
        return USRD_SUCCESS;
    case KERN_NAME_EXISTS:
        return USRD_ERROR_DRIVER_EXISTS;
    case KERN_RESOURCE_SHORTAGE:
    case KERN_NO_SPACE:
        return USRD_ERROR_NO_RESOURCES;
    case KERN_NO_ACCESS:
    case KERN_PROTECTION_FAILURE:
        return USRD_ERROR_PERMISSION_DENIED;
    case KERN_INVALID_ARGUMENT:
    case KERN_INVALID_VALUE:
    case MACH_SEND_INVALID_DEST:
        return USRD_ERROR_INVALID_DRIVER;
    case KERN_FAILURE:
        return USRD_ERROR_NOT_REGISTERED;
    case MACH_SEND_TIMED_OUT:
    case MACH_RCV_TIMED_OUT:
        return USRD_ERROR_TIMEOUT;
    default:
        return USRD_ERROR_DRIVER_CRASHED;
    }
}

kern_return_t usrd_answer(kern_return_t kr)
{
    return kr >= USRD_SUCCESS && kr <= USRD_ERROR_DRIVER_CRASHED
               ? kr
               : usrd_error(kr);
}

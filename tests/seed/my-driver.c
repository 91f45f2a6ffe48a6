/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The driver that the framework document shows in pieces.  The blocks are
 * its text; what stands here is what they leave out: includes, a context, four
 * callbacks, a device.
 *
 * Writing "crash" to it makes it crash.
 */
#include <device/userspace_driver_sdk.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct my_device_context {
    char device_name[64];
    boolean_t is_open;
};

#include "blocks/skeleton.inc"

static kern_return_t my_driver_init(usrd_driver_t driver)
{
    usrd_log(driver, USRD_LOG_INFO, "initialised");
    return KERN_SUCCESS;
}

static void my_driver_shutdown(usrd_driver_t driver)
{
    usrd_log(driver, USRD_LOG_INFO, "shut down");
}

static kern_return_t my_device_close(usrd_driver_t driver, void *device_context)
{
    free(device_context);
    return KERN_SUCCESS;
}

static int *volatile nowhere;

static kern_return_t my_device_write(usrd_driver_t driver, void *device_context,
                                     dev_mode_t mode, recnum_t recnum,
                                     void *data, vm_size_t bytes_to_write,
                                     vm_size_t *bytes_written)
{
    if (bytes_to_write >= 5 && memcmp(data, "crash", 5) == 0)
        *nowhere = 1;
    *bytes_written = bytes_to_write;
    return KERN_SUCCESS;
}

#include "blocks/callbacks.inc"

int main(void)
{
#include "blocks/create.inc"
#include "blocks/limits.inc"
#include "blocks/register.inc"
    if (usrd_driver_add_device(driver, "my-driver", USRD_CAP_CHAR_DEVICE,
                               NULL) != USRD_SUCCESS)
        return 1;
#include "blocks/run.inc"
    return 0;
}

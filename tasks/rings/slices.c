/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * slices [inner]: adds windows of ramdisk's disk, inner of one of these; some
 * must be refused. */
#include <device/userspace_driver_sdk.h>

#include "../ktap.h"

static kern_return_t opened(usrd_driver_t driver, const char *name,
                            dev_mode_t mode, void **context)
{
    (void)driver, (void)name, (void)mode, (void)context;
    return D_IO_ERROR; /* windows are opened at the disk's driver */
}

static kern_return_t never_read(usrd_driver_t driver, void *context,
                                dev_mode_t mode, recnum_t recnum,
                                vm_size_t wanted, void **data, vm_size_t *got)
{
    (void)driver, (void)context, (void)mode, (void)recnum, (void)wanted;
    (void)data, (void)got;
    return D_IO_ERROR;
}

static struct usrd_driver_callbacks callbacks = {
    .device_open = opened,
    .device_read = never_read,
};

static usrd_driver_t driver;

static void add(const char *name, const char *of, unsigned first,
                unsigned count, kern_return_t result)
{
    kern_return_t kr = usrd_driver_add_window(driver, name, of, first, count);

    ktap_ok(kr == result, "%s is %u from %u of %s: %d", name, count, first, of,
            (int)kr);
}

int main(int argc, char **argv)
{
    driver = usrd_driver_create(argv[0], "windows of a disk", 1, 0,
                                USRD_CAP_BLOCK_DEVICE, &callbacks);
    if (usrd_driver_register(driver, mach_task_self()) != USRD_SUCCESS)
        return 1;
    ktap_begin();
    if (argc > 1) {
        add("sliver", "slice", 10, 5, USRD_SUCCESS);
        add("all", "slice", 0, 50, USRD_SUCCESS);
        add("wide", "slice", 49, 2, USRD_ERROR_INVALID_DRIVER);
        add("huge", "slice", 1, ~0u, USRD_ERROR_INVALID_DRIVER);
        add("sliver", "slice", 0, 1, USRD_ERROR_DRIVER_EXISTS);
    } else {
        add("slice", "ramdisk", 100, 50, USRD_SUCCESS);
        add("secret", "ramdisk", 0, 1, USRD_SUCCESS);
        add("none", "ramdisk", 0, 0, USRD_ERROR_INVALID_DRIVER);
        add("none", "ramdisk", ~0u, ~0u, USRD_SUCCESS);
        add("stolen", "ramdisk", 0, 1, USRD_ERROR_PERMISSION_DENIED);
        add("secret", "uart", 0, 1, USRD_ERROR_DRIVER_EXISTS);
        add("hole", "uart", 0, 1, USRD_ERROR_PERMISSION_DENIED);
    }
    ktap_end();
    return usrd_exit_code(usrd_driver_run(driver));
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A driver that is there in numbers: crowd [[first=]NAME...] adds its own name,
 * or the names given, as devices; with first= only in its first incarnation.
 * It exits with 1 when it may not register; a device that it may not add is one
 * line.  A device tells what registration cost.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <device/userspace_driver_sdk.h>

#include <usrd/client.h>

#include "crowd.h"

static uint64_t cost[2]; /* ticks: registration, the last add */
static bool leaves;      /* it was told to */

static kern_return_t crowd_status(usrd_driver_t driver, void *context,
                                  dev_flavor_t flavor, dev_status_t status,
                                  natural_t *count)
{
    (void)driver, (void)context;
    if (flavor != CROWD_COST)
        return D_INVALID_OPERATION;
    if (*count < 2)
        return D_INVALID_SIZE;
    status[0] = (int)cost[0];
    status[1] = (int)cost[1];
    *count = 2;
    return KERN_SUCCESS;
}

static kern_return_t crowd_leave(usrd_driver_t driver, void *context,
                                 dev_flavor_t flavor, const dev_status_t status,
                                 natural_t count)
{
    (void)context, (void)status, (void)count;
    if (flavor != CROWD_LEAVE)
        return D_INVALID_OPERATION;
    leaves = true;
    return usrd_driver_stop(driver);
}

static struct usrd_driver_callbacks crowd_callbacks = {
    .device_set_status = crowd_leave,
    .device_get_status = crowd_status,
};

static void add(usrd_driver_t driver, const char *name)
{
    uint64_t began = __builtin_ia32_rdtsc();
    kern_return_t kr =
        usrd_driver_add_device(driver, name, USRD_CAP_NONE, NULL);

    cost[1] = __builtin_ia32_rdtsc() - began;
    if (kr != USRD_SUCCESS)
        printf("add %s: %d\n", name, kr);
}

static bool join(usrd_driver_t driver, int argc, char **argv)
{
    uint64_t began = __builtin_ia32_rdtsc();
    kern_return_t kr = usrd_driver_register(driver, mach_task_self());

    cost[0] = __builtin_ia32_rdtsc() - began;
    if (kr != USRD_SUCCESS) {
        printf("register: %d\n", kr);
        return false;
    }
    if (argc == 1)
        add(driver, argv[0]);
    for (int n = 1; n < argc; n++)
        if (strncmp(argv[n], "first=", 6) != 0)
            add(driver, argv[n]);
        else if (usrd_incarnation() == 1)
            add(driver, argv[n] + 6);
    return true;
}

int main(int argc, char **argv)
{
    usrd_driver_t driver = usrd_driver_create(argv[0], "one of many", 1, 2,
                                              USRD_CAP_NONE, &crowd_callbacks);

    if (!join(driver, argc, argv))
        return 1;
    kern_return_t kr = usrd_driver_run(driver);
    if (leaves) {
        usrd_driver_unregister(driver);
        usrd_sleep(500);
        if (!join(driver, argc, argv))
            return 1;
        kr = usrd_driver_run(driver);
    }
    return usrd_exit_code(kr);
}

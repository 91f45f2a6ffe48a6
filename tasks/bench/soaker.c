/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The soaker: counts when nobody else wants to run, in memory that its client
 * maps.  It is a driver until it is told to begin (set_status), and then no
 * more: it never looks at a message again. */
#include <device/userspace_driver_sdk.h>
#include <mach_host.h>

#include "bench.h"

#define LOWEST 63

static volatile uint64_t *count;

static kern_return_t soaker_init(usrd_driver_t driver)
{
    count = usrd_share_alloc(driver, sizeof *count);
    return count ? KERN_SUCCESS : D_NO_MEMORY;
}

static kern_return_t soaker_open(usrd_driver_t driver, const char *name,
                                 dev_mode_t mode, void **context)
{
    (void)driver, (void)name, (void)mode, (void)context;
    return KERN_SUCCESS;
}

static kern_return_t soaker_map(usrd_driver_t driver, void *context,
                                vm_prot_t prot, vm_offset_t offset,
                                vm_size_t size, void **memory)
{
    (void)driver, (void)context;
    if (offset || size > sizeof *count || (prot & VM_PROT_WRITE))
        return D_INVALID_SIZE;
    *memory = (void *)count;
    return KERN_SUCCESS;
}

static kern_return_t soaker_begin(usrd_driver_t driver, void *context,
                                  dev_flavor_t flavor, dev_status_t words,
                                  natural_t n)
{
    (void)context, (void)flavor, (void)words, (void)n;
    return usrd_driver_stop(driver);
}

static kern_return_t soaker_status(usrd_driver_t driver, void *context,
                                   dev_flavor_t flavor, dev_status_t words,
                                   natural_t *n)
{
    (void)driver, (void)context, (void)flavor, (void)words, (void)n;
    return D_INVALID_OPERATION;
}

static struct usrd_driver_callbacks callbacks = {
    .driver_init = soaker_init,
    .device_open = soaker_open,
    .device_get_status = soaker_status,
    .device_set_status = soaker_begin,
    .device_map = soaker_map,
};

int main(void)
{
    usrd_driver_t driver = usrd_driver_create(BENCH_SOAKER, "counts", 1, 0,
                                              USRD_CAP_CHAR_DEVICE, &callbacks);

    USRD_CHECK_RETURN(usrd_driver_register(driver, mach_task_self()));
    USRD_CHECK_RETURN(usrd_driver_add_device(driver, BENCH_SOAKER,
                                             USRD_CAP_CHAR_DEVICE, NULL));
    USRD_CHECK_RETURN(usrd_driver_run(driver));
    USRD_CHECK_RETURN(thread_priority(mach_thread_self(), LOWEST, TRUE));
    for (;;)
        ++*count;
}

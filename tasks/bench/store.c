/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A store of 64 KiB that is read and written as a whole or in part, tells what
 * its registration cost, and crashes when told to. */
#include <string.h>

#include <device/userspace_driver_sdk.h>

#include "bench.h"

static char store[BENCH_LONG] __attribute__((aligned(4096)));
static uint64_t cost;

static kern_return_t store_open(usrd_driver_t driver, const char *name,
                                dev_mode_t mode, void **context)
{
    (void)driver, (void)name, (void)mode, (void)context;
    return KERN_SUCCESS;
}

static kern_return_t store_read(usrd_driver_t driver, void *context,
                                dev_mode_t mode, recnum_t recnum,
                                vm_size_t wanted, void **data, vm_size_t *got)
{
    (void)context, (void)mode, (void)recnum;
    if (wanted > sizeof store)
        return D_INVALID_SIZE;
    *data = usrd_malloc(driver, wanted);
    if (!*data)
        return D_NO_MEMORY;
    memcpy(*data, store, wanted);
    *got = wanted;
    return KERN_SUCCESS;
}

static kern_return_t store_write(usrd_driver_t driver, void *context,
                                 dev_mode_t mode, recnum_t recnum, void *data,
                                 vm_size_t size, vm_size_t *written)
{
    (void)driver, (void)context, (void)mode, (void)recnum;
    if (size > sizeof store)
        return D_INVALID_SIZE;
    memcpy(store, data, size);
    *written = size;
    return KERN_SUCCESS;
}

static kern_return_t store_status(usrd_driver_t driver, void *context,
                                  dev_flavor_t flavor, dev_status_t words,
                                  natural_t *count)
{
    (void)driver, (void)context;
    if (flavor != BENCH_STATUS || *count < 2)
        return D_INVALID_OPERATION;
    memcpy(words, &cost, sizeof cost);
    *count = 2;
    return KERN_SUCCESS;
}

static kern_return_t store_die(usrd_driver_t driver, void *context,
                               dev_flavor_t flavor, const dev_status_t words,
                               natural_t count)
{
    (void)driver, (void)context, (void)words, (void)count;
    if (flavor == (dev_flavor_t)BENCH_CRASH)
        *(volatile char *)BENCH_ADDRESS = 0;
    return D_INVALID_OPERATION;
}

static struct usrd_driver_callbacks callbacks = {
    .device_open = store_open,
    .device_read = store_read,
    .device_write = store_write,
    .device_get_status = store_status,
    .device_set_status = store_die,
};

int main(void)
{
    usrd_driver_t driver = usrd_driver_create(
        "bench-store", "keeps 64 KiB", 1, 0, USRD_CAP_CHAR_DEVICE, &callbacks);
    uint64_t began = bench_ticks();

    USRD_CHECK_RETURN(usrd_driver_register(driver, mach_task_self()));
    cost = bench_ticks() - began;
    USRD_CHECK_RETURN(usrd_driver_add_device(driver, "bench-store",
                                             USRD_CAP_CHAR_DEVICE, NULL));
    return usrd_exit_code(usrd_driver_run(driver));
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Open, read, write, status: Mach's device calls with plain buffers, run again
 * where the driver died (again.c). */
#include <string.h>

#include <device/device.h>
#include <mach/mach.h>
#include <mach/mig_errors.h>

#include <usrd/client.h>

#include "call.h"

kern_return_t usrd_open(const char *name, dev_mode_t mode, mach_port_t *device)
{
    if (strlen(name) >= sizeof(dev_name_t))
        return D_NO_SUCH_DEVICE;
    kern_return_t kr = device_open(mach_task_self(), mode, name, device);
    if (kr == KERN_SUCCESS)
        usrd_client_opened(*device, name);
    return kr;
}

kern_return_t usrd_close(mach_port_t device)
{
    usrd_client_closed(device);
    return mach_port_deallocate(mach_task_self(), device);
}

/* What does not fit into the message comes as pages of their own. */
static kern_return_t read_pages(mach_port_t device, dev_mode_t mode,
                                recnum_t recnum, void *data, size_t size,
                                mach_msg_type_number_t *count)
{
    io_buf_ptr_t pages;
    kern_return_t kr =
        device_read(device, mode, recnum, (int)size, &pages, count);

    if (kr != KERN_SUCCESS)
        return kr;
    memcpy(data, pages, *count < size ? *count : size);
    if (*count > 0)
        vm_deallocate(mach_task_self(), (vm_address_t)pages, *count);
    return KERN_SUCCESS;
}

/* MIG's stub writes no more than there is room for. */
static kern_return_t read_inband(mach_port_t device, dev_mode_t mode,
                                 recnum_t recnum, void *data, size_t size,
                                 mach_msg_type_number_t *count)
{
    *count = (mach_msg_type_number_t)size;
    kern_return_t kr =
        device_read_inband(device, mode, recnum, (int)size, data, count);
    return kr == MIG_ARRAY_TOO_LARGE ? KERN_SUCCESS : kr;
}

kern_return_t usrd_read(mach_port_t device, dev_mode_t mode, recnum_t recnum,
                        void *data, size_t size, size_t *got)
{
    mach_msg_type_number_t count;
    unsigned faults = 0;
    kern_return_t kr;

    *got = 0;
    if (size > INT32_MAX)
        return D_INVALID_SIZE;
    do
        if (size <= IO_INBAND_MAX)
            kr = read_inband(device, mode, recnum, data, size, &count);
        else
            kr = read_pages(device, mode, recnum, data, size, &count);
    while (kr == MIG_SERVER_DIED &&
           usrd_again(device, USRD_KIND_READ, &faults, &kr));
    if (kr == KERN_SUCCESS)
        *got = count < size ? count : size;
    return kr;
}

kern_return_t usrd_write(mach_port_t device, dev_mode_t mode, recnum_t recnum,
                         const void *data, size_t size, size_t *written)
{
    int count;
    unsigned faults = 0;
    kern_return_t kr;

    *written = 0;
    if (size > INT32_MAX)
        return D_INVALID_SIZE;
    do {
        count = (int)size; /* should the wire have lost it */
        if (size <= IO_INBAND_MAX)
            kr = device_write_inband(device, mode, recnum, data,
                                     (mach_msg_type_number_t)size, &count);
        else
            kr = device_write(device, mode, recnum,
                              (io_buf_ptr_t)(uintptr_t)data,
                              (mach_msg_type_number_t)size, &count);
    } while (kr == MIG_SERVER_DIED &&
             usrd_again(device, USRD_KIND_WRITE, &faults, &kr));
    if (kr == KERN_SUCCESS && count > 0)
        *written = (size_t)count < size ? (size_t)count : size;
    return kr;
}

kern_return_t usrd_get_status(mach_port_t device, dev_flavor_t flavor,
                              int *status, natural_t *count)
{
    natural_t room = *count;
    unsigned faults = 0;
    kern_return_t kr;

    do {
        *count = room;
        kr = device_get_status(device, flavor, status, count);
    } while (kr == MIG_SERVER_DIED &&
             usrd_again(device, USRD_KIND_STATUS, &faults, &kr));
    return kr;
}

kern_return_t usrd_set_status(mach_port_t device, dev_flavor_t flavor,
                              const int *status, natural_t count)
{
    unsigned faults = 0;
    kern_return_t kr;

    do
        kr = device_set_status(device, flavor, (dev_status_t)(uintptr_t)status,
                               count);
    while (kr == MIG_SERVER_DIED &&
           usrd_again(device, USRD_KIND_STATUS, &faults, &kr));
    return kr;
}

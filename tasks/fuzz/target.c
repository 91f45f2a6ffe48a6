/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A driver that has every callback, reads all that it is given, and checks
 * that a callback gets no more than the interface says.  Flavour 7 of its
 * status is how many port names it has.  target [NAME]. */
#include <device/userspace_driver_sdk.h>

#include <mach/mach.h>
#include <stdlib.h>
#include <string.h>

#include "mach_port.h"

#define NAMES 7

static unsigned long sum; /* so that what is read has a use */

static void look(const void *data, vm_size_t size)
{
    const unsigned char *p = data;

    for (vm_size_t i = 0; i < size; i++)
        sum += p[i];
}

/* What the SDK must not let through: an end that the scenario sees. */
static void must(boolean_t so)
{
    if (!so)
        abort();
}

static kern_return_t open_(usrd_driver_t driver, const char *name,
                           dev_mode_t mode, void **context)
{
    (void)driver, (void)mode, (void)context;
    look(name, strlen(name));
    return KERN_SUCCESS;
}

static kern_return_t close_(usrd_driver_t driver, void *context)
{
    (void)driver, (void)context;
    return KERN_SUCCESS;
}

/* Every other read is answered by hand. */
static kern_return_t read_(usrd_driver_t driver, void *context, dev_mode_t mode,
                           recnum_t recnum, vm_size_t wanted, void **data,
                           vm_size_t *got)
{
    static unsigned reads;
    vm_size_t n = wanted < 5000 ? wanted : 5000;
    void *bytes = n ? usrd_malloc(driver, n) : NULL;

    (void)context, (void)mode, (void)recnum;
    if (n && !bytes)
        return D_NO_MEMORY;
    if (n)
        memset(bytes, 'r', n);
    usrd_op_t op = ++reads % 2 ? usrd_defer(driver) : 0;
    if (op) {
        usrd_complete(op, KERN_SUCCESS, bytes, n);
        return MIG_NO_REPLY;
    }
    *data = bytes;
    *got = n;
    return KERN_SUCCESS;
}

static kern_return_t write_(usrd_driver_t driver, void *context,
                            dev_mode_t mode, recnum_t recnum, void *data,
                            vm_size_t size, vm_size_t *written)
{
    (void)driver, (void)context, (void)mode, (void)recnum;
    look(data, size);
    *written = size;
    return KERN_SUCCESS;
}

static mach_port_t filter_port; /* the last one's */

static void let_go(void)
{
    if (MACH_PORT_VALID(filter_port))
        mach_port_deallocate(mach_task_self(), filter_port);
    filter_port = MACH_PORT_NULL;
}

static kern_return_t get_status(usrd_driver_t driver, void *context,
                                dev_flavor_t flavor, dev_status_t status,
                                natural_t *count)
{
    (void)driver, (void)context;
    must(*count <= DEV_STATUS_MAX);
    if (flavor == NAMES && *count > 0) {
        mach_port_t *names;
        let_go();
        mach_port_type_t *types;
        mach_msg_type_number_t n = 0, k = 0;
        mach_port_names(mach_task_self(), &names, &n, &types, &k);
        vm_deallocate(mach_task_self(), (vm_address_t)names, n * 4);
        vm_deallocate(mach_task_self(), (vm_address_t)types, k * 4);
        status[0] = (int)n;
        *count = 1;
        return KERN_SUCCESS;
    }
    memset(status, 0, *count * sizeof *status);
    return KERN_SUCCESS;
}

static kern_return_t set_status(usrd_driver_t driver, void *context,
                                dev_flavor_t flavor, dev_status_t status,
                                natural_t count)
{
    (void)driver, (void)context, (void)flavor;
    must(count <= DEV_STATUS_MAX);
    look(status, count * sizeof *status);
    return KERN_SUCCESS;
}

static kern_return_t set_filter(usrd_driver_t driver, void *context,
                                mach_port_t port, int priority,
                                const unsigned short *filter, natural_t count)
{
    (void)driver, (void)context, (void)priority;
    must(count <= 128);
    look(filter, count * sizeof *filter);
    let_go();
    filter_port = port;
    return KERN_SUCCESS;
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "target";
    static struct usrd_driver_callbacks callbacks = {
        .device_open = open_,
        .device_close = close_,
        .device_read = read_,
        .device_write = write_,
        .device_get_status = get_status,
        .device_set_status = set_status,
        .device_set_filter = set_filter,
    };
    usrd_driver_t driver = usrd_driver_create(name, "has every callback", 1, 0,
                                              USRD_CAP_CHAR_DEVICE, &callbacks);

    if (usrd_driver_register(driver, mach_task_self()) != USRD_SUCCESS ||
        usrd_driver_add_device(driver, name, USRD_CAP_CHAR_DEVICE, NULL) !=
            USRD_SUCCESS)
        return 1;
    return usrd_exit_code(usrd_driver_run(driver));
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A driver for client.c: says what its callbacks were called with, and does
 * what it is told. */
#include <string.h>

#include "parts.h"

static int seen[API_SEEN_WORDS];
static boolean_t sick;

static kern_return_t serve_open(usrd_driver_t d, const char *name,
                                dev_mode_t mode, void **context)
{
    SO(*context == usrd_driver_get_device_context(d, name));
    seen[API_MODE] = (int)mode;
    if (mode & D_NODELAY)
        return D_ALREADY_OPEN;
    *context = (void *)(intptr_t)++seen[API_OPENS];
    return KERN_SUCCESS;
}

static kern_return_t serve_close(usrd_driver_t d, void *context)
{
    (void)d;
    SO(context != NULL);
    seen[API_CLOSES]++;
    return KERN_SUCCESS;
}

static void note(dev_mode_t mode, recnum_t recnum, vm_size_t bytes)
{
    seen[API_MODE] = (int)mode;
    seen[API_RECNUM] = (int)recnum;
    seen[API_WANTED] = (int)bytes;
}

/* RECNUM: how many bytes there are, whatever is wanted; or, as D_* are, the
 * result. */
static kern_return_t serve_read(usrd_driver_t d, void *context, dev_mode_t mode,
                                recnum_t recnum, vm_size_t bytes_wanted,
                                void **data, vm_size_t *bytes_read)
{
    (void)context;
    note(mode, recnum, bytes_wanted);
    if (recnum >= D_IO_ERROR && recnum <= D_READ_ONLY)
        return (kern_return_t)recnum;
    if (recnum > 0) {
        *data = usrd_malloc(d, recnum);
        if (!*data)
            return D_NO_MEMORY;
        memset(*data, (int)recnum, recnum);
    }
    *bytes_read = recnum;
    return KERN_SUCCESS;
}

/* RECNUM: how many bytes it takes, 0 for all. */
static kern_return_t serve_write(usrd_driver_t d, void *context,
                                 dev_mode_t mode, recnum_t recnum, void *data,
                                 vm_size_t bytes_to_write,
                                 vm_size_t *bytes_written)
{
    const char *bytes = data;

    (void)d, (void)context;
    note(mode, recnum, bytes_to_write);
    if (recnum >= D_IO_ERROR && recnum <= D_READ_ONLY)
        return (kern_return_t)recnum;
    for (vm_size_t i = 0; i < bytes_to_write; i++)
        if (bytes[i] != 'w')
            return D_IO_ERROR;
    *bytes_written = recnum ? recnum : bytes_to_write;
    return KERN_SUCCESS;
}

static kern_return_t serve_get(usrd_driver_t d, void *context,
                               dev_flavor_t flavor, dev_status_t status,
                               natural_t *count)
{
    (void)d;
    if (flavor & API_RETURN)
        return (kern_return_t)(flavor & ~API_RETURN);
    seen[API_ROOM] = (int)*count;
    seen[API_CONTEXT] = (int)(intptr_t)context;
    for (natural_t i = 0; i < API_SEEN_WORDS && i < *count; i++)
        status[i] = seen[i];
    *count = flavor == API_SEEN ? API_SEEN_WORDS : 9999;
    return KERN_SUCCESS;
}

static void leave(usrd_driver_t d)
{
    IS(USRD_SUCCESS, usrd_driver_unregister(d));
    IS(USRD_SUCCESS, usrd_driver_stop(d));
}

static kern_return_t serve_set(usrd_driver_t d, void *context,
                               dev_flavor_t flavor, dev_status_t status,
                               natural_t count)
{
    (void)context;
    seen[API_SET] = (int)count;
    if (flavor != API_DO || count != 1)
        return D_INVALID_OPERATION;
    switch (status[0]) {
    case API_DO_SICK:
    case API_DO_WELL:
        sick = status[0] == API_DO_SICK;
        return KERN_SUCCESS;
    case API_DO_ADD:
        return usrd_driver_add_device(d, "api-more", USRD_CAP_CHAR_DEVICE,
                                      &sick);
    case API_DO_REMOVE:
        return usrd_driver_remove_device(d, "api-more");
    case API_DO_STATUS:
        return usrd_driver_set_status(d, USRD_STATUS_BUSY);
    case API_DO_REPORT:
        return usrd_driver_report_error(d, 9, "reported");
    case API_DO_LEAVE:
        leave(d);
        return KERN_SUCCESS;
    }
    return D_INVALID_OPERATION;
}

static kern_return_t serve_health(usrd_driver_t d)
{
    (void)d;
    return sick ? KERN_FAILURE : KERN_SUCCESS;
}

static struct usrd_driver_callbacks callbacks = {
    .device_open = serve_open,
    .device_close = serve_close,
    .device_read = serve_read,
    .device_write = serve_write,
    .device_get_status = serve_get,
    .device_set_status = serve_set,
    .driver_health_check = serve_health,
};

void served(void)
{
    usrd_driver_t d = usrd_driver_create("api", "serves", 1, 0,
                                         USRD_CAP_CHAR_DEVICE, &callbacks);

    IS(USRD_SUCCESS, usrd_driver_register(d, mach_task_self()));
    IS(USRD_SUCCESS,
       usrd_driver_add_device(d, "api-served", USRD_CAP_CHAR_DEVICE, NULL));
    IS(USRD_SUCCESS, usrd_driver_run(d));
    SO(seen[API_CLOSES] == seen[API_OPENS]);
    usrd_driver_destroy(d);
    group("callbacks");
}

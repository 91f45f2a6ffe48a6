/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Windows: a handle may be a part of a device.  kernel-ext says which part; the
 * driver's callbacks see the device's own record numbers, and nothing past the
 * part comes to them. */
#include <limits.h>

#include "driver.h"

/* The device's record size, from the driver's own answer: in bytes, or 0. */
static unsigned record_size(const struct usrd_handle *h)
{
    usrd_driver_t d = &usrd_the_driver;
    static const dev_flavor_t flavors[] = {DEV_GET_SIZE, DEV_GET_RECORDS};

    for (unsigned n = 0; n < 2 && d->call->device_get_status; n++) {
        int status[DEV_GET_SIZE_COUNT] = {0};
        natural_t count = DEV_GET_SIZE_COUNT;
        if (d->call->device_get_status(d, h->context, flavors[n], status,
                                       &count) == KERN_SUCCESS &&
            status[DEV_GET_SIZE_RECORD_SIZE] > 0)
            return (unsigned)status[DEV_GET_SIZE_RECORD_SIZE];
    }
    return 0;
}

kern_return_t usrd_window_opened(struct usrd_handle *h)
{
    struct usrd_window *w = &h->window;
    struct usrd_request request = usrd_request;

    usrd_request = (struct usrd_request){0}; /* this cannot be deferred */
    w->record = record_size(h);
    usrd_request = request;
    return w->record > 0 ? KERN_SUCCESS : D_INVALID_OPERATION;
}

kern_return_t usrd_window_move(const struct usrd_window *w, uint64_t *record,
                               uint64_t bytes)
{
    uint64_t n = bytes / w->record + (bytes % w->record > 0);

    if (*record > w->count || n > w->count - *record ||
        *record + n > UINT64_MAX - w->first)
        return D_INVALID_RECNUM;
    *record += w->first;
    return KERN_SUCCESS;
}

kern_return_t usrd_window_status(const struct usrd_window *w,
                                 dev_flavor_t flavor, dev_status_t status,
                                 natural_t *count)
{
    uint64_t size = w->count;

    if (*count < DEV_GET_SIZE_COUNT)
        return D_INVALID_SIZE;
    if (flavor == DEV_GET_SIZE && size > UINT_MAX / w->record)
        return D_INVALID_SIZE; /* DEV_GET_RECORDS has room for it */
    if (flavor == DEV_GET_SIZE)
        size *= w->record;
    if (size > UINT_MAX)
        return D_INVALID_SIZE;
    status[DEV_GET_SIZE_DEVICE_SIZE] = (int)(unsigned)size;
    status[DEV_GET_SIZE_RECORD_SIZE] = (int)w->record;
    *count = DEV_GET_SIZE_COUNT;
    return KERN_SUCCESS;
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A stream of bytes from those who write a device to those who read it. */
#include <string.h>

#include "model.h"

/* Up to WANTED bytes off the front, in memory of their own. */
static kern_return_t take(usrd_driver_t driver, struct stream *s,
                          vm_size_t wanted, void **data, vm_size_t *got)
{
    vm_size_t n = wanted < s->n ? wanted : s->n;

    if (n > 0) {
        *data = usrd_malloc(driver, n);
        if (!*data)
            return D_NO_MEMORY;
        memcpy(*data, s->bytes, n);
        memmove(s->bytes, s->bytes + n, s->n - n);
    }
    s->n -= n;
    *got = n;
    return KERN_SUCCESS;
}

kern_return_t stream_read(usrd_driver_t driver, struct stream *s,
                          dev_mode_t mode, vm_size_t wanted, void **data,
                          vm_size_t *got)
{
    if (s->n > 0 || wanted == 0)
        return take(driver, s, wanted, data, got);
    if ((mode & D_NOWAIT) || s->waiting)
        return D_WOULD_BLOCK;
    s->waiting = usrd_defer(driver);
    s->wanted = wanted;
    return s->waiting ? MIG_NO_REPLY : D_NO_MEMORY;
}

kern_return_t stream_write(usrd_driver_t driver, struct stream *s,
                           const void *data, vm_size_t size, vm_size_t *written)
{
    vm_size_t room = sizeof s->bytes - s->n;
    vm_size_t n = size < room ? size : room;

    if (n == 0 && size > 0)
        return D_WOULD_BLOCK;
    memcpy(s->bytes + s->n, data, n);
    s->n += n;
    *written = n;
    if (s->waiting && s->n > 0) {
        void *taken = NULL;
        vm_size_t got = 0;
        kern_return_t kr = take(driver, s, s->wanted, &taken, &got);
        usrd_complete(s->waiting, kr, taken, got);
        s->waiting = 0;
    }
    return KERN_SUCCESS;
}

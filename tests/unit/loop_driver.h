/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A driver with one device, `dev`, whose callbacks count, for tests that feed
 * the SDK's loop by hand. */
#ifndef LOOP_DRIVER_H
#define LOOP_DRIVER_H

#include <device/device.h>
#include <device/device_request.h>
#include <device/userspace_driver_sdk.h>

#include "../../libusrd-min/driver/driver.h"
#include "fake_mach.h"
#include "tap.h"
#include "userspace_driver_service.h"

static usrd_driver_t driver;
static struct {
    unsigned opens, closes, reads, writes, probes, interrupts;
    kern_return_t result; /* of whatever is called next */
    boolean_t defer;
    usrd_op_t op;
    char written[16];
} seen;

static inline kern_return_t result(void)
{
    if (seen.defer) {
        seen.op = usrd_defer(driver);
        return MIG_NO_REPLY;
    }
    return seen.result;
}

static inline kern_return_t on_open(usrd_driver_t d, const char *name,
                                    dev_mode_t mode, void **context)
{
    (void)d, (void)mode, (void)name;
    seen.opens++;
    *context = &seen;
    return result();
}

static inline kern_return_t on_close(usrd_driver_t d, void *context)
{
    (void)d;
    seen.closes += context == &seen;
    return KERN_SUCCESS;
}

static inline kern_return_t on_read(usrd_driver_t d, void *context,
                                    dev_mode_t mode, recnum_t recnum,
                                    vm_size_t wanted, void **data,
                                    vm_size_t *got)
{
    (void)context, (void)mode, (void)recnum;
    seen.reads++;
    if (!seen.defer && seen.result == KERN_SUCCESS) {
        *data = usrd_malloc(d, wanted + 1);
        memset(*data, 'r', wanted + 1);
        *got = wanted + 1; /* more than was asked for */
    }
    return result();
}

static inline kern_return_t on_write(usrd_driver_t d, void *context,
                                     dev_mode_t mode, recnum_t recnum,
                                     void *data, vm_size_t size,
                                     vm_size_t *written)
{
    (void)d, (void)context, (void)mode, (void)recnum;
    seen.writes++;
    memcpy(seen.written, data, size < 16 ? size : 16);
    *written = size;
    return result();
}

static inline kern_return_t on_get_status(usrd_driver_t d, void *context,
                                          dev_flavor_t flavor,
                                          dev_status_t status, natural_t *count)
{
    (void)d, (void)context;
    for (natural_t n = 0; n < *count; n++)
        status[n] = (int)(flavor + n);
    return result();
}

static inline kern_return_t on_map(usrd_driver_t d, void *context,
                                   vm_prot_t prot, vm_offset_t offset,
                                   vm_size_t size, void **memory)
{
    (void)d, (void)context, (void)size;
    *memory = (void *)(0x1000 + offset);
    return prot & VM_PROT_WRITE ? D_READ_ONLY : KERN_SUCCESS;
}

static boolean_t remove_it;

static inline kern_return_t on_health_check(usrd_driver_t d)
{
    seen.probes++;
    if (remove_it) {
        usrd_driver_remove_device(d, "dev");
        usrd_complete(seen.op, KERN_SUCCESS, NULL, 0);
        remove_it = FALSE;
    }
    return KERN_FAILURE;
}

static struct usrd_driver_callbacks callbacks = {
    .device_open = on_open,
    .device_close = on_close,
    .device_read = on_read,
    .device_write = on_write,
    .device_get_status = on_get_status,
    .driver_health_check = on_health_check,
    .device_map = on_map,
};

/* Queue what CALL sends to the handle (or the service port). */
#define QUEUE_TO(port, call) (mach_compose = (port), (call), mach_compose = 0)
#define QUEUE(n, call)                                              \
    (mach_reply_to = (n), QUEUE_TO(USRD_PORT_HANDLE(HANDLE), call), \
     mach_reply_to = 0)

static inline void run(void)
{
    QUEUE_TO(USRD_PORT_SERVICE, usrd_service_stop(9));
    EQ(usrd_driver_run(driver), USRD_SUCCESS, "the loop runs until stop");
}

static inline void reset(void)
{
    mach_forget();
    memset(&seen, 0, sizeof seen);
}

/* The answer with ID: its result, or -1 when there is none. */
static inline int answered(int id)
{
    int n = mach_find(id);
    return n < 0 ? -1 : mach_sent[n].reply.RetCode;
}

static inline void open_it(void)
{
    reset();
    QUEUE_TO(USRD_PORT_SERVICE,
             usrd_service_open(9, HANDLE, D_READ, "dev", 0, 0));
    QUEUE_TO(USRD_PORT_SERVICE,
             usrd_service_open(9, HANDLE + 1, 0, "other", 0, 0));
    QUEUE_TO(USRD_PORT_SERVICE, usrd_service_open(9, 100000, 0, "dev", 0, 0));
    run();
    EQ(seen.opens, 1, "a device of ours is opened, another is not");
    OK(mach_find(4812) >= 0, "open_done is sent");
}

/* The driver, with its device, open. */
static inline void begin(void)
{
    usrd_task.tsc_khz = 1000000;
    driver =
        usrd_driver_create("dev", "", 1, 0, USRD_CAP_CHAR_DEVICE, &callbacks);
    OK(driver != NULL, "created");
    EQ(usrd_driver_register(driver, mach_task_self()), USRD_SUCCESS,
       "registered");
    EQ(usrd_driver_add_device(driver, "dev", USRD_CAP_CHAR_DEVICE, NULL),
       USRD_SUCCESS, "a device");
    open_it();
}

#endif

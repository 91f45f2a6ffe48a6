/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The SDK's loop where the driver may not take another request: it serves
 * kernel-ext, takes none from clients, and loses none. */
#include <stdlib.h>

#include <device/device.h>
#include <device/device_request.h>
#include <device/userspace_driver_sdk.h>

#include "../../libusrd-min/driver/driver.h"
#include "fake_mach.h"
#include "tap.h"
#include "userspace_driver_service.h"

static usrd_driver_t driver;
static usrd_op_t ops[64];
static unsigned n_ops, writes, beats;
static boolean_t defer;

static kern_return_t on_open(usrd_driver_t d, const char *name, dev_mode_t mode,
                             void **context)
{
    (void)d, (void)name, (void)mode, (void)context;
    return KERN_SUCCESS;
}

static kern_return_t later(usrd_driver_t d)
{
    ops[n_ops] = usrd_defer(d);
    n_ops += ops[n_ops] != 0;
    return MIG_NO_REPLY;
}

static kern_return_t on_read(usrd_driver_t d, void *context, dev_mode_t mode,
                             recnum_t recnum, vm_size_t wanted, void **data,
                             vm_size_t *got)
{
    (void)context, (void)mode, (void)recnum, (void)wanted;
    (void)data, (void)got;
    return later(d);
}

static kern_return_t on_write(usrd_driver_t d, void *context, dev_mode_t mode,
                              recnum_t recnum, void *data, vm_size_t size,
                              vm_size_t *written)
{
    (void)context, (void)mode, (void)recnum, (void)data;
    writes++;
    if (defer)
        return later(d);
    *written = size;
    return KERN_SUCCESS;
}

/* It keeps sending heartbeats, and takes its time. */
static kern_return_t on_get_status(usrd_driver_t d, void *context,
                                   dev_flavor_t flavor, dev_status_t status,
                                   natural_t *count)
{
    unsigned long end = usrd_now() + 3000;

    (void)d, (void)context, (void)flavor, (void)status;
    *count = 0;
    usrd_driver_heartbeat(d);
    while (usrd_now() < end)
        ;
    usrd_driver_heartbeat(d);
    return KERN_SUCCESS;
}

static kern_return_t on_health_check(usrd_driver_t d)
{
    (void)d;
    beats++;
    return KERN_SUCCESS;
}

static struct usrd_driver_callbacks callbacks = {
    .device_open = on_open,
    .device_read = on_read,
    .device_write = on_write,
    .device_get_status = on_get_status,
    .driver_health_check = on_health_check,
};

#define TO_SERVICE(call) \
    (mach_compose = USRD_PORT_SERVICE, (call), mach_compose = 0)
#define TO_HANDLE(n, call)                                                 \
    (mach_reply_to = (n), mach_compose = USRD_PORT_HANDLE(HANDLE), (call), \
     mach_compose = mach_reply_to = 0)

static void reset(void)
{
    mach_forget();
    n_ops = writes = beats = 0;
    defer = FALSE;
    memset(driver->limits, 0, sizeof driver->limits);
}

/* Until there is nothing that it may receive.  What is kept then stays. */
static void run(void)
{
    driver->stop = FALSE;
    TO_SERVICE(usrd_service_stop(9));
    /* Without driver_shutdown and its end to all that is kept. */
    usrd_loop(driver);
}

static void write_some(unsigned first, unsigned n, unsigned size)
{
    static char data[IO_INBAND_MAX];

    for (unsigned k = 0; k < n; k++)
        TO_HANDLE(first + k,
                  device_write_request_inband(9, 3, 0, 0, data, size));
}

static unsigned answers(void)
{
    unsigned n = 0;

    for (int k = 0; k < mach_n_sent; k++)
        n += mach_sent[k].head.msgh_id == 2903;
    return n;
}

static void operations(void)
{
    reset();
    driver->limits[USRD_RESOURCE_IO_OPS] = 2;
    defer = TRUE;
    write_some(1, 5, 1);
    TO_SERVICE(usrd_service_probe(9));
    run();
    EQ(writes, 2, "of five requests two are taken");
    EQ(beats, 1, "a probe is answered all the same");
    OK(mach_alone, "the service port is out of the set");
    usrd_complete(ops[0], KERN_SUCCESS, NULL, 1);
    run();
    EQ(writes, 3, "one is answered, so one more is taken");
    EQ(mach_moves, 3, "for which it was in the set");
    usrd_complete(ops[1], KERN_SUCCESS, NULL, 1);
    usrd_complete(ops[2], KERN_SUCCESS, NULL, 1);
    defer = FALSE;
    run();
    EQ(writes, 5, "then the rest");
    EQ(answers(), 5, "each is answered, once");
    OK(!mach_alone, "and it is in the set again");
    unsigned moves = mach_moves;
    write_some(1, 5, 1);
    run();
    EQ(mach_moves, moves, "where it stays while none is kept");
}

static void slots(void)
{
    reset();
    defer = TRUE;
    write_some(1, 40, 1);
    run();
    EQ(n_ops, 32, "without a limit 32 are taken");
    usrd_request = (struct usrd_request){.id = USRD_REQUEST_OPEN};
    OK(usrd_defer(driver) != 0, "and an open has room besides");
    usrd_ops_close(0);
    for (unsigned k = 0; k < 32; k++)
        usrd_complete(ops[k], KERN_SUCCESS, NULL, 1);
    run();
    EQ(n_ops, 40, "then the rest");
    usrd_ops_fail(D_DEVICE_DOWN);
    run();
}

static void dead_client(void)
{
    char *data = usrd_malloc(driver, 10);

    reset();
    driver->limits[USRD_RESOURCE_IO_OPS] = 1;
    TO_HANDLE(1, device_read_request_inband(9, 3, 0, 0, 10));
    write_some(2, 1, 1);
    mach_dead_reply = REPLY(1);
    for (unsigned long end = usrd_now() + 5000000; !writes && usrd_now() < end;)
        run();
    EQ(writes, 1, "one that waits for a dead client keeps nobody out");
    EQ(mach_last_dropped, REPLY(1), "its reply port is given up");
    EQ(usrd_complete(ops[0], KERN_SUCCESS, data, 10), USRD_SUCCESS,
       "it can be answered");
    EQ(mach_find(2905), -1, "which sends nothing");
    EQ(driver->memory, 0, "and frees the data");
}

static void bandwidth(void)
{
    reset();
    driver->limits[USRD_RESOURCE_BANDWIDTH] = 10;
    unsigned long began = usrd_now();
    write_some(1, 20, 128); /* 250 ms, 40 of which are free */
    run();
    OK(writes < 20, "%u of 20 before it is paused", writes);
    while (writes < 20 && usrd_now() - began < 10000000)
        run();
    unsigned long took = usrd_now() - began;
    EQ(answers(), 20, "all are answered");
    OK(took >= 180000 && took < 5000000, "after %lu us", took);
    began = usrd_now();
    usrd_charge(4 * 1024);
    OK(usrd_debt() > 0, "more than there is can be moved at once");
    write_some(1, 2, 128);
    while (writes < 22 && usrd_now() - began < 10000000)
        run();
    took = usrd_now() - began;
    OK(took >= 350000 && took < 5000000, "and is paid for: %lu us", took);
    while (usrd_debt() > 0)
        ;
    run();
}

/* The age of the oldest operation in the n-th heartbeat, in ms. */
static unsigned oldest(unsigned n)
{
    struct {
        mig_reply_header_t head;
        mach_msg_type_t type;
        usrd_words_t usage;
    } *m = NULL;

    for (int k = 0; k < mach_n_sent; k++)
        if (mach_sent[k].head.msgh_id == 4805 && n-- == 0)
            m = (void *)&mach_sent[k];
    return m ? m->usage[6] : ~0u;
}

static void ages(void)
{
    reset();
    driver->limits[USRD_RESOURCE_TIMEOUT] = 1000;
    TO_HANDLE(1, device_get_status(9, 1, (int[1]){0}, (natural_t[1]){1}));
    run();
    OK(oldest(1) >= 3, "a heartbeat tells the age of the operation it is in");
    OK(oldest(1) > oldest(0), "which grows");

    reset();
    TO_HANDLE(1, device_read_request_inband(9, 3, 0, 0, 10));
    run();
    unsigned long end = usrd_now() + 2000;
    while (usrd_now() < end)
        ;
    TO_SERVICE(usrd_service_probe(9));
    run();
    EQ(oldest(0), 0, "a read that waits for input has no age");
    defer = TRUE;
    write_some(2, 1, 1);
    run();
    for (end = usrd_now() + 2000; usrd_now() < end;)
        ;
    TO_SERVICE(usrd_service_probe(9));
    run();
    OK(oldest(1) >= 2, "a write has: %u ms", oldest(1));
    EQ(usrd_task.usage[USRD_RESOURCE_IO_OPS], 2, "both count");
    usrd_ops_fail(D_DEVICE_DOWN);
}

int main(void)
{
    usrd_task.tsc_khz = 1000000;
    driver =
        usrd_driver_create("dev", "", 1, 0, USRD_CAP_CHAR_DEVICE, &callbacks);
    usrd_driver_register(driver, mach_task_self());
    usrd_driver_add_device(driver, "dev", USRD_CAP_CHAR_DEVICE, NULL);
    TO_SERVICE(usrd_service_open(9, HANDLE, D_READ, "dev", 0, 0));
    run();

    operations();
    slots();
    dead_client();
    bandwidth();
    ages();
    return tap_end();
}

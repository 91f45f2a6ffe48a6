/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The SDK and what handles are told: kept when the driver took it, told again
 * by a reopen; and what becomes of requests that wait when their handle is
 * closed or the driver suspended. */
#include <stdlib.h>

#include <device/device.h>
#include <device/device_request.h>
#include <device/userspace_driver_sdk.h>

#include "../../libusrd-min/driver/driver.h"
#include "fake_mach.h"
#include "tap.h"
#include "userspace_driver_service.h"

#define PORT 0x4000u /* of a filter */

static usrd_driver_t driver;
static struct {
    char calls[64]; /* one letter each, in order */
    boolean_t defer, complete, action;
    kern_return_t result;
    usrd_op_t op;
} seen;

static kern_return_t called(char letter)
{
    seen.calls[strlen(seen.calls)] = letter;
    if (seen.action)
        usrd_dont_keep(driver);
    if (seen.defer) {
        seen.op = usrd_defer(driver);
        if (seen.complete)
            usrd_complete(seen.op, KERN_SUCCESS, NULL, 0);
        return MIG_NO_REPLY;
    }
    return seen.result;
}

static kern_return_t on_open(usrd_driver_t d, const char *name, dev_mode_t mode,
                             void **context)
{
    (void)d, (void)mode, (void)name, (void)context;
    return called('o');
}

static kern_return_t on_close(usrd_driver_t d, void *context)
{
    (void)d, (void)context;
    seen.calls[strlen(seen.calls)] = 'c';
    return KERN_SUCCESS;
}

static kern_return_t on_read(usrd_driver_t d, void *context, dev_mode_t mode,
                             recnum_t recnum, vm_size_t wanted, void **data,
                             vm_size_t *got)
{
    (void)d, (void)context, (void)mode, (void)recnum;
    (void)wanted, (void)data, (void)got;
    return called('r');
}

/* Flavor 1 is 'a', 2 is 'b' and so on; 26 is refused. */
static kern_return_t on_set_status(usrd_driver_t d, void *context,
                                   dev_flavor_t flavor, dev_status_t status,
                                   natural_t count)
{
    (void)d, (void)context;
    if (flavor == 26)
        return D_INVALID_SIZE;
    EQ(count > 0 ? (unsigned)status[0] : flavor, flavor, "its words");
    return called((char)('a' + flavor - 1));
}

static kern_return_t on_set_filter(usrd_driver_t d, void *context,
                                   mach_port_t port, int priority,
                                   const unsigned short *filter,
                                   natural_t count)
{
    (void)d, (void)context;
    EQ(port, PORT, "the filter's port");
    EQ(priority, 7, "its priority");
    EQ(count == 2 && filter[1] == 9, 1, "its words");
    return called('F');
}

static struct usrd_driver_callbacks callbacks = {
    .device_open = on_open,
    .device_close = on_close,
    .device_read = on_read,
    .device_set_status = on_set_status,
    .device_set_filter = on_set_filter,
};

/* Queue what CALL sends to the handle, or the service port. */
#define TO(port, call) (mach_compose = (port), (call), mach_compose = 0)
#define CLIENT(n, call) \
    (mach_reply_to = (n), TO(USRD_PORT_HANDLE(HANDLE), call), mach_reply_to = 0)
#define KX(call) TO(USRD_PORT_SERVICE, call)

static void run(void)
{
    KX(usrd_service_probe(9));
    usrd_loop(driver); /* until there is no message */
}

static void reset(void)
{
    mach_forget();
    memset(&seen, 0, sizeof seen);
    mach_result = KERN_SUCCESS;
}

static int answered(int id)
{
    int n = mach_find(id);
    return n < 0 ? -1 : mach_sent[n].reply.RetCode;
}

/* The result that open_done tells kernel-ext. */
static int open_done(void)
{
    int n = mach_find(4812);
    return n < 0 ? -1 : *(int *)(mach_sent[n].bytes + 56);
}

static void set(int flavor, natural_t count)
{
    int words[4] = {flavor};
    CLIENT(1, device_set_status(9, (dev_flavor_t)flavor, words, count));
    run();
}

static void settings(void)
{
    reset();
    set(2, 3);
    int n = mach_find(4816);
    OK(n >= 0 && n < mach_find(2910), "it is kept before the client hears");
    EQ(*(int *)(mach_sent[n].bytes + 56), 2, "its flavor");
    EQ(answered(2910), KERN_SUCCESS, "then the client does");
    reset();
    seen.result = D_IO_ERROR;
    set(2, 1);
    EQ(mach_find(4816), -1, "what the driver refuses is not kept");
    EQ(answered(2910), D_IO_ERROR, "and an error");
    reset();
    seen.action = TRUE;
    set(2, 1);
    EQ(mach_find(4816), -1, "an action is not kept");
    EQ(answered(2910), KERN_SUCCESS, "and done");
    reset();
    mach_result = KERN_RESOURCE_SHORTAGE;
    set(2, 1);
    EQ(answered(2910), D_NO_MEMORY, "where there is no room the client hears");
}

static void later(void)
{
    reset();
    seen.defer = TRUE;
    set(3, 2);
    EQ(mach_find(4816), -1, "what is deferred is not kept yet");
    EQ(usrd_complete(seen.op, KERN_SUCCESS, NULL, 0), USRD_SUCCESS, "taken");
    int n = mach_find(4816);
    OK(n >= 0 && n < mach_find(2910), "then it is, and the client hears");
    EQ(*(int *)(mach_sent[n].bytes + 72), 3, "of the words it had");
    reset();
    seen.defer = TRUE;
    set(3, 2);
    usrd_complete(seen.op, D_IO_ERROR, NULL, 0);
    EQ(mach_find(4816), -1, "not if the driver refuses");
    reset();
    seen.defer = seen.complete = TRUE;
    set(3, 2);
    OK(mach_find(4816) >= 0 && answered(2910) == KERN_SUCCESS,
       "answered in its callback it is kept, too");
}

/* Of kernel-ext: two settings and a filter. */
static void reopen(uint32_t second, mach_port_t port)
{
    const usrd_kept_t kept = {1, 1, 1, second, 0};
    const usrd_kept_filter_t filter = {8, 9};
    const usrd_ring_words_t none = {0};
    KX(usrd_service_reopen(9, HANDLE, D_READ, "dev", 5, kept, port, 7, 2,
                           filter, 0, 0, none, MACH_PORT_NULL));
    run();
}

static void replays(void)
{
    reset();
    reopen(2, PORT);
    STR(seen.calls, "oabF", "opened, told, told, filtered");
    EQ(open_done(), KERN_SUCCESS, "then it is open");
    reset();
    reopen(2, MACH_PORT_DEAD);
    STR(seen.calls, "oab", "no filter without a receiver");
    EQ(open_done(), KERN_SUCCESS, "and open all the same");
    reset();
    reopen(26, PORT);
    STR(seen.calls, "oac", "where one fails, the device is closed");
    EQ(open_done(), D_INVALID_SIZE, "and that is the answer");
    EQ(mach_last_dropped, PORT, "and the port is given up");
    reset();
    seen.result = D_NO_SUCH_DEVICE;
    reopen(2, PORT);
    STR(seen.calls, "o", "where the open fails there is nothing more");
    EQ(open_done(), D_NO_SUCH_DEVICE, "and that is the answer");

    reset();
    seen.defer = TRUE;
    reopen(2, PORT);
    for (const char *calls = "oabF"; *calls; calls++) {
        EQ(seen.calls[strlen(seen.calls) - 1], *calls, "one at a time");
        EQ(open_done(), -1, "not open yet");
        usrd_complete(seen.op, KERN_SUCCESS, NULL, 0);
    }
    EQ(open_done(), KERN_SUCCESS, "open when the last is done");
}

/* A read that waits, from before CALL to after it. */
static int interrupted(kern_return_t (*call)(mach_port_t, uint32_t))
{
    reset();
    reopen(2, MACH_PORT_NULL);
    seen.defer = TRUE;
    CLIENT(1, device_read_request_inband(9, REPLY(1), 0, 0, 8));
    run();
    OK(usrd_op_waits(seen.op), "a read waits");
    KX(call(9, HANDLE));
    run();
    OK(!usrd_op_waits(seen.op), "then it does not");
    int result = answered(2905), sent = mach_n_sent;
    EQ(usrd_complete(seen.op, KERN_SUCCESS, usrd_malloc(driver, 8), 8),
       USRD_SUCCESS, "its driver may end it");
    EQ(mach_n_sent, sent, "nobody hears of that");
    EQ(driver->memory, 0, "and the data is freed");
    return result;
}

static kern_return_t suspend(mach_port_t service, uint32_t handle)
{
    (void)handle;
    return usrd_service_suspend(service);
}

static void waiting(void)
{
    EQ(interrupted(usrd_service_close), D_NO_SUCH_DEVICE,
       "its handle was closed");
    STR(seen.calls, "oabrc", "and the driver heard");
    EQ(interrupted(suspend), D_DEVICE_DOWN, "the driver was suspended");
    KX(usrd_service_resume(9));
    run();
}

/* The driver's own word: what of it goes out with a heartbeat. */
static void statuses(void)
{
    const unsigned idle = USRD_STATUS_IDLE, error = USRD_STATUS_ERROR;

    reset();
    run();
    run(); /* the second without a request before it */
    EQ(usrd_task.status, idle, "idle where nothing is to be done");
    EQ(usrd_driver_set_status(driver, ~USRD_STATUS_IDLE), USRD_SUCCESS, "all");
    run();
    EQ(usrd_task.status, USRD_STATUS_BUSY | error,
       "neither running, suspended nor recovering is the driver's to say");
    usrd_driver_set_status(driver, 0);
    run();
    EQ(usrd_task.status, idle, "nor what it does not say for ever");
}

int main(void)
{
    usrd_task.tsc_khz = 1000000;
    driver =
        usrd_driver_create("dev", "", 1, 0, USRD_CAP_CHAR_DEVICE, &callbacks);
    EQ(usrd_driver_register(driver, 1), USRD_SUCCESS, "registered");
    EQ(usrd_driver_add_device(driver, "dev", USRD_CAP_CHAR_DEVICE, NULL),
       USRD_SUCCESS, "a device");
    replays();
    settings();
    later();
    waiting();
    statuses();
    return tap_end();
}

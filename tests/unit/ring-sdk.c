/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Rings in the SDK's loop: what of a client's requests comes to the driver, what
 * is answered for it, when a bell is rung, and when a ring is closed. */
#include <device/device.h>
#include <device/userspace_driver_sdk.h>
#include <usrd/ring.h>

#include "../../libusrd-min/driver/driver.h"
#include "../../libusrd-min/ring/ring.h"
#include "fake_mach.h"
#include "tap.h"
#include "userspace_driver_service.h"

#define SLOTS 8u
#define BYTES 4096u
#define DOORBELL 0x4000u
#define PHYSICAL 0x700000u

static struct {
    struct usrd_ring_client client;
    char rest[4096 - sizeof(struct usrd_ring_client)];
    struct usrd_ring_driver driver;
    char more[4096 - sizeof(struct usrd_ring_driver)];
    char data[BYTES];
} memory __attribute__((aligned(4096)));

static usrd_driver_t driver;
static struct usrd_rc client;
static struct {
    struct usrd_ring_request got[64];
    unsigned n, batches, closes;
    unsigned room; /* then D_WOULD_BLOCK */
    kern_return_t result;
    boolean_t at_once, twice, next; /* answer in the callback; one at a probe */
} seen;

static kern_return_t on_open(usrd_driver_t d, const char *name, dev_mode_t mode,
                             void **context)
{
    (void)d, (void)name, (void)mode;
    *context = &seen;
    return KERN_SUCCESS;
}

static kern_return_t on_close(usrd_driver_t d, void *context)
{
    (void)d;
    seen.closes += context == &seen;
    return KERN_SUCCESS;
}

static kern_return_t on_get_status(usrd_driver_t d, void *context,
                                   dev_flavor_t flavor, dev_status_t status,
                                   natural_t *count)
{
    (void)d, (void)context, (void)count;
    status[DEV_GET_SIZE_DEVICE_SIZE] = 1 << 20;
    status[DEV_GET_SIZE_RECORD_SIZE] = 512;
    return flavor == DEV_GET_SIZE ? KERN_SUCCESS : D_INVALID_OPERATION;
}

static kern_return_t on_read(usrd_driver_t d, void *context, dev_mode_t mode,
                             recnum_t recnum, vm_size_t wanted, void **data,
                             vm_size_t *got)
{
    (void)d, (void)context, (void)mode, (void)wanted, (void)data, (void)got;
    seen.got[seen.n++].record = recnum;
    return D_IO_ERROR;
}

static kern_return_t on_ring(usrd_driver_t d, void *context,
                             const struct usrd_ring_request *request)
{
    (void)d;
    if (context != &seen || seen.room == 0)
        return D_WOULD_BLOCK;
    seen.room--;
    seen.got[seen.n++] = *request;
    if (seen.at_once)
        usrd_ring_complete(request->id, seen.result, request->count);
    if (seen.twice)
        usrd_ring_complete(request->id, D_IO_ERROR, 0);
    return seen.at_once ? KERN_SUCCESS : seen.result;
}

static void on_ring_end(usrd_driver_t d)
{
    (void)d;
    seen.batches++;
}

static kern_return_t on_health_check(usrd_driver_t d)
{
    (void)d;
    if (seen.next)
        usrd_ring_complete(seen.got[0].id, KERN_SUCCESS, seen.got[0].count);
    return KERN_SUCCESS;
}

static struct usrd_driver_callbacks callbacks = {
    .device_open = on_open,
    .device_close = on_close,
    .device_read = on_read,
    .device_get_status = on_get_status,
    .device_ring = on_ring,
    .device_ring_end = on_ring_end,
    .driver_health_check = on_health_check,
};

#define TO_SERVICE(call) \
    (mach_compose = USRD_PORT_SERVICE, (call), mach_compose = 0)

static void run(void)
{
    TO_SERVICE(usrd_service_stop(9));
    EQ(usrd_driver_run(driver), USRD_SUCCESS, "the loop runs until stop");
}

static int count_sent(int id)
{
    int n = 0;

    for (int m = 0; m < mach_n_sent; m++)
        n += mach_sent[m].head.msgh_id == id;
    return n;
}

/* A new ring whose client waits, on a handle for MODE and a window. */
static void begin(dev_mode_t mode, uint64_t first, uint64_t count)
{
    usrd_ring_words_t words = {
        [USRD_RING_WORD_ADDRESS] = (uintptr_t)&memory,
        [USRD_RING_WORD_PHYSICAL] = PHYSICAL,
        [USRD_RING_WORD_BYTES] = BYTES,
        [USRD_RING_WORD_SLOTS] = SLOTS,
        [USRD_RING_WORD_GENERATION] = 1,
    };

    mach_forget();
    memset(&seen, 0, sizeof seen);
    memset(&memory, 0, sizeof memory);
    seen.room = 64;
    seen.at_once = TRUE;
    usrd_rc_init(&client, &memory.client, &memory.driver, SLOTS);
    usrd_rc_nap(&client);
    TO_SERVICE(usrd_service_open_ring(9, HANDLE, mode, "dev", first, count,
                                      words, DOORBELL));
}

static void end(void)
{
    TO_SERVICE(usrd_service_close(9, HANDLE));
    run();
}

static void post(enum usrd_ring_op op, uint64_t record, uint64_t count,
                 uint64_t offset)
{
    OK(usrd_rc_post(&client, op, record, count, offset, offset), "posted");
}

static void answered(kern_return_t result, uint64_t count, const char *name)
{
    struct usrd_ring_result r = {.result = -1};

    if (OK(usrd_rc_collect(&client, &r), "%s: answered", name)) {
        EQ(r.result, result, name);
        EQ(r.count, count, "so many bytes");
    }
}

static void served(void)
{
    begin(D_READ | D_WRITE, 0, 0);
    post(USRD_RING_READ, 7, 512, 1024);
    post(USRD_RING_WRITE, 8, 4096, 0);
    post(USRD_RING_FLUSH, 0, 0, 0);
    run();
    EQ(seen.n, 3, "the driver gets them");
    EQ(seen.got[0].record, 7, "with the record");
    OK(seen.got[0].data == memory.data + 1024, "and the buffer");
    EQ(seen.got[0].physical, PHYSICAL + USRD_RING_DATA_AT + 1024, "on the bus");
    OK(!seen.got[2].data && !seen.got[2].physical, "a flush has none");
    EQ(seen.batches, 1, "the device is told once");
    answered(KERN_SUCCESS, 512, "a read");
    answered(KERN_SUCCESS, 4096, "a write");
    answered(KERN_SUCCESS, 0, "a flush");
    EQ(count_sent(USRD_RING_ANSWERED), 1, "one bell");
    EQ(mach_sent[mach_find(USRD_RING_ANSWERED)].head.msgh_remote_port, DOORBELL,
       "to the client");
    EQ(memory.driver.naps % 2, 1, "then it naps");
    end();
    EQ(seen.closes, 1, "closed");
    EQ(count_sent(4813), 1, "close_done");
    EQ(mach_last_dropped, DOORBELL, "the doorbell is given up");
}

static void refused(void)
{
    begin(D_READ, 0, 0);
    post(USRD_RING_READ, 0, 512, BYTES - 512);
    post(USRD_RING_READ, 0, 513, BYTES - 512);
    post(USRD_RING_READ, 0, 512, ~0ul - 511);
    post(77, 0, 512, 0);
    post(USRD_RING_WRITE, 0, 512, 0);
    post(USRD_RING_ZERO, 0, 512, 0);
    run();
    EQ(seen.n, 1, "one of them comes to the driver");
    answered(KERN_SUCCESS, 512, "the last 512 bytes");
    answered(D_INVALID_SIZE, 0, "a byte more");
    answered(D_INVALID_SIZE, 0, "an offset that wraps");
    answered(D_INVALID_OPERATION, 0, "an operation that is none");
    answered(D_READ_ONLY, 0, "a write");
    answered(D_READ_ONLY, 0, "zeroes");
    end();
}

static void windows(void)
{
    io_buf_ptr_inband_t data;
    mach_msg_type_number_t n = 0;

    begin(D_READ | D_WRITE, 100, 10);
    post(USRD_RING_READ, 9, 512, 0);
    post(USRD_RING_READ, 9, 513, 0);
    post(USRD_RING_DISCARD, 10, 1, 0);
    post(USRD_RING_DISCARD, ~0ul, 512, 0);
    post(USRD_RING_FLUSH, 4711, 0, 0);
    run();
    EQ(seen.n, 2, "what is in the window comes to the driver");
    EQ(seen.got[0].record, 109, "as a record of the device");
    answered(KERN_SUCCESS, 512, "its last record");
    answered(D_INVALID_RECNUM, 0, "a byte more");
    answered(D_INVALID_RECNUM, 0, "the record after it");
    answered(D_INVALID_RECNUM, 0, "one that wraps");
    answered(KERN_SUCCESS, 0, "a flush has no record");
    mach_forget();
    for (recnum_t record = 9; record < 11; record++) {
        mach_reply_to = 1;
        mach_compose = USRD_PORT_HANDLE(HANDLE);
        device_read_inband(9, 0, record, 512, data, &n);
        mach_reply_to = mach_compose = 0;
    }
    run();
    EQ(seen.got[2].record, 109, "a message's record, too");
    int n_sent = mach_find(2905);
    EQ(mach_sent[n_sent].reply.RetCode, D_IO_ERROR, "comes to the driver");
    EQ(mach_sent[n_sent + 1].reply.RetCode, D_INVALID_RECNUM,
       "one past it does not");
    end();
}

static void no_room(void)
{
    begin(D_READ, 0, 0);
    seen.room = 1;
    seen.at_once = FALSE;
    post(USRD_RING_READ, 1, 512, 0);
    post(USRD_RING_READ, 2, 512, 0);
    run();
    EQ(seen.n, 1, "the device has room for one");
    EQ(memory.driver.naps % 2, 0, "who cannot take more does not nap");
    seen.room = 2;
    TO_SERVICE(usrd_service_probe(9));
    seen.next = TRUE; /* answer the first */
    seen.at_once = TRUE;
    run();
    EQ(seen.n, 2, "the other one comes again");
    answered(KERN_SUCCESS, 512, "the first");
    answered(KERN_SUCCESS, 512, "the second");
    end();
}

static void closed(void)
{
    begin(D_READ | D_WRITE, 0, 0);
    seen.at_once = FALSE;
    seen.room = 1;
    post(USRD_RING_READ, 1, 512, 0);
    post(USRD_RING_WRITE, 2, 512, 0);
    TO_SERVICE(usrd_service_close(9, HANDLE));
    run();
    seen.room = 64;
    TO_SERVICE(usrd_service_probe(9));
    run();
    EQ(seen.n, 1, "what its dead client posted is not taken");
    EQ(count_sent(4813), 0, "nor is it closed: the device has a buffer");
    EQ(seen.closes, 0, "and the driver the handle");
    TO_SERVICE(usrd_service_probe(9));
    seen.next = TRUE;
    run();
    EQ(seen.n, 1, "nor when the device has room again");
    EQ(seen.closes, 1, "when that was answered");
    EQ(count_sent(4813), 1, "it is closed");
    struct usrd_ring_driver after = memory.driver;
    usrd_ring_complete(seen.got[0].id, KERN_SUCCESS, 0);
    run();
    EQ(memcmp(&after, &memory.driver, sizeof after), 0, "and not touched");
}

static void answers(void)
{
    begin(D_READ, 0, 0);
    seen.twice = TRUE;
    post(USRD_RING_READ, 1, 512, 0);
    run();
    answered(KERN_SUCCESS, 512, "of two answers the first counts");
    seen.at_once = seen.twice = FALSE;
    seen.result = D_IO_ERROR;
    post(USRD_RING_READ, 1, 512, 0);
    run();
    answered(D_IO_ERROR, 0, "the callback's own");
    usrd_ring_complete(0, KERN_SUCCESS, 0);
    usrd_ring_complete(~0u, KERN_SUCCESS, 0);
    TO_SERVICE(usrd_service_suspend(9));
    run();
    unsigned n = seen.n;
    post(USRD_RING_READ, 1, 512, 0);
    run();
    answered(D_DEVICE_DOWN, 0, "while it is suspended");
    EQ(seen.n, n, "nothing comes to the driver");
    TO_SERVICE(usrd_service_resume(9));
    end();
}

/* A bell of the client's, with the right to be rung at REPLY(n) once. */
static void ring(unsigned handle, unsigned n)
{
    mach_msg_header_t raw = {.msgh_size = sizeof raw,
                             .msgh_id = USRD_RING_BELL};

    mach_reply_to = n;
    mach_compose = USRD_PORT_HANDLE(handle);
    mach_msg(&raw, MACH_SEND_MSG, sizeof raw, 0, 0, 0, 0);
    mach_reply_to = mach_compose = 0;
}

/* To whom the driver has rung last. */
static const mach_msg_header_t *rung(void)
{
    int n = mach_n_sent - 1;

    while (n > 0 && mach_sent[n].head.msgh_id != USRD_RING_ANSWERED)
        n--;
    return &mach_sent[n].head;
}

static void serve_one(void)
{
    struct usrd_ring_result none;

    OK(!usrd_rc_collect(&client, &none), "there is no answer");
    usrd_rc_wake(&client);
    OK(usrd_rc_nap(&client), "so the client naps");
    post(USRD_RING_READ, 7, 512, 0);
    run();
    answered(KERN_SUCCESS, 512, "a read");
}

static void lent(void)
{
    begin(D_READ, 0, 0);
    run();
    mach_dropped = 0;
    ring(HANDLE, 1);
    run();
    EQ(mach_dropped, 0, "the right of a bell is kept");
    serve_one();
    EQ(rung()->msgh_remote_port, REPLY(1), "the client is rung by it");
    EQ(rung()->msgh_bits, MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0),
       "as an RPC is answered");
    serve_one();
    EQ(rung()->msgh_remote_port, DOORBELL, "once");
    EQ(rung()->msgh_bits, MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
       "then at its port");

    ring(HANDLE, 2);
    ring(HANDLE, 3);
    ring(HANDLE + 1, 4);
    run();
    EQ(mach_dropped, 2, "more than one are given up");
    mach_reply_right = MACH_MSG_TYPE_PORT_SEND;
    ring(HANDLE, 5);
    run();
    mach_reply_right = MACH_MSG_TYPE_PORT_SEND_ONCE;
    EQ(mach_dropped, 3, "and what could block");
    mach_dropped = 0;
    end();
    EQ(mach_dropped, 2, "and what is left when the ring is closed");
}

static void limits(void)
{
    begin(D_READ, 0, 0);
    driver->limits[USRD_RESOURCE_IO_OPS] = 4;
    seen.at_once = FALSE;
    for (unsigned n = 0; n < SLOTS; n++)
        post(USRD_RING_READ, 1, 512, 0);
    run();
    EQ(seen.n, 3, "of io-ops=4 one is left for messages");
    for (unsigned n = 0; n < seen.n; n++)
        usrd_ring_complete(seen.got[n].id, KERN_SUCCESS, 512);
    driver->limits[USRD_RESOURCE_IO_OPS] = 0;
    driver->limits[USRD_RESOURCE_BANDWIDTH] = 100;
    seen.at_once = TRUE;
    run();
    EQ(seen.n, 8, "then the rest, 2560 bytes of 4 KB that are free");
    for (unsigned n = 0; n < SLOTS; n++)
        answered(KERN_SUCCESS, 512, "each");
    post(USRD_RING_READ, 1, 4096, 0);
    post(USRD_RING_READ, 1, 4096, 0);
    run();
    EQ(seen.n, 9, "what is more has to wait");
    OK(usrd_debt() > 0 && usrd_paused, "until it is paid for");
    driver->limits[USRD_RESOURCE_BANDWIDTH] = 0;
    end();
}

static void no_rings(void)
{
    callbacks.device_ring = NULL;
    begin(D_READ, 0, 0);
    run();
    int n = mach_find(4812);
    EQ(*(int *)(mach_sent[n].bytes + sizeof(mach_msg_header_t) + 24),
       D_INVALID_OPERATION, "a driver that has none");
}

int main(void)
{
    usrd_task.tsc_khz = 1000000;
    driver =
        usrd_driver_create("dev", "", 1, 0, USRD_CAP_BLOCK_DEVICE, &callbacks);
    usrd_driver_register(driver, mach_task_self());
    usrd_driver_add_device(driver, "dev", 0, NULL);
    served();
    refused();
    windows();
    no_room();
    closed();
    answers();
    lent();
    limits();
    no_rings();
    return tap_end();
}

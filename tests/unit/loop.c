/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The SDK's loop, fed by hand: requests of every kind, answered at once,
 * later, twice or never, and what is given up on the way. */
#include <stdlib.h>

#include <device/device.h>
#include <device_reply_server.h>
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

static kern_return_t result(void)
{
    if (seen.defer) {
        seen.op = usrd_defer(driver);
        return MIG_NO_REPLY;
    }
    return seen.result;
}

static kern_return_t on_open(usrd_driver_t d, const char *name, dev_mode_t mode,
                             void **context)
{
    (void)d, (void)mode, (void)name;
    seen.opens++;
    *context = &seen;
    return result();
}

static kern_return_t on_close(usrd_driver_t d, void *context)
{
    (void)d;
    seen.closes += context == &seen;
    return KERN_SUCCESS;
}

static kern_return_t on_read(usrd_driver_t d, void *context, dev_mode_t mode,
                             recnum_t recnum, vm_size_t wanted, void **data,
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

static kern_return_t on_write(usrd_driver_t d, void *context, dev_mode_t mode,
                              recnum_t recnum, void *data, vm_size_t size,
                              vm_size_t *written)
{
    (void)d, (void)context, (void)mode, (void)recnum;
    seen.writes++;
    memcpy(seen.written, data, size < 16 ? size : 16);
    *written = size;
    return result();
}

static kern_return_t on_get_status(usrd_driver_t d, void *context,
                                   dev_flavor_t flavor, dev_status_t status,
                                   natural_t *count)
{
    (void)d, (void)context;
    for (natural_t n = 0; n < *count; n++)
        status[n] = (int)(flavor + n);
    return result();
}

static kern_return_t on_map(usrd_driver_t d, void *context, vm_prot_t prot,
                            vm_offset_t offset, vm_size_t size, void **memory)
{
    (void)d, (void)context, (void)size;
    *memory = (void *)(0x1000 + offset);
    return prot & VM_PROT_WRITE ? D_READ_ONLY : KERN_SUCCESS;
}

static boolean_t remove_it;

static kern_return_t on_health_check(usrd_driver_t d)
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

static void run(void)
{
    QUEUE_TO(USRD_PORT_SERVICE, usrd_service_stop(9));
    EQ(usrd_driver_run(driver), USRD_SUCCESS, "the loop runs until stop");
}

static void reset(void)
{
    mach_forget();
    memset(&seen, 0, sizeof seen);
}

/* The answer with ID: its result, or -1 when there is none. */
static int answered(int id)
{
    int n = mach_find(id);
    return n < 0 ? -1 : mach_sent[n].reply.RetCode;
}

static void open_it(void)
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

static void reads(void)
{
    reset();
    QUEUE(1, device_read_request_inband(9, 3, 0, 0, 10));
    QUEUE(2, device_read_request(9, 3, 0, 0, 1000));
    QUEUE(3, device_read_request(9, 3, 0, 0, -1));
    QUEUE(4, device_read_request_inband(9, 3, 0, 0, 5000));
    run();
    int n = mach_find(2905);
    OK(n >= 0 && mach_sent[n].head.msgh_remote_port == REPLY(1), "read_inband");
    EQ(mach_sent[n].head.msgh_size, 72, "and no more than was wanted");
    n = mach_find(2904);
    OK(n >= 0 && mach_sent[n].head.msgh_bits & MACH_MSGH_BITS_COMPLEX,
       "read is out of line");
    EQ(((mach_msg_type_t *)(&mach_sent[n].reply + 1))->msgt_deallocate, 0,
       "and not given away, for it is malloc's");
    EQ(mach_sent[n + 1].reply.RetCode, D_INVALID_SIZE, "a negative size");
    EQ(seen.reads, 3, "does not come to the driver");
    EQ(driver->memory, 0, "what was read is freed");
}

static void writes(void)
{
    char data[200] = "seven b";

    reset();
    QUEUE(1, device_write_request_inband(9, 3, 0, 0, data, 7));
    QUEUE(2, device_write_request(9, 3, 0, 0, data, 200));
    run();
    EQ(answered(2903), KERN_SUCCESS, "write_inband");
    EQ(answered(2902), KERN_SUCCESS, "write");
    EQ(mach_freed, 1, "its data is given up");
    STR(seen.written, "seven b", "after the driver saw it");
    reset();
    seen.result = D_IO_ERROR;
    QUEUE(1, device_write_request(9, 3, 0, 0, data, 200));
    run();
    EQ(answered(2902), D_IO_ERROR, "an error goes to the client");
    EQ(mach_freed, 1, "and the data is given up once");
}

static void large_writes(void)
{
    static char large[64 * 1024 + 1]; /* the limit is 64 KB */

    reset();
    QUEUE(1, device_write_request(9, 3, 0, 0, large, sizeof large));
    run();
    EQ(answered(2902), D_NO_MEMORY, "a write longer than the memory limit");
    EQ(mach_freed, 1, "is given up");
    reset();
    mach_no_room = TRUE;
    QUEUE(1, device_write_request(9, 3, 0, 0, large, 200));
    run();
    EQ(answered(2902), D_NO_MEMORY, "one that the kernel had no room for");
    EQ(mach_sent[mach_find(2902)].head.msgh_remote_port, REPLY(1), "to whom");
    STR(seen.written, "", "neither comes to the driver");
}

static void statuses(void)
{
    int status[8];
    natural_t count = 8;

    reset();
    QUEUE(1, device_get_status(9, 40, status, &count));
    QUEUE(2, device_set_status(9, 1, status, 1));
    run();
    int n = mach_find(2911);
    EQ(mach_sent[n].head.msgh_size, 56 + 32, "get_status has its eight words");
    EQ(((int *)(mach_sent[n].bytes + 56))[7], 47, "the last of them");
    EQ(answered(2910), D_INVALID_OPERATION, "set_status, which it has not");
}

static void maps(void)
{
    mach_port_t object;

    reset();
    QUEUE(1, device_map(9, VM_PROT_READ, 4096, 8192, &object, 0));
    run();
    int n = mach_find(4819);
    EQ(*(uint64_t *)(mach_sent[n].bytes + 40), 0x2000, "kernel-ext is asked");
    n = mach_find(2909);
    EQ(mach_sent[n].reply.RetCode, KERN_SUCCESS, "device_map is answered");
    const mach_msg_type_t *type =
        (const mach_msg_type_t *)(&mach_sent[n].reply + 1);
    EQ(*(const uint32_t *)(type + 1), MAP_OBJECT, "with what it said");
    EQ(type->msgt_name, MACH_MSG_TYPE_MOVE_SEND, "which is given away");
    reset();
    QUEUE(1, device_map(9, VM_PROT_WRITE, 0, 4096, &object, 0));
    run();
    EQ(answered(2909), D_READ_ONLY, "the driver may refuse");
    EQ(mach_find(4819), -1, "then nobody is asked");
    reset();
    mach_reply_right = MACH_MSG_TYPE_PORT_SEND;
    QUEUE(7, device_map(9, VM_PROT_READ, 0, 4096, &object, 0));
    run();
    mach_reply_right = MACH_MSG_TYPE_PORT_SEND_ONCE;
    EQ(answered(2909), -1, "no answer where that could block");
    EQ(mach_last_dropped, MAP_OBJECT, "then the right is given up");
}

static void nonsense(void)
{
    mach_msg_header_t raw = {.msgh_size = sizeof raw, .msgh_id = 4843};

    reset();
    QUEUE(1, mach_msg(&raw, MACH_SEND_MSG, sizeof raw, 0, 0, 0, 0));
    raw.msgh_id = 2805;
    QUEUE(2, mach_msg(&raw, MACH_SEND_MSG, sizeof raw, 0, 0, 0, 0));
    raw.msgh_id = 2805;
    QUEUE(0, mach_msg(&raw, MACH_SEND_MSG, sizeof raw, 0, 0, 0, 0));
    QUEUE(3, device_read_request_inband(9, 3, 0, 0, 1));
    run();
    EQ(answered(4943), MIG_BAD_ID, "a client cannot stop the driver");
    EQ(answered(2905), MIG_BAD_ARGUMENTS, "a message too short");
    EQ(seen.reads, 1, "the loop goes on");
}

static void reply_ports(void)
{
    char late[IO_INBAND_MAX] = "late";

    reset();
    mach_reply_right = MACH_MSG_TYPE_PORT_SEND;
    QUEUE(7, device_read_request_inband(9, 3, 0, 0, 1));
    run();
    mach_reply_right = MACH_MSG_TYPE_PORT_SEND_ONCE;
    EQ(answered(2905), -1, "a reply port that could block gets no answer");
    EQ(mach_last_dropped, REPLY(7), "and is given up");
    reset();
    mach_reply_to = MACH_PORT_DEAD - REPLY(0);
    QUEUE_TO(USRD_PORT_HANDLE(HANDLE),
             device_write_request_inband(9, 3, 0, 0, late, 4));
    mach_reply_to = 0;
    run();
    EQ(seen.writes, 0, "a write whose client is gone is not run");
}

/* What a client's stub of device_reply.defs says of the error in the answer
 * with ID: that error, or that it is no such answer. */
static kern_return_t heard;
boolean_t device_reply_server(mach_msg_header_t *in, mach_msg_header_t *out);

kern_return_t device_read_reply(mach_port_t port, kern_return_t result,
                                io_buf_ptr_t data, mach_msg_type_number_t n)
{
    (void)port, (void)data;
    heard = n ? -1 : result;
    return KERN_SUCCESS;
}

kern_return_t device_read_reply_inband(mach_port_t port, kern_return_t result,
                                       const io_buf_ptr_inband_t data,
                                       mach_msg_type_number_t n)
{
    (void)port, (void)data;
    heard = n ? -1 : result;
    return KERN_SUCCESS;
}

kern_return_t device_write_reply(mach_port_t port, kern_return_t result, int n)
{
    (void)port;
    heard = n ? -1 : result;
    return KERN_SUCCESS;
}

kern_return_t device_write_reply_inband(mach_port_t port, kern_return_t result,
                                        int n)
{
    return device_write_reply(port, result, n);
}

static kern_return_t decoded(int id)
{
    mig_reply_header_t reply;
    int n = mach_find(id);

    if (n < 0)
        return -1;
    heard = -1;
    device_reply_server(&mach_sent[n].head, &reply.Head);
    return reply.RetCode == KERN_SUCCESS ? heard : reply.RetCode;
}

static void asynchronous_errors(void)
{
    char data[200] = "";

    for (int later = 0; later < 2; later++) {
        reset();
        seen.result = D_IO_ERROR;
        seen.defer = later;
        QUEUE(1, device_read_request(9, 3, 0, 0, 1000));
        QUEUE(2, device_read_request_inband(9, 3, 0, 0, 1));
        QUEUE(3, device_write_request(9, 3, 0, 0, data, 200));
        QUEUE(4, device_write_request_inband(9, 3, 0, 0, data, 7));
        run();
        for (int id = 2902; id <= 2905; id++)
            EQ(decoded(id), later ? D_DEVICE_DOWN : D_IO_ERROR,
               "an error as device_reply.defs has it");
    }
}

static void deferred(void)
{
    reset();
    seen.defer = TRUE;
    QUEUE(1, device_read_request_inband(9, 3, 0, 0, 10));
    usrd_op_t op;
    driver->stop = FALSE;
    QUEUE_TO(USRD_PORT_SERVICE, usrd_service_probe(9));
    EQ(usrd_driver_run(driver), USRD_ERROR_DRIVER_CRASHED, "no port set");
    EQ(answered(2905), D_DEVICE_DOWN,
       "what is deferred is answered when the loop ends");
    EQ(usrd_complete(seen.op, KERN_SUCCESS, NULL, 0), USRD_ERROR_INVALID_DRIVER,
       "and cannot be answered again");

    reset();
    usrd_request =
        (struct usrd_request){.id = 2803,
                              .reply = REPLY(1),
                              .reply_type = MACH_MSG_TYPE_PORT_SEND_ONCE};
    op = usrd_defer(driver);
    OK(op != 0, "a request can be kept");
    EQ(usrd_defer(driver), 0, "once");
    EQ(usrd_complete(op, KERN_SUCCESS, NULL, 42), USRD_SUCCESS, "answered");
    EQ(*(int *)(mach_sent[0].bytes + 56), 42, "with what was written");
    EQ(usrd_complete(op, KERN_SUCCESS, NULL, 42), USRD_ERROR_INVALID_DRIVER,
       "once");
    EQ(mach_n_sent, 1, "one message");

    unsigned kept = 0;
    for (int n = 0; n < 60; n++) {
        usrd_request.op = 0;
        kept += usrd_defer(driver) != 0;
    }
    EQ(kept, 40, "and 40 of them");
    usrd_ops_fail(D_DEVICE_DOWN);
    EQ(mach_n_sent, 41, "all are answered");
}

static void heartbeats(void)
{
    reset();
    QUEUE_TO(USRD_PORT_SERVICE, usrd_service_probe(9));
    run();
    EQ(seen.probes, 1, "a probe checks the driver's health");
    OK(mach_find(4805) >= 0, "and is answered by a heartbeat");
    OK(usrd_task.status & USRD_STATUS_ERROR, "which says what came of it");
}

/* For the crash report. */
static void traced(void)
{
    reset();
    memset(&driver->trace, 0, sizeof driver->trace);
    for (int n = 0; n < 5; n++)
        QUEUE_TO(USRD_PORT_SERVICE, usrd_service_probe(9));
    QUEUE(1, device_read_request_inband(9, 3, 0, 0, 1));
    QUEUE(1, device_read_request_inband(9, 3, 0, 0, 1));
    run();
    EQ(driver->trace.count, 4, "five probes, two reads and stop are four");
    EQ(driver->trace.ids[0], 4846, "a probe");
    EQ(driver->trace.ids[2], 2805, "a read");
}

static void suspended(void)
{
    reset();
    QUEUE_TO(USRD_PORT_SERVICE, usrd_service_suspend(9));
    QUEUE(1, device_read_request_inband(9, 3, 0, 0, 1));
    QUEUE_TO(USRD_PORT_SERVICE, usrd_service_resume(9));
    QUEUE(2, device_read_request(9, 3, 0, 0, 1));
    run();
    EQ(answered(2905), D_DEVICE_DOWN, "suspended");
    EQ(answered(2904), KERN_SUCCESS, "resumed");
}

static void limits(void)
{
    void *most = usrd_malloc(driver, 60 * 1024);

    OK(most != NULL, "memory within the limit");
    OK(usrd_malloc(driver, 10 * 1024) == NULL, "and not past it");
    usrd_free(driver, most, 60 * 1024);
    EQ(driver->memory, 0, "freed");
    EQ(usrd_driver_set_resource_limits(driver, 0, 1), USRD_ERROR_INVALID_DRIVER,
       "a limit is set before registering");
    OK(!usrd_driver_check_resource_limit(driver, USRD_RESOURCE_MEMORY, 65),
       "65 KB more are too much");
    OK(usrd_driver_check_resource_limit(driver, USRD_RESOURCE_MEMORY, 64),
       "64 KB are not");
}

static boolean_t ack_early;

static void on_interrupt(usrd_driver_t d, int line)
{
    seen.interrupts += line == 3;
    if (ack_early)
        usrd_driver_ack_interrupt(d, line);
}

static unsigned count_sent(int id)
{
    unsigned n = 0;

    for (int k = 0; k < mach_n_sent; k++)
        n += mach_sent[k].head.msgh_id == id;
    return n;
}

static void interrupts(void)
{
    EQ(usrd_driver_register_interrupt(driver, 3, on_interrupt), USRD_SUCCESS,
       "a line is registered");
    EQ(usrd_driver_register_interrupt(driver, 3, on_interrupt),
       USRD_ERROR_DEVICE_BUSY, "once");
    EQ(usrd_driver_register_interrupt(driver, 64, on_interrupt),
       USRD_ERROR_INVALID_DRIVER, "there is no line 64");
    for (ack_early = 0; ack_early < 2; ack_early++) {
        reset();
        QUEUE_TO(USRD_PORT_SERVICE, usrd_service_interrupt(9, 3));
        QUEUE_TO(USRD_PORT_SERVICE, usrd_service_interrupt(9, 64));
        run();
        EQ(seen.interrupts, 1, "its handler is called");
        EQ(count_sent(4811), 1, "and it is acknowledged once");
    }
    for (unsigned answer = 0; answer < 2; answer++) {
        reset();
        QUEUE_TO(USRD_PORT_SERVICE,
                 usrd_service_interrupt_status(9, 3, 5, answer));
        QUEUE_TO(USRD_PORT_SERVICE,
                 usrd_service_interrupt_status(9, 3, 8, answer));
        QUEUE_TO(USRD_PORT_SERVICE,
                 usrd_service_interrupt_status(9, 64, 1, answer));
        ack_early = FALSE;
        run();
        EQ(seen.interrupts, 2, "one whose device is quiet");
        EQ(count_sent(4811), 2 * answer, "is acknowledged where it is asked");
        EQ(usrd_driver_interrupt_status(driver, 3), 13, "with what was read");
        EQ(usrd_driver_interrupt_status(driver, 3), 0, "once");
    }
    EQ(usrd_driver_quiet_by_read(driver, 4, 0, 0, 1), USRD_ERROR_NOT_REGISTERED,
       "a register is of a line that it has");
    EQ(usrd_driver_unregister_interrupt(driver, 3), USRD_SUCCESS, "given up");
    reset();
    QUEUE_TO(USRD_PORT_SERVICE, usrd_service_interrupt(9, 3));
    run();
    EQ(seen.interrupts, 0, "one that comes late is not handled");
    EQ(count_sent(4811), 1, "but acknowledged, or the line stays masked");
}

static void closed(void)
{
    reset();
    QUEUE(1, device_close(9));
    QUEUE(2, device_read_request_inband(9, 3, 0, 0, 1));
    QUEUE_TO(USRD_PORT_SERVICE, usrd_service_close(9, HANDLE));
    run();
    EQ(seen.closes, 1, "closed once, by the client or by kernel-ext");
    EQ(answered(2905), D_NO_SUCH_DEVICE, "then it is no device");
    EQ(count_sent(4813), 1, "close_done is sent, once");
}

/* While its open is deferred; the driver answers that all the same. */
static void removed(void)
{
    reset();
    seen.defer = TRUE;
    remove_it = TRUE;
    QUEUE_TO(USRD_PORT_SERVICE,
             usrd_service_open(9, HANDLE, D_READ, "dev", 0, 0));
    QUEUE_TO(USRD_PORT_SERVICE, usrd_service_probe(9));
    QUEUE(1, device_read_request_inband(9, 3, 0, 0, 1));
    run();
    EQ(seen.opens, 1, "opened");
    EQ(seen.closes, 1, "and closed, for the device is gone");
    EQ(seen.reads, 0, "no callback comes for it");
    EQ(answered(2905), D_NO_SUCH_DEVICE, "a client hears so");
}

int main(void)
{
    char longest[USRD_MAX_DRIVER_NAME + 1];

    usrd_task.tsc_khz = 1000000;
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    OK(!usrd_driver_create(longest, "", 1, 0, 0, &callbacks), "name too long");
    OK(!usrd_driver_create("", "", 1, 0, 0, &callbacks), "no name");
    OK(!usrd_driver_create("dev", "", 1, 0, USRD_CAP_CHAR_DEVICE,
                           &(struct usrd_driver_callbacks){0}),
       "a device that nothing can be done with");
    driver =
        usrd_driver_create("dev", "", 1, 0, USRD_CAP_CHAR_DEVICE, &callbacks);
    OK(driver != NULL, "created");
    EQ(usrd_driver_run(driver), USRD_ERROR_NOT_REGISTERED, "not registered");
    EQ(usrd_driver_register(driver, mach_task_self()), USRD_SUCCESS,
       "registered");
    EQ(usrd_driver_register(driver, mach_task_self()), USRD_ERROR_DRIVER_EXISTS,
       "once");
    EQ(usrd_driver_add_device(driver, "dev", USRD_CAP_CHAR_DEVICE, NULL),
       USRD_SUCCESS, "a device");
    EQ(usrd_driver_add_device(driver, "dev", USRD_CAP_CHAR_DEVICE, NULL),
       USRD_ERROR_DRIVER_EXISTS, "not twice");

    open_it();
    reads();
    writes();
    large_writes();
    statuses();
    maps();
    nonsense();
    reply_ports();
    asynchronous_errors();
    deferred();
    heartbeats();
    traced();
    suspended();
    limits();
    interrupts();
    closed();
    removed();
    EQ(usrd_driver_add_device(driver, "dev", USRD_CAP_CHAR_DEVICE, NULL),
       USRD_SUCCESS, "it comes back");
    open_it();
    usrd_driver_destroy(driver);
    EQ(seen.closes, 1, "an open handle is closed on the way out");
    OK(!usrd_is_driver(driver), "destroyed");
    return tap_end();
}

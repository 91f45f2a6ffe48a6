/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The SDK's loop, fed by hand: requests of every kind, answered at once,
 * later, twice or never, and what is given up on the way. */
#include <stdlib.h>

#include <device_reply_server.h>

#include "loop_driver.h"

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

int main(void)
{
    begin();
    reads();
    writes();
    large_writes();
    statuses();
    maps();
    nonsense();
    reply_ports();
    asynchronous_errors();
    deferred();
    return tap_end();
}

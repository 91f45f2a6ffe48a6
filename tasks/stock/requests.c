/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Mach's asynchronous device requests, and their replies, which come to a port
 * of our own and are read by the server stubs of device_reply.defs. */
#include <mach/mig_errors.h>
#include <mach/notify.h>
#include <string.h>

#include "device.h"
#include "device_reply_server.h"
#include "device_request.h"
#include "mach_port.h"
#include "stock.h"

#define WAIT_MS 3000
#define PAGES 8192
#define OPEN_NEW_REPLY 2906 /* device_reply.defs has none */

boolean_t device_reply_server(mach_msg_header_t *in, mach_msg_header_t *out);

/* The reply that came last. */
static struct {
    mach_port_t port; /* all come here */
    kern_return_t result;
    unsigned count; /* of bytes */
    mach_port_t device;
    char data[PAGES];
} reply;

static void got(kern_return_t result, const char *data, unsigned count)
{
    reply.result = result;
    reply.count = count;
    if (data && count <= sizeof reply.data)
        memcpy(reply.data, data, count);
}

kern_return_t device_open_reply(mach_port_t port, kern_return_t result,
                                mach_port_t device)
{
    (void)port;
    got(result, NULL, 0);
    reply.device = device;
    return KERN_SUCCESS;
}

kern_return_t device_write_reply(mach_port_t port, kern_return_t result, int n)
{
    (void)port;
    got(result, NULL, (unsigned)n);
    return KERN_SUCCESS;
}

kern_return_t device_write_reply_inband(mach_port_t port, kern_return_t result,
                                        int n)
{
    return device_write_reply(port, result, n);
}

kern_return_t device_read_reply(mach_port_t port, kern_return_t result,
                                io_buf_ptr_t data, mach_msg_type_number_t count)
{
    (void)port;
    got(result, data, count);
    if (count > 0)
        vm_deallocate(mach_task_self(), (vm_address_t)data, count);
    return KERN_SUCCESS;
}

kern_return_t device_read_reply_inband(mach_port_t port, kern_return_t result,
                                       const io_buf_ptr_inband_t data,
                                       mach_msg_type_number_t count)
{
    (void)port;
    got(result, data, count);
    return KERN_SUCCESS;
}

/* The next reply, or notification; its id, 0 when none came, -1 when MIG's
 * stub did not like it. */
static int await(unsigned ms)
{
    static union {
        mach_msg_header_t head;
        char bytes[512];
    } in;
    mig_reply_header_t out;

    memset(&reply.result, 0,
           sizeof reply - offsetof(__typeof__(reply), result));
    if (receive(reply.port, &in.head, sizeof in, ms) != MACH_MSG_SUCCESS)
        return 0;
    if (in.head.msgh_id == OPEN_NEW_REPLY) {
        in.head.msgh_id = 2900; /* the same, but for its id */
        device_reply_server(&in.head, &out.Head);
        return OPEN_NEW_REPLY;
    }
    if (device_reply_server(&in.head, &out.Head) && out.RetCode != KERN_SUCCESS)
        return -1;
    return in.head.msgh_id;
}

static boolean_t success(int id, unsigned count)
{
    return await(WAIT_MS) == id && reply.result == KERN_SUCCESS &&
           reply.count == count;
}

static boolean_t error(int id, kern_return_t result)
{
    return await(WAIT_MS) == id && reply.result == result && reply.count == 0;
}

/* The file's port exists from the first test on. */
static void begin(void)
{
    if (reply.port == MACH_PORT_NULL)
        reply.port = receive_port();
}

static void test_open_request(void)
{
    io_buf_ptr_inband_t field;
    mach_msg_type_number_t count = sizeof field;

    ok(device_open_request(mach_task_self(), reply.port, D_READ,
                           "model-block") == KERN_SUCCESS &&
           success(2900, 0) && MACH_PORT_VALID(reply.device),
       "device_open_request");
    ok(device_read_inband(reply.device, 0, 0, RECORD, field, &count) ==
           KERN_SUCCESS,
       "opens a device that works");
    mach_port_deallocate(mach_task_self(), reply.device);
    ok(device_open_request(mach_task_self(), reply.port, D_READ, "nobody") ==
               KERN_SUCCESS &&
           error(2900, D_NO_SUCH_DEVICE) && reply.device == MACH_PORT_NULL,
       "of nothing: D_NO_SUCH_DEVICE in device_open_reply");
    ok(device_open_new_request(mach_task_self(), reply.port, D_READ,
                               "model-char") == KERN_SUCCESS &&
           success(OPEN_NEW_REPLY, 0) && MACH_PORT_VALID(reply.device) &&
           mach_port_deallocate(mach_task_self(), reply.device) == KERN_SUCCESS,
       "device_open_new_request");
}

void test_requests(const struct devices *d, unsigned seed)
{
    static char data[PAGES];
    const io_buf_ptr_inband_t text = "input";

    begin();
    pattern(data, sizeof data, seed + 100);
    test_open_request();
    ok(device_write_request(d->block, reply.port, 0, 512, data, PAGES) ==
               KERN_SUCCESS &&
           success(2902, PAGES),
       "device_write_request");
    ok(device_write_request_inband(d->block, reply.port, 0, 0, data, RECORD) ==
               KERN_SUCCESS &&
           success(2903, RECORD),
       "device_write_request_inband");
    ok(device_read_request(d->block, reply.port, 0, 512, PAGES) ==
               KERN_SUCCESS &&
           success(2904, PAGES) && memcmp(reply.data, data, PAGES) == 0,
       "device_read_request");
    ok(device_read_request_inband(d->block, reply.port, 0, 0, RECORD) ==
               KERN_SUCCESS &&
           success(2905, RECORD) && memcmp(reply.data, data, RECORD) == 0,
       "device_read_request_inband");

    ok(device_read_request_inband(d->character, reply.port, 0, 0, 100) ==
               KERN_SUCCESS &&
           await(50) == 0,
       "a read waits for input");
    int written = 0;
    ok(device_write_inband(d->character, 0, 0, text, 5, &written) ==
               KERN_SUCCESS &&
           success(2905, 5) && memcmp(reply.data, text, 5) == 0,
       "and is answered when there is some");
    ok(device_read_request(d->character, reply.port, 0, 0, 100) ==
               KERN_SUCCESS &&
           device_write_inband(d->character, 0, 0, text, 4, &written) ==
               KERN_SUCCESS &&
           success(2904, 4) && memcmp(reply.data, text, 4) == 0,
       "also out of line");
}

void test_request_errors(const struct devices *d)
{
    static io_buf_ptr_inband_t odd;

    device_read_request(d->block, reply.port, 0, RECORDS, RECORD);
    ok(error(2904, D_INVALID_RECNUM), "an error in device_read_reply");
    device_read_request_inband(d->block, reply.port, 0, RECORDS, RECORD);
    ok(error(2905, D_INVALID_RECNUM), "in device_read_reply_inband");
    device_write_request(d->block, reply.port, 0, RECORDS, odd, RECORD);
    ok(error(2902, D_INVALID_RECNUM), "in device_write_reply");
    device_write_request_inband(d->block, reply.port, 0, 0, odd, 3);
    ok(error(2903, D_INVALID_SIZE), "in device_write_reply_inband");
    device_read_request(d->character, reply.port, D_NOWAIT, 0, 8);
    ok(error(2904, D_WOULD_BLOCK), "D_NOWAIT: D_WOULD_BLOCK");
}

/* A read with a plain send right to answer to: no stub makes one. */
static mach_msg_return_t read_with_send_right(mach_port_t device)
{
    struct {
        mach_msg_header_t head;
        mach_msg_type_t mode_type;
        dev_mode_t mode, pad1;
        mach_msg_type_t recnum_type;
        recnum_t recnum;
        mach_msg_type_t bytes_type;
        int bytes, pad2;
    } m = {
        .head = {.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND,
                                             MACH_MSG_TYPE_MAKE_SEND),
                 .msgh_size = sizeof m,
                 .msgh_remote_port = device,
                 .msgh_local_port = reply.port,
                 .msgh_id = 2804},
        .mode_type = {.msgt_name = MACH_MSG_TYPE_INTEGER_32,
                      .msgt_size = 32,
                      .msgt_number = 1,
                      .msgt_inline = TRUE},
        .recnum_type = {.msgt_name = MACH_MSG_TYPE_INTEGER_64,
                        .msgt_size = 64,
                        .msgt_number = 1,
                        .msgt_inline = TRUE},
        .bytes_type = {.msgt_name = MACH_MSG_TYPE_INTEGER_32,
                       .msgt_size = 32,
                       .msgt_number = 1,
                       .msgt_inline = TRUE},
        .bytes = PAGES,
    };

    return mach_msg(&m.head, MACH_SEND_MSG, sizeof m, 0, MACH_PORT_NULL, 0,
                    MACH_PORT_NULL);
}

void test_reply_ports(const struct devices *d)
{
    static io_buf_ptr_inband_t data = "nobody hears of this";
    io_buf_ptr_inband_t field;
    mach_msg_type_number_t count = sizeof field;

    ok(device_write_request_inband(d->block, MACH_PORT_NULL, 0, 3, data,
                                   RECORD) == KERN_SUCCESS &&
           device_read_request(d->block, MACH_PORT_NULL, 0, 3, RECORD) ==
               KERN_SUCCESS,
       "requests without a reply port");
    ok(device_read_inband(d->block, 0, 3, RECORD, field, &count) ==
               KERN_SUCCESS &&
           memcmp(field, data, RECORD) == 0,
       "do what they ask, and no harm");
    for (int n = 0; n < 20; n++) /* a queue has room for five */
        if (read_with_send_right(d->block) != MACH_MSG_SUCCESS)
            ok(FALSE, "sent");
    ok(incarnation(d->block) > 0, "a reply port that could block does not");
    ok(await(0) == 0, "it is not answered");
    ok(!has_senders(reply.port), "and is given up");
}

/* A request that its driver dies of. */
void test_in_hand(const struct devices *d)
{
    static io_buf_ptr_inband_t poison = "poison";
    int before = incarnation(d->block);

    device_read_request_inband(d->character, reply.port, 0, 0, 8);
    ok(await(20) == 0, "a read waits for input");
    device_write_request_inband(d->block, reply.port, 0, 0, poison, RECORD);
    ok(await(WAIT_MS) == MACH_NOTIFY_SEND_ONCE &&
           await(WAIT_MS) == MACH_NOTIFY_SEND_ONCE,
       "the driver dies: a send-once notification for each in hand");
    ok(incarnation(d->block) == before + 1, "and the next one serves");
}

/* The driver was often dead lately: its restart waits. */
void test_queued(const struct devices *d)
{
    static io_buf_ptr_inband_t poison = "poison", data = "queued";
    int before = incarnation(d->block);

    device_write_request_inband(d->block, reply.port, 0, 0, poison, RECORD);
    ok(await(WAIT_MS) == MACH_NOTIFY_SEND_ONCE, "the driver dies again");
    device_write_request_inband(d->block, reply.port, 0, 7, data, RECORD);
    device_read_request_inband(d->block, reply.port, 0, 7, RECORD);
    ok(await(50) == 0, "while it is dead requests wait");
    ok(success(2903, RECORD), "and are answered by the next incarnation");
    ok(success(2905, RECORD) && memcmp(reply.data, data, RECORD) == 0,
       "in their order");
    ok(incarnation(d->block) == before + 1, "which is the next");
}

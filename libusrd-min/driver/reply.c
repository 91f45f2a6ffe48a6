/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The answer to a deferred request, as MIG's stub of device.defs would have
 * built it. */
#include <string.h>

#include "driver.h"

static union {
    mig_reply_header_t head;
    struct {
        mig_reply_header_t reply;
        mach_msg_type_t type;
        union {
            int written;
            void *out_of_line;
            char inband[IO_INBAND_MAX];
            int status[DEV_STATUS_MAX];
        };
    } body;
} answer;

static mach_msg_size_t padded(vm_size_t size)
{
    return (mach_msg_size_t)((size + 7) & ~(vm_size_t)7);
}

static mach_msg_type_t item(unsigned name, unsigned bits, vm_size_t number)
{
    return (mach_msg_type_t){
        .msgt_name = name,
        .msgt_size = bits,
        .msgt_number = (mach_msg_type_number_t)number,
        .msgt_inline = TRUE,
    };
}

/* Fills in the body; returns its size. */
static mach_msg_size_t body(int request_id, const void *data, vm_size_t count)
{
    mach_msg_size_t type = sizeof answer.body.type;

    switch (request_id) {
    case 2802: /* write */
    case 2803:
        answer.body.type = item(MACH_MSG_TYPE_INTEGER_32, 32, 1);
        answer.body.written = (int)count;
        return type + padded(sizeof answer.body.written);
    case 2804: /* read: copied on write, for data is malloc's */
        answer.body.type = item(MACH_MSG_TYPE_INTEGER_8, 8, count);
        answer.body.type.msgt_inline = FALSE;
        answer.body.type.msgt_longform = TRUE;
        answer.body.out_of_line = (void *)(uintptr_t)data;
        answer.head.Head.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
        return type + sizeof answer.body.out_of_line;
    case 2805: /* read, in-band */
        if (count > IO_INBAND_MAX)
            count = IO_INBAND_MAX;
        answer.body.type = item(MACH_MSG_TYPE_CHAR, 8, count);
        memcpy(answer.body.inband, data, count);
        return type + padded(count);
    case 2811: /* get_status */
        if (count > DEV_STATUS_MAX)
            count = DEV_STATUS_MAX;
        answer.body.type = item(MACH_MSG_TYPE_INTEGER_32, 32, count);
        memcpy(answer.body.status, data, count * sizeof(int));
        return type + padded(count * sizeof(int));
    default: /* a result alone */
        return 0;
    }
}

void usrd_reply(int request_id, mach_port_t port, unsigned port_type,
                kern_return_t result, const void *data, vm_size_t count)
{
    if (port_type != MACH_MSG_TYPE_PORT_SEND_ONCE) {
        usrd_drop_reply(port); /* sending there could block */
        return;
    }
    answer.head = (mig_reply_header_t){
        .Head =
            {
                .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0),
                .msgh_size = sizeof answer.head,
                .msgh_remote_port = port,
                .msgh_id = request_id + 100,
            },
        .RetCodeType = item(MACH_MSG_TYPE_INTEGER_32, 32, 1),
        .RetCode = result,
    };
    if (result == KERN_SUCCESS)
        answer.head.Head.msgh_size += body(request_id, data, count);
    if (mach_msg(&answer.head.Head, MACH_SEND_MSG | MACH_SEND_TIMEOUT,
                 answer.head.Head.msgh_size, 0, MACH_PORT_NULL, 0,
                 MACH_PORT_NULL) != MACH_MSG_SUCCESS)
        usrd_drop_reply(port);
}

void usrd_drop_reply(mach_port_t port)
{
    if (MACH_PORT_VALID(port))
        mach_port_deallocate(mach_task_self(), port);
}

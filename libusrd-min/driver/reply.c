/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * An answer by hand, as MIG's stub of device.defs would have built it; that of
 * device_reply.defs, for asynchronous requests, differs for errors only. */
#include <string.h>

#include "driver.h"

struct answer {
    mig_reply_header_t head;
    mach_msg_type_t type;
    union {
        int written;
        void *out_of_line;
        char inband[IO_INBAND_MAX];
        int status[DEV_STATUS_MAX];
    };
};
static struct answer answer;

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

/* Fills in what follows the result; returns its size. */
static mach_msg_size_t body(struct answer *a, int request_id, const void *data,
                            vm_size_t count)
{
    switch (request_id) {
    case 2802: /* write */
    case 2803:
        a->type = item(MACH_MSG_TYPE_INTEGER_32, 32, 1);
        a->written = (int)count;
        return sizeof a->type + padded(sizeof a->written);
    case 2804: /* read: copied on write, for data is malloc's */
        a->type = item(MACH_MSG_TYPE_INTEGER_8, 8, count);
        a->type.msgt_inline = FALSE;
        a->type.msgt_longform = TRUE;
        a->out_of_line = (void *)(uintptr_t)data;
        a->head.Head.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
        return sizeof a->type + sizeof a->out_of_line;
    case 2805: /* read, in-band */
        if (count > IO_INBAND_MAX)
            count = IO_INBAND_MAX;
        a->type = item(MACH_MSG_TYPE_CHAR, 8, count);
        if (count > 0)
            memcpy(a->inband, data, count);
        return sizeof a->type + padded(count);
    case 2811: /* get_status */
        if (count > DEV_STATUS_MAX)
            count = DEV_STATUS_MAX;
        a->type = item(MACH_MSG_TYPE_INTEGER_32, 32, count);
        if (count > 0)
            memcpy(a->status, data, count * sizeof(int));
        return sizeof a->type + padded(count * sizeof(int));
    default: /* a result alone */
        return 0;
    }
}

/* A routine's stub takes an error without what would follow it; that of
 * device_reply.defs wants it all the same, and whose it is cannot be seen. */
void usrd_error_body(mig_reply_header_t *reply, int request_id)
{
    reply->Head.msgh_bits &= ~MACH_MSGH_BITS_COMPLEX;
    reply->Head.msgh_size = sizeof *reply;
    if (request_id >= 2802 && request_id <= 2805)
        reply->Head.msgh_size +=
            body((struct answer *)reply, request_id, NULL, 0);
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
        answer.head.Head.msgh_size += body(&answer, request_id, data, count);
    else
        usrd_error_body(&answer.head, request_id);
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

mach_port_t usrd_reply_object(const mig_reply_header_t *reply)
{
    const mach_msg_type_t *type = (const mach_msg_type_t *)(reply + 1);

    if (reply->Head.msgh_id != 2909 ||
        !(reply->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX))
        return MACH_PORT_NULL;
    return ((const mach_port_name_inlined_t *)(type + 1))->name;
}

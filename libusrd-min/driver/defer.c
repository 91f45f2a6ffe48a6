/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Requests that wait for their device.  The reply port moves from the request
 * into this table and is answered by usrd_complete(). */
#include "driver.h"

#define OPS 32

static struct op {
    int id;        /* of the request; 0: free */
    unsigned turn; /* makes each usrd_op_t of this slot another one */
    unsigned handle;
    mach_port_t reply;
    unsigned reply_type;
    unsigned long since; /* us */
} ops[OPS];

/* An usrd_op_t is turn << 8 | (slot + 1). */
static struct op *find(usrd_op_t name)
{
    unsigned slot = (name & 0xff) - 1;

    if (slot >= OPS || !ops[slot].id || ops[slot].turn != name >> 8)
        return NULL;
    return &ops[slot];
}

usrd_op_t usrd_defer(usrd_driver_t driver)
{
    if (!usrd_is_driver(driver) || !usrd_request.id || usrd_request.op)
        return 0;
    for (unsigned slot = 0; slot < OPS; slot++) {
        struct op *op = &ops[slot];
        if (op->id)
            continue;
        op->id = usrd_request.id;
        op->turn = (op->turn + 1) & 0xffffff;
        op->handle = usrd_request.handle;
        op->reply = usrd_request.reply;
        op->reply_type = usrd_request.reply_type;
        op->since = usrd_now();
        return usrd_request.op = op->turn << 8 | (slot + 1);
    }
    return 0;
}

kern_return_t usrd_complete(usrd_op_t name, kern_return_t result, void *data,
                            vm_size_t count)
{
    struct op *op = find(name);

    if (!op)
        return USRD_ERROR_INVALID_DRIVER;
    struct op done = *op;
    op->id = 0;
    if (done.id == USRD_REQUEST_OPEN)
        usrd_handle_opened(done.handle, result);
    else
        usrd_reply(done.id, done.reply, done.reply_type, result, data, count);
    if (done.id == 2804 || done.id == 2805)
        usrd_free(&usrd_the_driver, data, 0);
    return USRD_SUCCESS;
}

boolean_t usrd_op_cancel(usrd_op_t name)
{
    struct op *op = find(name);

    if (op)
        op->id = 0;
    return op != NULL;
}

void usrd_ops_close(unsigned handle)
{
    for (struct op *op = ops; op < ops + OPS; op++)
        if (op->id == USRD_REQUEST_OPEN && op->handle == handle)
            op->id = 0;
}

void usrd_ops_fail(kern_return_t result)
{
    for (unsigned slot = 0; slot < OPS; slot++)
        if (ops[slot].id)
            usrd_complete(ops[slot].turn << 8 | (slot + 1), result, NULL, 0);
}

unsigned usrd_ops_count(unsigned long *oldest_us)
{
    unsigned n = 0;
    unsigned long now = usrd_now();

    *oldest_us = 0;
    for (struct op *op = ops; op < ops + OPS; op++)
        if (op->id) {
            n++;
            if (now - op->since > *oldest_us)
                *oldest_us = now - op->since;
        }
    return n;
}

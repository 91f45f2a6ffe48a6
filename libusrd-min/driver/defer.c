/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Requests that wait for their device.  The reply port moves from the request
 * into this table and is answered by usrd_complete(). */
#include <stdlib.h>

#include "driver.h"

/* Requests at a time; past them the loop takes none (pause.c).  Opens come all
 * the same, no more at a time than kernel-ext asks for. */
#define REQUESTS 32
#define OPENS 8
#define OPS (REQUESTS + OPENS)

static struct op {
    int id;        /* of the request; 0: free */
    unsigned turn; /* makes each usrd_op_t of this slot another one */
    unsigned handle;
    mach_port_t reply;
    unsigned reply_type;
    boolean_t gone;      /* nobody waits for the answer any more */
    boolean_t input;     /* a read that may wait for input, however long */
    unsigned long since; /* us */
    struct usrd_setting *setting; /* to be kept when it is answered */
} ops[OPS];

static unsigned requests; /* that somebody waits for */
unsigned usrd_ring_ops;

/* An usrd_op_t is turn << 8 | (slot + 1). */
static struct op *find(usrd_op_t name)
{
    unsigned slot = (name & 0xff) - 1;

    if (slot >= OPS || !ops[slot].id || ops[slot].turn != name >> 8)
        return NULL;
    return &ops[slot];
}

static boolean_t counts(const struct op *op)
{
    return op->id && op->id != USRD_REQUEST_OPEN && !op->gone;
}

boolean_t usrd_ops_full(void)
{
    unsigned limit = usrd_the_driver.limits[USRD_RESOURCE_IO_OPS];

    return requests >= REQUESTS || (limit && requests + usrd_ring_ops >= limit);
}

/* The answer was sent, or is not wanted. */
static void forget(struct op *op)
{
    requests -= counts(op);
    op->id = 0;
    free(op->setting);
    op->setting = NULL;
}

/* A free slot; else one whose request nobody waits for. */
static struct op *slot_for_one(void)
{
    struct op *gone = NULL;

    for (struct op *op = ops; op < ops + OPS; op++) {
        if (!op->id)
            return op;
        if (op->gone)
            gone = op;
    }
    return gone;
}

/* device_read, device_read_inband; the same to write. */
static boolean_t is_read(int id)
{
    return id == 2804 || id == 2805;
}

static boolean_t is_write(int id)
{
    return id == 2802 || id == 2803;
}

/* On what comes by itself, and not because it was asked for. */
static boolean_t waits_for_input(int id, unsigned handle)
{
    const struct usrd_handle *h = is_read(id) ? usrd_handle(handle) : NULL;

    return h && h->device &&
           (h->device->type &
            (USRD_CAP_CHAR_DEVICE | USRD_CAP_NETWORK | USRD_CAP_INPUT));
}

usrd_op_t usrd_defer(usrd_driver_t driver)
{
    if (!usrd_is_driver(driver) || !usrd_request.id || usrd_request.op)
        return 0;
    struct op *op = slot_for_one();
    if (!op)
        return 0;
    free(op->setting);
    *op = (struct op){
        .id = usrd_request.id,
        .turn = (op->turn + 1) & 0xffffff,
        .handle = usrd_request.handle,
        .reply = usrd_request.reply,
        .reply_type = usrd_request.reply_type,
        .input = waits_for_input(usrd_request.id, usrd_request.handle),
        .since = usrd_now(),
    };
    requests += counts(op);
    if (usrd_ops_full())
        usrd_paused = TRUE;
    return usrd_request.op = op->turn << 8 | (unsigned)(op - ops + 1);
}

kern_return_t usrd_complete(usrd_op_t name, kern_return_t result, void *data,
                            vm_size_t count)
{
    struct op *op = find(name);

    if (!op)
        return USRD_ERROR_INVALID_DRIVER;
    struct op done = *op;
    op->setting = NULL;
    forget(op);
    usrd_answered(&usrd_the_driver, usrd_now() - done.since, 1);
    if (result == KERN_SUCCESS && (done.id == 2810 || done.id == 2812))
        result = usrd_setting_taken(name, done.handle, done.setting);
    free(done.setting);
    if (done.id == USRD_REQUEST_OPEN)
        usrd_open_completed(done.handle, result);
    else if (!done.gone)
        usrd_reply(done.id, done.reply, done.reply_type, result, data, count);
    if (usrd_the_driver.limits[USRD_RESOURCE_BANDWIDTH] &&
        result == KERN_SUCCESS && (is_read(done.id) || is_write(done.id)))
        usrd_charge(count);
    if (is_read(done.id))
        usrd_free(&usrd_the_driver, data, 0);
    return USRD_SUCCESS;
}

boolean_t usrd_op_cancel(usrd_op_t name)
{
    struct op *op = find(name);

    if (op)
        forget(op);
    return op != NULL;
}

boolean_t usrd_op_setting(usrd_op_t name, struct usrd_setting *setting)
{
    struct op *op = find(name);

    if (op)
        op->setting = setting;
    else /* it was answered in its callback */
        free(setting);
    return setting != NULL;
}

boolean_t usrd_op_waits(usrd_op_t name)
{
    struct op *op = find(name);

    return op != NULL && !op->gone;
}

/* Answer it for the driver, whose usrd_complete() comes to nothing then. */
static void give_up(struct op *op, kern_return_t result)
{
    free(op->setting);
    op->setting = NULL;
    if (!counts(op))
        return;
    requests--;
    op->gone = TRUE;
    usrd_reply(op->id, op->reply, op->reply_type, result, NULL, 0);
}

void usrd_ops_close(unsigned handle)
{
    for (struct op *op = ops; op < ops + OPS; op++)
        if (op->id && op->handle == handle) {
            give_up(op, D_NO_SUCH_DEVICE);
            if (op->id == USRD_REQUEST_OPEN)
                op->id = 0;
        }
}

void usrd_ops_suspend(void)
{
    for (struct op *op = ops; op < ops + OPS; op++)
        give_up(op, D_DEVICE_DOWN);
}

void usrd_ops_fail(kern_return_t result)
{
    for (unsigned slot = 0; slot < OPS; slot++)
        if (ops[slot].id)
            usrd_complete(ops[slot].turn << 8 | (slot + 1), result, NULL, 0);
}

void usrd_ops_sweep(void)
{
    mach_port_type_t type;

    for (struct op *op = ops; op < ops + OPS; op++)
        if (counts(op) &&
            mach_port_type(mach_task_self(), op->reply, &type) ==
                KERN_SUCCESS &&
            (type & MACH_PORT_TYPE_DEAD_NAME)) {
            usrd_drop_reply(op->reply);
            requests--;
            op->gone = TRUE;
        }
}

unsigned usrd_ops_count(unsigned long *oldest_us)
{
    unsigned n = usrd_ring_ops;
    unsigned long now = usrd_now();

    *oldest_us = 0;
    for (struct op *op = ops; op < ops + OPS; op++) {
        if (!op->id || op->gone)
            continue;
        n++;
        if (!op->input && now - op->since > *oldest_us)
            *oldest_us = now - op->since;
    }
    return n;
}

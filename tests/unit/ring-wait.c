/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A client's rings: what it asks of the kernel to ring and to wait, and what it
 * tells its caller when nothing comes. */
#include <mach/mach.h>
#include <mach/mach_port.h>

#include <usrd/client.h>
#include <usrd/ring.h>

#include "../../libusrd-min/client/call.h"
#include "../../libusrd-min/ring/ring.h"
#include "../../libusrd-min/task/task.h"
#include "tap.h"
#include "userspace_driver.h"

#define SLOW 1000000 /* counts in a millisecond: no time passes in a test */
#define FAST 1       /* and here a second does in a thousand counts */
#define HANDLE 0x50u
#define DOORBELL 0x60u
#define RIGHT 0x70u

static struct {
    struct usrd_ring_client client;
    char rest[4096 - sizeof(struct usrd_ring_client)];
    struct usrd_ring_driver driver;
    char more[4096 - sizeof(struct usrd_ring_driver)];
    char data[4096];
} memory __attribute__((aligned(4096)));

static struct usrd_rd driver;
static struct usrd_ring *ring;
static struct {
    unsigned calls, rang, waited, dropped, closed;
    mach_msg_return_t answer; /* to each call */
    unsigned answers;         /* requests that are answered meanwhile */
    boolean_t junk;           /* a message with a right comes instead */
    unsigned state;           /* of the driver, USRD_TASK_* */
    boolean_t gone;           /* the handle's port is dead */
    kern_return_t created;
    unsigned doorbells; /* that were made */
    unsigned lent;      /* bells with a right */
    boolean_t limited;  /* the last call had a time-out */
    boolean_t keeps;    /* the right does not come back, */
    boolean_t returns;  /* but now */
} kernel;

static void serve(unsigned n)
{
    struct usrd_ring_slot copy;
    unsigned slot;

    while (n-- > 0 && usrd_rd_take(&driver, &copy, &slot))
        usrd_rd_answer(&driver, slot, KERN_SUCCESS, copy.count);
}

mach_msg_return_t mach_msg(mach_msg_header_t *msg, mach_msg_option_t option,
                           mach_msg_size_t send_size, mach_msg_size_t rcv_size,
                           mach_port_name_t rcv_name,
                           mach_msg_timeout_t timeout, mach_port_name_t notify)
{
    (void)rcv_size, (void)timeout, (void)notify;
    kernel.calls++;
    kernel.limited = (option & (MACH_SEND_TIMEOUT | MACH_RCV_TIMEOUT)) != 0;
    boolean_t lends =
        (option & MACH_SEND_MSG) &&
        MACH_MSGH_BITS_LOCAL(msg->msgh_bits) == MACH_MSG_TYPE_MAKE_SEND_ONCE &&
        msg->msgh_local_port == rcv_name;
    kernel.lent += lends;
    if (option & MACH_SEND_MSG) {
        kernel.rang += msg->msgh_id == USRD_RING_BELL && send_size > 0 &&
                       msg->msgh_remote_port == HANDLE;
        if (kernel.answer == MACH_SEND_TIMED_OUT)
            return kernel.answer;
        if (kernel.answer == MACH_SEND_INVALID_DEST)
            return kernel.answer;
    }
    if (!(option & MACH_RCV_MSG))
        return MACH_MSG_SUCCESS;
    kernel.waited += rcv_name == DOORBELL;
    serve(kernel.answers);
    *msg = (mach_msg_header_t){.msgh_bits = MACH_MSGH_BITS(
                                   0, (lends && !kernel.keeps) || kernel.returns
                                          ? MACH_MSG_TYPE_PORT_SEND_ONCE
                                          : MACH_MSG_TYPE_PORT_SEND),
                               .msgh_id = USRD_RING_ANSWERED};
    kernel.returns = FALSE;
    if (kernel.junk) {
        msg->msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_PORT_SEND_ONCE, 0);
        msg->msgh_remote_port = RIGHT;
        kernel.junk = FALSE;
    }
    return kernel.answer;
}

mach_port_t mach_task_self(void)
{
    return 1;
}

mach_port_t mach_host_self(void)
{
    return 2;
}

kern_return_t host_get_uptime64(mach_port_t host, time_value64_t *uptime);
kern_return_t host_get_uptime64(mach_port_t host, time_value64_t *uptime)
{
    (void)host, (void)uptime;
    return KERN_FAILURE;
}

kern_return_t mach_port_allocate(mach_port_t task, mach_port_right_t right,
                                 mach_port_t *name)
{
    (void)task, (void)right;
    *name = DOORBELL + kernel.doorbells++;
    return KERN_SUCCESS;
}

kern_return_t mach_port_mod_refs(mach_port_t task, mach_port_t name,
                                 mach_port_right_t right,
                                 mach_port_delta_t delta)
{
    (void)task;
    kernel.closed +=
        name == DOORBELL && right == MACH_PORT_RIGHT_RECEIVE && delta == -1;
    return KERN_SUCCESS;
}

kern_return_t mach_port_deallocate(mach_port_t task, mach_port_t name)
{
    (void)task;
    kernel.dropped += name == HANDLE || name == RIGHT;
    return KERN_SUCCESS;
}

kern_return_t mach_port_type(mach_port_t task, mach_port_t name,
                             mach_port_type_t *type)
{
    (void)task;
    *type = name == HANDLE && kernel.gone ? MACH_PORT_TYPE_DEAD_NAME
                                          : MACH_PORT_TYPE_SEND;
    return KERN_SUCCESS;
}

void mach_msg_destroy(mach_msg_header_t *msg)
{
    mach_port_deallocate(1, msg->msgh_remote_port);
}

kern_return_t usrd_msg_heartbeat(mach_port_t control, uint32_t status,
                                 const usrd_words_t usage)
{
    (void)control, (void)status, (void)usage;
    return KERN_SUCCESS;
}

kern_return_t usrd_msg_device_info(mach_port_t control, const_usrd_name_t name,
                                   usrd_words_t info)
{
    (void)control;
    info[USRD_DEVICE_STATE] = kernel.state;
    return strcmp(name, "disk") == 0 ? KERN_SUCCESS : KERN_NO_ACCESS;
}

kern_return_t usrd_msg_ring_destroy(mach_port_t control, vm_offset_t address)
{
    (void)control;
    kernel.closed += address == (vm_offset_t)&memory;
    return KERN_SUCCESS;
}

kern_return_t usrd_ring_create(const char *name, dev_mode_t mode,
                               unsigned slots, size_t bytes,
                               mach_port_t doorbell, mach_port_t *handle,
                               vm_offset_t *address)
{
    (void)name, (void)mode, (void)slots, (void)bytes, (void)doorbell;
    *handle = HANDLE;
    *address = (vm_offset_t)&memory;
    return kernel.created;
}

/* Again from the beginning, with a driver that naps or is awake. */
static void begin(boolean_t naps)
{
    memset(&kernel, 0, sizeof kernel);
    memset(&memory, 0, sizeof memory);
    kernel.state = USRD_TASK_READY;
    usrd_task.tsc_khz = SLOW;
    usrd_set_timeout(1000);
    usrd_rd_attach(&driver, &memory.client, &memory.driver, 4, 1, false, false);
    if (naps)
        usrd_rd_nap(&driver);
    EQ(usrd_ring_open("disk", D_READ, 4, 4096, &ring), KERN_SUCCESS, "opened");
}

static void end(void)
{
    kernel.closed = kernel.dropped = 0;
    usrd_ring_close(ring);
    EQ(kernel.closed, 2, "closed: the ring, and the doorbell");
    EQ(kernel.dropped, 1, "and the handle");
}

static void post(unsigned n)
{
    while (n-- > 0)
        usrd_ring_post(ring, USRD_RING_READ, n, 512, 0, n);
}

static void waits(kern_return_t result, const char *name)
{
    struct usrd_ring_result r;

    EQ((uint32_t)usrd_ring_wait(ring, &r), (uint32_t)result, name);
}

static void bells(void)
{
    struct usrd_ring_result r;

    begin(TRUE);
    waits(D_INVALID_OPERATION, "nothing is posted");
    EQ(kernel.calls, 0, "so nobody is asked");
    post(4);
    OK(!usrd_ring_post(ring, USRD_RING_READ, 0, 1, 0, 0), "there are 4 slots");
    kernel.answers = 4;
    waits(KERN_SUCCESS, "an answer");
    EQ(kernel.calls, 1, "in one call");
    OK(kernel.rang == 1 && kernel.waited == 1, "which rings and waits");
    for (unsigned n = 0; n < 3; n++)
        waits(KERN_SUCCESS, "another");
    OK(!usrd_ring_poll(ring, &r), "that is all");
    EQ(kernel.calls, 1, "with no other call");
    post(1);
    usrd_ring_submit(ring);
    EQ(kernel.rang, 1, "a driver is rung for once a nap");
    end();

    begin(FALSE);
    post(2);
    usrd_ring_submit(ring);
    serve(2);
    waits(KERN_SUCCESS, "an answer");
    OK(usrd_ring_poll(ring, &r), "and another");
    EQ(kernel.calls, 0, "no call while the driver is awake");
    end();
}

static void nothing_comes(void)
{
    begin(TRUE);
    post(1);
    kernel.answer = MACH_RCV_TIMED_OUT;
    usrd_task.tsc_khz = FAST;
    waits(MACH_RCV_TIMED_OUT, "for as long as the caller wants");
    EQ(kernel.rang, 1, "rung once");
    usrd_task.tsc_khz = SLOW;
    kernel.answer = MACH_MSG_SUCCESS;
    kernel.state = USRD_TASK_STOPPED;
    waits(D_DEVICE_DOWN, "a bell, and the driver is stopped");
    kernel.state = USRD_TASK_FAILED;
    unsigned calls = kernel.calls;
    waits(D_DEVICE_DOWN, "or given up");
    EQ(kernel.calls, calls, "which it need not be told again");
    kernel.state = USRD_TASK_READY;
    kernel.answers = 1;
    waits(KERN_SUCCESS, "it stayed posted");
    end();
}

static void restarted(void)
{
    begin(TRUE);
    post(2);
    struct usrd_ring_slot copy;
    unsigned slot;
    usrd_rd_take(&driver, &copy, &slot);
    usrd_rd_attach(&driver, &memory.client, &memory.driver, 4, 2, false, false);
    serve(2);
    waits(KERN_SUCCESS, "of another incarnation");
    waits(KERN_SUCCESS, "each");
    waits(D_INVALID_OPERATION, "once");
    end();
}

static void not_sent(void)
{
    begin(TRUE);
    post(1);
    kernel.answer = MACH_SEND_TIMED_OUT;
    usrd_ring_submit(ring);
    EQ(kernel.dropped, 1, "the right of a bell that was not sent is given up");
    kernel.answer = MACH_MSG_SUCCESS;
    kernel.answers = 1;
    waits(KERN_SUCCESS, "a full queue wakes as well");
    EQ(kernel.rang, 1, "so it is not rung again");
    end();
    begin(TRUE);
    post(1);
    kernel.answer = MACH_SEND_INVALID_DEST;
    waits(MACH_SEND_INVALID_DEST, "the device is no more");
    EQ(kernel.dropped, 0, "and no right came back");
    end();
    begin(FALSE);
    post(1);
    kernel.gone = TRUE;
    waits(MACH_SEND_INVALID_DEST, "nor is it for who waits only");
    end();
    begin(TRUE);
    post(1);
    kernel.junk = TRUE;
    kernel.answers = 1;
    waits(KERN_SUCCESS, "anything may come to the doorbell");
    EQ(kernel.dropped, 1, "what it carries is given up");
    end();
}

/* In the form of an RPC, without a limit, where that is safe. */
static void one_call(void)
{
    static const struct {
        unsigned timeout;
        boolean_t limited;
        const char *name;
    } waits_for[] = {{0, FALSE, "for ever"},
                     {10000, FALSE, "ten seconds, which kernel-ext counts"},
                     {1000, TRUE, "one second, which the kernel does"}};

    for (unsigned n = 0; n < sizeof waits_for / sizeof *waits_for; n++) {
        begin(TRUE);
        usrd_set_timeout(waits_for[n].timeout);
        post(1);
        kernel.answers = 1;
        waits(KERN_SUCCESS, waits_for[n].name);
        EQ(kernel.lent, 1, "the bell has a right to answer");
        EQ(kernel.limited, waits_for[n].limited, waits_for[n].name);
        end();
    }

    begin(TRUE);
    usrd_set_timeout(0);
    kernel.answers = 1;
    kernel.keeps = TRUE;
    post(1);
    waits(KERN_SUCCESS, "a driver that keeps the right");
    usrd_rd_nap(&driver);
    post(1);
    waits(KERN_SUCCESS, "is sent no second one");
    EQ(kernel.lent, 1, "while it has it");
    OK(kernel.limited, "and nobody waits for its queue");
    end();

    begin(TRUE);
    usrd_set_timeout(0);
    for (unsigned n = 0; n < 3; n++) {
        post(1);
        usrd_ring_submit(ring);
        serve(1);
        waits(KERN_SUCCESS, "answered meanwhile");
        usrd_rd_nap(&driver);
    }
    kernel.answers = 1;
    post(1);
    waits(KERN_SUCCESS, "after bells that nobody is known to have read");
    OK(kernel.lent == 1 && kernel.limited, "the next does not wait for room");
    usrd_rd_nap(&driver);
    post(1);
    waits(KERN_SUCCESS, "when its right is back");
    OK(kernel.lent == 2 && !kernel.limited, "there is room again");
    usrd_calls_lost = 1;
    usrd_rd_nap(&driver);
    post(1);
    waits(KERN_SUCCESS, "where a call was given up");
    OK(kernel.lent == 3 && kernel.limited, "its request may be in the queue");
    usrd_calls_lost = 0;
    end();
}

/* A driver that keeps the right, and reads no bell after it. */
static void kept(void)
{
    begin(TRUE);
    usrd_set_timeout(0);
    kernel.answers = 1;
    kernel.keeps = TRUE;
    post(1);
    waits(KERN_SUCCESS, "a driver keeps the right");
    for (unsigned n = 0; n < 3; n++) {
        usrd_rd_nap(&driver);
        post(1);
        waits(KERN_SUCCESS, "and is rung");
    }
    EQ(kernel.rang, 4, "by bells that it may not have read");
    kernel.returns = TRUE;
    usrd_rd_nap(&driver);
    post(1);
    waits(KERN_SUCCESS, "when the right comes back");
    usrd_rd_nap(&driver);
    post(1);
    waits(KERN_SUCCESS, "from before them");
    OK(kernel.lent == 2 && kernel.limited, "the next does not wait for room");
    end();

    begin(TRUE);
    post(1);
    kernel.answer = MACH_SEND_TIMED_OUT;
    usrd_task.tsc_khz = FAST;
    waits(MACH_RCV_TIMED_OUT, "a full queue");
    usrd_task.tsc_khz = SLOW;
    usrd_set_timeout(0);
    kernel.answer = MACH_MSG_SUCCESS;
    kernel.answers = 1;
    kernel.keeps = kernel.returns = TRUE;
    unsigned lent = kernel.lent;
    memory.driver.naps += 2; /* it took one, and napped again */
    post(1);
    waits(KERN_SUCCESS, "the right of a bell that was not sent comes back");
    EQ(kernel.lent, lent, "and no other was sent meanwhile");
    end();
}

/* Two rings with one bell.  They have the same memory here, so only the first
 * is used, and the other passes over its answers. */
static boolean_t poll_both(struct usrd_ring *const pair[])
{
    struct usrd_ring_result r;

    return !usrd_ring_poll(pair[1], &r) && usrd_ring_poll(pair[0], &r);
}

static void beside(void)
{
    struct usrd_ring *pair[2], *other;

    begin(TRUE);
    pair[0] = ring;
    EQ(usrd_ring_open_beside("disk", D_READ, 4, 4096, ring, &pair[1]),
       KERN_SUCCESS, "a ring beside another");
    EQ(kernel.doorbells, 1, "has its bell");
    EQ(usrd_ring_handle(pair[1]), HANDLE, "and a handle");
    EQ(usrd_ring_epoch(pair[1]), 1, "of the first incarnation");
    EQ((uint32_t)usrd_ring_sleep(pair, 0, 10), (uint32_t)D_INVALID_OPERATION,
       "no ring");

    OK(!poll_both(pair), "nothing was posted");
    kernel.answer = MACH_RCV_TIMED_OUT;
    EQ((uint32_t)usrd_ring_sleep(pair, 2, 0), (uint32_t)MACH_RCV_TIMED_OUT,
       "nothing is there");
    OK(kernel.calls == 1 && kernel.waited == 1, "which one look says");
    EQ(kernel.rang, 0, "and rings for nothing");
    post(1);
    kernel.answer = MACH_MSG_SUCCESS;
    kernel.answers = 1;
    EQ(usrd_ring_sleep(pair, 2, 1000), KERN_SUCCESS, "an answer");
    OK(kernel.calls == 2 && kernel.rang == 1, "which one call waits for");
    OK(poll_both(pair), "is there");
    usrd_rd_wake(&driver);
    post(1);
    serve(1);
    EQ(usrd_ring_sleep(pair, 2, 1000), KERN_SUCCESS, "one that is there");
    EQ(kernel.calls, 2, "is not waited for");

    EQ(usrd_ring_open("disk", D_READ, 4, 4096, &other), KERN_SUCCESS,
       "one by itself");
    EQ(kernel.doorbells, 2, "has its own bell");
    struct usrd_ring *const apart[] = {ring, other};
    EQ((uint32_t)usrd_ring_sleep(apart, 2, 10), (uint32_t)D_INVALID_OPERATION,
       "and cannot be waited for with them");
    usrd_ring_close(other);
    kernel.closed = 0;
    usrd_ring_close(ring);
    EQ(kernel.closed, 1, "the bell stays while one has it");
    ring = pair[1];
    end();
}

static void not_opened(void)
{
    static const struct {
        kern_return_t created, result;
    } results[] = {
        {KERN_RESOURCE_SHORTAGE, D_NO_MEMORY},
        {KERN_NO_SPACE, D_NO_MEMORY},
        {KERN_INVALID_ARGUMENT, D_INVALID_SIZE},
        {D_INVALID_OPERATION, D_INVALID_OPERATION},
        {MACH_RCV_TIMED_OUT, MACH_RCV_TIMED_OUT},
    };
    char name[65];

    for (unsigned n = 0; n < sizeof results / sizeof results[0]; n++) {
        memset(&kernel, 0, sizeof kernel);
        kernel.created = results[n].created;
        EQ((uint32_t)usrd_ring_open("disk", D_READ, 4, 4096, &ring),
           (uint32_t)results[n].result, "not opened");
        EQ(kernel.closed, 1, "the doorbell goes");
    }
    memset(name, 'x', 64);
    name[64] = '\0';
    EQ(usrd_ring_open(name, D_READ, 4, 4096, &ring), D_NO_SUCH_DEVICE,
       "no name is as long");
}

int main(void)
{
    bells();
    nothing_comes();
    restarted();
    not_sent();
    one_call();
    kept();
    beside();
    not_opened();
    return tap_end();
}

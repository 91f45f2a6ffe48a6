/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The service loop.  One kernel call an iteration: it sends the answer to the
 * last message and waits for the next one.  With a time-out that call would
 * cost half as much again, so there is none: kernel-ext asks for each heartbeat
 * (usrd_do_probe), and the loop never lacks a message for long. */
#include <string.h>

#include <usrd/ring.h>

#include "driver.h"
#include "userspace_driver.h"
#include "userspace_driver_service_server.h"

/* The longest message either way: DEV_STATUS_MAX words and what is before
 * them. */
#define LONGEST (DEV_STATUS_MAX * 4 + 256)

/* A message is received at the start of this; its answer is built behind it,
 * so that short ones share a page, and moved to the start to be sent. */
static union {
    mach_msg_header_t msg;
    char bytes[2 * LONGEST];
} area;

const struct usrd_ring_calls *usrd_rings USRD_HOT;

static mig_reply_header_t *behind(const mach_msg_header_t *request)
{
    return (mig_reply_header_t *)(area.bytes +
                                  ((request->msgh_size + 7u) & ~7u));
}

static void from_kernel_ext(mach_msg_header_t *msg)
{
    usrd_request = (struct usrd_request){0};
    usrd_service_server(msg, &behind(msg)->Head);
    mach_msg_destroy(msg); /* it has nothing; whoever sent it had no reply */
}

#define PROBE 4846

/* Of probes one after the other one is enough: they would soon be all. */
static void note(struct usrd_trace *trace, uint32_t id)
{
    uint32_t *last = &trace->ids[(trace->count - 1) % USRD_TRACE_IDS];

    if (id != PROBE || trace->count == 0 || *last != PROBE)
        trace->ids[trace->count++ % USRD_TRACE_IDS] = id;
}

static mach_msg_size_t serve(mach_msg_header_t *msg)
{
    mig_reply_header_t *reply = behind(msg);
    mach_msg_size_t size = usrd_serve(msg, reply);

    if (size > 0)
        memmove(&area, reply, size);
    return size;
}

/* One request of so many is timed.  (A deferred one has its time noted.) */
#define SAMPLE 256

static __attribute__((noinline)) mach_msg_size_t timed(usrd_driver_t d,
                                                       mach_msg_header_t *msg)
{
    unsigned long began = usrd_now();
    mach_msg_size_t size = serve(msg);

    if (size > 0)
        usrd_answered(d, usrd_now() - began, SAMPLE);
    return size;
}

/* Returns the size of the answer at the start of the area. */
static mach_msg_size_t handle(usrd_driver_t d, mach_msg_header_t *msg)
{
    note(&d->trace, (uint32_t)msg->msgh_id);
    if (msg->msgh_id == USRD_RING_BELL && msg->msgh_size == sizeof *msg &&
        usrd_rings) {
        usrd_rings->rung(msg);
        return 0; /* what it is for is in the ring */
    }
    if (msg->msgh_local_port == USRD_PORT_SERVICE) {
        from_kernel_ext(msg);
        return 0;
    }
    return d->requests++ % SAMPLE == 0 ? timed(d, msg) : serve(msg);
}

/* Is this what the sending half of mach_msg() answers? */
static boolean_t not_sent(mach_msg_return_t mr)
{
    return (mr & ~0x3fff) == 0x10000000 && mr != MACH_MSG_SUCCESS;
}

static void drop_answer(mach_msg_return_t mr)
{
    if (area.msg.msgh_id == USRD_RING_ANSWERED) {
        usrd_rings->not_sent(&area.msg, mr);
        return;
    }
    usrd_drop_reply(usrd_reply_object((mig_reply_header_t *)&area));
    usrd_drop_reply(area.msg.msgh_remote_port);
}

/* A message came, and not all that it carried: there was no room for it. */
static __attribute__((noinline)) void refuse(mach_msg_header_t *msg)
{
    usrd_reply(msg->msgh_id, msg->msgh_remote_port,
               MACH_MSGH_BITS_REMOTE(msg->msgh_bits), D_NO_MEMORY, NULL, 0);
    msg->msgh_remote_port = MACH_PORT_NULL;
    mach_msg_destroy(msg);
}

kern_return_t usrd_loop(usrd_driver_t d)
{
    mach_msg_size_t size = 0;

    while (!d->stop) {
        mach_msg_option_t option =
            size > 0 ? MACH_SEND_MSG | MACH_RCV_MSG : MACH_RCV_MSG;
        mach_port_t from = USRD_PORT_SET;
        unsigned ms = MACH_MSG_TIMEOUT_NONE;
        if (usrd_rings)
            size = usrd_rings->turn(&area.msg, size, &option);
        if (usrd_paused)
            from = usrd_pause(&option, &ms);
        mach_msg_return_t mr = mach_msg(&area.msg, option, size, LONGEST, from,
                                        ms, MACH_PORT_NULL);
        usrd_served();
        if (not_sent(mr))
            drop_answer(mr); /* the client died */
        size = 0;
        if (mr == MACH_MSG_SUCCESS)
            size = handle(d, &area.msg);
        else if ((mr & ~MACH_MSG_MASK) == MACH_RCV_BODY_ERROR)
            refuse(&area.msg);
        else if (mr == MACH_RCV_INVALID_NAME || mr == MACH_RCV_PORT_DIED)
            return USRD_ERROR_DRIVER_CRASHED; /* no port set: no kernel-ext */
    }
    if (size > 0)
        mach_msg(&area.msg, MACH_SEND_MSG | MACH_SEND_TIMEOUT, size, 0,
                 MACH_PORT_NULL, 0, MACH_PORT_NULL);
    usrd_served();
    return USRD_SUCCESS;
}

static kern_return_t run(usrd_driver_t driver)
{
    usrd_task.status |= USRD_STATUS_RUNNING;
    usrd_msg_ready(mach_task_self());
    kern_return_t kr = usrd_loop(driver);

    if (driver->call->driver_shutdown)
        driver->call->driver_shutdown(driver);
    usrd_ops_fail(D_DEVICE_DOWN);
    usrd_task.status &= ~(unsigned)USRD_STATUS_RUNNING;
    return kr;
}

kern_return_t usrd_driver_run(usrd_driver_t driver)
{
    if (!usrd_is_driver(driver))
        return USRD_ERROR_INVALID_DRIVER;
    if (!driver->registered)
        return USRD_ERROR_NOT_REGISTERED;
    if (driver->running)
        return USRD_ERROR_DEVICE_BUSY;
    driver->stop = FALSE;
    driver->running = TRUE;
    kern_return_t kr = driver->call->driver_init
                           ? driver->call->driver_init(driver)
                           : KERN_SUCCESS;
    if (kr == KERN_SUCCESS)
        kr = run(driver);
    driver->running = FALSE;
    return kr;
}

kern_return_t usrd_driver_stop(usrd_driver_t driver)
{
    if (!usrd_is_driver(driver))
        return USRD_ERROR_INVALID_DRIVER;
    driver->stop = TRUE;
    return USRD_SUCCESS;
}

int usrd_exit_code(kern_return_t result)
{
    switch (result) {
    case KERN_SUCCESS:
        return usrd_the_driver.registered && !usrd_the_driver.stop
                   ? USRD_EXIT_SOFTWARE
                   : 0;
    case D_NO_SUCH_DEVICE:
        return USRD_EXIT_ABSENT;
    default:
        return 1;
    }
}

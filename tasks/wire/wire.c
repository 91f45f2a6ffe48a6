/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * wire [sum] [lose=N] [twice=N]: a network device without hardware, a wire
 * between its first two clients by ring.  What one sends the other receives;
 * without a buffer there it waits, as in a switch.
 *
 *     sum      it sums and checks as a network card does, so the ends need not
 *     lose=N   each N-th frame does not arrive
 *     twice=N  each N-th arrives twice
 *
 * Left out: filters, Mach's messages, a third client. */
#include <device/net_status.h>
#include <device/userspace_driver_sdk.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <usrd/net.h>
#include <usrd/ring.h>

enum { ENDS = 2, MOST = USRD_RING_SLOTS };

/* Requests in the order in which they came; counts run on. */
struct queue {
    struct usrd_ring_request of[MOST];
    unsigned head, tail;
};

static struct end {
    bool open;
    uint8_t address[USRD_NET_ADDRESS];
    struct queue reads, writes; /* writes: what it sends */
    unsigned frames;
} ends[ENDS];

static unsigned features, lose, twice;

static struct usrd_ring_request *next(struct queue *q)
{
    return q->head == q->tail ? NULL : &q->of[q->tail % MOST];
}

/* FRAME into the buffer that TO has posted first. */
static void deliver(struct end *to, const struct usrd_ring_request *frame)
{
    struct usrd_ring_request *buffer = next(&to->reads);
    uint64_t flags = frame->record ? USRD_NET_CHECKED : 0;

    if (!buffer)
        return;
    to->reads.tail++;
    if (frame->count > buffer->count) {
        usrd_ring_complete(buffer->id, D_INVALID_SIZE, 0);
        return;
    }
    memcpy(buffer->data, frame->data, frame->count);
    usrd_ring_complete(buffer->id, KERN_SUCCESS, frame->count | flags);
}

static void move(struct end *from, struct end *to)
{
    struct usrd_ring_request *frame;

    while ((frame = next(&from->writes)) && (next(&to->reads) || !to->open)) {
        from->writes.tail++;
        from->frames++;
        if (!lose || from->frames % lose)
            deliver(to, frame);
        if (twice && from->frames % twice == 0)
            deliver(to, frame);
        usrd_ring_complete(frame->id, KERN_SUCCESS, frame->count);
    }
}

static kern_return_t wire_init(usrd_driver_t driver)
{
    (void)driver;
    for (unsigned n = 0; n < ENDS; n++) { /* locally administered */
        ends[n].address[0] = 2;
        ends[n].address[5] = (uint8_t)(n + 1);
    }
    return KERN_SUCCESS;
}

static kern_return_t wire_open(usrd_driver_t driver, const char *name,
                               dev_mode_t mode, void **context)
{
    (void)driver, (void)name, (void)mode;
    for (unsigned n = 0; n < ENDS; n++)
        if (!ends[n].open) {
            ends[n].open = true;
            *context = &ends[n];
            return KERN_SUCCESS;
        }
    return D_ALREADY_OPEN;
}

static kern_return_t wire_close(usrd_driver_t driver, void *context)
{
    struct end *e = context;

    (void)driver;
    e->open = false;
    e->reads.tail = e->reads.head;
    e->writes.tail = e->writes.head;
    return KERN_SUCCESS;
}

/* A network device has to have these; here everything goes by ring. */
static kern_return_t wire_read(usrd_driver_t driver, void *context,
                               dev_mode_t mode, recnum_t recnum,
                               vm_size_t bytes_wanted, void **data,
                               vm_size_t *bytes_read)
{
    (void)driver, (void)context, (void)mode, (void)recnum;
    (void)bytes_wanted, (void)data, (void)bytes_read;
    return D_INVALID_OPERATION;
}

static kern_return_t wire_write(usrd_driver_t driver, void *context,
                                dev_mode_t mode, recnum_t recnum, void *data,
                                vm_size_t bytes_to_write,
                                vm_size_t *bytes_written)
{
    (void)driver, (void)context, (void)mode, (void)recnum;
    (void)data, (void)bytes_to_write, (void)bytes_written;
    return D_INVALID_OPERATION;
}

static kern_return_t wire_ring(usrd_driver_t driver, void *context,
                               const struct usrd_ring_request *request)
{
    struct end *e = context;
    bool reads = request->op == USRD_RING_READ;
    struct queue *q = reads ? &e->reads : &e->writes;

    (void)driver;
    if (!reads && request->op != USRD_RING_WRITE)
        return D_INVALID_OPERATION;
    q->of[q->head++ % MOST] = *request;
    return KERN_SUCCESS;
}

static void wire_ring_end(usrd_driver_t driver)
{
    (void)driver;
    move(&ends[0], &ends[1]);
    move(&ends[1], &ends[0]);
}

/* Two words, as a wire has them. */
static kern_return_t wire_set_status(usrd_driver_t driver, void *context,
                                     dev_flavor_t flavor, dev_status_t status,
                                     natural_t count)
{
    struct end *e = context;

    (void)driver;
    if (flavor != NET_ADDRESS)
        return D_INVALID_OPERATION;
    if (count < 2)
        return D_INVALID_SIZE;
    for (unsigned n = 0; n < USRD_NET_ADDRESS; n++)
        e->address[n] = (uint8_t)((unsigned)status[n / 4] >> (24 - n % 4 * 8));
    return KERN_SUCCESS;
}

static kern_return_t wire_get_status(usrd_driver_t driver, void *context,
                                     dev_flavor_t flavor, dev_status_t status,
                                     natural_t *count)
{
    const struct end *e = context;
    natural_t words = flavor == NET_ADDRESS ? 2 : USRD_NET_INFO_WORDS;

    (void)driver;
    if (flavor != NET_ADDRESS && flavor != USRD_NET_INFO)
        return D_INVALID_OPERATION;
    if (*count < words)
        return D_INVALID_SIZE;
    *count = words;
    memset(status, 0, words * sizeof *status);
    if (flavor == USRD_NET_INFO) {
        status[USRD_NET_INFO_MTU] = 1500;
        status[USRD_NET_INFO_FEATURES] = (int)features;
        status[USRD_NET_INFO_LINK] = 1;
        return KERN_SUCCESS;
    }
    for (unsigned n = 0; n < USRD_NET_ADDRESS; n++)
        status[n / 4] |= (int)((unsigned)e->address[n] << (24 - n % 4 * 8));
    return KERN_SUCCESS;
}

static struct usrd_driver_callbacks wire_callbacks = {
    .driver_init = wire_init,
    .device_open = wire_open,
    .device_close = wire_close,
    .device_read = wire_read,
    .device_write = wire_write,
    .device_get_status = wire_get_status,
    .device_set_status = wire_set_status,
    .device_ring = wire_ring,
    .device_ring_end = wire_ring_end,
};

int main(int argc, char **argv)
{
    usrd_driver_t driver = usrd_driver_create(
        argv[0], "a wire", 1, 0, USRD_CAP_NETWORK, &wire_callbacks);

    for (int n = 1; n < argc; n++)
        if (strcmp(argv[n], "sum") == 0)
            features = USRD_NET_CAN_SUM | USRD_NET_CHECKS;
        else if (strncmp(argv[n], "lose=", 5) == 0)
            lose = (unsigned)atoi(argv[n] + 5);
        else if (strncmp(argv[n], "twice=", 6) == 0)
            twice = (unsigned)atoi(argv[n] + 6);
    if (usrd_driver_register(driver, mach_task_self()) != USRD_SUCCESS ||
        usrd_driver_add_device(driver, argv[0], USRD_CAP_NETWORK, NULL) !=
            USRD_SUCCESS)
        return 1;
    return usrd_exit_code(usrd_driver_run(driver));
}

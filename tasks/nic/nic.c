/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The class of network devices: the driver's callbacks, its clients, and who of
 * them has his buffers filled by the device itself, the primary. */
#include <stdlib.h>

#include "class.h"

#define PATIENCE 4 /* heartbeats, for what a closed ring has with the device */

struct nic nic;

void nic_give_up(const char *why)
{
    usrd_driver_report_error(nic.driver, 1, why);
    exit(1);
}

/* At first it is taken for granted. */
void nic_link(bool up)
{
    if (up != nic.link)
        usrd_log(nic.driver, USRD_LOG_INFO, "the link is %s",
                 up ? "up" : "down");
    nic.link = up;
}

/* ---- Who there is ---- */

static bool wants_frames(const struct nic_client *c)
{
    return c->ring ? !c->closing : c->filter.n > 0;
}

static void choose_primary(void)
{
    if (nic.primary && !nic.primary->closing)
        return;
    nic.primary = NULL;
    NIC_EACH_CLIENT (c)
        if (!nic.primary && c->ring && !c->closing)
            nic.primary = c;
}

void nic_clients_changed(void)
{
    bool needed = false;

    choose_primary();
    nic.others = false;
    NIC_EACH_CLIENT (c) {
        nic.others |= c != nic.primary && wants_frames(c);
        needed |= wants_frames(c) && (c->other || c->greedy);
    }
    if (needed != nic.promiscuous && !nic.suspended)
        nic.device->promiscuous(needed);
    nic.promiscuous = needed;
}

/* ---- Restarts of the device, with the driver alive ---- */

static void stop_device(void)
{
    nic.device->stop();
    nic_receive_stopped();
    nic_send_stopped();
}

static void start_device(void)
{
    if (nic.device->start() != KERN_SUCCESS)
        nic_give_up("the device does not start again");
    if (nic.promiscuous)
        nic.device->promiscuous(true);
}

static void poll(void)
{
    if (nic.device->poll && !nic.suspended)
        nic.device->poll();
}

/* ---- Callbacks ---- */

static kern_return_t nic_open(usrd_driver_t driver, const char *name,
                              dev_mode_t mode, void **context)
{
    (void)driver, (void)name, (void)mode;
    for (unsigned n = 0; n < NIC_CLIENTS; n++) {
        struct nic_client *c = &nic.clients[n];
        if (c->used)
            continue;
        if (nic.top <= n)
            nic.top = n + 1;
        memset(c, 0, sizeof *c);
        memcpy(c->address, nic.device->address, sizeof c->address);
        c->used = true;
        c->ring = usrd_ring_is_opened();
        nic_clients_changed();
        *context = c;
        return KERN_SUCCESS;
    }
    return D_NO_MEMORY;
}

static kern_return_t nic_close(usrd_driver_t driver, void *context)
{
    struct nic_client *c = context;

    (void)driver;
    nic_drop_filter(c);
    nic_send_forget(c);
    c->used = false;
    if (nic.primary == c)
        nic.primary = NULL;
    nic_clients_changed();
    nic_end();
    return KERN_SUCCESS;
}

/* Its client is gone.  What the device has of it is taken away from it by a
 * reset; frames to be sent are soon done otherwise. */
static void nic_ring_close(usrd_driver_t driver, void *context)
{
    struct nic_client *c = context;

    (void)driver;
    c->closing = true;
    if (nic_receive_busy(c)) {
        stop_device();
        start_device();
    }
    nic_receive_forget(c);
    nic_clients_changed();
    poll();
    nic_end();
}

static kern_return_t nic_ring(usrd_driver_t driver, void *context,
                              const struct usrd_ring_request *q)
{
    struct nic_client *c = context;

    (void)driver;
    switch (q->op) {
    case USRD_RING_READ:
        return nic_read(c, q);
    case USRD_RING_WRITE:
        return nic_write(c, q);
    default:
        return D_INVALID_OPERATION;
    }
}

static void nic_ring_end(usrd_driver_t driver)
{
    (void)driver;
    nic_end();
}

static kern_return_t nic_device_write(usrd_driver_t driver, void *context,
                                      dev_mode_t mode, recnum_t recnum,
                                      void *data, vm_size_t size,
                                      vm_size_t *written)
{
    (void)driver, (void)mode, (void)recnum;
    *written = size;
    return nic_write_copy(context, data, size);
}

static kern_return_t nic_device_set_filter(usrd_driver_t driver, void *context,
                                           mach_port_t port, int priority,
                                           const unsigned short *filter,
                                           natural_t count)
{
    (void)driver, (void)priority;
    USRD_CHECK_RETURN(nic_set_filter(context, port, filter, count));
    nic_clients_changed();
    nic_end();
    return KERN_SUCCESS;
}

/* While it is suspended the device is still. */
static kern_return_t nic_suspend(usrd_driver_t driver, void *context)
{
    (void)driver, (void)context;
    nic.suspended = true;
    stop_device();
    NIC_EACH_CLIENT (c)
        nic_receive_forget(c);
    return KERN_SUCCESS;
}

static kern_return_t nic_resume(usrd_driver_t driver, void *context)
{
    (void)driver, (void)context;
    nic.suspended = false;
    start_device();
    nic_clients_changed();
    nic_end();
    return KERN_SUCCESS;
}

/* Frames of a ring that is to be closed, and a wire that takes none. */
static bool is_stuck(void)
{
    bool stuck = false;

    NIC_EACH_CLIENT (c)
        stuck |= c->closing && c->sending && ++c->looks > PATIENCE;
    return stuck;
}

/* What was sent without an interrupt is seen with the heartbeat at the latest. */
static kern_return_t nic_health_check(usrd_driver_t driver)
{
    (void)driver;
    if (nic.device->check && !nic.suspended)
        nic.device->check();
    poll();
    if (!nic.suspended && is_stuck()) {
        stop_device();
        start_device();
        nic_end();
    }
    return KERN_SUCCESS;
}

static kern_return_t nic_init(usrd_driver_t driver)
{
    nic.driver = driver;
    nic.link = true;
    USRD_CHECK_RETURN(nic.device->find(driver));
    if (nic.device->mtu > NIC_MTU_MAX)
        nic.device->mtu = NIC_MTU_MAX;
    USRD_CHECK_RETURN(nic_receive_init());
    USRD_CHECK_RETURN(nic_send_init());
    return nic.device->start();
}

static struct usrd_driver_callbacks callbacks = {
    .device_open = nic_open,
    .device_close = nic_close,
    .device_write = nic_device_write,
    .device_get_status = nic_get_status,
    .device_set_status = nic_set_status,
    .device_set_filter = nic_device_set_filter,
    .device_suspend = nic_suspend,
    .device_resume = nic_resume,
    .device_ring = nic_ring,
    .device_ring_end = nic_ring_end,
    .device_ring_close = nic_ring_close,
    .driver_init = nic_init,
    .driver_health_check = nic_health_check,
};

int nic_main(int argc, char **argv, struct nic_device *device)
{
    usrd_driver_t driver = usrd_driver_create(
        argv[0], device->description, 1, 0,
        USRD_CAP_NETWORK | USRD_CAP_PCI | USRD_CAP_INTERRUPT | USRD_CAP_DMA,
        &callbacks);

    nic.device = device;
    if (usrd_driver_register(driver, mach_task_self()) != USRD_SUCCESS ||
        usrd_driver_add_device(driver, argc > 1 ? argv[1] : argv[0],
                               USRD_CAP_NETWORK, NULL) != USRD_SUCCESS)
        return 1;
    return usrd_exit_code(usrd_driver_run(driver));
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * virtio-rng: the host's random numbers (virtio 1.2 §5.4), with QEMU
 *     -device virtio-rng-pci,disable-legacy=on
 * and, without disable-legacy, pci=1af4:1005.
 *
 * A character device: a read gives as many bytes as it asked for, up to
 * RNG_MOST, when the device has them.  Several may wait; each is answered by
 * itself.
 *
 * Left out: nothing that the device has. */
#include <device/userspace_driver_sdk.h>

#include <stdlib.h>
#include <string.h>

#include <linux/virtio_ids.h>

#include "virtio_pci.h"

#define RNG_READS 32u  /* at a time: as many as the SDK keeps */
#define RNG_PIECE 512u /* bytes that the device is asked for at a time */
#define RNG_MOST 65536u

struct rng_read {
    usrd_op_t op; /* 0: free */
    char *data;   /* the answer */
    vm_size_t size, got;
    void *piece; /* what the device fills */
    vm_offset_t physical;
};

static struct {
    usrd_driver_t driver;
    struct virtio_pci pci;
    struct virtio_queue requests; /* §5.4.2: there is one queue */
    struct rng_read reads[RNG_READS];
} rng;

/* There are as many entries as reads. */
static void rng_ask(struct rng_read *r)
{
    vm_size_t left = r->size - r->got;
    struct virtqueue_segment s = {
        r->physical, (uint32_t)(left < RNG_PIECE ? left : RNG_PIECE)};

    virtqueue_add(&rng.requests.ring, &s, 0, 1, r);
    if (virtqueue_publish(&rng.requests.ring))
        virtio_pci_notify(&rng.requests);
}

static void rng_answer(struct rng_read *r)
{
    usrd_op_t op = r->op;

    r->op = 0;
    if (usrd_complete(op, KERN_SUCCESS, r->data, r->got) != USRD_SUCCESS)
        usrd_free(rng.driver, r->data, r->size);
}

/* §5.4.6.1: it gives one byte at least. */
static void rng_take(struct rng_read *r, uint32_t bytes)
{
    memcpy(r->data + r->got, r->piece, bytes);
    memset(r->piece, 0, bytes);
    r->got += bytes;
    if (r->got < r->size && usrd_op_waits(r->op))
        rng_ask(r);
    else
        rng_answer(r);
}

static void rng_collect(usrd_driver_t driver)
{
    struct virtqueue *q = &rng.requests.ring;
    uint32_t bytes;
    void *r;

    do
        while (virtqueue_get(q, &r, &bytes))
            rng_take(r, bytes);
    while (virtqueue_interrupt_after(q, 1));
    if (q->broken || virtio_pci_failed(&rng.pci)) {
        usrd_driver_report_error(driver, 1, "the device broke the rules");
        exit(1);
    }
}

static void rng_interrupt(usrd_driver_t driver, int line)
{
    (void)line;
    virtio_pci_isr(&rng.pci);
    rng_collect(driver);
}

/* No interrupt and no notification is waited for that was lost. */
static kern_return_t rng_health_check(usrd_driver_t driver)
{
    rng_collect(driver);
    virtio_pci_remind(&rng.requests);
    return KERN_SUCCESS;
}

static kern_return_t rng_init(usrd_driver_t driver)
{
    USRD_CHECK_RETURN(virtio_pci_find(&rng.pci, driver, 0, VIRTIO_ID_RNG));
    USRD_CHECK_RETURN(
        virtio_pci_begin(&rng.pci, VIRTIO_FEATURE(VIRTIO_RING_F_EVENT_IDX)));
    USRD_CHECK_RETURN(
        virtio_pci_queue(&rng.pci, &rng.requests, 0, RNG_READS, 0));
    for (unsigned n = 0; n < RNG_READS; n++) {
        struct rng_read *r = &rng.reads[n];
        r->piece = usrd_dma_alloc(driver, RNG_PIECE, &r->physical);
        if (!r->piece)
            return D_NO_MEMORY;
    }
    rng.driver = driver;
    virtqueue_interrupt_after(&rng.requests.ring, 1);
    USRD_CHECK_RETURN(virtio_pci_interrupt(&rng.pci, rng_interrupt));
    return virtio_pci_ready(&rng.pci);
}

static kern_return_t rng_open(usrd_driver_t driver, const char *name,
                              dev_mode_t mode, void **context)
{
    (void)driver, (void)name, (void)mode, (void)context;
    return KERN_SUCCESS;
}

static struct rng_read *rng_free(void)
{
    for (unsigned n = 0; n < RNG_READS; n++)
        if (!rng.reads[n].op)
            return &rng.reads[n];
    return NULL;
}

/* Answered by the interrupt. */
static kern_return_t rng_read(usrd_driver_t driver, void *context,
                              dev_mode_t mode, recnum_t recnum,
                              vm_size_t bytes_wanted, void **data,
                              vm_size_t *bytes_read)
{
    struct rng_read *r = rng_free();

    (void)context, (void)mode, (void)recnum, (void)data, (void)bytes_read;
    if (bytes_wanted == 0 || bytes_wanted > RNG_MOST)
        return D_INVALID_SIZE;
    if (!r || !(r->data = usrd_malloc(driver, bytes_wanted)))
        return D_NO_MEMORY;
    r->op = usrd_defer(driver);
    if (!r->op) {
        usrd_free(driver, r->data, bytes_wanted);
        return D_NO_MEMORY;
    }
    r->size = bytes_wanted;
    r->got = 0;
    rng_ask(r);
    return MIG_NO_REPLY;
}

static struct usrd_driver_callbacks rng_callbacks = {
    .device_open = rng_open,
    .device_read = rng_read,
    .driver_init = rng_init,
    .driver_health_check = rng_health_check,
};

/* rng [DEVICE]: its name, or the task's. */
int main(int argc, char **argv)
{
    usrd_driver_t driver = usrd_driver_create(
        argv[0], "random numbers", 1, 0,
        USRD_CAP_CHAR_DEVICE | USRD_CAP_PCI | USRD_CAP_INTERRUPT | USRD_CAP_DMA,
        &rng_callbacks);

    if (usrd_driver_register(driver, mach_task_self()) != USRD_SUCCESS ||
        usrd_driver_add_device(driver, argc > 1 ? argv[1] : argv[0],
                               USRD_CAP_CHAR_DEVICE, NULL) != USRD_SUCCESS)
        return 1;
    return usrd_exit_code(usrd_driver_run(driver));
}

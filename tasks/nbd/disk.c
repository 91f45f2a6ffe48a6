/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Exports' disks, by rings that the network's loop serves.  There is a slot for
 * each chunk, so a request always has one.
 *
 * A driver that dies is not seen: its next incarnation answers.  One that is
 * stopped, or given up, is waited for DOWN_MS; then its clients get errors,
 * until it is back and has answered what it had. */
#include <stdio.h>
#include <stdlib.h>

#include <device/userspace_driver_sdk.h>
#include <mach/mach.h>
#include <usrd/client.h>

#include "../net/net.h"
#include "../virtio-blk/virtio_blk.h"
#include "nbd.h"

#define DOWN_MS 5000u

static struct disk {
    struct usrd_ring *ring;
    struct nbd_export *export;
    bool missing;        /* when last looked for, */
    unsigned long since; /* us: from then on */
} disks[NBD_EXPORTS];
static unsigned n_disks;

_Static_assert((int)NBD_DISK_READ == USRD_RING_READ &&
                   (int)NBD_DISK_WRITE == USRD_RING_WRITE &&
                   (int)NBD_DISK_FLUSH == USRD_RING_FLUSH &&
                   (int)NBD_DISK_DISCARD == USRD_RING_DISCARD &&
                   (int)NBD_DISK_ZERO == USRD_RING_ZERO &&
                   NBD_CHUNKS == USRD_RING_SLOTS &&
                   NBD_CHUNKS * NBD_CHUNK == USRD_RING_BYTES,
               "one is the other's");

static struct disk *disk_of(const struct nbd_export *e)
{
    struct disk *d = disks;

    while (d->export != e)
        d++;
    return d;
}

static void post(struct nbd_export *e, enum nbd_disk_op op, unsigned chunk,
                 uint64_t at, uint64_t count)
{
    if (!usrd_ring_post(disk_of(e)->ring, (enum usrd_ring_op)op, at / e->block,
                        count, (uint64_t)chunk * NBD_CHUNK, chunk))
        abort(); /* a slot is free when its answer was collected */
}

static enum nbd_error error_of(kern_return_t result)
{
    switch (result) {
    case KERN_SUCCESS:
        return NBD_OK;
    case D_READ_ONLY:
        return NBD_EPERM;
    case D_NO_MEMORY:
        return NBD_ENOMEM;
    case D_INVALID_OPERATION:
    case D_INVALID_RECNUM:
    case D_INVALID_SIZE:
        return NBD_EINVAL;
    default:
        return NBD_EIO;
    }
}

static void answered(void *context, const struct usrd_ring_result *result)
{
    struct disk *d = context;

    connection_go_on(nbd_answered(d->export, (unsigned)result->cookie,
                                  error_of(result->result), result->count));
}

/* ---- The start ---- */

/* What it can do is seen when it is asked to do it to no bytes. */
static kern_return_t ask(struct disk *d, enum usrd_ring_op op)
{
    uint64_t done;

    return usrd_ring_call(d->ring, op, 0, 0, 0, &done);
}

/* A disk of 2^31 records or more says so only in words of its own. */
static kern_return_t measure(struct disk *d)
{
    mach_port_t device = usrd_ring_handle(d->ring);
    int words[VIRTIO_BLK_WORDS];
    natural_t count = DEV_GET_RECORDS_COUNT;
    uint64_t records;

    kern_return_t kr = usrd_get_status(device, DEV_GET_RECORDS, words, &count);
    if (kr != KERN_SUCCESS)
        return kr;
    records = (unsigned)words[DEV_GET_RECORDS_DEVICE_RECORDS];
    d->export->block = (unsigned)words[DEV_GET_RECORDS_RECORD_SIZE];
    count = VIRTIO_BLK_WORDS;
    if (usrd_get_status(device, VIRTIO_BLK_IDENTITY, words, &count) ==
        KERN_SUCCESS)
        records = (unsigned)words[VIRTIO_BLK_RECORDS] |
                  (uint64_t)(unsigned)words[VIRTIO_BLK_RECORDS + 1] << 32;
    if (d->export->block == 0 || NBD_CHUNK % d->export->block != 0)
        return D_INVALID_SIZE;
    d->export->size = records * d->export->block;
    return KERN_SUCCESS;
}

static kern_return_t open(struct disk *d, const char *name, bool read_only)
{
    struct nbd_export *e = d->export;
    dev_mode_t mode = read_only ? D_READ : D_READ | D_WRITE;

    kern_return_t kr =
        usrd_ring_open_beside(name, mode, USRD_RING_SLOTS, USRD_RING_BYTES,
                              net_ring_of_nic(), &d->ring);
    if (kr == KERN_SUCCESS)
        kr = measure(d);
    if (kr != KERN_SUCCESS)
        return kr;
    e->read_only = read_only || ask(d, USRD_RING_WRITE) == D_READ_ONLY;
    e->trims = ask(d, USRD_RING_DISCARD) == KERN_SUCCESS;
    e->zeroes = ask(d, USRD_RING_ZERO) == KERN_SUCCESS;
    e->data = usrd_ring_data(d->ring);
    e->post = post;
    nbd_export_init(e);
    return KERN_SUCCESS;
}

bool disk_open(struct nbd_export *e, const char *name, bool read_only)
{
    struct disk *d = &disks[n_disks++];
    unsigned timeout = usrd_set_timeout(0);

    d->export = e;
    snprintf(e->name, sizeof e->name, "%s", name);
    kern_return_t kr = open(d, name, read_only);
    usrd_set_timeout(timeout);
    if (kr != KERN_SUCCESS) {
        printf("%s: %s\n", name, usrd_error_text(kr));
        return false;
    }
    printf("export=%s bytes=%lu block=%u%s%s%s\n", name, (unsigned long)e->size,
           e->block, e->read_only ? " ro" : "", e->trims ? " trim" : "",
           e->zeroes ? " zero" : "");
    net_ring(d->ring, answered, d);
    return true;
}

/* ---- A disk that is down ---- */

static void set_down(struct disk *d, bool down)
{
    printf("export=%s %s\n", d->export->name, down ? "down" : "up");
    nbd_export_down(d->export, down); /* each_second() goes on */
}

static void look(struct disk *d)
{
    struct nbd_export *e = d->export;

    if (nbd_export_is_idle(e) && !e->down)
        return;
    kern_return_t kr = usrd_wait(e->name, 0);
    bool missing = kr == D_DEVICE_DOWN || kr == D_NO_SUCH_DEVICE;
    if (missing && !d->missing)
        d->since = usrd_now();
    d->missing = missing;
    if (missing && !e->down && usrd_now() - d->since >= DOWN_MS * 1000ul)
        set_down(d, true);
    if (kr == KERN_SUCCESS && e->down)
        set_down(d, false);
}

void disk_look(void)
{
    for (unsigned n = 0; n < n_disks; n++)
        look(&disks[n]);
}

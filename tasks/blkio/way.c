/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The two ways to a disk: Mach's requests, one at a time, and a ring. */
#include <stdio.h>
#include <string.h>

#include "../virtio-blk/virtio_blk.h"
#include "blkio.h"

struct job way_jobs[DEPTH];
unsigned way_depth;
size_t way_bytes;
uint64_t way_records;
unsigned way_record;

static mach_port_t device;
static struct usrd_ring *ring; /* NULL: by requests */
static struct job *done;       /* by requests: the one */

static bool size(void)
{
    int words[2];
    natural_t count = 2;

    if (usrd_get_status(device, DEV_GET_RECORDS, words, &count) != KERN_SUCCESS)
        return false;
    way_records = (unsigned)words[DEV_GET_RECORDS_DEVICE_RECORDS];
    way_record = (unsigned)words[DEV_GET_RECORDS_RECORD_SIZE];
    return true;
}

/* One job, and the most that it may have. */
static bool by_requests(void)
{
    static char data[USRD_RING_BYTES];

    way_depth = 1;
    way_bytes = sizeof data;
    way_jobs[0].data = data;
    return true;
}

/* Its buffers are divided among DEPTH jobs. */
static bool by_ring(const char *name, unsigned depth)
{
    kern_return_t kr =
        usrd_ring_open(name, D_READ | D_WRITE, depth, USRD_RING_BYTES, &ring);

    if (kr != KERN_SUCCESS) {
        printf("ring %s: %s\n", name, usrd_error_text(kr));
        return false;
    }
    way_depth = depth;
    way_bytes = USRD_RING_BYTES / depth;
    for (unsigned n = 0; n < depth; n++)
        way_jobs[n].data = (char *)usrd_ring_data(ring) + n * way_bytes;
    return true;
}

bool way_open(const char *kind, const char *name, unsigned depth)
{
    usrd_set_timeout(0); /* the host may be slow */
    kern_return_t kr = usrd_open(name, D_READ | D_WRITE, &device);

    if (kr != KERN_SUCCESS || !size()) {
        printf("open %s: %s\n", name, usrd_error_text(kr));
        return false;
    }
    return strcmp(kind, "ring") == 0 ? by_ring(name, depth) : by_requests();
}

int way_identity(unsigned word)
{
    int words[VIRTIO_BLK_WORDS];
    natural_t count = VIRTIO_BLK_WORDS;

    if (usrd_get_status(device, VIRTIO_BLK_IDENTITY, words, &count) !=
            KERN_SUCCESS ||
        word >= count)
        return -1;
    return words[word];
}

static kern_return_t by_status(const struct job *job)
{
    uint64_t records = job->bytes / way_record;
    int words[4] = {(int)job->record, (int)(job->record >> 32), (int)records,
                    (int)(records >> 32)};

    switch (job->op) {
    case USRD_RING_FLUSH:
        return usrd_set_status(device, VIRTIO_BLK_DO_FLUSH, NULL, 0);
    case USRD_RING_DISCARD:
        return usrd_set_status(device, VIRTIO_BLK_DO_DISCARD, words, 4);
    default:
        return usrd_set_status(device, VIRTIO_BLK_DO_ZERO, words, 4);
    }
}

static void request(struct job *job)
{
    size_t n = 0;

    if (job->op == USRD_RING_READ)
        job->result =
            usrd_read(device, 0, job->record, job->data, job->bytes, &n);
    else if (job->op == USRD_RING_WRITE)
        job->result =
            usrd_write(device, 0, job->record, job->data, job->bytes, &n);
    else
        job->result = by_status(job);
    job->done = n;
    done = job;
}

void way_start(struct job *job)
{
    if (!ring)
        request(job);
    else if (!usrd_ring_post(
                 ring, job->op, job->record, job->bytes,
                 (uint64_t)(job->data - (char *)usrd_ring_data(ring)),
                 (uint64_t)(job - way_jobs)))
        printf("no slot is free\n");
}

struct job *way_wait(void)
{
    struct usrd_ring_result r;
    struct job *job = done;

    done = NULL;
    if (!ring)
        return job;
    kern_return_t kr = usrd_ring_wait(ring, &r);
    if (kr != KERN_SUCCESS || r.cookie >= way_depth) {
        printf("wait: %s\n", usrd_error_text(kr));
        return NULL;
    }
    job = &way_jobs[r.cookie];
    job->result = r.result;
    job->done = r.count;
    return job;
}

kern_return_t way_do(struct job *job, enum usrd_ring_op op, uint64_t record,
                     uint64_t bytes)
{
    job->op = op;
    job->record = record;
    job->bytes = bytes;
    way_start(job);
    if (way_wait() != job)
        return KERN_FAILURE;
    return job->result;
}

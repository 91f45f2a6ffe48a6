/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Each operation, for the host to look at afterwards; and each error, beside
 * the same thing allowed. */
#include "../ktap.h"
#include "../virtio-blk/virtio_blk.h"
#include "blkio.h"

/* Where the host looks: tests/harness/blk.py. */
#define WRITTEN 300u /* version 1, so many records */
#define WRITTEN_RECORDS 101u
#define ZEROED 600u
#define ZEROED_RECORDS 100u
#define DISCARDED 1024u
#define DISCARDED_RECORDS 512u

static struct job *job = way_jobs;

static bool done(enum usrd_ring_op op, uint64_t record, uint64_t records)
{
    bool data = op == USRD_RING_READ || op == USRD_RING_WRITE;

    return way_do(job, op, record, records * way_record) == KERN_SUCCESS &&
           (!data || job->done == records * way_record);
}

static void fails(enum usrd_ring_op op, uint64_t record, uint64_t bytes,
                  kern_return_t with, const char *what)
{
    kern_return_t kr = way_do(job, op, record, bytes);

    ktap_ok(kr == with, "%s: %s", what, usrd_error_text(kr));
}

/* In pieces of one record, of a few, and as long as they get. */
static void reads(void)
{
    static const unsigned sizes[] = {1, 7, 8, 64, 127, 1000};
    uint64_t at = 0, wrong = 0;

    for (unsigned n = 0; at < way_records; n++) {
        uint64_t records = sizes[n % 6];
        if (records * way_record > way_bytes)
            records = way_bytes / way_record;
        if (records > way_records - at)
            records = way_records - at;
        wrong += !done(USRD_RING_READ, at, records) ||
                 !pattern_is(job->data, at, job->done, 0);
        at += records;
    }
    ktap_ok(wrong == 0, "the disk is as the host made it: %lu wrong",
            (unsigned long)wrong);
}

static void writes(void)
{
    uint64_t bytes = WRITTEN_RECORDS * way_record;

    pattern_fill(job->data, WRITTEN, bytes, 1);
    ktap_ok(done(USRD_RING_WRITE, WRITTEN, WRITTEN_RECORDS), "a write");
    ktap_ok(done(USRD_RING_FLUSH, 0, 0), "a flush");
    pattern_fill(job->data, WRITTEN, bytes, 7);
    ktap_ok(done(USRD_RING_READ, WRITTEN, WRITTEN_RECORDS) &&
                pattern_is(job->data, WRITTEN, bytes, 1),
            "what was written is read");
    ktap_ok(done(USRD_RING_READ, WRITTEN - 1, 1) &&
                pattern_is(job->data, WRITTEN - 1, way_record, 0) &&
                done(USRD_RING_READ, WRITTEN + WRITTEN_RECORDS, 1) &&
                pattern_is(job->data, WRITTEN + WRITTEN_RECORDS, way_record, 0),
            "what is beside it is as it was");
}

static bool is_zero(uint64_t bytes)
{
    for (uint64_t n = 0; n < bytes; n++)
        if (job->data[n])
            return false;
    return true;
}

static void ranges(void)
{
    if (way_identity(VIRTIO_BLK_ZERO_MOST) == 0) {
        fails(USRD_RING_ZERO, ZEROED, way_record, D_INVALID_OPERATION,
              "zeroes, of a disk that has none");
        fails(USRD_RING_DISCARD, DISCARDED, way_record, D_INVALID_OPERATION,
              "a discard, of a disk that has none");
        return;
    }
    ktap_ok(done(USRD_RING_ZERO, ZEROED, ZEROED_RECORDS), "zeroes");
    ktap_ok(done(USRD_RING_READ, ZEROED, ZEROED_RECORDS) &&
                is_zero(ZEROED_RECORDS * way_record),
            "are read");
    ktap_ok(done(USRD_RING_DISCARD, DISCARDED, DISCARDED_RECORDS), "a discard");
    fails(USRD_RING_ZERO, way_records - 1, 2ul * way_record, D_INVALID_RECNUM,
          "zeroes past the end");
    fails(USRD_RING_DISCARD, way_records - 1, 2ul * way_record,
          D_INVALID_RECNUM, "a discard past the end");
}

static void edges(void)
{
    uint64_t last = way_records - 1;

    ktap_ok(done(USRD_RING_READ, last, 1), "the last record is read");
    fails(USRD_RING_READ, last, 2ul * way_record, D_INVALID_RECNUM,
          "and the one after it");
    fails(USRD_RING_READ, UINT64_MAX / 512, way_record, D_INVALID_RECNUM,
          "a record far away");
    fails(USRD_RING_READ, 0, way_record + 1, D_INVALID_SIZE,
          "a record and a byte");
}

static void write_edges(void)
{
    uint64_t last = way_records - 1;

    fails(USRD_RING_WRITE, last, 2ul * way_record, D_INVALID_RECNUM,
          "a write past the end");
    fails(USRD_RING_WRITE, 0, way_record - 1, D_INVALID_SIZE,
          "a write of less than a record");
}

static void read_only(void)
{
    ktap_ok(done(USRD_RING_READ, 0, 1), "it is read");
    fails(USRD_RING_WRITE, 0, way_record, D_READ_ONLY, "and not written");
    fails(USRD_RING_ZERO, 0, way_record, D_READ_ONLY, "nor zeroed");
    ktap_ok(done(USRD_RING_FLUSH, 0, 0), "a flush is harmless");
}

int io(void)
{
    ktap_begin();
    printf("records=%lu of %u ro=%d cache=%d chs=%d/%d/%d\n",
           (unsigned long)way_records, way_record,
           way_identity(VIRTIO_BLK_READ_ONLY), way_identity(VIRTIO_BLK_CACHE),
           way_identity(VIRTIO_BLK_CYLINDERS), way_identity(VIRTIO_BLK_HEADS),
           way_identity(VIRTIO_BLK_SECTORS));
    reads();
    if (way_identity(VIRTIO_BLK_READ_ONLY)) {
        read_only();
    } else {
        writes();
        ranges();
        write_edges();
    }
    edges();
    return ktap_end();
}

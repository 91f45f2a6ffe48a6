/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A disk that cannot read one record and cannot write another
 * (tests/scenarios/blk-errors.py): they are errors, and nothing else is. */
#include "../ktap.h"
#include "blkio.h"

#define UNREADABLE 100u
#define UNWRITABLE 200u
#define ROUNDS 20u

static struct job *job = way_jobs;

static kern_return_t read(uint64_t record, unsigned records)
{
    return way_do(job, USRD_RING_READ, record, records * way_record);
}

static kern_return_t write(uint64_t record, unsigned version)
{
    pattern_fill(job->data, record, way_record, version);
    return way_do(job, USRD_RING_WRITE, record, way_record);
}

static bool beside(void)
{
    return read(UNREADABLE - 1, 1) == KERN_SUCCESS &&
           pattern_is(job->data, UNREADABLE - 1, way_record, 0) &&
           read(UNREADABLE + 1, 1) == KERN_SUCCESS &&
           pattern_is(job->data, UNREADABLE + 1, way_record, 0);
}

int errors(void)
{
    unsigned wrong = 0;

    ktap_begin();
    ktap_ok(beside(), "what is beside the bad record is read");
    kern_return_t kr = read(UNREADABLE, 1);
    ktap_ok(kr == D_IO_ERROR, "the bad record: %s", usrd_error_text(kr));
    kr = read(UNREADABLE - 50, 100);
    ktap_ok(kr == D_IO_ERROR, "and it among others: %s", usrd_error_text(kr));
    ktap_ok(beside(), "then the others again");
    ktap_ok(write(UNWRITABLE - 1, 1) == KERN_SUCCESS, "a record is written");
    kr = write(UNWRITABLE, 1);
    ktap_ok(kr == D_IO_ERROR, "a bad one: %s", usrd_error_text(kr));
    ktap_ok(write(UNWRITABLE + 1, 1) == KERN_SUCCESS, "the next one again");
    ktap_ok(read(UNWRITABLE, 1) == KERN_SUCCESS &&
                pattern_is(job->data, UNWRITABLE, way_record, 0),
            "the bad one is as it was");
    for (unsigned n = 0; n < ROUNDS; n++)
        wrong += read(UNREADABLE, 1) != D_IO_ERROR ||
                 write(UNWRITABLE, n) != D_IO_ERROR || !beside();
    ktap_ok(wrong == 0, "%u times, %u wrong", ROUNDS, wrong);
    ktap_ok(way_do(job, USRD_RING_FLUSH, 0, 0) == KERN_SUCCESS, "a flush");
    return ktap_end();
}

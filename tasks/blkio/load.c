/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Reads and writes of random records, as many at a time as there is room for,
 * while the driver dies.  No request may fail, and what is read is what was
 * written last.  The sum that is said at the end is of the versions that the
 * disk must have: the host computes it from the disk. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blkio.h"

#define RECORDS 2048u /* from the first */
#define LONGEST 32u   /* of one request */

static unsigned versions[RECORDS];
static bool busy[RECORDS]; /* a job has it in hand */

static unsigned below(unsigned n)
{
    static unsigned long seed = 4711;

    seed = seed * 6364136223846793005ul + 1442695040888963407ul;
    return (unsigned)(seed >> 33) % n;
}

static void mark(const struct job *job, bool in_hand)
{
    memset(busy + job->record, in_hand, job->bytes / way_record);
}

/* A range that no other job has; one that depends on another waits. */
static void choose(struct job *job)
{
    unsigned records, n;

    do {
        job->record = below(RECORDS - LONGEST);
        records = 1 + below(LONGEST);
        for (n = 0; n < records && !busy[job->record + n]; n++)
            ;
    } while (n < records);
    job->bytes = records * way_record;
}

static void begin(struct job *job)
{
    static unsigned version;

    choose(job);
    mark(job, true);
    job->op = below(5) < 2 ? USRD_RING_WRITE : USRD_RING_READ;
    if (job->op == USRD_RING_WRITE) {
        job->version = ++version;
        pattern_fill(job->data, job->record, job->bytes, job->version);
    } else {
        memset(job->data, 0xee, job->bytes);
    }
    way_start(job);
}

static bool right(struct job *job)
{
    unsigned records = (unsigned)(job->bytes / way_record);

    mark(job, false);
    if (job->result != KERN_SUCCESS || job->done != job->bytes) {
        printf("record %lu: %s\n", (unsigned long)job->record,
               usrd_error_text(job->result));
        return false;
    }
    for (unsigned n = 0; n < records; n++) {
        unsigned r = (unsigned)job->record + n;
        if (job->op == USRD_RING_WRITE) {
            versions[r] = job->version;
        } else if (!pattern_is(job->data + n * way_record, r, way_record,
                               versions[r])) {
            printf("record %u is not version %u\n", r, versions[r]);
            return false;
        }
    }
    return true;
}

static unsigned deaths_of(const char *driver)
{
    static struct usrd_driver_entry entry;

    for (unsigned n = 0; usrd_driver_list(n, &entry) == KERN_SUCCESS; n++)
        if (strcmp(entry.info.name, driver) == 0)
            return entry.generation - 1;
    return 0;
}

int load(const char *driver, unsigned deaths)
{
    unsigned long requests = 0;
    unsigned in_flight = 0, sum = 0;
    bool good = true, more = true;

    while (in_flight < way_depth)
        begin(&way_jobs[in_flight++]);
    while (in_flight > 0) {
        struct job *job = way_wait();
        in_flight--;
        requests++;
        good = job && right(job) && good;
        if (!job)
            break;
        if (requests % 64 == 0)
            more = good && deaths_of(driver) < deaths;
        if (more && good) {
            begin(job);
            in_flight++;
        }
    }
    good = good && way_do(&way_jobs[0], USRD_RING_FLUSH, 0, 0) == KERN_SUCCESS;
    for (unsigned r = 0; r < RECORDS; r++)
        sum += (r + 1) * versions[r];
    printf("requests=%lu again=%u sum=%u %s\n", requests, usrd_retries(), sum,
           good ? "good" : "bad");
    return !good;
}

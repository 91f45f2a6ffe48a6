/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the files of blkio share: a way to a disk, by requests or by a ring, and
 * what is in a record. */
#ifndef BLKIO_H
#define BLKIO_H

#include <stdbool.h>
#include <stdint.h>
#include <usrd/client.h>
#include <usrd/ring.h>

#define DEPTH 32 /* jobs at a time, at most */

struct job {
    enum usrd_ring_op op;
    uint64_t record, bytes;
    char *data; /* the job's own, way_bytes */
    kern_return_t result;
    uint64_t done; /* bytes */
    unsigned version;
};

/* way.c: DEVICE, which needs= must allow, by "rpc" or "ring", with at most
 * DEPTH jobs at a time: by requests it is one. */
bool way_open(const char *kind, const char *device, unsigned depth);
extern struct job way_jobs[DEPTH];
extern unsigned way_depth; /* how many of these can be in flight */
extern size_t way_bytes;   /* of data that a job may have */
extern uint64_t way_records;
extern unsigned way_record; /* bytes */
void way_start(struct job *job);
struct job *way_wait(void); /* one that was started; NULL: none came */
kern_return_t way_do(struct job *job, enum usrd_ring_op op, uint64_t record,
                     uint64_t bytes);
int way_identity(unsigned word); /* VIRTIO_BLK_*; -1: not known */

/* pattern.c: what VERSION of a record has; the host knows it, too. */
void pattern_fill(void *data, uint64_t record, uint64_t bytes,
                  unsigned version);
bool pattern_is(const void *data, uint64_t record, uint64_t bytes,
                unsigned version);

int io(void);     /* io.c: each operation, and each error */
int errors(void); /* errors.c: of a disk that has some */
int load(const char *driver,
         unsigned deaths); /* load.c: until it died so often */

#endif

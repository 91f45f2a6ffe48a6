/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The parts of the block benchmark's client. */
#ifndef BLOCKS_H
#define BLOCKS_H

#include <device/userspace_driver_sdk.h>
#include <mach/mach.h>

#include "soak.h"

#define BLOCKS_BLOCK 4096u
#define BLOCKS_MIB (1024u * 1024u)
#define BLOCKS_DEPTH 32u
#define BLOCKS_PIECE (BLOCKS_MIB / 8) /* of what is read in sequence */
#define BLOCKS_ROUNDS 5

/* What a round does: OPS operations. */
typedef kern_return_t (*blocks_work)(unsigned ops);

/* blocks.c */
extern const char *blocks_name; /* the device, */
extern const char *blocks_task; /* its driver's task, */
extern mach_port_t blocks_disk; /* open */
recnum_t blocks_random(void);   /* of a block, anywhere on the disk */
recnum_t blocks_next(void);     /* of the piece that follows the last */
uint64_t blocks_driver(enum bench_driver word); /* what the driver says */

/* A line for each of its rounds: instructions an operation. */
kern_return_t blocks_measure(const char *name, blocks_work work, unsigned ops);

/* The same, and the system calls an operation, in thousandths. */
kern_return_t blocks_traps(const char *name, blocks_work work, unsigned ops);

/* rpc.c, ring.c, kills.c, pages.c: each measures, and says what it measured. */
kern_return_t blocks_rpc(void);
kern_return_t blocks_ring(void);
kern_return_t blocks_kills(void);
kern_return_t blocks_pages(void);

/* ring.c: reads at random, with BLOCKS_DEPTH in flight or one. */
kern_return_t ring_open(void);
kern_return_t ring_read_32(unsigned ops);
kern_return_t ring_read_1(unsigned ops);

#endif

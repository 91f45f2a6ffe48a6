/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Blocks by a ring: what has been answered is posted again, all together. */
#include <stdio.h>

#include <usrd/client.h>
#include <usrd/ring.h>

#include "blocks.h"

static struct usrd_ring *ring;

/* What a round does. */
static struct {
    enum usrd_ring_op op;
    unsigned depth, bytes;
    recnum_t (*where)(void);
} work;

static boolean_t post(uint64_t piece)
{
    return usrd_ring_post(ring, work.op, work.where(), work.bytes,
                          piece * work.bytes, piece);
}

static kern_return_t run(unsigned ops)
{
    unsigned posted = 0, answered = 0;
    struct usrd_ring_result r;

    while (posted < ops && posted < work.depth && post(posted))
        posted++;
    while (answered < ops) {
        USRD_CHECK_RETURN(usrd_ring_wait(ring, &r));
        do {
            USRD_CHECK_RETURN(r.result);
            answered++;
            if (posted < ops && post(r.cookie))
                posted++;
        } while (usrd_ring_poll(ring, &r));
    }
    return KERN_SUCCESS;
}

static kern_return_t random_blocks(enum usrd_ring_op op, unsigned depth,
                                   unsigned ops)
{
    work.op = op;
    work.depth = depth;
    work.bytes = BLOCKS_BLOCK;
    work.where = blocks_random;
    return run(ops);
}

kern_return_t ring_read_1(unsigned ops)
{
    return random_blocks(USRD_RING_READ, 1, ops);
}

kern_return_t ring_read_32(unsigned ops)
{
    return random_blocks(USRD_RING_READ, BLOCKS_DEPTH, ops);
}

static kern_return_t write_1(unsigned ops)
{
    return random_blocks(USRD_RING_WRITE, 1, ops);
}

static kern_return_t write_32(unsigned ops)
{
    return random_blocks(USRD_RING_WRITE, BLOCKS_DEPTH, ops);
}

static kern_return_t read_mib(unsigned ops)
{
    work.op = USRD_RING_READ;
    work.depth = BLOCKS_MIB / BLOCKS_PIECE;
    work.bytes = BLOCKS_PIECE;
    work.where = blocks_next;
    return run(ops * work.depth);
}

kern_return_t ring_open(void)
{
    return usrd_ring_open(blocks_name, D_READ | D_WRITE, BLOCKS_DEPTH,
                          BLOCKS_MIB, &ring);
}

kern_return_t blocks_ring(void)
{
    USRD_CHECK_RETURN(ring_open());
    USRD_CHECK_RETURN(blocks_measure("ring.read_4k.depth_1", ring_read_1, 200));
    USRD_CHECK_RETURN(blocks_measure("ring.write_4k.depth_1", write_1, 200));
    USRD_CHECK_RETURN(
        blocks_measure("ring.read_4k.depth_32", ring_read_32, 2000));
    USRD_CHECK_RETURN(blocks_measure("ring.write_4k.depth_32", write_32, 2000));
    USRD_CHECK_RETURN(blocks_measure("ring.read_mib", read_mib, 64));
    USRD_CHECK_RETURN(
        blocks_traps("ring.read_4k.depth_1.traps_x1000", ring_read_1, 200));
    return blocks_traps("ring.read_4k.depth_32.traps_x1000", ring_read_32,
                        4000);
}

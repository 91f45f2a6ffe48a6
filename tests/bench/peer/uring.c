/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * io_uring by its system calls: DEPTH requests in flight, those that were
 * answered are posted again together. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <linux/io_uring.h>

#include "peer.h"

static int uring;
static unsigned *sq_tail, *sq_array, *cq_head, *cq_tail, mask;
static struct io_uring_sqe *sqes;
static struct io_uring_cqe *cqes;

/* What the rounds do. */
static unsigned depth, bytes;
static uint8_t op;
static uint64_t next_offset; /* of a sequential round */

static void *map(uint64_t what, size_t size)
{
    void *at = mmap(NULL, size, PROT_READ | PROT_WRITE,
                    MAP_SHARED | MAP_POPULATE, uring, (off_t)what);

    if (at == MAP_FAILED)
        peer_die("mmap of a ring");
    return at;
}

static void uring_open(void)
{
    struct io_uring_params p = {0};
    const struct iovec all = {peer_buffer, MIB};

    uring = (int)syscall(SYS_io_uring_setup, DEPTH, &p);
    if (uring < 0 || p.sq_entries != DEPTH || p.cq_entries < DEPTH)
        peer_die("io_uring_setup");
    char *sq = map(IORING_OFF_SQ_RING,
                   p.sq_off.array + p.sq_entries * sizeof(unsigned));
    char *cq =
        map(IORING_OFF_CQ_RING, p.cq_off.cqes + p.cq_entries * sizeof *cqes);
    sqes = map(IORING_OFF_SQES, p.sq_entries * sizeof *sqes);
    sq_tail = (unsigned *)(sq + p.sq_off.tail);
    sq_array = (unsigned *)(sq + p.sq_off.array);
    cq_head = (unsigned *)(cq + p.cq_off.head);
    cq_tail = (unsigned *)(cq + p.cq_off.tail);
    mask = p.cq_entries - 1;
    cqes = (struct io_uring_cqe *)(cq + p.cq_off.cqes);
    for (unsigned i = 0; i < DEPTH; i++)
        sq_array[i] = i;
    if (syscall(SYS_io_uring_register, uring, IORING_REGISTER_BUFFERS, &all,
                1) ||
        syscall(SYS_io_uring_register, uring, IORING_REGISTER_FILES, &peer_disk,
                1))
        peer_die("io_uring_register");
}

/* User data is the piece of the buffer. */
static void post(unsigned piece)
{
    unsigned at = *sq_tail;
    struct io_uring_sqe *sqe = &sqes[at % DEPTH];

    memset(sqe, 0, sizeof *sqe);
    sqe->opcode = op;
    sqe->len = bytes;
    sqe->addr = (uintptr_t)(peer_buffer + piece * bytes);
    sqe->user_data = piece;
    if (op == IORING_OP_READ_FIXED || op == IORING_OP_WRITE_FIXED)
        sqe->flags = IOSQE_FIXED_FILE; /* number 0, and buffer 0 */
    else
        sqe->fd = peer_disk;
    if (bytes == BLOCK) {
        sqe->off = peer_random_block();
    } else {
        sqe->off = next_offset;
        next_offset = (next_offset + bytes) % (32 * MIB);
    }
    __atomic_store_n(sq_tail, at + 1, __ATOMIC_RELEASE);
}

static void work(unsigned ops)
{
    unsigned posted = 0, answered = 0, fresh = 0;

    while (posted < depth && posted < ops)
        post(posted++), fresh++;
    while (answered < ops) {
        long n = syscall(SYS_io_uring_enter, uring, fresh, 1,
                         IORING_ENTER_GETEVENTS, NULL, 0);
        if (n != (long)fresh)
            peer_die("io_uring_enter");
        fresh = 0;
        unsigned head = *cq_head;
        while (head != __atomic_load_n(cq_tail, __ATOMIC_ACQUIRE)) {
            struct io_uring_cqe *cqe = &cqes[head++ & mask];
            if (cqe->res != (int)bytes)
                peer_die("an answer of io_uring");
            answered++;
            if (posted < ops)
                post((unsigned)cqe->user_data), posted++, fresh++;
        }
        __atomic_store_n(cq_head, head, __ATOMIC_RELEASE);
    }
}

static void measure(const char *name, uint8_t what, unsigned n, unsigned size,
                    unsigned ops)
{
    op = what;
    depth = n;
    bytes = size;
    soak_measure(name, work, ops);
}

static void mib(unsigned ops)
{
    work(ops * (MIB / bytes));
}

void uring_measure(void)
{
    uring_open();
    measure("linux.uring.read_4k.depth_1", IORING_OP_READ, 1, BLOCK, 200);
    measure("linux.uring.read_4k.depth_32", IORING_OP_READ, DEPTH, BLOCK, 2000);
    measure("linux.uring.write_4k.depth_1", IORING_OP_WRITE, 1, BLOCK, 200);
    measure("linux.uring.write_4k.depth_32", IORING_OP_WRITE, DEPTH, BLOCK,
            2000);
    measure("linux.uring_fixed.read_4k.depth_1", IORING_OP_READ_FIXED, 1, BLOCK,
            200);
    measure("linux.uring_fixed.read_4k.depth_32", IORING_OP_READ_FIXED, DEPTH,
            BLOCK, 2000);
    measure("linux.uring_fixed.write_4k.depth_32", IORING_OP_WRITE_FIXED, DEPTH,
            BLOCK, 2000);
    depth = 8;
    bytes = MIB / 8;
    op = IORING_OP_READ;
    soak_measure("linux.uring.read_mib", mib, 64);
    op = IORING_OP_READ_FIXED;
    soak_measure("linux.uring_fixed.read_mib", mib, 64);
}

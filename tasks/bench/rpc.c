/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Blocks by Mach's own requests: one at a time with the client library, and
 * BLOCKS_DEPTH without waiting, whose answers come to a port. */
#include <stdio.h>
#include <string.h>

#include <device/device_request.h>
#include <usrd/client.h>

#include "blocks.h"

static char data[BLOCKS_PIECE] __attribute__((aligned(4096)));
static mach_port_t answers;

/* As ds_device_read_reply and ds_device_write_reply are laid out. */
struct answer {
    mach_msg_header_t head;
    mach_msg_type_t result_type;
    kern_return_t result;
    uint32_t pad;
    mach_msg_type_t type;
    uint64_t value; /* the data, or how much was written (32 bits) */
    char trailer[64];
};

static kern_return_t read_1(unsigned ops)
{
    size_t got;

    while (ops--)
        USRD_CHECK_RETURN(usrd_read(blocks_disk, 0, blocks_random(), data,
                                    BLOCKS_BLOCK, &got));
    return KERN_SUCCESS;
}

static kern_return_t write_1(unsigned ops)
{
    size_t got;

    while (ops--)
        USRD_CHECK_RETURN(usrd_write(blocks_disk, 0, blocks_random(), data,
                                     BLOCKS_BLOCK, &got));
    return KERN_SUCCESS;
}

static kern_return_t read_mib(unsigned ops)
{
    size_t got;

    for (ops *= BLOCKS_MIB / BLOCKS_PIECE; ops--;)
        USRD_CHECK_RETURN(
            usrd_read(blocks_disk, 0, blocks_next(), data, BLOCKS_PIECE, &got));
    return KERN_SUCCESS;
}

static kern_return_t post_read(void)
{
    return device_read_request(blocks_disk, answers, 0, blocks_random(),
                               BLOCKS_BLOCK);
}

static kern_return_t post_write(void)
{
    return device_write_request(blocks_disk, answers, 0, blocks_random(), data,
                                BLOCKS_BLOCK);
}

static kern_return_t answered(void)
{
    struct answer a;

    USRD_CHECK_RETURN(mach_msg(&a.head, MACH_RCV_MSG, 0, sizeof a, answers, 0,
                               MACH_PORT_NULL));
    if (a.result == KERN_SUCCESS && a.head.msgh_bits & MACH_MSGH_BITS_COMPLEX)
        return vm_deallocate(mach_task_self(), a.value, BLOCKS_BLOCK);
    return a.result;
}

static kern_return_t many(unsigned ops, kern_return_t (*post)(void))
{
    unsigned posted = 0;

    for (; posted < ops && posted < BLOCKS_DEPTH; posted++)
        USRD_CHECK_RETURN(post());
    for (unsigned n = 0; n < ops; n++) {
        USRD_CHECK_RETURN(answered());
        if (posted < ops) {
            USRD_CHECK_RETURN(post());
            posted++;
        }
    }
    return KERN_SUCCESS;
}

static kern_return_t read_32(unsigned ops)
{
    return many(ops, post_read);
}

static kern_return_t write_32(unsigned ops)
{
    return many(ops, post_write);
}

kern_return_t blocks_rpc(void)
{
    answers = mach_reply_port();
    USRD_CHECK_RETURN(blocks_measure("rpc.read_4k.depth_1", read_1, 200));
    USRD_CHECK_RETURN(blocks_measure("rpc.write_4k.depth_1", write_1, 200));
    USRD_CHECK_RETURN(blocks_measure("rpc.read_4k.depth_32", read_32, 1000));
    USRD_CHECK_RETURN(blocks_measure("rpc.write_4k.depth_32", write_32, 1000));
    return blocks_measure("rpc.read_mib", read_mib, 32);
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What it costs to make a ring and to close it, of one page of buffers and of
 * 256: with an IOMMU each page is mapped for the device, and unmapped. */
#include <usrd/client.h>
#include <usrd/ring.h>

#include "blocks.h"

static kern_return_t open_close(unsigned ops, size_t bytes)
{
    struct usrd_ring *ring;

    while (ops-- > 0) {
        USRD_CHECK_RETURN(
            usrd_ring_open(blocks_name, D_READ | D_WRITE, 4, bytes, &ring));
        usrd_ring_close(ring);
    }
    return KERN_SUCCESS;
}

static kern_return_t one(unsigned ops)
{
    return open_close(ops, BLOCKS_BLOCK);
}

static kern_return_t many(unsigned ops)
{
    return open_close(ops, BLOCKS_MIB);
}

/* And reads, to see whether any of that is on their way. */
kern_return_t blocks_pages(void)
{
    USRD_CHECK_RETURN(blocks_measure("open_close.page", one, 200));
    USRD_CHECK_RETURN(blocks_measure("open_close.mib", many, 20));
    USRD_CHECK_RETURN(ring_open());
    USRD_CHECK_RETURN(blocks_measure("read_4k.depth_1", ring_read_1, 200));
    return blocks_measure("read_4k.depth_32", ring_read_32, 2000);
}

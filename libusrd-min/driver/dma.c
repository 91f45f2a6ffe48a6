/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Memory for devices: handed out piece by piece, from the first byte in each
 * incarnation.  kernel-ext made it, and says in a table where it is. */
#include <device/userspace_driver_sdk.h>

#include "driver.h"

#define LINE 64u
#define PAGE 4096u

static size_t used[USRD_DMA_PIECES]; /* bytes, of each piece */

/* What is handed out for SIZE: a power of two up to a page, then pages. */
static size_t rounded(size_t size)
{
    size_t n = LINE;

    if (size > PAGE)
        return (size + PAGE - 1) & ~(size_t)(PAGE - 1);
    while (n < size)
        n *= 2;
    return n;
}

static size_t piece_size(const struct usrd_dma_table *table, unsigned piece)
{
    size_t left = table->size - piece * USRD_DMA_PIECE;

    return left < USRD_DMA_PIECE ? left : USRD_DMA_PIECE;
}

static unsigned pieces(const struct usrd_dma_table *table)
{
    return (unsigned)((table->size + USRD_DMA_PIECE - 1) / USRD_DMA_PIECE);
}

void *usrd_dma_alloc(usrd_driver_t driver, size_t size, vm_offset_t *physical)
{
    const struct usrd_dma_table *table = (const void *)USRD_DMA_TABLE;

    if (physical)
        *physical = 0;
    if (!usrd_is_driver(driver) || !driver->dma || size == 0 ||
        size > USRD_DMA_PIECE)
        return NULL;
    size_t want = rounded(size), align = want < PAGE ? want : PAGE;
    for (unsigned n = 0; n < pieces(table); n++) {
        size_t at = (used[n] + align - 1) & ~(align - 1);
        if (at + want > piece_size(table, n))
            continue;
        used[n] = at + want;
        if (physical)
            *physical = table->physical[n] + at;
        return (char *)USRD_DMA_BASE + n * USRD_DMA_PIECE + at;
    }
    return NULL;
}

void usrd_dma_free(usrd_driver_t driver, void *data, size_t size,
                   vm_offset_t physical)
{
    uintptr_t offset = (uintptr_t)data - USRD_DMA_BASE;
    size_t piece = offset / USRD_DMA_PIECE, at = offset % USRD_DMA_PIECE;

    (void)physical;
    if (data && usrd_is_driver(driver) && size > 0 && piece < USRD_DMA_PIECES &&
        used[piece] == at + rounded(size))
        used[piece] = at;
}

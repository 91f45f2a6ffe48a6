/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * usrd_dma_alloc on a table of paper: two pieces and a half, nowhere near each
 * other. */
#include <sys/mman.h>

#include "../../libusrd-min/driver/driver.h"

#include "tap.h"

#define MIB (1024 * 1024ul)

struct usrd_driver usrd_the_driver;

boolean_t usrd_is_driver(usrd_driver_t driver)
{
    return driver == &usrd_the_driver;
}

static usrd_driver_t d = &usrd_the_driver;
static const uint64_t at[] = {0x40000000, 0x10000000, 0x7000000};

static bool pretend(void)
{
    struct usrd_dma_table *table =
        mmap((void *)USRD_DMA_TABLE, 4096, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (table != (void *)USRD_DMA_TABLE)
        return false;
    table->size = 10 * MIB;
    memcpy(table->physical, at, sizeof at);
    return true;
}

/* Where it is says where it is physically. */
static void check(size_t size, size_t offset, const char *name)
{
    vm_offset_t physical = 1;
    char *data = usrd_dma_alloc(d, size, &physical);

    EQ((uintptr_t)data, USRD_DMA_BASE + offset, name);
    EQ(physical, at[offset / USRD_DMA_PIECE] + offset % USRD_DMA_PIECE,
       "and its physical address");
}

static void check_none(size_t size, const char *name)
{
    vm_offset_t physical = 1;

    OK(!usrd_dma_alloc(d, size, &physical) && physical == 0, "%s", name);
}

int main(void)
{
    vm_offset_t physical;

    if (!OK(pretend(), "a table"))
        return tap_end();
    check_none(64, "none before it was declared");
    d->dma = TRUE;
    check_none(0, "nothing of nothing");
    check_none(4 * MIB + 1, "nor more than a piece");
    check_none(-1ul, "nor any number");

    check(1, 0, "the first byte takes a line");
    check(65, 128, "two lines stand at two lines");
    check(64, 256, "the next is behind them");
    check(4096, 4096, "a page is at a page");
    check(4097, 8192, "two are at pages");
    check(64, 16384, "behind those");
    void *last = usrd_dma_alloc(d, 4 * MIB - 32768, &physical);
    EQ((uintptr_t)last, USRD_DMA_BASE + 20480, "nearly all of the piece");
    usrd_dma_free(d, last, 4 * MIB - 32768, physical);
    check(4 * MIB - 20480, 20480, "given back, it is there again");
    check(64, 4 * MIB, "a full piece is followed by the next");
    usrd_dma_free(d, (char *)USRD_DMA_BASE + 4096, 4096, at[0] + 4096);
    check(4 * MIB - 8192, 4 * MIB + 4096, "what was not the last stays");
    check_none(4 * MIB, "the last piece is not a whole one");
    check(2 * MIB, 8 * MIB, "but as large as it is");
    check_none(8192, "then there is none");
    check(64, 8 * MIB - 4096, "but where a line was left");
    usrd_dma_free(d, NULL, 64, 0);
    usrd_dma_free(d, d, 64, 0);
    check(64, 8 * MIB - 4032, "what is not ours is not given back");
    return tap_end();
}

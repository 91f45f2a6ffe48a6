/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The disk's memory: shares, which outlive the driver.  One is a page that
 * says whether the disk was filled; the others are the disk, 1 MiB each. */
#include <string.h>

#include "ramdisk.h"

#define PIECE USRD_SHARE_MAX
#define PIECES (USRD_MAX_SHARES - 1)

static struct {
    uint32_t filled;
} * head;
static char *pieces[PIECES];

kern_return_t store_open(usrd_driver_t driver, uint64_t size, boolean_t *fresh)
{
    if (size == 0 || size > (uint64_t)PIECES * PIECE)
        return D_INVALID_SIZE;
    head = usrd_share_alloc(driver, sizeof *head);
    if (!head)
        return D_NO_MEMORY;
    for (unsigned n = 0; n * (uint64_t)PIECE < size; n++) {
        uint64_t left = size - n * (uint64_t)PIECE;
        pieces[n] = usrd_share_alloc(driver, left < PIECE ? left : PIECE);
        if (!pieces[n])
            return D_NO_MEMORY;
    }
    *fresh = !head->filled;
    return KERN_SUCCESS;
}

void store_filled(void)
{
    head->filled = TRUE;
}

/* Byte AT, and in *RUN how many of N bytes are in a row from there. */
static char *run_at(uint64_t at, size_t n, size_t *run)
{
    size_t left = PIECE - at % PIECE;

    *run = n < left ? n : left;
    return pieces[at / PIECE] + at % PIECE;
}

void store_read(uint64_t at, void *data, size_t n)
{
    size_t run;

    for (char *to = data; n > 0; at += run, to += run, n -= run) {
        const char *from = run_at(at, n, &run);
        memcpy(to, from, run);
    }
}

void store_write(uint64_t at, const void *data, size_t n)
{
    size_t run;

    for (const char *from = data; n > 0; at += run, from += run, n -= run) {
        char *to = run_at(at, n, &run);
        memcpy(to, from, run);
    }
}

void store_zero(uint64_t at, size_t n)
{
    size_t run;

    for (; n > 0; at += run, n -= run) {
        char *to = run_at(at, n, &run);
        memset(to, 0, run);
    }
}

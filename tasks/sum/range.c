/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A range of a device: open it, and move bytes, by Mach's requests one after
 * the other, or by a ring, a batch at a time. */
#include <stdlib.h>
#include <string.h>

#include <usrd/ring.h>

#include "../records.h"
#include "../virtio-blk/virtio_blk.h"
#include "range.h"

static bool parse(struct range *range, const char *word)
{
    const char *at = strchr(word, '@');
    size_t length = at ? (size_t)(at - word) : strlen(word);
    char *end;

    if (length == 0 || length >= sizeof range->name)
        return false;
    memcpy(range->name, word, length);
    if (!at)
        return true;
    range->first = strtoul(at + 1, &end, 10);
    if (*end != '+')
        return false;
    range->count = strtoul(end + 1, &end, 10);
    return *end == '\0' && range->count > 0;
}

/* The range's buffer: the ring's, or of its own. */
static kern_return_t buffer(struct range *range, bool ring, dev_mode_t mode)
{
    if (!ring) {
        range->data = malloc(RANGE_BATCH);
        return range->data ? KERN_SUCCESS : D_NO_MEMORY;
    }
    kern_return_t kr = usrd_ring_open(range->name, mode, RANGE_DEPTH,
                                      RANGE_BATCH, &range->ring);
    if (kr == KERN_SUCCESS)
        range->data = usrd_ring_data(range->ring);
    return kr;
}

kern_return_t range_open(struct range *range, const char *word, bool ring,
                         dev_mode_t mode)
{
    uint64_t records;

    memset(range, 0, sizeof *range);
    if (!parse(range, word))
        return D_INVALID_OPERATION;
    kern_return_t kr = usrd_open(range->name, mode, &range->device);
    if (kr == KERN_SUCCESS)
        kr = records_of(range->device, &records, &range->record_size);
    if (kr != KERN_SUCCESS)
        return kr;
    if (range->record_size == 0 || RANGE_PIECE % range->record_size != 0)
        return D_INVALID_SIZE;
    if (range->count == 0)
        range->count = records;
    return buffer(range, ring, mode);
}

void range_close(struct range *range)
{
    if (range->ring)
        usrd_ring_close(range->ring);
    else
        free(range->data);
    if (range->device != MACH_PORT_NULL)
        usrd_close(range->device);
}

static size_t piece(size_t left)
{
    return left < RANGE_PIECE ? left : RANGE_PIECE;
}

static kern_return_t by_rpc(const struct range *range, bool write,
                            uint64_t record, size_t bytes)
{
    kern_return_t kr = KERN_SUCCESS;

    for (size_t at = 0; at < bytes && kr == KERN_SUCCESS; at += RANGE_PIECE) {
        size_t wanted = piece(bytes - at), done = 0;
        uint64_t from = record + at / range->record_size;
        unsigned char *data = range->data + at;

        kr = write ? usrd_write(range->device, 0, from, data, wanted, &done)
                   : usrd_read(range->device, 0, from, data, wanted, &done);
        if (kr == KERN_SUCCESS && done != wanted)
            kr = D_IO_ERROR;
    }
    return kr;
}

/* All at once; they may be answered in any order. */
static kern_return_t by_ring(const struct range *range, bool write,
                             uint64_t record, size_t bytes)
{
    struct usrd_ring_result result;
    kern_return_t kr, worst = KERN_SUCCESS;
    unsigned posted = 0;

    for (size_t at = 0; at < bytes; at += RANGE_PIECE)
        posted += usrd_ring_post(range->ring,
                                 write ? USRD_RING_WRITE : USRD_RING_READ,
                                 record + at / range->record_size,
                                 piece(bytes - at), at, piece(bytes - at));
    for (; posted > 0; posted--) {
        kr = usrd_ring_wait(range->ring, &result);
        if (kr != KERN_SUCCESS)
            return kr;
        if (result.result != KERN_SUCCESS)
            worst = result.result;
        else if (result.count != result.cookie)
            worst = D_IO_ERROR;
    }
    return worst;
}

static kern_return_t move(const struct range *range, bool write, uint64_t at,
                          size_t bytes)
{
    uint64_t record = range->first + at / range->record_size;

    return range->ring ? by_ring(range, write, record, bytes)
                       : by_rpc(range, write, record, bytes);
}

kern_return_t range_read(struct range *range, uint64_t at, size_t bytes)
{
    return move(range, false, at, bytes);
}

kern_return_t range_write(struct range *range, uint64_t at, size_t bytes)
{
    return move(range, true, at, bytes);
}

kern_return_t range_zero(struct range *range)
{
    uint64_t done, bytes = range->count * range->record_size;
    const int words[] = {(int)range->first, (int)(range->first >> 32),
                         (int)range->count, (int)(range->count >> 32)};

    return range->ring
               ? usrd_ring_call(range->ring, USRD_RING_ZERO, range->first,
                                bytes, 0, &done)
               : usrd_set_status(range->device, VIRTIO_BLK_DO_ZERO, words, 4);
}

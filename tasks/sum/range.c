/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A range of a device: open it, and move bytes, by Mach's requests one after
 * the other, or by a ring, a batch at a time. */
#include <stdlib.h>
#include <string.h>

#include "../records.h"
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
    (void)ring;
    range->data = malloc(RANGE_BATCH);
    return range->data ? KERN_SUCCESS : D_NO_MEMORY;
}

void range_close(struct range *range)
{
    free(range->data);
    if (range->device != MACH_PORT_NULL)
        usrd_close(range->device);
}

static kern_return_t request(struct range *range, bool write, uint64_t record,
                             void *data, size_t bytes)
{
    size_t done;
    kern_return_t kr =
        write ? usrd_write(range->device, 0, record, data, bytes, &done)
              : usrd_read(range->device, 0, record, data, bytes, &done);

    return kr == KERN_SUCCESS && done != bytes ? D_IO_ERROR : kr;
}

static kern_return_t move(struct range *range, bool write, uint64_t at,
                          size_t bytes)
{
    uint64_t record = range->first + at / range->record_size;
    kern_return_t kr = KERN_SUCCESS;

    for (size_t done = 0; done < bytes && kr == KERN_SUCCESS;
         done += RANGE_PIECE)
        kr = request(range, write, record + done / range->record_size,
                     range->data + done,
                     bytes - done < RANGE_PIECE ? bytes - done : RANGE_PIECE);
    return kr;
}

kern_return_t range_read(struct range *range, uint64_t at, size_t bytes)
{
    return move(range, false, at, bytes);
}

kern_return_t range_write(struct range *range, uint64_t at, size_t bytes)
{
    return move(range, true, at, bytes);
}

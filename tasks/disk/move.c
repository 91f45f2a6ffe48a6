/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A range of a device: open it, and move bytes, by Mach's requests one after
 * the other, or by a ring, a batch at a time. */
#include <stdlib.h>
#include <string.h>

#include "../records.h"
#include "disk.h"

static bool parse(struct disk *disk, const char *word)
{
    const char *at = strchr(word, '@');
    size_t length = at ? (size_t)(at - word) : strlen(word);
    char *end;

    if (length == 0 || length >= sizeof disk->name)
        return false;
    memcpy(disk->name, word, length);
    if (!at)
        return true;
    disk->first = strtoul(at + 1, &end, 10);
    if (*end != '+')
        return false;
    disk->count = strtoul(end + 1, &end, 10);
    return *end == '\0' && disk->count > 0;
}

kern_return_t disk_open(struct disk *disk, const char *word, bool ring,
                        dev_mode_t mode)
{
    uint64_t records;

    memset(disk, 0, sizeof *disk);
    if (!parse(disk, word))
        return D_INVALID_OPERATION;
    kern_return_t kr = usrd_open(disk->name, mode, &disk->device);
    if (kr == KERN_SUCCESS)
        kr = records_of(disk->device, &records, &disk->record_size);
    if (kr != KERN_SUCCESS)
        return kr;
    if (disk->record_size == 0 || DISK_PIECE % disk->record_size != 0)
        return D_INVALID_SIZE;
    if (disk->count == 0)
        disk->count = records;
    (void)ring;
    disk->data = malloc(DISK_BATCH);
    return disk->data ? KERN_SUCCESS : D_NO_MEMORY;
}

void disk_close(struct disk *disk)
{
    free(disk->data);
    if (disk->device != MACH_PORT_NULL)
        usrd_close(disk->device);
}

static kern_return_t request(struct disk *disk, bool write, uint64_t record,
                             void *data, size_t bytes)
{
    size_t done;
    kern_return_t kr =
        write ? usrd_write(disk->device, 0, record, data, bytes, &done)
              : usrd_read(disk->device, 0, record, data, bytes, &done);

    return kr == KERN_SUCCESS && done != bytes ? D_IO_ERROR : kr;
}

static kern_return_t move(struct disk *disk, bool write, uint64_t at,
                          size_t bytes)
{
    uint64_t record = disk->first + at / disk->record_size;
    kern_return_t kr = KERN_SUCCESS;

    for (size_t done = 0; done < bytes && kr == KERN_SUCCESS;
         done += DISK_PIECE)
        kr = request(disk, write, record + done / disk->record_size,
                     disk->data + done,
                     bytes - done < DISK_PIECE ? bytes - done : DISK_PIECE);
    return kr;
}

kern_return_t disk_read(struct disk *disk, uint64_t at, size_t bytes)
{
    return move(disk, false, at, bytes);
}

kern_return_t disk_write(struct disk *disk, uint64_t at, size_t bytes)
{
    return move(disk, true, at, bytes);
}

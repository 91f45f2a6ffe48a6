/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Files at fixed places, a block of each held back until it is full or synced,
 * and their records: see store.h. */
#include "store.h"

#include <stddef.h>
#include <string.h>

#include "disk.h"
#include "record.h"

#define SMALLEST 32u /* blocks */
#define NONE UINT64_MAX

static uint64_t first[STORE_FILES + 1]; /* blocks; the last is the records' */
static struct files now;
static bool changed; /* from what the record says */

/* A block of each file; its number is the file's, NONE: empty. */
static struct buffer {
    uint64_t block;
    bool dirty;
    char data[DISK_BLOCK] __attribute__((aligned(16)));
} buffers[STORE_FILES];

static int commit(void)
{
    int error = record_write(&now);

    if (!error)
        changed = false;
    return error;
}

static uint64_t big_endian(const char *at, unsigned bytes)
{
    uint64_t value = 0;

    while (bytes-- > 0)
        value = value << 8 | (unsigned char)*at++;
    return value;
}

/* No record: new, the host's, or not for us. */
static int begin(void)
{
    static char block[DISK_BLOCK];
    static const char zero[DISK_BLOCK];
    int error = disk_read(0, block);

    if (error)
        return error;
    if (memcmp(block, "SQLite format 3", 16) == 0) {
        uint64_t page = big_endian(block + 16, 2);
        now.size[STORE_MAIN] =
            (page == 1 ? 65536 : page) * big_endian(block + 28, 4);
        now.exists[STORE_MAIN] = true;
        if (now.size[STORE_MAIN] > first[1] * DISK_BLOCK)
            return STORE_SMALL;
    } else if (memcmp(block, zero, sizeof zero) != 0) {
        return STORE_FOREIGN;
    }
    return commit();
}

int store_open(void)
{
    uint64_t blocks = disk_blocks();
    bool found;

    now = (struct files){0};
    changed = false;
    for (unsigned f = 0; f < STORE_FILES; f++)
        buffers[f] = (struct buffer){.block = NONE};
    if (blocks < SMALLEST)
        return STORE_SMALL;
    first[STORE_FILES] = blocks - RECORD_BLOCKS;
    first[STORE_JOURNAL] =
        blocks - RECORD_BLOCKS - (blocks - RECORD_BLOCKS) / 4;
    int error = record_find(&now, &found);
    if (error || found)
        return error;
    return begin();
}

/* ---- Blocks ---- */

static uint64_t place(enum store_file file, uint64_t block)
{
    return first[file] + block;
}

static int write_back(enum store_file file)
{
    struct buffer *b = &buffers[file];

    if (!b->dirty)
        return 0;
    int error = disk_write(place(file, b->block), b->data);
    if (!error)
        b->dirty = false;
    return error;
}

/* Have this block in the buffer; what is past the end need not be read. */
static int load(enum store_file file, uint64_t block)
{
    struct buffer *b = &buffers[file];

    if (b->block == block)
        return 0;
    int error = write_back(file);
    if (error)
        return error;
    b->block = NONE;
    if (block * DISK_BLOCK >= now.size[file])
        memset(b->data, 0, sizeof b->data);
    else if ((error = disk_read(place(file, block), b->data)) != 0)
        return error;
    b->block = block;
    return 0;
}

static void forget(enum store_file file)
{
    buffers[file].block = NONE;
    buffers[file].dirty = false;
}

/* ---- Files ---- */

bool store_exists(enum store_file file)
{
    return now.exists[file];
}

uint64_t store_size(enum store_file file)
{
    return now.size[file];
}

int store_create(enum store_file file)
{
    if (!now.exists[file]) {
        forget(file);
        now.exists[file] = changed = true;
        now.size[file] = 0;
    }
    return 0;
}

int store_delete(enum store_file file)
{
    uint64_t size = now.size[file];

    if (!now.exists[file])
        return 0;
    now.exists[file] = false;
    now.size[file] = 0;
    int error = commit();
    if (error) {
        now.exists[file] = true; /* and the next record says so */
        now.size[file] = size;
        return error;
    }
    forget(file);
    return 0;
}

int store_read(enum store_file file, void *data, uint64_t size, uint64_t at,
               uint64_t *got)
{
    uint64_t end = now.size[file], block, skip, n;
    int error = 0;

    if (at > end)
        at = end;
    if (size > end - at)
        size = end - at;
    *got = size;
    for (char *to = data; size > 0 && !error; to += n, at += n, size -= n) {
        block = at / DISK_BLOCK;
        skip = at % DISK_BLOCK;
        n = DISK_BLOCK - skip < size ? DISK_BLOCK - skip : size;
        if (n == DISK_BLOCK && buffers[file].block != block) {
            error = disk_read(place(file, block), to);
        } else {
            error = load(file, block);
            if (!error)
                memcpy(to, buffers[file].data + skip, n);
        }
    }
    return error;
}

static int write_piece(enum store_file file, const char *data, uint64_t n,
                       uint64_t block, uint64_t skip)
{
    if (n == DISK_BLOCK) {
        if (buffers[file].block == block)
            forget(file);
        return disk_write(place(file, block), data);
    }
    int error = load(file, block);
    if (!error) {
        memcpy(buffers[file].data + skip, data, n);
        buffers[file].dirty = true;
    }
    return error;
}

int store_write(enum store_file file, const void *data, uint64_t size,
                uint64_t at)
{
    uint64_t room = (first[file + 1] - first[file]) * DISK_BLOCK;
    uint64_t n;
    int error = record_in_doubt() ? commit() : 0;

    if (!error && (at > room || size > room - at))
        return STORE_FULL;
    for (const char *from = data; size > 0 && !error; from += n) {
        uint64_t skip = at % DISK_BLOCK;
        n = DISK_BLOCK - skip < size ? DISK_BLOCK - skip : size;
        error = write_piece(file, from, n, at / DISK_BLOCK, skip);
        if (error)
            return error;
        at += n;
        size -= n;
        if (at > now.size[file]) {
            now.size[file] = at;
            changed = true;
        }
    }
    return error;
}

int store_truncate(enum store_file file, uint64_t size)
{
    struct buffer *b = &buffers[file];

    if (size >= now.size[file])
        return 0;
    if (b->block != NONE && b->block * DISK_BLOCK >= size)
        forget(file);
    now.size[file] = size;
    changed = true;
    return 0;
}

/* The file's bytes first, so that a record never promises what is not there. */
int store_sync(enum store_file file)
{
    int error = write_back(file);

    if (!error)
        error = disk_flush();
    if (!error && (changed || record_in_doubt()))
        error = commit();
    return error;
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The records at the end of the device: see store.h. */
#include "record.h"

#include <stddef.h>
#include <string.h>

#include "disk.h"

#define MAGIC "usrd sqlite 1\n\0" /* 16 bytes with its end */

struct record {
    char magic[16];
    uint64_t blocks; /* of the device */
    uint64_t number;
    uint64_t size[STORE_FILES];
    uint64_t exists; /* a bit each */
    uint64_t sum;    /* of all before it */
};

static uint64_t number; /* of the record that counts */
static bool doubt;      /* the next may have been written, and not be meant */

static uint64_t sum(const struct record *r)
{
    const unsigned char *byte = (const unsigned char *)r;
    uint64_t hash = 0xcbf29ce484222325u;

    for (size_t i = 0; i < offsetof(struct record, sum); i++)
        hash = (hash ^ byte[i]) * 0x100000001b3u;
    return hash;
}

static bool sound(const struct record *r)
{
    return memcmp(r->magic, MAGIC, sizeof r->magic) == 0 && r->sum == sum(r) &&
           r->blocks == disk_blocks();
}

/* The place of the record with that number. */
static uint64_t place(uint64_t n)
{
    return disk_blocks() - RECORD_BLOCKS + n % RECORD_BLOCKS;
}

static void take(const struct record *r, struct files *files)
{
    number = r->number;
    for (unsigned f = 0; f < STORE_FILES; f++) {
        files->size[f] = r->size[f];
        files->exists[f] = r->exists >> f & 1;
    }
}

/* One that cannot be read may be the one that counts. */
int record_find(struct files *files, bool *found)
{
    static char block[DISK_BLOCK];

    number = 0;
    *found = doubt = false;
    for (unsigned i = 0; i < RECORD_BLOCKS; i++) {
        struct record r;
        int error = disk_read(place(i), block);
        if (error)
            return error;
        memcpy(&r, block, sizeof r);
        if (sound(&r) && (!*found || r.number > number)) {
            take(&r, files);
            *found = true;
        }
    }
    return 0;
}

/* One that fails is written again in the same place: the other one is what
 * counts until this is known to be there. */
int record_write(const struct files *files)
{
    static char block[DISK_BLOCK];
    struct record r = {
        .magic = MAGIC, .blocks = disk_blocks(), .number = number + 1};

    for (unsigned f = 0; f < STORE_FILES; f++) {
        r.size[f] = files->size[f];
        r.exists |= (uint64_t)files->exists[f] << f;
    }
    r.sum = sum(&r);
    memcpy(block, &r, sizeof r);
    doubt = true;
    int error = disk_write(place(r.number), block);
    if (!error)
        error = disk_flush();
    if (error)
        return error;
    number = r.number;
    doubt = false;
    return 0;
}

bool record_in_doubt(void)
{
    return doubt;
}

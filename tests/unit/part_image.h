/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A disk in memory with a partition table, for the tests of tasks/part. */
#ifndef PART_IMAGE_H
#define PART_IMAGE_H

#include <stdlib.h>

#include "tap.h"
#include "table.h"

#define RECORDS 2000u
#define ARRAY_BYTES 16384u /* of GPT entries: 128 of 128 bytes */
#define SAID_MAX 512u

/* Behind its end the sanitizer stands. */
static uint8_t *image;
static uint32_t record_size;
static unsigned reads, said, said_twice, said_early;
static char last_said[PART_WHY];
static unsigned said_of[SAID_MAX]; /* numbers of partitions; 0: the table */
static uint64_t unreadable = UINT64_MAX;

static inline uint8_t *at_record(uint64_t record)
{
    return image + record * record_size;
}

static inline void make_image(uint32_t bytes)
{
    free(image);
    record_size = bytes;
    image = calloc(RECORDS, bytes);
}

static inline bool image_read(const struct part_disk *disk, uint64_t record,
                              void *to)
{
    reads++;
    said_early += said > 0;
    if (record >= disk->records || record == unreadable)
        return false;
    memcpy(to, at_record(record), record_size);
    return true;
}

static inline void image_say(const struct part_disk *disk,
                             const struct part_entry *entry, const char *why)
{
    unsigned number = entry ? entry->number : 0;

    (void)disk;
    for (unsigned i = 0; i < said && i < SAID_MAX; i++)
        said_twice += said_of[i] == number;
    if (said < SAID_MAX)
        said_of[said] = number;
    said++;
    snprintf(last_said, sizeof last_said, "%s", why);
}

static inline enum part_kind read_image(struct part_table *table)
{
    struct part_disk disk = {.records = RECORDS,
                             .record_size = record_size,
                             .read = image_read,
                             .say = image_say};

    reads = said = said_twice = said_early = 0;
    last_said[0] = '\0';
    return part_read(&disk, table);
}

static inline void put32(uint8_t *at, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

static inline void put64(uint8_t *at, uint64_t value)
{
    put32(at, (uint32_t)value);
    put32(at + 4, (uint32_t)(value >> 32));
}

/* An entry of an MBR, or of a record of the chain. */
static inline void mbr_put(uint64_t record, unsigned n, uint8_t type,
                           uint32_t first, uint32_t count)
{
    uint8_t *entry = at_record(record) + 446 + 16 * n;

    entry[4] = type;
    put32(entry + 8, first);
    put32(entry + 12, count);
    at_record(record)[510] = 0x55;
    at_record(record)[511] = 0xaa;
}

static inline uint32_t image_crc(const uint8_t *data, size_t size)
{
    static uint32_t of_byte[256];
    uint32_t crc = ~0u;

    for (unsigned i = of_byte[1] ? 256 : 0; i < 256; i++) {
        of_byte[i] = i;
        for (unsigned bit = 0; bit < 8; bit++)
            of_byte[i] = of_byte[i] >> 1 ^ (of_byte[i] & 1 ? 0xedb88320u : 0);
    }
    for (size_t i = 0; i < size; i++)
        crc = crc >> 8 ^ of_byte[(crc ^ data[i]) & 0xff];
    return ~crc;
}

/* Where the primary's and the copy's header and array are. */
static inline uint64_t gpt_header(bool copy)
{
    return copy ? RECORDS - 1 : 1;
}

static inline uint64_t gpt_array(bool copy)
{
    return copy ? RECORDS - 1 - ARRAY_BYTES / record_size : 2;
}

static inline uint64_t gpt_first_usable(void)
{
    return 2 + ARRAY_BYTES / record_size;
}

/* Write the sums as they now should be. */
static inline void gpt_sign(bool copy)
{
    uint8_t *header = at_record(gpt_header(copy));

    put32(header + 88, image_crc(at_record(gpt_array(copy)), ARRAY_BYTES));
    put32(header + 16, 0);
    put32(header + 16, image_crc(header, 92));
}

static inline void gpt_header_put(bool copy)
{
    uint8_t *header = at_record(gpt_header(copy));

    memcpy(header, "EFI PART\0\0\1", 12);
    put32(header + 12, 92);
    put64(header + 24, gpt_header(copy));
    put64(header + 32, gpt_header(!copy));
    put64(header + 40, gpt_first_usable());
    put64(header + 48, gpt_array(true) - 1);
    put64(header + 72, gpt_array(copy));
    put32(header + 80, 128);
    put32(header + 84, 128);
}

static inline void gpt_put(bool copy, unsigned number, uint64_t first,
                           uint64_t last)
{
    uint8_t *entry = at_record(gpt_array(copy)) + 128 * (number - 1);

    memset(entry, 0x83, 16);
    put64(entry + 32, first);
    put64(entry + 40, last);
}

/* Partitions 1, 2 and 4. */
static inline void make_gpt(uint32_t bytes)
{
    make_image(bytes);
    mbr_put(0, 0, 0xee, 1, RECORDS - 1);
    for (unsigned copy = 0; copy < 2; copy++) {
        gpt_header_put(copy);
        gpt_put(copy, 1, 100, 199);
        gpt_put(copy, 2, 200, 200);
        gpt_put(copy, 4, 300, gpt_array(true) - 1);
        gpt_sign(copy);
    }
}

/* Partitions 1 and 2, and 5, 6, 7 in an extended partition. */
static inline void make_mbr(uint32_t bytes)
{
    make_image(bytes);
    mbr_put(0, 0, 0x83, 1, 99);
    mbr_put(0, 1, 0x83, 100, 100);
    mbr_put(0, 3, 0x05, 1000, 1000);
    mbr_put(1000, 0, 0x83, 1, 99);
    mbr_put(1000, 1, 0x05, 500, 200);
    mbr_put(1500, 0, 0x83, 10, 90);
    mbr_put(1500, 1, 0x05, 100, 100); /* back, and no loop */
    mbr_put(1100, 0, 0x83, 1, 399);
}

#endif

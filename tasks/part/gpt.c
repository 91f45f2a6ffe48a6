/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The GUID partition table (UEFI 2.10, 5.3): a header in record 1, an array of
 * entries, and a copy of both whose header is the disk's last record.  The
 * copy is used, with a word about it, when the first is damaged.
 *
 * Left out: names, types and attributes of partitions. */
#include "table.h"

#include <stdio.h>
#include <string.h>

#define GPT_SIZE 12u /* of the header, in bytes */
#define GPT_CRC 16u  /* of the header, taken with this field zero */
#define GPT_OWN 24u  /* the record that it is in */
#define GPT_FIRST_USABLE 40u
#define GPT_LAST_USABLE 48u
#define GPT_ARRAY 72u /* where the entries begin */
#define GPT_ENTRIES 80u
#define GPT_ENTRY_SIZE 84u
#define GPT_ARRAY_CRC 88u
#define GPT_SIZE_MIN 92u

#define GPT_ENTRY_TYPE 0u /* 16 bytes; zero: unused */
#define GPT_ENTRY_FIRST 32u
#define GPT_ENTRY_LAST 40u
#define GPT_ENTRY_MIN 128u

#define GPT_ARRAY_MAX (1024u * 1024u) /* bytes that are read */

struct header {
    uint64_t first_usable, last_usable;
    uint64_t array, array_records;
    uint32_t entries, entry_size, array_crc;
};

/* CRC-32 of ISO 3309, bit by bit; CRC is what came out so far, 0 at first. */
static uint32_t crc32(uint32_t crc, const uint8_t *data, size_t size)
{
    crc = ~crc;
    while (size--) {
        crc ^= *data++;
        for (unsigned bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc;
}

static bool header_crc_good(const uint8_t *record, uint32_t size)
{
    static const uint8_t zero[4];
    uint32_t crc = crc32(0, record, GPT_CRC);

    crc = crc32(crc, zero, sizeof zero);
    crc = crc32(crc, record + GPT_CRC + sizeof zero,
                size - GPT_CRC - sizeof zero);
    return crc == part_le32(record + GPT_CRC);
}

/* The array is on the disk, and neither in a partition nor in a header. */
static bool array_good(const struct part_disk *disk, const struct header *h,
                       uint64_t at)
{
    if (h->array < 2 || h->array >= disk->records ||
        h->array_records > disk->records - h->array)
        return false;
    uint64_t end = h->array + h->array_records;
    return (end <= h->first_usable || h->array > h->last_usable) &&
           (end <= at || h->array > at);
}

/* NULL, or what is wrong with the header in record AT. */
static const char *read_header(const struct part_disk *disk, uint64_t at,
                               struct header *h)
{
    uint8_t record[PART_RECORD_MAX];

    if (at >= disk->records || !disk->read(disk, at, record))
        return "header cannot be read";
    if (memcmp(record, "EFI PART", 8) != 0)
        return "no header";
    uint32_t size = part_le32(record + GPT_SIZE);
    if (size < GPT_SIZE_MIN || size > disk->record_size)
        return "wrong size of header";
    if (!header_crc_good(record, size))
        return "wrong CRC of header";
    if (part_le64(record + GPT_OWN) != at)
        return "header of another place";
    h->first_usable = part_le64(record + GPT_FIRST_USABLE);
    h->last_usable = part_le64(record + GPT_LAST_USABLE);
    h->array = part_le64(record + GPT_ARRAY);
    h->entries = part_le32(record + GPT_ENTRIES);
    h->entry_size = part_le32(record + GPT_ENTRY_SIZE);
    h->array_crc = part_le32(record + GPT_ARRAY_CRC);
    if (h->first_usable < 2 || h->first_usable > h->last_usable)
        return "wrong usable records";
    if (h->entry_size < GPT_ENTRY_MIN || h->entry_size > disk->record_size ||
        (h->entry_size & (h->entry_size - 1)) != 0 ||
        h->entries > GPT_ARRAY_MAX / h->entry_size)
        return "wrong size of entries";
    h->array_records =
        ((uint64_t)h->entries * h->entry_size + disk->record_size - 1) /
        disk->record_size;
    return array_good(disk, h, at) ? NULL : "wrong place of entries";
}

/* FALSE: the table is full. */
static bool read_entry(const uint8_t *entry, unsigned number,
                       struct part_table *table)
{
    static const uint8_t unused[16];
    uint64_t first = part_le64(entry + GPT_ENTRY_FIRST);
    uint64_t last = part_le64(entry + GPT_ENTRY_LAST);

    if (memcmp(entry + GPT_ENTRY_TYPE, unused, sizeof unused) == 0)
        return true;
    return part_add(table, number, first, last < first ? 0 : last - first + 1);
}

/* NULL, or what is wrong with the entries, which are one after the other, none
 * in two records. */
static const char *read_array(const struct part_disk *disk,
                              const struct header *h, struct part_table *table)
{
    uint8_t record[PART_RECORD_MAX];
    uint32_t crc = 0, in_record = disk->record_size / h->entry_size;
    bool room = true;

    table->n = 0;
    for (uint32_t n = 0; n < h->entries; n++) {
        uint8_t *entry = record + n % in_record * h->entry_size;

        if (entry == record &&
            !disk->read(disk, h->array + n / in_record, record))
            return "entries cannot be read";
        crc = crc32(crc, entry, h->entry_size);
        room &= read_entry(entry, n + 1, table);
    }
    if (crc != h->array_crc)
        return "wrong CRC of entries";
    return room ? NULL : "too many partitions";
}

static const char *read_table(const struct part_disk *disk, uint64_t at,
                              struct header *h, struct part_table *table)
{
    const char *why = read_header(disk, at, h);

    return why ? why : read_array(disk, h, table);
}

void part_gpt_read(const struct part_disk *disk, struct part_table *table)
{
    struct header h;
    char text[PART_WHY];
    const char *why = read_table(disk, 1, &h, table);

    if (why) {
        bool good = !read_table(disk, disk->records - 1, &h, table);
        snprintf(text, sizeof text, "GPT: %s, %s", why,
                 good ? "its copy is used" : "and its copy is no better");
        disk->say(disk, NULL, text);
        if (!good) {
            table->n = 0;
            return;
        }
    }
    part_check(disk, table, 0, h.first_usable,
               h.last_usable == UINT64_MAX ? UINT64_MAX : h.last_usable + 1,
               "outside of the records that the table calls usable");
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Reading a partition table.  No Mach header: the host tests and fuzzes it.
 * Nothing that is on the disk is believed; all work is bounded. */
#ifndef PART_TABLE_H
#define PART_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PART_MAX 128u        /* partitions of a table */
#define PART_RECORD_MIN 512u /* bytes; records have a power of two */
#define PART_RECORD_MAX 4096u
#define PART_WHY 80u /* the longest complaint, with its zero */

/* Records FIRST to FIRST + COUNT - 1. */
struct part_entry {
    unsigned number; /* in the table, from 1 */
    bool refused;
    bool extended; /* it holds others (MBR) */
    uint64_t first, count;
};

struct part_table {
    unsigned n;
    struct part_entry entries[PART_MAX];
};

/* The disk, as who reads its table provides it. */
struct part_disk {
    uint64_t records;
    uint32_t record_size;
    /* One record; false: it cannot be read. */
    bool (*read)(const struct part_disk *disk, uint64_t record, void *to);
    /* What is wrong with a partition, which is left out for it, or (NULL) with
     * the table as a whole.  Once for each of them at most, and not before
     * the last record was read. */
    void (*say)(const struct part_disk *disk, const struct part_entry *entry,
                const char *why);
};

enum part_kind {
    PART_NONE,       /* no table that is known */
    PART_UNREADABLE, /* the disk's first record */
    PART_MBR,
    PART_GPT,
};

/* What *TABLE then has are partitions that can be used: on the disk, without
 * the table's own records, none in another, in the order of the table. */
enum part_kind part_read(const struct part_disk *disk,
                         struct part_table *table);

/* ---- Between the files ---- */

/* A record of MBR, as the caller read it; false: it is none. */
bool part_mbr_valid(const uint8_t *record);
bool part_mbr_protective(const uint8_t *record);
void part_mbr_read(const struct part_disk *disk, const uint8_t *record,
                   struct part_table *table);
void part_gpt_read(const struct part_disk *disk, struct part_table *table);

/* One more; false: there is no room. */
bool part_add(struct part_table *table, unsigned number, uint64_t first,
              uint64_t count);
void part_refuse(const struct part_disk *disk, struct part_entry *entry,
                 const char *why);
/* Refuse those from index FROM on that are not in records FIRST to END - 1
 * (OUTSIDE says so in words) or overlap. */
void part_check(const struct part_disk *disk, struct part_table *table,
                unsigned from, uint64_t first, uint64_t end,
                const char *outside);

/* Little-endian numbers. */
static inline uint32_t part_le32(const uint8_t *at)
{
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
           (uint32_t)at[3] << 24;
}

static inline uint64_t part_le64(const uint8_t *at)
{
    return part_le32(at) | (uint64_t)part_le32(at + 4) << 32;
}

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The PC's partition table, "MBR" (UEFI 2.10, 5.2): four entries in the first
 * record.  One of them may be an extended partition, which holds a chain of
 * records of the same form: each has a logical partition, whose place is
 * relative to that record, and a link to the next, relative to the extended
 * partition.  Logical partitions have numbers from 5.
 *
 * Left out: cylinders, heads and sectors; BSD's labels inside of a partition. */
#include "table.h"

#include <stdio.h>

#define MBR_ENTRIES 446u /* their offset in the record */
#define MBR_ENTRY 16u    /* bytes of one */
#define MBR_STATUS 0u    /* 0x80: boot from it */
#define MBR_TYPE 4u      /* 0: unused */
#define MBR_FIRST 8u
#define MBR_COUNT 12u
#define MBR_SIGNATURE 510u /* 0x55, 0xaa */

#define TYPE_UNUSED 0x00
#define TYPE_PROTECTIVE 0xee /* the disk has a GPT */

#define PRIMARY 4u
#define LOGICAL_MAX 60u /* records of a chain: as many as Linux has names */

static const uint8_t *entry_at(const uint8_t *record, unsigned n)
{
    return record + MBR_ENTRIES + n * MBR_ENTRY;
}

static bool used(const uint8_t *entry)
{
    return entry[MBR_TYPE] != TYPE_UNUSED && part_le32(entry + MBR_COUNT) > 0;
}

static bool extended(const uint8_t *entry)
{
    uint8_t type = entry[MBR_TYPE];

    return type == 0x05 || type == 0x0f || type == 0x85;
}

static bool has_signature(const uint8_t *record)
{
    return record[MBR_SIGNATURE] == 0x55 && record[MBR_SIGNATURE + 1] == 0xaa;
}

/* The first record of a file system has the same signature: there, what would
 * be entries is something else. */
bool part_mbr_valid(const uint8_t *record)
{
    for (unsigned n = 0; n < PRIMARY; n++)
        if ((entry_at(record, n)[MBR_STATUS] & 0x7f) != 0)
            return false;
    return has_signature(record);
}

bool part_mbr_protective(const uint8_t *record)
{
    for (unsigned n = 0; n < PRIMARY; n++)
        if (entry_at(record, n)[MBR_TYPE] == TYPE_PROTECTIVE)
            return true;
    return false;
}

/* The records of the chain, as far as it was followed. */
struct chain {
    unsigned n;
    uint64_t records[LOGICAL_MAX];
};

static bool visited(const struct chain *chain, uint64_t record)
{
    for (unsigned i = 0; i < chain->n; i++)
        if (chain->records[i] == record)
            return true;
    return false;
}

/* The next record of the chain; NULL, or why it ends too early. */
static const char *follow(const struct part_disk *disk, struct chain *chain,
                          const struct part_entry *within, uint64_t at,
                          uint8_t *record)
{
    if (at - within->first >= within->count)
        return "leaves the extended partition";
    if (visited(chain, at))
        return "is a loop";
    if (chain->n == LOGICAL_MAX)
        return "is too long";
    chain->records[chain->n++] = at;
    if (!disk->read(disk, at, record))
        return "cannot be read";
    return has_signature(record) ? NULL : "has a record without signature";
}

/* What is wrong with the chain goes to WHY. */
static void read_chain(const struct part_disk *disk, struct chain *chain,
                       const struct part_entry *within,
                       struct part_table *table, char why[PART_WHY])
{
    uint8_t record[PART_RECORD_MAX];
    unsigned number = PRIMARY + 1;
    uint64_t at = within->first;
    const char *fault;

    while (!(fault = follow(disk, chain, within, at, record))) {
        const uint8_t *logical = entry_at(record, 0);
        const uint8_t *link = entry_at(record, 1);

        if (used(logical) && !extended(logical))
            part_add(table, number++, at + part_le32(logical + MBR_FIRST),
                     part_le32(logical + MBR_COUNT));
        if (!used(link) || !extended(link))
            return;
        at = within->first + part_le32(link + MBR_FIRST);
    }
    snprintf(why, PART_WHY, "the chain at record %lu %s", (unsigned long)at,
             fault);
}

/* Who could write to a record of the chain could change other partitions. */
static void check_chain(const struct part_disk *disk, const struct chain *chain,
                        struct part_table *table, unsigned from)
{
    for (unsigned i = from; i < table->n; i++)
        for (unsigned c = 0; c < chain->n; c++)
            if (chain->records[c] - table->entries[i].first <
                table->entries[i].count)
                part_refuse(disk, &table->entries[i],
                            "holds a record of the partition table");
}

/* Of the first record; the extended partition, or NULL. */
static struct part_entry *read_primary(const uint8_t *record,
                                       struct part_table *table)
{
    struct part_entry *within = NULL;

    for (unsigned n = 0; n < PRIMARY; n++) {
        const uint8_t *entry = entry_at(record, n);

        if (!used(entry))
            continue;
        part_add(table, n + 1, part_le32(entry + MBR_FIRST),
                 part_le32(entry + MBR_COUNT));
        struct part_entry *added = &table->entries[table->n - 1];
        added->extended = extended(entry);
        if (added->extended && !within)
            within = added;
    }
    return within;
}

static void check_primary(const struct part_disk *disk,
                          struct part_table *table,
                          const struct part_entry *within)
{
    for (unsigned i = 0; i < table->n; i++)
        if (table->entries[i].extended && &table->entries[i] != within)
            part_refuse(disk, &table->entries[i],
                        "a second extended partition");
    part_check(disk, table, 0, 1, disk->records,
               "holds a record of the partition table");
}

void part_mbr_read(const struct part_disk *disk, const uint8_t *record,
                   struct part_table *table)
{
    struct chain chain = {0};
    char why[PART_WHY] = "";
    struct part_entry *within = read_primary(record, table);
    unsigned primary = table->n;

    if (within)
        read_chain(disk, &chain, within, table, why);
    unsigned all = table->n;
    table->n = primary;
    check_primary(disk, table, within);
    if (!within || within->refused) /* with what is in it */
        return;
    within->refused = true; /* it is no partition itself */
    table->n = all;
    if (*why)
        disk->say(disk, NULL, why);
    part_check(disk, table, primary, within->first,
               within->first + within->count,
               "outside of the extended partition");
    check_chain(disk, &chain, table, primary);
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What MBR and GPT have in common: which of them it is, and which of their
 * entries can be used. */
#include "table.h"

#include <stdio.h>

bool part_add(struct part_table *table, unsigned number, uint64_t first,
              uint64_t count)
{
    if (table->n == PART_MAX)
        return false;
    table->entries[table->n++] =
        (struct part_entry){.number = number, .first = first, .count = count};
    return true;
}

void part_refuse(const struct part_disk *disk, struct part_entry *entry,
                 const char *why)
{
    if (!entry->refused)
        disk->say(disk, entry, why);
    entry->refused = true;
}

static bool inside(const struct part_entry *e, uint64_t first, uint64_t end)
{
    return e->first >= first && e->first < end && e->count <= end - e->first;
}

/* Both are on the disk, so no sum wraps. */
static bool overlap(const struct part_entry *a, const struct part_entry *b)
{
    return a->first < b->first + b->count && b->first < a->first + a->count;
}

static void refuse_overlap(const struct part_disk *disk,
                           struct part_entry *entry, unsigned with)
{
    char why[PART_WHY];

    snprintf(why, sizeof why, "overlaps partition %u", with);
    part_refuse(disk, entry, why);
}

/* An entry that is wrong by itself takes no other with it, so these go first;
 * of two that overlap neither can be trusted. */
void part_check(const struct part_disk *disk, struct part_table *table,
                unsigned from, uint64_t first, uint64_t end,
                const char *outside)
{
    struct part_entry *const all = table->entries;
    unsigned with[PART_MAX] = {0};

    for (unsigned i = from; i < table->n; i++)
        if (all[i].count == 0)
            part_refuse(disk, &all[i], "it has no records");
        else if (!inside(&all[i], 0, disk->records))
            part_refuse(disk, &all[i], "past the end of the disk");
        else if (!inside(&all[i], first, end))
            part_refuse(disk, &all[i], outside);
    for (unsigned i = from; i < table->n; i++)
        for (unsigned j = from; j < table->n; j++)
            if (i != j && !with[i] && !all[i].refused && !all[j].refused &&
                overlap(&all[i], &all[j]))
                with[i] = all[j].number;
    for (unsigned i = from; i < table->n; i++)
        if (with[i])
            refuse_overlap(disk, &all[i], with[i]);
}

static void drop_refused(struct part_table *table)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < table->n; i++)
        if (!table->entries[i].refused)
            table->entries[kept++] = table->entries[i];
    table->n = kept;
}

enum part_kind part_read(const struct part_disk *disk, struct part_table *table)
{
    uint8_t record[PART_RECORD_MAX];

    table->n = 0;
    if (disk->record_size < PART_RECORD_MIN ||
        disk->record_size > PART_RECORD_MAX ||
        (disk->record_size & (disk->record_size - 1)) != 0)
        return PART_NONE;
    if (!disk->read(disk, 0, record))
        return PART_UNREADABLE;
    if (!part_mbr_valid(record))
        return PART_NONE;
    bool gpt = part_mbr_protective(record);
    if (gpt)
        part_gpt_read(disk, table);
    else
        part_mbr_read(disk, record, table);
    drop_refused(table);
    return gpt ? PART_GPT : PART_MBR;
}

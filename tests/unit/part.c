/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Partition tables, whole and damaged: which partitions are found, and what is
 * said of the others. */
#include "part_image.h"

static struct part_table table;

/* The partitions found, as "1:100+100 2:200+1". */
static const char *found(void)
{
    static char text[PART_MAX * 32];
    size_t used = 0;

    text[0] = '\0';
    for (unsigned i = 0; i < table.n; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%u:%u+%u",
                                 i ? " " : "", table.entries[i].number,
                                 (unsigned)table.entries[i].first,
                                 (unsigned)table.entries[i].count);
    return text;
}

static void expect(enum part_kind kind, const char *partitions, unsigned lines,
                   const char *why, const char *name)
{
    OK(read_image(&table) == kind, "%s: its kind", name);
    STR(found(), partitions, name);
    EQ(said, lines, name);
    STR(last_said, why, name);
    OK(said_twice == 0 && said_early == 0, "nothing is said twice, or early");
}

#define GPT_ALL "1:100+100 2:200+1 4:300+1667"
#define MBR_ALL "1:1+99 2:100+100 5:1001+99 6:1510+90 7:1101+399"

static void whole(void)
{
    make_gpt(512);
    expect(PART_GPT, GPT_ALL, 0, "", "GPT");
    make_gpt(4096);
    expect(PART_GPT, "1:100+100 2:200+1 4:300+1695", 0, "", "GPT of 4096");
    make_mbr(512);
    expect(PART_MBR, MBR_ALL, 0, "", "MBR");
    make_mbr(4096);
    expect(PART_MBR, MBR_ALL, 0, "", "MBR of 4096");
    make_image(512);
    expect(PART_NONE, "", 0, "", "an empty disk");
    make_mbr(512);
    at_record(0)[510] = 0;
    expect(PART_NONE, "", 0, "", "no signature");
    make_mbr(512);
    at_record(0)[446] = 0x80;
    expect(PART_MBR, MBR_ALL, 0, "", "a partition to boot from");
    at_record(0)[446] = 0x33;
    expect(PART_NONE, "", 0, "", "a file system's first record");
    make_gpt(512);
    unreadable = 0;
    expect(PART_UNREADABLE, "", 0, "", "the first record cannot be read");
    unreadable = UINT64_MAX;
}

static void odd_records(void)
{
    static const uint32_t sizes[] = {0, 64, 256, 513, 768, 8192};

    make_mbr(8192);
    for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        record_size = sizes[i];
        OK(read_image(&table) == PART_NONE && reads == 0,
           "records of %u bytes have no table", sizes[i]);
    }
}

static void gpt_damage(void)
{
    make_gpt(512);
    at_record(1)[60] ^= 1;
    expect(PART_GPT, GPT_ALL, 1, "GPT: wrong CRC of header, its copy is used",
           "a bit of the header");
    make_gpt(512);
    at_record(2)[130] ^= 1;
    expect(PART_GPT, GPT_ALL, 1, "GPT: wrong CRC of entries, its copy is used",
           "a bit of an entry");
    at_record(RECORDS - 1)[0] ^= 1;
    expect(PART_GPT, "", 1,
           "GPT: wrong CRC of entries, and its copy is no better",
           "and of the copy");
    make_gpt(512);
    unreadable = 3;
    expect(PART_GPT, GPT_ALL, 1,
           "GPT: entries cannot be read, its copy is used", "a bad record");
    unreadable = 1;
    expect(PART_GPT, GPT_ALL, 1, "GPT: header cannot be read, its copy is used",
           "a bad header");
    unreadable = UINT64_MAX;
    make_gpt(512);
    memset(at_record(1), 0, 512);
    expect(PART_GPT, GPT_ALL, 1, "GPT: no header, its copy is used",
           "no header");
    make_gpt(512);
    memcpy(at_record(1), at_record(RECORDS - 1), 512);
    expect(PART_GPT, GPT_ALL, 1,
           "GPT: header of another place, its copy is used", "a header moved");
}

/* FIELD of the primary header is VALUE, and its sum is right. */
static void gpt_field(unsigned field, uint32_t value, const char *why)
{
    char text[PART_WHY];
    uint8_t *header;

    make_gpt(512);
    header = at_record(1);
    put32(header + field, value);
    put32(header + 16, 0);
    put32(header + 16, image_crc(header, 92));
    snprintf(text, sizeof text, "GPT: %s, its copy is used", why);
    expect(PART_GPT, GPT_ALL, 1, text, why);
}

static void gpt_fields(void)
{
    gpt_field(12, 91, "wrong size of header");
    gpt_field(12, 513, "wrong size of header");
    gpt_field(12, ~0u, "wrong size of header");
    gpt_field(84, 64, "wrong size of entries");
    gpt_field(84, 192, "wrong size of entries");
    gpt_field(84, 1024, "wrong size of entries");
    gpt_field(80, 8193, "wrong size of entries");
    gpt_field(80, ~0u, "wrong size of entries");
    gpt_field(72, 1, "wrong place of entries");
    gpt_field(72, 5, "wrong place of entries");
    gpt_field(72, RECORDS - 20, "wrong place of entries");
    gpt_field(76, ~0u, "wrong place of entries");
    gpt_field(40, 0, "wrong usable records");
    gpt_field(44, ~0u, "wrong usable records");
}

/* Partition NUMBER of the primary. */
static void primary(unsigned number, uint64_t first, uint64_t last)
{
    gpt_put(false, number, first, last);
    gpt_sign(false);
}

static void gpt_entries(void)
{
    make_gpt(512);
    primary(3, 150, 250);
    expect(PART_GPT, "4:300+1667", 3, "overlaps partition 1", "GPT: overlaps");
    make_gpt(512);
    primary(3, 1900, RECORDS);
    expect(PART_GPT, GPT_ALL, 1, "past the end of the disk", "past the end");
    make_gpt(512);
    primary(3, 260, 259);
    expect(PART_GPT, GPT_ALL, 1, "it has no records", "ends before it begins");
    primary(3, 0, UINT64_MAX);
    expect(PART_GPT, GPT_ALL, 1, "it has no records", "as much as there is");
    primary(3, 250, UINT64_MAX - 1);
    expect(PART_GPT, GPT_ALL, 1, "past the end of the disk", "wraps");
    primary(3, 33, 33);
    expect(PART_GPT, GPT_ALL, 1,
           "outside of the records that the table calls usable",
           "in the table");
    make_gpt(512);
    for (unsigned n = 1; n <= 128; n++)
        primary(n, 100 + n, 100 + n);
    read_image(&table);
    OK(table.n == 128 && said == 0, "128 partitions");
}

static void mbr_entries(void)
{
    make_mbr(512);
    mbr_put(0, 2, 0x83, 150, 100);
    expect(PART_MBR, "1:1+99 5:1001+99 6:1510+90 7:1101+399", 2,
           "overlaps partition 2", "MBR: overlaps");
    make_mbr(512);
    mbr_put(0, 2, 0x83, 900, RECORDS);
    expect(PART_MBR, MBR_ALL, 1, "past the end of the disk", "past the end");
    mbr_put(0, 2, 0x83, ~0u, ~0u);
    expect(PART_MBR, MBR_ALL, 1, "past the end of the disk", "far past it");
    mbr_put(0, 2, 0x83, 0, 1);
    expect(PART_MBR, MBR_ALL, 1, "holds a record of the partition table",
           "the table itself");
    mbr_put(0, 2, 0x83, 990, 20);
    expect(PART_MBR, "1:1+99 2:100+100", 2, "overlaps partition 3",
           "in the extended one");
}

static void mbr_second_extended(void)
{
    make_mbr(512);
    mbr_put(0, 2, 0x0f, 500, 100);
    mbr_put(500, 0, 0x83, 1, 9);
    expect(PART_MBR, "1:1+99 2:100+100 5:501+9", 1,
           "a second extended partition", "two of them");
}

static void mbr_chain(void)
{
    make_mbr(512);
    mbr_put(1100, 1, 0x05, 500, 200);
    expect(PART_MBR, MBR_ALL, 1, "the chain at record 1500 is a loop",
           "a loop");
    mbr_put(1100, 1, 0x05, 100, 200);
    expect(PART_MBR, MBR_ALL, 1, "the chain at record 1100 is a loop",
           "a loop to itself");
    mbr_put(1100, 1, 0x05, 1000, 200);
    expect(PART_MBR, MBR_ALL, 1,
           "the chain at record 2000 leaves the extended partition",
           "a link out of it");
    mbr_put(1100, 1, 0x05, ~0u, 200);
    expect(PART_MBR, MBR_ALL, 1,
           "the chain at record 4294968295 leaves the extended partition",
           "a link far out of it");
    make_mbr(512);
    at_record(1100)[510] = 0;
    expect(PART_MBR, "1:1+99 2:100+100 5:1001+99 6:1510+90", 1,
           "the chain at record 1100 has a record without signature",
           "no signature in the chain");
    make_mbr(512);
    unreadable = 1500;
    expect(PART_MBR, "1:1+99 2:100+100 5:1001+99", 1,
           "the chain at record 1500 cannot be read", "a bad record");
    unreadable = UINT64_MAX;
    make_mbr(512);
    for (uint32_t n = 0; n < 100; n++) {
        mbr_put(1000 + 2 * n, 0, 0x83, 1, 1);
        mbr_put(1000 + 2 * n, 1, 0x05, 2 * n + 2, 2);
    }
    read_image(&table);
    OK(table.n == 62 && said == 1, "a chain is followed for 60 records");
}

static void mbr_logical(void)
{
    make_mbr(512);
    mbr_put(1500, 0, 0x83, 10, 600);
    expect(PART_MBR, "1:1+99 2:100+100 5:1001+99 7:1101+399", 1,
           "past the end of the disk", "a logical one past the end");
    make_mbr(512);
    mbr_put(0, 3, 0x05, 1000, 550);
    expect(PART_MBR, "1:1+99 2:100+100 5:1001+99 7:1101+399", 1,
           "outside of the extended partition", "out of the extended one");
    make_mbr(512);
    mbr_put(1000, 0, 0x83, 1, 100);
    expect(PART_MBR, "1:1+99 2:100+100 6:1510+90 7:1101+399", 1,
           "holds a record of the partition table", "over a link");
    make_mbr(512);
    mbr_put(1000, 0, 0x83, 0, 10);
    expect(PART_MBR, "1:1+99 2:100+100 6:1510+90 7:1101+399", 1,
           "holds a record of the partition table", "over its own record");
    make_mbr(512);
    mbr_put(1000, 0, 0x83, 200, 50);
    expect(PART_MBR, "1:1+99 2:100+100 6:1510+90", 2, "overlaps partition 5",
           "logical ones overlap");
    make_mbr(512);
    mbr_put(1500, 0, 0, 0, 0);
    expect(PART_MBR, "1:1+99 2:100+100 5:1001+99 6:1101+399", 0, "",
           "a record without partition has no number");
}

int main(void)
{
    whole();
    odd_records();
    gpt_damage();
    gpt_fields();
    gpt_entries();
    mbr_entries();
    mbr_second_extended();
    mbr_chain();
    mbr_logical();
    free(image);
    return tap_end();
}

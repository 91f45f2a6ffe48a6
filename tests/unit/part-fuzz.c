/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * 20,000 damaged partition tables, half of them with right sums.  The
 * sanitizers watch; and what is found is on the disk, apart from each other
 * and from the table, after a bounded number of reads.  The seed is fixed: a
 * failure comes again. */
#include "part_image.h"

#define ROUNDS 20000
#define READS_MAX 8300u /* two arrays of 1 MiB, and a few records */
#define DAMAGE_MAX 4u

static uint64_t state = 0x9e3779b97f4a7c15;

static unsigned below(unsigned n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)((state >> 32) % n);
}

static uint64_t number(void)
{
    static const uint64_t some[] = {
        0,    1,           2,           34,          99,
        1000, RECORDS - 1, RECORDS,     RECORDS + 1, 128,
        4096, 0x7fffffff,  0xffffffff,  UINT64_MAX,  UINT64_MAX - 1,
        1100, 1500,        RECORDS / 2, 512,         1ull << 63};

    return below(4) ? some[below(sizeof some / sizeof *some)] : below(RECORDS);
}

/* A number where the table has one. */
static void damage_gpt(bool copy)
{
    static const unsigned fields[] = {12, 24, 40, 48, 72, 80, 84};
    uint8_t *header = at_record(gpt_header(copy));

    if (below(2))
        put64(at_record(gpt_array(copy)) + 128 * below(6) + 32 + 8 * below(2),
              number());
    else if (below(2))
        put32(header + fields[below(7)], (uint32_t)number());
    else
        put64(header + fields[below(5)], number());
    if (below(4))
        gpt_sign(copy);
}

static void damage_mbr(void)
{
    static const uint64_t records[] = {0, 0, 1000, 1500, 1100};
    uint64_t record = records[below(5)];
    uint8_t *entry = at_record(record) + 446 + 16 * below(4);

    if (below(4))
        put32(entry + 8 + 4 * below(2), (uint32_t)number());
    else
        entry[4] = (uint8_t[]){0, 5, 0x0f, 0x83, 0xee}[below(5)];
}

static uint8_t *whole[2]; /* an MBR, a GPT */

static void damage(void)
{
    bool gpt = below(2);
    bool copy = below(2);

    memcpy(image, whole[gpt], RECORDS * 512);
    for (unsigned n = 1 + below(DAMAGE_MAX); n > 0; n--)
        if (below(8) == 0) /* a byte, anywhere that is read */
            at_record(below(2) ? below(40) : 1000 + below(1000))[below(512)] =
                (uint8_t)below(256);
        else if (gpt)
            damage_gpt(copy);
        else
            damage_mbr();
}

static bool sound(const struct part_table *t, enum part_kind kind)
{
    if (kind != PART_MBR && kind != PART_GPT)
        return t->n == 0;
    for (unsigned i = 0; i < t->n; i++) {
        const struct part_entry *a = &t->entries[i];

        if (a->refused || a->number == 0 || a->first == 0 || a->count == 0 ||
            a->first >= RECORDS || a->count > RECORDS - a->first)
            return false;
        for (unsigned j = 0; j < i; j++) {
            const struct part_entry *b = &t->entries[j];

            if (a->number == b->number || (a->first < b->first + b->count &&
                                           b->first < a->first + a->count))
                return false;
        }
    }
    return true;
}

int main(void)
{
    static struct part_table table;
    unsigned broken = 0, twice = 0, most = 0, refused = 0, taken = 0;

    for (unsigned gpt = 0; gpt < 2; gpt++) {
        gpt ? make_gpt(512) : make_mbr(512);
        whole[gpt] = image;
        image = NULL;
    }
    make_image(512);
    for (unsigned i = 0; i < ROUNDS; i++) {
        damage();
        enum part_kind kind = read_image(&table);
        broken += !sound(&table, kind);
        twice += said_twice != 0 || said_early != 0;
        most = reads > most ? reads : most;
        refused += said > 0;
        taken += table.n > 0;
    }
    OK(broken == 0, "what is found is sound");
    OK(twice == 0, "of each partition one thing is said, in the end");
    OK(most <= READS_MAX, "it took %u reads at most", most);
    OK(refused > ROUNDS / 10 && taken > ROUNDS / 10,
       "%u with complaints, %u with partitions", refused, taken);
    free(image);
    free(whole[0]);
    free(whole[1]);
    return tap_end();
}

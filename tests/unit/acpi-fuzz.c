/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * 200,000 damaged sets of the firmware's tables, most of them with right sums.
 * The sanitizers watch; and what is taken for good is within its bounds, after a
 * bounded number of reads.  The seed is fixed: a failure comes again. */
#include "acpi_image.h"

#define ROUNDS 200000
#define READS_MAX 3000u /* 64 pages, and the entries of the longest list */

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
    static const uint64_t some[] = {0,
                                    1,
                                    3,
                                    4,
                                    15,
                                    16,
                                    24,
                                    36,
                                    47,
                                    48,
                                    4095,
                                    4096,
                                    4097,
                                    65535,
                                    65536,
                                    0x7fffffff,
                                    ~0u,
                                    ~0ull,
                                    0xfed90000,
                                    0xfed91000,
                                    HIGH,
                                    HIGH + RSDT_AT,
                                    HIGH + DMAR_AT,
                                    DMAR_LENGTH};
    return below(4) ? some[below(sizeof some / sizeof *some)] : below(200);
}

static void damage(void)
{
    static const unsigned fields[] = {
        4,          36,          UNIT_1,      UNIT_1 + 2,  UNIT_1 + 4,
        UNIT_1 + 6, UNIT_1 + 8,  UNIT_1 + 17, UNIT_1 + 22, UNIT_2,
        UNIT_2 + 2, UNIT_2 + 8,  UNIT_2 + 17, REGION,      REGION + 2,
        REGION + 8, REGION + 16, REGION + 25, REGION + 30};
    uint8_t *table = below(4) ? dmar() : rsdt();
    switch (below(4)) {
    case 0: /* a byte, anywhere */
        table[below(DMAR_LENGTH + 8)] = (uint8_t)below(256);
        break;
    case 1: /* another list */
        put(rsdt() + 36 + 4 * below(3), number(), 4);
        table = rsdt();
        break;
    default:
        put(table + fields[below(sizeof fields / sizeof *fields)], number(),
            1u << below(4));
    }
    if (below(8))
        sign(table);
}

static bool scopes_sound(const struct kx_dmar *d, unsigned first, unsigned n)
{
    for (unsigned k = first; k < first + n; k++) {
        if (k >= d->n_scopes || d->scopes[k].hops == 0 ||
            d->scopes[k].hops > KX_MAX_PATH)
            return false;
    }
    return true;
}

static bool sound(const struct kx_dmar *d)
{
    if (d->n_units == 0 || d->n_units > KX_MAX_UNITS ||
        d->n_regions > KX_MAX_REGIONS || d->n_scopes > KX_MAX_SCOPES)
        return false;
    for (unsigned n = 0; n < d->n_units; n++)
        if (!d->units[n].base || d->units[n].base % 4096 ||
            !scopes_sound(d, d->units[n].scope, d->units[n].n))
            return false;
    for (unsigned n = 0; n < d->n_regions; n++)
        if (d->regions[n].first > d->regions[n].last ||
            !scopes_sound(d, d->regions[n].scope, d->regions[n].n))
            return false;
    return true;
}

int main(void)
{
    static struct kx_dmar d;
    unsigned good = 0, is_bad = 0, absent = 0, wrong = 0, long_ = 0;
    build();
    kx_acpi_dmar(&d);
    OK(reads < READS_MAX, "a good set takes %u reads", reads);
    for (unsigned n = 0; n < ROUNDS; n++) {
        uint8_t was[2][256];
        memcpy(was[0], rsdt(), 256);
        memcpy(was[1], dmar(), 256);
        for (unsigned k = 1 + below(3); k > 0; k--)
            damage();
        reads = 0;
        enum kx_acpi found = kx_acpi_dmar(&d);
        good += found == KX_ACPI_GOOD;
        is_bad += found == KX_ACPI_BAD;
        absent += found == KX_ACPI_ABSENT;
        wrong += found == KX_ACPI_GOOD && !sound(&d);
        wrong += found == KX_ACPI_BAD && !d.why;
        long_ += reads > READS_MAX;
        memcpy(rsdt(), was[0], 256);
        memcpy(dmar(), was[1], 256);
    }
    OK(wrong == 0, "%u good, %u refused, %u without a DMAR; %u wrong", good,
       is_bad, absent, wrong);
    OK(good > ROUNDS / 100 && is_bad > ROUNDS / 4 && absent > 0,
       "each of the three came");
    OK(long_ == 0, "none took more than %u reads", READS_MAX);
    return tap_end();
}

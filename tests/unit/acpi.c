/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The firmware's tables: what is found in good ones, and each way in which one
 * is refused. */
#include "acpi_image.h"

static struct kx_dmar d;

static void good(void)
{
    build();
    EQ(kx_acpi_dmar(&d), KX_ACPI_GOOD, "good tables are good");
    OK(d.n_units == 2 && d.units[0].base == 0xfed91000 && !d.units[0].all &&
           d.units[1].base == 0xfed90000 && d.units[1].all,
       "two units, one of all that is left");
    OK(d.units[0].n == 1 && d.units[1].n == 0 && d.n_scopes == 2,
       "an interrupt controller is no function");
    const struct kx_scope *s = &d.scopes[d.units[0].scope];
    OK(s->hops == 2 && s->path[0] == 3 << 3 && s->path[1] == (4 << 3 | 1) &&
           s->bus == 0 && !s->bridge,
       "a path of two");
    OK(d.n_regions == 1 && d.regions[0].first == 0x1ff00000 &&
           d.regions[0].last == 0x1ff0ffff && d.regions[0].n == 1 &&
           d.scopes[d.regions[0].scope].path[0] == (0x1d << 3 | 2),
       "a reserved region, and whose");
}

static void wide(void)
{
    uint8_t *r = low + (RSDP_AT - 0xe0000);
    build();
    put(rsdt() + 36, HIGH + DMAR_AT, 8);
    put(rsdt() + 4, 36 + 8, 4);
    memcpy(rsdt(), "XSDT", 4);
    sign(rsdt());
    r[15] = 2;
    put(r + 16, 0x12345678, 4);
    put(r + 20, 36, 4);
    put(r + 24, HIGH + RSDT_AT, 8);
    add_up(r, 8, 20);
    add_up(r, 32, 36);
    EQ(kx_acpi_dmar(&d), KX_ACPI_GOOD, "by an XSDT");
    r[32]++;
    EQ(kx_acpi_dmar(&d), KX_ACPI_BAD,
       "whose pointer has a wrong sum: then by the RSDT, which is nowhere");
}

/* One change of good tables: not signed, signed. */
static void change(uint8_t *at, uint64_t value, unsigned bytes, bool signed_,
                   enum kx_acpi result, const char *name)
{
    put(at, value, bytes);
    if (signed_)
        sign(at < dmar() ? rsdt() : dmar());
    EQ(kx_acpi_dmar(&d), result, name);
    build();
}

static void refused(void)
{
    const enum kx_acpi is_bad = KX_ACPI_BAD, absent = KX_ACPI_ABSENT;
    build();
    change(low + (RSDP_AT - 0xe0000) + 8, 7, 1, false, absent,
           "a root pointer with a wrong sum is none");
    change(rsdt() + 9, 7, 1, false, is_bad, "the list: a wrong sum");
    change(rsdt() + 4, 35, 4, true, is_bad, "shorter than its header");
    change(rsdt() + 4, 50, 4, true, is_bad, "half an entry");
    change(rsdt() + 4, 0x7fffffff, 4, true, is_bad, "far too long");
    change(rsdt() + 40, HIGH + RSDT_AT, 4, true, absent,
           "one that has itself in it");
    change(rsdt() + 36, HIGH + DMAR_AT, 4, true, is_bad, "the DMAR twice");
    change(rsdt() + 40, 0, 4, true, absent, "no DMAR");
    change(dmar() + 9, 7, 1, false, is_bad, "the DMAR: a wrong sum");
    change(dmar() + 4, 47, 4, true, is_bad, "without a body");
    change(dmar() + 4, 48, 4, true, is_bad, "without a unit");
    change(dmar() + 4, DMAR_LENGTH - 1, 4, true, is_bad, "cut off");
    change(dmar() + 4, 4097, 4, true, is_bad, "longer than any");
    change(dmar() + 36, 200, 1, true, is_bad, "addresses of 201 bits");
    change(dmar() + UNIT_1 + 2, 0, 2, true, is_bad, "a structure of no length");
    change(dmar() + UNIT_1 + 2, 3, 2, true, is_bad, "of less than its header");
    change(dmar() + UNIT_1 + 2, 15, 2, true, is_bad, "a unit cut off");
    change(dmar() + UNIT_1 + 2, 0xffff, 2, true, is_bad,
           "that reaches over the end");
    change(dmar() + UNIT_1 + 8, 0, 8, true, is_bad, "a unit at 0");
    change(dmar() + UNIT_1 + 8, 0xfed91004, 8, true, is_bad,
           "a unit on no page of its own");
    change(dmar() + UNIT_1 + 8, 0xfed90000, 8, true, is_bad,
           "two units at one place");
    change(dmar() + UNIT_1 + 4, 1, 1, true, is_bad, "two units of all");
    change(dmar() + UNIT_1 + 6, 1, 2, true, KX_ACPI_GOOD,
           "one of another segment is none of ours");
    change(dmar() + UNIT_1 + 17, 0, 1, true, is_bad, "a scope of no length");
    change(dmar() + UNIT_1 + 17, 5, 1, true, is_bad, "of less than its header");
    change(dmar() + UNIT_1 + 17, 6, 1, true, is_bad, "without a path");
    change(dmar() + UNIT_1 + 17, 12, 1, true, is_bad, "over the unit's end");
    change(dmar() + UNIT_1 + 22, 32, 1, true, is_bad, "device 32");
    change(dmar() + UNIT_1 + 23, 8, 1, true, is_bad, "function 8");
    change(dmar() + REGION + 8, 0x1ff20000, 8, true, is_bad,
           "a region that ends before it begins");
    change(dmar() + REGION + 16, ~0ull, 8, true, is_bad, "past all addresses");
    change(dmar() + REGION + 8, 0x1ff00800, 8, true, is_bad, "half a page");
    change(dmar() + REGION, 7, 2, true, KX_ACPI_GOOD,
           "a structure that nobody knows is passed over");
    EQ(kx_acpi_dmar(&d), KX_ACPI_GOOD, "and good ones are good still");
}

static void many(void)
{
    uint8_t *p = dmar() + 48;
    build();
    for (unsigned n = 0; n <= KX_MAX_UNITS; n++, p += 16) {
        memset(p, 0, 16);
        put(p + 2, 16, 2);
        put(p + 8, 0xfed00000 + n * 4096, 8);
    }
    put(dmar() + 4, 48 + 16 * KX_MAX_UNITS, 4);
    sign(dmar());
    EQ(kx_acpi_dmar(&d), KX_ACPI_GOOD, "as many units as there is room for");
    put(dmar() + 4, 48 + 16 * (KX_MAX_UNITS + 1), 4);
    sign(dmar());
    EQ(kx_acpi_dmar(&d), KX_ACPI_BAD, "one more");
}

int main(void)
{
    good();
    wide();
    refused();
    many();
    return tap_end();
}

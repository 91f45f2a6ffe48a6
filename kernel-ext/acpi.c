/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * From the firmware's root pointer to the DMAR table, and what is in that
 * (ACPI 6.4, §5.2; Intel VT-d 3.3, §8).  A table is copied once, and only the
 * copy is looked at. */
#include "acpi.h"

#include <string.h>

#define PAGE 4096u
#define HEADER 36u /* ACPI §5.2.6: of every table */
#define LONGEST PAGE
#define RSDP 20u /* §5.2.5.3: of version 1 */
#define RSDP_2 36u
#define EBDA_SEGMENT 0x40eu
#define EBDA 1024u
#define DMAR_BODY 48u /* VT-d §8.1 */

enum { DRHD, RMRR }; /* VT-d §8.2 */
enum { ENDPOINT = 1, BRIDGE = 2 };
#define DRHD_ALL 0x01u
#define DRHD_SCOPES 16u
#define RMRR_SCOPES 24u
#define SCOPE 6u

static uint8_t copy[LONGEST];

static uint64_t number(const uint8_t *p, unsigned bytes)
{
    uint64_t value = 0;
    while (bytes-- > 0)
        value = value << 8 | p[bytes];
    return value;
}

static bool sums_up(const uint8_t *p, size_t bytes)
{
    uint8_t sum = 0;
    while (bytes-- > 0)
        sum = (uint8_t)(sum + *p++);
    return sum == 0;
}

/* ---- ACPI §5.2.5.1: the root pointer, on a boundary of 16 ---- */

struct root {
    uint64_t at;
    unsigned width; /* bytes of an entry: 4 in an RSDT, 8 in an XSDT */
};

static bool root_at(uint64_t at, struct root *root)
{
    uint8_t r[RSDP_2];
    if (!kx_physical_read(at, r, RSDP) || memcmp(r, "RSD PTR ", 8) != 0 ||
        !sums_up(r, RSDP))
        return false;
    *root = (struct root){number(r + 16, 4), 4};
    if (r[15] >= 2 && kx_physical_read(at, r, RSDP_2) && sums_up(r, RSDP_2) &&
        number(r + 24, 8))
        *root = (struct root){number(r + 24, 8), 8};
    return true;
}

static bool search(uint64_t from, uint64_t to, struct root *root)
{
    for (; from < to; from += PAGE) {
        if (!kx_physical_read(from, copy, PAGE))
            continue;
        for (unsigned n = 0; n < PAGE && from + n < to; n += 16)
            if (memcmp(copy + n, "RSD ", 4) == 0 && root_at(from + n, root))
                return true;
    }
    return false;
}

static bool find_root(struct root *root)
{
    uint8_t segment[2];
    if (search(0xf0000, 0x100000, root) || search(0xe0000, 0xf0000, root))
        return true;
    if (!kx_physical_read(EBDA_SEGMENT, segment, 2))
        return false;
    uint64_t ebda = number(segment, 2) << 4;
    for (unsigned n = 0; ebda && n < EBDA; n += 16)
        if (root_at(ebda + n, root))
            return true;
    return false;
}

/* ---- §5.2.6: a table ---- */

/* Into `copy`; the length of what is there, or 0. */
static uint32_t read_table(uint64_t at, const char *signature)
{
    if (!kx_physical_read(at, copy, HEADER) || memcmp(copy, signature, 4) != 0)
        return 0;
    uint32_t length = (uint32_t)number(copy + 4, 4);
    if (length < HEADER || length > LONGEST ||
        !kx_physical_read(at, copy, length) || number(copy + 4, 4) != length ||
        !sums_up(copy, length))
        return 0;
    return length;
}

static enum kx_acpi bad(struct kx_dmar *d, const char *why)
{
    d->why = why;
    return KX_ACPI_BAD;
}

/* Where the DMAR is, of which there is one at most. */
static enum kx_acpi find(struct kx_dmar *d, uint64_t *dmar)
{
    struct root root;
    if (!find_root(&root))
        return KX_ACPI_ABSENT;
    uint32_t length = read_table(root.at, root.width == 4 ? "RSDT" : "XSDT");
    if (!length || (length - HEADER) % root.width)
        return bad(d, "the list of tables has a wrong length or sum");
    *dmar = 0;
    for (uint32_t n = HEADER; n < length; n += root.width) {
        uint64_t at = number(copy + n, root.width);
        char signature[4];
        if (!at || !kx_physical_read(at, signature, 4) ||
            memcmp(signature, "DMAR", 4) != 0)
            continue;
        if (*dmar)
            return bad(d, "there is more than one DMAR");
        *dmar = at;
    }
    return *dmar ? KX_ACPI_GOOD : KX_ACPI_ABSENT;
}

/* ---- VT-d §8: what is in it ---- */

/* From P on, BYTES: as many as there are, or false.  Interrupt controllers and
 * timers have scopes, too, that are nothing to us. */
static bool take_scopes(struct kx_dmar *d, const uint8_t *p, uint32_t bytes)
{
    while (bytes > 0) {
        unsigned length = bytes >= SCOPE ? p[1] : 0;
        if (length < SCOPE || length > bytes || length % 2)
            return false;
        if (p[0] == ENDPOINT || p[0] == BRIDGE) {
            unsigned hops = (length - SCOPE) / 2;
            if (d->n_scopes == KX_MAX_SCOPES || hops == 0 || hops > KX_MAX_PATH)
                return false;
            struct kx_scope *s = &d->scopes[d->n_scopes++];
            *s = (struct kx_scope){p[0] == BRIDGE, p[5], (uint8_t)hops, {0}};
            for (unsigned n = 0; n < hops; n++) {
                const uint8_t *hop = p + SCOPE + 2 * n;
                if (hop[0] > 31 || hop[1] > 7)
                    return false;
                s->path[n] = (uint8_t)(hop[0] << 3 | hop[1]);
            }
        }
        p += length;
        bytes -= length;
    }
    return true;
}

static const char *take_unit(struct kx_dmar *d, const uint8_t *p,
                             uint32_t length)
{
    if (length < DRHD_SCOPES)
        return "a unit of the DMAR is too short";
    if (d->n_units == KX_MAX_UNITS)
        return "the DMAR has too many units";
    struct kx_unit *u = &d->units[d->n_units];
    *u = (struct kx_unit){.base = number(p + 8, 8),
                          .segment = (uint16_t)number(p + 6, 2),
                          .all = p[4] & DRHD_ALL,
                          .scope = d->n_scopes};
    if (!u->base || u->base % PAGE)
        return "a unit of the DMAR is nowhere";
    for (unsigned n = 0; n < d->n_units; n++)
        if (d->units[n].base == u->base)
            return "two units of the DMAR are at one place";
        else if (d->units[n].all && u->all && d->units[n].segment == u->segment)
            return "two units of the DMAR are of all functions";
    if (!take_scopes(d, p + DRHD_SCOPES, length - DRHD_SCOPES))
        return "a unit of the DMAR has a bad scope";
    u->n = d->n_scopes - u->scope;
    d->n_units++;
    return NULL;
}

static const char *take_region(struct kx_dmar *d, const uint8_t *p,
                               uint32_t length, uint64_t top)
{
    if (length < RMRR_SCOPES)
        return "a reserved region of the DMAR is too short";
    if (d->n_regions == KX_MAX_REGIONS)
        return "the DMAR has too many reserved regions";
    struct kx_region *r = &d->regions[d->n_regions];
    *r = (struct kx_region){.first = number(p + 8, 8),
                            .last = number(p + 16, 8),
                            .segment = (uint16_t)number(p + 6, 2),
                            .scope = d->n_scopes};
    if (r->first > r->last || r->last > top || r->first % PAGE ||
        (r->last + 1) % PAGE)
        return "a reserved region of the DMAR has bad bounds";
    if (!take_scopes(d, p + RMRR_SCOPES, length - RMRR_SCOPES))
        return "a reserved region of the DMAR has a bad scope";
    r->n = d->n_scopes - r->scope;
    d->n_regions++;
    return NULL;
}

static const char *take_all(struct kx_dmar *d, uint32_t length)
{
    unsigned width = copy[HEADER] + 1u; /* of addresses */
    if (length < DMAR_BODY || width > 52)
        return "the DMAR has no sensible width of addresses";
    uint32_t some;
    for (uint32_t at = DMAR_BODY; at < length; at += some) {
        const uint8_t *p = copy + at;
        some = length - at < 4 ? 0 : (uint32_t)number(p + 2, 2);
        if (some < 4 || some > length - at)
            return "a structure of the DMAR has a wrong length";
        const char *why = NULL;
        if (number(p, 2) == DRHD)
            why = take_unit(d, p, some);
        else if (number(p, 2) == RMRR)
            why = take_region(d, p, some, (1ull << width) - 1);
        if (why)
            return why;
    }
    return d->n_units ? NULL : "the DMAR has no unit";
}

enum kx_acpi kx_acpi_dmar(struct kx_dmar *d)
{
    uint64_t at;
    *d = (struct kx_dmar){0};
    enum kx_acpi found = find(d, &at);
    if (found != KX_ACPI_GOOD)
        return found;
    uint32_t length = read_table(at, "DMAR");
    if (!length)
        return bad(d, "the DMAR has a wrong length or sum");
    d->why = take_all(d, length);
    return d->why ? KX_ACPI_BAD : KX_ACPI_GOOD;
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A machine's firmware tables: a root pointer, a list of tables, a DMAR with two
 * units and a reserved region.  For the tests that look and that damage. */
#ifndef ACPI_IMAGE_H
#define ACPI_IMAGE_H

#include "acpi.h"

#include <string.h>

#include "tap.h"

#define RSDP_AT 0xf0010u
#define RSDT_AT 0x10000u /* in `high` */
#define DMAR_AT 0x10100u
#define HIGH 0x1fff0000u /* where these are, physically */
#define SIZE 0x20000u

static uint8_t low[0x20000]; /* 0xe0000 to 0xfffff */
static uint8_t high[SIZE];
static unsigned reads;

bool kx_physical_read(uint64_t at, void *to, size_t bytes)
{
    reads++;
    if (at >= 0xe0000 && at + bytes <= 0x100000)
        memcpy(to, low + (at - 0xe0000), bytes);
    else if (at >= HIGH && at <= HIGH + SIZE - bytes)
        memcpy(to, high + (at - HIGH), bytes);
    else
        return false;
    return true;
}

static void put(uint8_t *at, uint64_t value, unsigned bytes)
{
    for (unsigned n = 0; n < bytes; n++)
        at[n] = (uint8_t)(value >> 8 * n);
}

/* Make BYTES from P add up to zero, by the byte at SUM. */
static void add_up(uint8_t *p, unsigned sum, size_t bytes)
{
    uint8_t all = 0;
    p[sum] = 0;
    for (size_t n = 0; n < bytes; n++)
        all = (uint8_t)(all + p[n]);
    p[sum] = (uint8_t)-all;
}

static uint8_t *dmar(void)
{
    return high + DMAR_AT;
}

static uint8_t *rsdt(void)
{
    return high + RSDT_AT;
}

static void sign(uint8_t *table)
{
    uint64_t length = 0;
    memcpy(&length, table + 4, 4);
    add_up(table, 9, length < 4096 ? length : 4096);
}

/* Where a structure of the DMAR is: two units, a region. */
#define UNIT_1 48u /* with a scope of an endpoint behind a bridge */
#define UNIT_2 74u /* of all else, with an interrupt controller */
#define REGION 98u /* of one endpoint */
#define DMAR_LENGTH 130u

static void build(void)
{
    static const uint8_t far[] = {1, 10, 0, 0, 0, 0, 3, 0, 4, 1};
    static const uint8_t controller[] = {3, 8, 0, 0, 0, 0xff, 0, 0};
    static const uint8_t near[] = {1, 8, 0, 0, 0, 0, 0x1d, 2};
    uint8_t *d = dmar(), *r = low + (RSDP_AT - 0xe0000);
    memset(low, 0, sizeof low);
    memset(high, 0, sizeof high);
    memcpy(r, "RSD PTR ", 8);
    put(r + 16, HIGH + RSDT_AT, 4);
    add_up(r, 8, 20);
    memcpy(rsdt(), "RSDT", 4);
    put(rsdt() + 4, 36 + 3 * 4, 4);
    put(rsdt() + 36, HIGH + 0x1000, 4); /* another table */
    put(rsdt() + 40, HIGH + DMAR_AT, 4);
    put(rsdt() + 44, 0xdeadf000, 4); /* nobody can read it */
    sign(rsdt());
    memcpy(d, "DMAR", 4);
    put(d + 4, DMAR_LENGTH, 4);
    d[36] = 38; /* 39 bits */
    put(d + UNIT_1 + 2, UNIT_2 - UNIT_1, 2);
    put(d + UNIT_1 + 8, 0xfed91000, 8);
    memcpy(d + UNIT_1 + 16, far, sizeof far);
    put(d + UNIT_2 + 2, REGION - UNIT_2, 2);
    d[UNIT_2 + 4] = 1;
    put(d + UNIT_2 + 8, 0xfed90000, 8);
    memcpy(d + UNIT_2 + 16, controller, sizeof controller);
    put(d + REGION, 1, 2);
    put(d + REGION + 2, DMAR_LENGTH - REGION, 2);
    put(d + REGION + 8, 0x1ff00000, 8);
    put(d + REGION + 16, 0x1ff0ffff, 8);
    memcpy(d + REGION + 24, near, sizeof near);
    sign(d);
}

#endif

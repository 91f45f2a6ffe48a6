/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the firmware says about IOMMUs: the DMAR table (Intel VT-d 3.3, §8),
 * found as ACPI 6.4, §5.2.5 says.  Nothing of it is believed before its length
 * and its sum were checked, nor after that any length or number in it.
 *
 * No Mach header here or in acpi.c: the host tests and fuzzes it. */
#ifndef KX_ACPI_H
#define KX_ACPI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KX_MAX_UNITS 8
#define KX_MAX_REGIONS 16
#define KX_MAX_SCOPES 64
#define KX_MAX_PATH 6 /* bridges on the way, and the function */

/* Physical memory that is no RAM of the kernel's; physical.c has the machine's,
 * the tests some of their own.  False: it cannot be read. */
bool kx_physical_read(uint64_t at, void *to, size_t bytes);

/* Which functions something is about (§8.3.1): the one at the end of a path,
 * or all behind the bridge there. */
struct kx_scope {
    bool bridge;
    uint8_t bus; /* where the path begins */
    uint8_t hops;
    uint8_t path[KX_MAX_PATH]; /* device << 3 | function */
};

/* A remapping unit (DRHD, §8.3). */
struct kx_unit {
    uint64_t base; /* of its registers */
    uint16_t segment;
    bool all;          /* also of what no scope names */
    unsigned scope, n; /* the first of its scopes, and how many */
};

/* Reserved memory (RMRR, §8.4): functions use it from the firmware on. */
struct kx_region {
    uint64_t first, last;
    uint16_t segment;
    unsigned scope, n; /* the first of its scopes, and how many */
};

struct kx_dmar {
    unsigned n_units, n_regions, n_scopes;
    struct kx_unit units[KX_MAX_UNITS];
    struct kx_region regions[KX_MAX_REGIONS];
    struct kx_scope scopes[KX_MAX_SCOPES];
    const char *why; /* what is wrong */
};

enum kx_acpi {
    KX_ACPI_GOOD,
    KX_ACPI_ABSENT, /* no DMAR, or no ACPI at all */
    KX_ACPI_BAD,    /* D->why says what of it */
};
enum kx_acpi kx_acpi_dmar(struct kx_dmar *d);

#endif

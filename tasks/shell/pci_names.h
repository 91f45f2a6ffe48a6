/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Names of PCI devices, as Debian's pci.ids has them. */
#ifndef PCI_NAMES_H
#define PCI_NAMES_H

#include <stdint.h>

/* Groups of names; pci-ids.py says how the table is laid out. */
#define PCI_VENDOR(v) (v)                      /* its devices */
#define PCI_CLASS(cc) (0x10000u | (cc))        /* its subclasses */
#define PCI_SUBCLASS(ccss) (0x20000u | (ccss)) /* its interfaces */
#define PCI_NAME_MAX 128

struct pci_group {
    uint32_t key, at; /* in pci_table; the last row is its end */
};

extern const struct pci_group pci_groups[];
extern const unsigned char pci_table[];
extern const unsigned char pci_pairs[][2];

/* The name of the group itself, or NULL.  TEXT has room for PCI_NAME_MAX. */
const char *pci_group_name(uint32_t group, char *text);

/* The name of a member, or NULL. */
const char *pci_member_name(uint32_t group, unsigned id, char *text);

#endif

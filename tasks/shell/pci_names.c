/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Finding a name in the table that pci-ids.py made.  No Mach here: the host
 * tests this file. */
#include "pci_names.h"

#include <stddef.h>

#define FIRST 0x80 /* bytes from here on stand for a pair */

/* Append what CODE stands for; returns the new length. */
static size_t expand(unsigned char code, char *text, size_t n)
{
    if (code >= FIRST) {
        n = expand(pci_pairs[code - FIRST][0], text, n);
        return expand(pci_pairs[code - FIRST][1], text, n);
    }
    if (n < PCI_NAME_MAX - 1)
        text[n++] = (char)code;
    return n;
}

static const char *name_at(const unsigned char *p, char *text)
{
    size_t n = 0;

    while (*p)
        n = expand(*p++, text, n);
    text[n] = '\0';
    return text;
}

static const struct pci_group *find(uint32_t key)
{
    const struct pci_group *g = pci_groups;

    while (g->key < key)
        g++;
    return g->key == key ? g : NULL;
}

const char *pci_group_name(uint32_t group, char *text)
{
    const struct pci_group *g = find(group);

    return g ? name_at(pci_table + g->at, text) : NULL;
}

const char *pci_member_name(uint32_t group, unsigned id, char *text)
{
    const struct pci_group *g = find(group);
    const unsigned char *p;

    if (!g)
        return NULL;
    p = pci_table + g->at;
    for (;;) {
        while (*p++)
            ; /* past a name */
        if (p == pci_table + g[1].at)
            return NULL;
        if ((unsigned)(p[0] | p[1] << 8) == id)
            return name_at(p + 2, text);
        p += 2;
    }
}

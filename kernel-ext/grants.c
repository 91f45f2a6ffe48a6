/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The words of a module line that are not one plain value: what hardware it
 * grants, and names. */
#include "grants.h"

#include <string.h>

#include "values.h"

#define IO_PORTS 0x10000u
#define PHYSICAL_TOP (1ull << 52) /* no x86-64 has more address lines */
#define PAGE 4096u

static bool meets(struct kx_range a, struct kx_range b)
{
    return a.first <= b.last && b.first <= a.last;
}

static const char *add_range(struct kx_range *ranges, unsigned *n,
                             struct kx_range r)
{
    for (unsigned i = 0; i < *n; i++)
        if (meets(ranges[i], r))
            return "overlaps another range of this line";
    if (*n == KX_MAX_RANGES)
        return "too many of them: at most 8";
    ranges[(*n)++] = r;
    return NULL;
}

const char *kx_read_ioports(struct kx_words *w, const char *value)
{
    struct kx_range r;

    if (!kx_scan_number(&value, &r.first) || *value++ != '-' ||
        !kx_parse_number(value, &r.last))
        return "not a range of ports, such as 0x2e8-0x2ef";
    if (r.last >= IO_PORTS)
        return "past the last port, 0xffff";
    if (r.first > r.last)
        return "the range ends before it begins";
    return add_range(w->ioports, &w->n_ioports, r);
}

const char *kx_read_mmio(struct kx_words *w, const char *value)
{
    struct kx_range r;
    uint64_t length;

    if (!kx_scan_number(&value, &r.first) || *value++ != '+' ||
        (!kx_parse_number(value, &length) && !kx_parse_size(value, &length)))
        return "not ADDRESS+LENGTH, such as 0xfed00000+4K";
    if (r.first % PAGE != 0 || length % PAGE != 0)
        return "not whole pages of 4K";
    if (length == 0)
        return "an empty window";
    if (r.first >= PHYSICAL_TOP || length > PHYSICAL_TOP - r.first)
        return "past the end of physical memory";
    r.last = r.first + length - 1;
    return add_range(w->mmio, &w->n_mmio, r);
}

const char *kx_read_irq(struct kx_words *w, const char *value)
{
    uint64_t line;

    if (!kx_parse_number(value, &line) || line > 15)
        return "not an ISA interrupt line, 0 to 15";
    for (unsigned i = 0; i < w->n_irqs; i++)
        if (w->irqs[i] == line)
            return "given twice";
    if (w->n_irqs == KX_MAX_IRQS)
        return "too many of them: at most 4";
    w->irqs[w->n_irqs++] = (uint8_t)line;
    return NULL;
}

static bool scan_pci(const char *s, struct kx_pci_word *p)
{
    uint32_t a, b;

    p->any_interface = false;
    if (strncmp(s, "class:", 6) == 0) {
        s += 6;
        p->by = KX_PCI_CLASS;
        if (!kx_scan_hex(&s, 4, &a))
            return false;
        p->value = a << 8;
        p->any_interface = *s == '\0';
        if (p->any_interface)
            return true;
        if (!kx_scan_hex(&s, 2, &b) || *s != '\0')
            return false;
        p->value |= b;
        return true;
    }
    if (strlen(s) == strlen("BB:DD.F")) {
        p->by = KX_PCI_ADDRESS;
        if (!kx_scan_hex(&s, 2, &a) || *s++ != ':' || !kx_scan_hex(&s, 2, &b) ||
            b > 31 || *s++ != '.' || *s < '0' || *s > '7')
            return false;
        p->value = a << 8 | b << 3 | (unsigned)(*s - '0');
        return true;
    }
    p->by = KX_PCI_ID;
    if (!kx_scan_hex(&s, 4, &a) || *s++ != ':' || !kx_scan_hex(&s, 4, &b) ||
        *s != '\0')
        return false;
    p->value = a << 16 | b;
    return true;
}

const char *kx_read_pci(struct kx_words *w, const char *value)
{
    struct kx_pci_word p;

    if (!scan_pci(value, &p))
        return "not VVVV:DDDD, class:CCSS, class:CCSSPP or BB:DD.F";
    for (unsigned i = 0; i < w->n_pci; i++)
        if (w->pci[i].by == p.by && w->pci[i].value == p.value &&
            w->pci[i].any_interface == p.any_interface)
            return "given twice";
    if (w->n_pci == KX_MAX_PCI)
        return "too many of them: at most 4";
    w->pci[w->n_pci++] = p;
    return NULL;
}

/* The item of a comma list at *LIST, *LIST moved past it and its comma. */
static size_t next_item(const char **list, const char **item)
{
    size_t n = strcspn(*list, ",");

    *item = *list;
    *list += n;
    if (**list == ',')
        (*list)++;
    else
        *list = NULL;
    return n;
}

const char *kx_read_kdev(struct kx_words *w, const char *value)
{
    static const char *const names[] = {"console", "rd0", "rd1", "rd2", "rd3"};

    while (value != NULL) {
        const char *item;
        size_t n = next_item(&value, &item);
        unsigned bit = 0;

        for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
            if (strlen(names[i]) == n && memcmp(names[i], item, n) == 0)
                bit = 1u << i;
        if (bit == 0)
            return "not of console, rd0, rd1, rd2, rd3";
        if ((w->kdev & bit) != 0)
            return "names a device twice";
        w->kdev |= bit;
    }
    return NULL;
}

/* Names. */

static bool has(const char *const names[], unsigned n, const char *item,
                size_t length)
{
    for (unsigned i = 0; i < n; i++)
        if (strncmp(names[i], item, length) == 0 &&
            (names[i][length] == ',' || names[i][length] == '\0'))
            return true;
    return false;
}

/* The names stay in the word, each with an end of its own. */
static const char *read_names(const char *names[], unsigned most,
                              unsigned *count, const char *value)
{
    unsigned n = 0;

    while (value != NULL) {
        const char *item;
        size_t length = next_item(&value, &item);

        if (!kx_name_ok(item, length))
            return "not a name, or names joined by commas";
        if (n == most)
            return most == KX_MAX_NAMES ? "too many names: at most 32"
                                        : "too many names: at most 8";
        if (has(names, n, item, length))
            return "the same name twice";
        names[n++] = item;
    }
    for (unsigned i = 0; i < n; i++)
        *(char *)(uintptr_t)(names[i] + strcspn(names[i], ",")) = '\0';
    *count = n;
    return NULL;
}

const char *kx_read_provides(struct kx_words *w, const char *value)
{
    return read_names(w->provides, KX_MAX_NAMES, &w->n_provides, value);
}

const char *kx_read_needs(struct kx_words *w, const char *value)
{
    w->needs_all = strcmp(value, "*") == 0;
    return w->needs_all
               ? NULL
               : read_names(w->needs, KX_MAX_NAMES, &w->n_needs, value);
}

const char *kx_read_complains(struct kx_words *w, const char *value)
{
    return read_names(w->complains, KX_MAX_COMPLAINS, &w->n_complains, value);
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Conflicts between module lines, and what the machine keeps for itself.
 * The order that needs= asks for is in needs.c.
 *
 * GNU Mach lets I/O permissions overlap and maps any device page for anybody,
 * and panics when asked for an interrupt line that it owns.  So this is the
 * only place where "one owner" is decided. */
#include "claims.h"
#include "holds.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LOW_HOLE 0xa0000u /* video memory and ROMs, below the first MiB */
#define LOW_HOLE_END 0x100000u

struct reserved {
    struct kx_range range;
    const char *owner;
};

static const struct reserved fixed_ports[] = {
    {{0x00, 0x0f}, "the ISA DMA controller"},
    {{0x20, 0x21}, "the interrupt controller"},
    {{0x40, 0x43}, "the timer"},
    {{0x60, 0x60}, "the keyboard controller, the kernel's"},
    {{0x61, 0x61}, "the timer"},
    {{0x64, 0x64}, "the keyboard controller, the kernel's"},
    {{0x80, 0x8f}, "the ISA DMA controller"},
    {{0xa0, 0xa1}, "the interrupt controller"},
    {{0xc0, 0xdf}, "the ISA DMA controller"},
    {{0x4d0, 0x4d1}, "the interrupt controller"},
    {{0xcf8, 0xcff}, "PCI configuration, kernel-ext's"},
};

static const struct reserved com1 = {{0x3f8, 0x3ff}, "COM1, the kernel's"};
static const struct reserved com2 = {{0x2f8, 0x2ff}, "COM2, the kernel's"};

static const struct reserved fixed_mmio[] = {
    {{0xfec00000, 0xfec00fff}, "the IO-APIC"},
    {{0xfed90000, 0xfed93fff}, "the IOMMU"}, /* where Intel puts them */
    {{0xfee00000, 0xfee00fff}, "the local APIC"},
};

static bool __attribute__((format(printf, 2, 3)))
refuse(struct kx_fault *f, const char *why, ...)
{
    va_list ap;

    va_start(ap, why);
    vsnprintf(f->why, sizeof f->why, why, ap);
    va_end(ap);
    return false;
}

void kx_fault_range(struct kx_fault *f, const char *key, struct kx_range r)
{
    if (key[0] == 'm')
        snprintf(f->word, sizeof f->word, "%s=0x%lx+0x%lx", key,
                 (unsigned long)r.first, (unsigned long)(r.last - r.first + 1));
    else
        snprintf(f->word, sizeof f->word, "%s=0x%lx-0x%lx", key,
                 (unsigned long)r.first, (unsigned long)r.last);
}

static bool meets(struct kx_range a, struct kx_range b)
{
    return a.first <= b.last && b.first <= a.last;
}

static bool clear_of(struct kx_range r, const struct reserved *fixed,
                     unsigned n, struct kx_fault *f)
{
    for (unsigned i = 0; i < n; i++)
        if (meets(r, fixed[i].range))
            return refuse(f, "reserved: %s", fixed[i].owner);
    return true;
}

static bool clear_of_plain(struct kx_range r, const struct kx_range *reserved,
                           unsigned n, const char *owner, struct kx_fault *f)
{
    for (unsigned i = 0; i < n; i++)
        if (meets(r, reserved[i]))
            return refuse(f, "reserved: %s", owner);
    return true;
}

#define ALL(table) table, sizeof(table) / sizeof *(table)

static bool ports_free(struct kx_range r, const struct kx_machine *m,
                       struct kx_fault *f)
{
    return clear_of(r, ALL(fixed_ports), f) && clear_of(r, &com1, m->com1, f) &&
           clear_of(r, &com2, m->com2, f) &&
           clear_of_plain(r, m->reserved_ports, m->n_reserved_ports,
                          "kernel-ext's own", f);
}

static bool mmio_free(struct kx_range r, const struct kx_machine *m,
                      struct kx_fault *f)
{
    bool in_hole = r.first >= LOW_HOLE && r.last < LOW_HOLE_END;

    if (r.first < m->ram_top && !in_hole)
        return refuse(f, "reserved: RAM");
    return clear_of(r, ALL(fixed_mmio), f) &&
           clear_of_plain(r, m->reserved, m->n_reserved,
                          "the machine's, or a page that devices share", f);
}

const char *kx_line_kernels(unsigned line, const struct kx_machine *m)
{
    switch (line) {
    case 0:
        return "the clock, the kernel's";
    case 1:
        return "the keyboard, the kernel's";
    case 2:
        return "the second interrupt controller";
    case 3:
        return m->com2 ? com2.owner : NULL;
    case 4:
        return m->com1 ? com1.owner : NULL;
    case 13:
        return "the FPU, the kernel's";
    default:
        return NULL;
    }
}

static bool line_free(unsigned line, const struct kx_machine *m,
                      struct kx_fault *f)
{
    const char *owner = kx_line_kernels(line, m);

    if (owner != NULL)
        return refuse(f, "reserved: %s", owner);
    if ((m->pci_lines >> line & 1) != 0)
        return refuse(f, "a PCI function uses this line: ask for it with pci=");
    return true;
}

static bool machine_allows(const struct kx_words *w, const struct kx_machine *m,
                           struct kx_fault *f)
{
    for (unsigned i = 0; i < w->n_ioports; i++) {
        kx_fault_range(f, "ioports", w->ioports[i]);
        if (!ports_free(w->ioports[i], m, f))
            return false;
    }
    for (unsigned i = 0; i < w->n_mmio; i++) {
        kx_fault_range(f, "mmio", w->mmio[i]);
        if (!mmio_free(w->mmio[i], m, f))
            return false;
    }
    for (unsigned i = 0; i < w->n_irqs; i++) {
        snprintf(f->word, sizeof f->word, "irq=%u", w->irqs[i]);
        if (!line_free(w->irqs[i], m, f))
            return false;
    }
    return true;
}

/* Names that stand for something else: in the log, or as a device. */
static bool names_allowed(const struct kx_words *w, struct kx_fault *f)
{
    static const char *const tasks[] = {"kernel-ext", "guard"};
    static const char *const devices[] = {"console", "rd0", "rd1", "rd2",
                                          "rd3",     "irq", "mem"};

    for (unsigned i = 0; i < sizeof tasks / sizeof *tasks; i++)
        if (kx_names_meet(w->name, w->instances, tasks[i], 1)) {
            snprintf(f->word, sizeof f->word, "%s", w->name);
            return refuse(f, "reserved: a name of the system's own");
        }
    for (unsigned i = 0; i < w->n_provides; i++)
        for (unsigned j = 0; j < sizeof devices / sizeof *devices; j++)
            if (kx_names_meet(w->provides[i], w->instances, devices[j], 1)) {
                snprintf(f->word, sizeof f->word, "%s", w->provides[i]);
                return refuse(f, "reserved: a device of the kernel's");
            }
    return true;
}

static bool held(struct kx_fault *f, const struct kx_words *by)
{
    return refuse(f, "also held by %s", by->name);
}

static bool names_apart(const struct kx_words *w, const struct kx_words *by,
                        struct kx_fault *f)
{
    if (kx_names_meet(w->name, w->instances, by->name, by->instances)) {
        snprintf(f->word, sizeof f->word, "%s", w->name);
        return refuse(f, "another line has this name");
    }
    for (unsigned i = 0; i < w->n_provides; i++)
        for (unsigned j = 0; j < by->n_provides; j++)
            if (kx_names_meet(w->provides[i], w->instances, by->provides[j],
                              by->instances)) {
                snprintf(f->word, sizeof f->word, "provides=%s",
                         w->provides[i]);
                return held(f, by);
            }
    return true;
}

static bool ranges_apart(const char *key, const struct kx_range *mine,
                         unsigned n, const struct kx_range *theirs,
                         unsigned n_theirs, const struct kx_words *by,
                         struct kx_fault *f)
{
    for (unsigned i = 0; i < n; i++)
        for (unsigned j = 0; j < n_theirs; j++)
            if (meets(mine[i], theirs[j])) {
                kx_fault_range(f, key, mine[i]);
                return held(f, by);
            }
    return true;
}

void kx_fault_pci(struct kx_fault *f, const struct kx_pci_word *p)
{
    unsigned v = p->value;

    if (p->by == KX_PCI_ADDRESS)
        snprintf(f->word, sizeof f->word, "pci=%02x:%02x.%x", v >> 8,
                 v >> 3 & 31, v & 7);
    else if (p->by == KX_PCI_ID)
        snprintf(f->word, sizeof f->word, "pci=%04x:%04x", v >> 16, v & 0xffff);
    else if (p->any_interface)
        snprintf(f->word, sizeof f->word, "pci=class:%04x", v >> 8);
    else
        snprintf(f->word, sizeof f->word, "pci=class:%06x", v);
}

/* Which functions a pci= word stands for is known only on the bus; but two
 * lines that say the same mean the same one. */
static bool pci_apart(const struct kx_words *w, const struct kx_words *by,
                      struct kx_fault *f)
{
    for (unsigned i = 0; i < w->n_pci; i++)
        for (unsigned j = 0; j < by->n_pci; j++) {
            const struct kx_pci_word *a = &w->pci[i], *b = &by->pci[j];

            if (a->by == b->by && a->value == b->value &&
                a->any_interface == b->any_interface) {
                kx_fault_pci(f, a);
                return held(f, by);
            }
        }
    return true;
}

static bool irqs_apart(const struct kx_words *w, const struct kx_words *by,
                       struct kx_fault *f)
{
    for (unsigned i = 0; i < w->n_irqs; i++)
        if (memchr(by->irqs, w->irqs[i], by->n_irqs) != NULL) {
            snprintf(f->word, sizeof f->word, "irq=%u", w->irqs[i]);
            return held(f, by);
        }
    return true;
}

bool kx_claims_check(const struct kx_words *const lines[],
                     const bool accepted[], unsigned me,
                     const struct kx_machine *machine, struct kx_fault *f)
{
    const struct kx_words *w = lines[me];

    if (!names_allowed(w, f) || !machine_allows(w, machine, f))
        return false;
    for (unsigned i = 0; i < me; i++) {
        const struct kx_words *by = lines[i];

        if (accepted[i] && KX_HOLDS(CLAIMS) &&
            !(names_apart(w, by, f) &&
              ranges_apart("ioports", w->ioports, w->n_ioports, by->ioports,
                           by->n_ioports, by, f) &&
              ranges_apart("mmio", w->mmio, w->n_mmio, by->mmio, by->n_mmio, by,
                           f) &&
              irqs_apart(w, by, f) && pci_apart(w, by, f)))
            return false;
    }
    return true;
}

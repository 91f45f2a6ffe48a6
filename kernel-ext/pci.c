/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * PCI functions as grants: found at boot, each given whole to one task.  Its
 * BARs become I/O port and memory grants of that task; config.c reads and
 * writes its configuration space for it. */
#include "iommu.h"
#include "pci.h"
#include "reset.h"

#include <stdio.h>

#define PAGE 4096ull

struct kx_function kx_functions[KX_MAX_FUNCTIONS];
unsigned kx_n_functions;

uint16_t kx_pci_scan(void)
{
    uint16_t lines = 0;
    if (!kx_config_init())
        return 0;
    kx_n_functions = kx_bus_scan(kx_functions);
    for (unsigned n = 0; n < kx_n_functions; n++) {
        const struct kx_function *f = &kx_functions[n];
        if (!f->pin || f->line >= KX_LINES)
            continue;
        lines |= (uint16_t)(1u << f->line);
        kx_intx_off(n); /* until a driver wants it */
    }
    return lines;
}

/* A BAR that is smaller than a page is granted with the rest of it, which has
 * to be nobody else's. */
static bool page_shared(const struct kx_function *f, const struct kx_bar *bar)
{
    uint64_t first = bar->first & ~(PAGE - 1);
    uint64_t last = (bar->first + bar->size - 1) | (PAGE - 1);
    for (unsigned n = 0; n < kx_n_functions; n++)
        for (unsigned k = 0; k < KX_BARS; k++) {
            const struct kx_bar *b = &kx_functions[n].bars[k];
            if (&kx_functions[n] != f && b->size && !b->io &&
                b->first <= last && b->first + b->size > first)
                return true;
        }
    return false;
}

static bool refuse(struct kx_fault *fault, const char *why)
{
    snprintf(fault->why, sizeof fault->why, "%s", why);
    return false;
}

static bool fits(const struct kx_function *f, struct kx_fault *fault)
{
    for (unsigned k = 0; k < KX_BARS; k++) {
        const struct kx_bar *bar = &f->bars[k];
        if (bar->size && !bar->io && page_shared(f, bar))
            return refuse(fault, "another function has a BAR in its page");
    }
    return true;
}

/* What a line asks for by ioports= or mmio= is not a function's. */
static bool clear(const struct kx_range *ranges, unsigned n, bool io,
                  struct kx_fault *fault)
{
    for (unsigned k = 0; k < n; k++)
        for (unsigned m = 0; m < kx_n_functions * KX_BARS; m++) {
            const struct kx_bar *b =
                &kx_functions[m / KX_BARS].bars[m % KX_BARS];
            if (!b->size || b->io != io ||
                ranges[k].first > b->first + b->size - 1 ||
                ranges[k].last < b->first)
                continue;
            kx_fault_range(fault, io ? "ioports" : "mmio", ranges[k]);
            return refuse(fault, "a PCI function's: ask for it with pci=");
        }
    return true;
}

/* An IOMMU does not tell functions behind one old bridge apart. */
static bool alone(unsigned k, unsigned me, struct kx_fault *fault)
{
    for (unsigned n = 0; n < kx_n_functions; n++)
        if (kx_iommu.state != KX_IOMMU_NONE && n != k &&
            kx_functions[n].owner >= 0 && kx_functions[n].owner != (int)me &&
            kx_iommu_together(n, k))
            return refuse(fault, "the IOMMU takes it for another task's");
    return true;
}

static bool claim(unsigned me, const struct kx_words *w, struct kx_words *room,
                  struct kx_fault *fault)
{
    for (unsigned n = 0; n < w->n_pci; n++) {
        int k = kx_bus_match(kx_functions, kx_n_functions, &w->pci[n]);
        kx_fault_pci(fault, &w->pci[n]);
        if (k < 0)
            return refuse(fault, "no such function, or another task has it");
        if (!fits(&kx_functions[k], fault))
            return false;
        if (!kx_bus_grant(&kx_functions[k], room))
            return refuse(fault, "too many BARs for one task");
        if (!alone((unsigned)k, me, fault))
            return false;
        kx_functions[k].owner = (int)me;
    }
    return true;
}

bool kx_pci_claim(unsigned me, const struct kx_words *w, struct kx_fault *fault)
{
    static struct kx_words room;
    if (!clear(w->ioports, w->n_ioports, true, fault) ||
        !clear(w->mmio, w->n_mmio, false, fault))
        return false;
    for (unsigned i = 0; i < w->instances; i++) {
        room = *w;
        if (!claim(me, w, &room, fault)) {
            kx_pci_unclaim(me);
            return false;
        }
    }
    return true;
}

void kx_pci_unclaim(unsigned line)
{
    for (unsigned n = 0; n < kx_n_functions; n++)
        if (kx_functions[n].owner == (int)line)
            kx_functions[n].owner = -1;
}

/* In the order of the claims, so that instance I has the I-th of each. */
void kx_pci_give(struct kx_task *t, unsigned line)
{
    struct kx_words *w = &t->words;
    for (unsigned n = 0; n < w->n_pci; n++) {
        unsigned k = 0;
        while (kx_functions[k].owner != (int)line ||
               !kx_bus_means(&w->pci[n], &kx_functions[k]))
            k++;
        kx_function_stop(kx_functions[k].at); /* what the firmware left on */
        kx_functions[k].owner = KX_OWNER_TASK + (int)kx_task_index(t);
        t->functions[n] = k;
        kx_bus_grant(&kx_functions[k], w);
    }
}

const struct kx_function *kx_pci_of(const struct kx_task *t, unsigned n)
{
    return n < t->words.n_pci ? &kx_functions[t->functions[n]] : NULL;
}

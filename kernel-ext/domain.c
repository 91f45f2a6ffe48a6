/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A domain for each PCI function that is granted: what it reaches of memory.
 * A task's memory is in the domains of all its functions, since its driver may
 * tell each of them of it. */
#include "iommu.h"

#include "pci.h"
#include "requester.h"

#define PAGE 4096ull
#define PIECE (2 * 1024 * 1024ull) /* of memory, that a table is of */
#define RINGS 64u                  /* tables for those of all clients */
#define GIBIBYTES 4u               /* below which all of it is */
#define REGION_MAX (1ull << 30)
#define STEP (64 * 1024ull) /* between looks at a reserved region */

static struct {
    uint64_t *top; /* NULL: it has none as yet */
    unsigned id;
    bool attached;
} domains[KX_MAX_FUNCTIONS];
static unsigned used = 1; /* numbers of domains; 0 is for what is absent */

static unsigned names_of(unsigned k, uint16_t names[KX_MAX_REQUESTERS])
{
    return kx_requesters(kx_functions, kx_n_functions, kx_functions[k].at,
                         names);
}

bool kx_iommu_is(unsigned k, uint16_t source)
{
    uint16_t names[KX_MAX_REQUESTERS];
    for (unsigned n = names_of(k, names); n > 0; n--)
        if (names[n - 1] == source)
            return true;
    return false;
}

bool kx_iommu_together(unsigned a, unsigned b)
{
    uint16_t of_a[KX_MAX_REQUESTERS], of_b[KX_MAX_REQUESTERS];
    return of_a[names_of(a, of_a) - 1] == of_b[names_of(b, of_b) - 1];
}

bool kx_iommu_attached(unsigned k)
{
    return domains[k].attached;
}

static bool make(unsigned k)
{
    if (domains[k].top)
        return true;
    if (used == kx_iommu.domains ||
        !(domains[k].top = kx_tables_page(&kx_iommu.tables)))
        return false;
    domains[k].id = used++;
    return true;
}

bool kx_iommu_map(const struct kx_task *t, uint64_t physical, uint64_t bytes,
                  unsigned access)
{
    if (kx_iommu.state == KX_IOMMU_NONE)
        return true;
    bool good = kx_iommu.state == KX_IOMMU_ON;
    for (unsigned n = 0; n < t->words.n_pci && good; n++) {
        unsigned k = t->functions[n];
        good = make(k) && kx_tables_map(&kx_iommu.tables, domains[k].top,
                                        physical, physical + bytes - 1, access);
        if (good && kx_iommu.eager && domains[k].attached)
            good = kx_iommu_forget(domains[k].id);
    }
    if (!good)
        kx_iommu_unmap(t, physical, bytes);
    return good;
}

bool kx_iommu_unmap(const struct kx_task *t, uint64_t physical, uint64_t bytes)
{
    bool good = true;
    if (kx_iommu.state == KX_IOMMU_NONE)
        return true;
    for (unsigned n = 0; n < t->words.n_pci; n++) {
        unsigned k = t->functions[n];
        if (!domains[k].top)
            continue;
        kx_tables_unmap(&kx_iommu.tables, domains[k].top, physical,
                        physical + bytes - 1);
        /* One that is not attached was forgotten then, if units answered. */
        good &= domains[k].attached ? kx_iommu_forget(domains[k].id)
                                    : kx_iommu.state != KX_IOMMU_BROKEN;
    }
    if (good)
        kx_tables_forgotten(&kx_iommu.tables);
    return good;
}

/* What units have recorded so far was not this incarnation's doing. */
static bool detach(unsigned k)
{
    uint16_t names[KX_MAX_REQUESTERS];
    if (!domains[k].attached)
        return true;
    for (unsigned n = names_of(k, names); n > 0; n--)
        kx_tables_detach(&kx_iommu.tables, names[n - 1], false);
    domains[k].attached = false;
    kx_iommu.attached--;
    return kx_iommu_forget(domains[k].id);
}

bool kx_iommu_attach(unsigned k)
{
    uint16_t names[KX_MAX_REQUESTERS];
    if (kx_iommu.state == KX_IOMMU_NONE || domains[k].attached)
        return true;
    if (kx_iommu.state != KX_IOMMU_ON || !make(k))
        return false;
    bool good = true;
    kx_iommu_faults();
    for (unsigned n = names_of(k, names); n > 0; n--)
        if (!kx_tables_attach(&kx_iommu.tables, names[n - 1], domains[k].top,
                              domains[k].id))
            good = false;
    domains[k].attached = true;
    kx_iommu.attached++;
    if (!good) { /* those that have it are to lose it */
        detach(k);
        return false;
    }
    kx_timer_at(kx_now() + KX_TICK);
    return !kx_iommu.eager || kx_iommu_forget(0);
}

bool kx_iommu_detach(const struct kx_task *t)
{
    bool good = true;
    for (unsigned n = 0; n < t->words.n_pci; n++)
        good &= detach(t->functions[n]);
    return good;
}

/* ---- at boot ---- */

/* The firmware, or the device by itself, uses it before there is a driver, and
 * besides one. */
static void give_region(const struct kx_region *r, unsigned k)
{
    uint16_t at = kx_functions[k].at;
    bool good =
        make(k) && kx_tables_map(&kx_iommu.tables, domains[k].top, r->first,
                                 r->last, KX_DMA_READ | KX_DMA_WRITE);
    kx_log(good ? 'W' : 'E', NULL, 0, "reserved",
           "first=0x%lx last=0x%lx source=%02x:%02x.%x%s",
           (unsigned long)r->first, (unsigned long)r->last, at >> 8,
           at >> 3 & 31, at & 7, good ? "" : " why=\"no tables for it\"");
    if (good && kx_functions[k].owner < 0)
        kx_tables_attach(&kx_iommu.tables, at, domains[k].top, domains[k].id);
}

/* Memory of the kernel's is not the firmware's to give.  Each piece is looked
 * at, so there is an end to that, far above what devices of firmware use. */
static bool sane(const struct kx_region *r)
{
    uint8_t first;
    if (r->last - r->first >= REGION_MAX)
        return false;
    for (uint64_t at = r->first; at < r->last; at += STEP)
        if (!kx_physical_read(at, &first, 1))
            return false;
    return kx_physical_read(r->last, &first, 1);
}

void kx_iommu_regions(void)
{
    const struct kx_dmar *d = &kx_iommu.dmar;
    for (unsigned n = 0; n < d->n_regions; n++) {
        const struct kx_region *r = &d->regions[n];
        if (r->segment == 0 && !sane(r)) {
            kx_log('E', NULL, 0, "reserved",
                   "first=0x%lx last=0x%lx why=\"it is RAM, or too large\"",
                   (unsigned long)r->first, (unsigned long)r->last);
            continue;
        }
        for (unsigned s = 0; s < r->n && r->segment == 0; s++)
            for (unsigned k = 0; k < kx_n_functions; k++)
                if (kx_scope_has(&d->scopes[r->scope + s], kx_functions[k].at))
                    give_region(r, k);
    }
}

/* Roots, contexts of each bus, and of each function with dma=: the way down,
 * a table for each piece. */
unsigned kx_iommu_pages(void)
{
    unsigned pages = 2 + RINGS, buses = 0, last = ~0u;
    for (unsigned k = 0; k < kx_n_functions; k++)
        if (kx_functions[k].at >> 8 != last) {
            last = kx_functions[k].at >> 8;
            buses++;
        }
    for (unsigned n = 0; n < kx_n_tasks; n++) {
        const struct kx_words *w = &kx_tasks[n].words;
        if (w->dma)
            pages += w->n_pci * (kx_iommu.tables.levels - 1 + GIBIBYTES +
                                 (unsigned)(w->dma / PIECE) + 2);
    }
    for (unsigned n = 0; n < kx_iommu.dmar.n_regions; n++) {
        const struct kx_region *r = &kx_iommu.dmar.regions[n];
        pages += 8 + (unsigned)((r->last - r->first) / PIECE);
    }
    return pages + buses;
}

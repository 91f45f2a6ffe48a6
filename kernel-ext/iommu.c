/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The IOMMU at boot: what the firmware says of it is looked at, each unit is
 * asked who it is, and all are switched on with empty tables, or none is. */
#include "iommu.h"

#include "gnumach.h"
#include "pci.h"
#include "requester.h"
#include "vtd_regs.h"
#include <string.h>

#define PAGE 4096ull
#define PAGES_MAX 1024u /* what the kernel gives in a row */
#define OWN_PAGES 2u    /* of each unit: its queue, and its answers */
#define PHYSICAL_TOP 0x100000000ull

struct kx_iommu kx_iommu;
static volatile char *windows[KX_MAX_UNITS];

uint64_t kx_vtd_read(unsigned unit, unsigned offset, unsigned width)
{
    volatile void *at = windows[unit] + offset;
    return width == 8 ? *(volatile uint64_t *)at : *(volatile uint32_t *)at;
}

void kx_vtd_write(unsigned unit, unsigned offset, unsigned width,
                  uint64_t value)
{
    volatile void *at = windows[unit] + offset;
    if (width == 8)
        *(volatile uint64_t *)at = value;
    else
        *(volatile uint32_t *)at = (uint32_t)value;
}

static void open_because(char severity, const char *why)
{
    kx_iommu.state = KX_IOMMU_NONE;
    kx_log(severity, NULL, 0, "iommu", "dma=open why=\"%s\"", why);
}

/* ---- who is there ---- */

static bool in_bar(uint64_t at)
{
    for (unsigned n = 0; n < kx_n_functions * KX_BARS; n++) {
        const struct kx_bar *b = &kx_functions[n / KX_BARS].bars[n % KX_BARS];
        if (b->size && !b->io && b->first < at + PAGE &&
            at < b->first + b->size)
            return true;
    }
    return false;
}

static bool find_unit(unsigned n)
{
    struct kx_vtd *v = &kx_iommu.units[n];
    uint64_t base = kx_iommu.dmar.units[n].base;
    if (in_bar(base) || !(windows[n] = kx_physical_map(base)))
        return false;
    v->unit = n;
    if (!kx_vtd_probe(v))
        return false;
    if (kx_machine.n_reserved <
        sizeof kx_machine.reserved / sizeof *kx_machine.reserved)
        kx_machine.reserved[kx_machine.n_reserved++] =
            (struct kx_range){base, base + PAGE - 1};
    return true;
}

/* What all units can. */
static const char *agree(void)
{
    uint64_t levels = CAP_LEVELS_3 | CAP_LEVELS_4;
    kx_iommu.domains = ~0u;
    kx_iommu.tables.coherent = true;
    for (unsigned n = 0; n < kx_iommu.n_units; n++) {
        if (!find_unit(n))
            return "no unit is where the DMAR says";
        const struct kx_vtd *v = &kx_iommu.units[n];
        levels &= v->cap;
        kx_iommu.eager |= v->cap & (CAP_CACHES_ABSENT | CAP_WRITE_BUFFER);
        kx_iommu.tables.coherent &= v->ecap & ECAP_COHERENT;
        if (kx_iommu.domains > CAP_DOMAINS(v->cap))
            kx_iommu.domains = (unsigned)CAP_DOMAINS(v->cap);
    }
    kx_iommu.tables.levels = levels & CAP_LEVELS_3 ? 3 : 4;
    return levels ? NULL : "its units have no width of tables in common";
}

void kx_iommu_find(void)
{
    if (kx_options.iommu == KX_IOMMU_IS_OFF) {
        open_because('W', "--iommu=off");
        return;
    }
    const char *why = NULL;
    enum kx_acpi found = kx_acpi_dmar(&kx_iommu.dmar);
    if (found == KX_ACPI_GOOD) {
        kx_iommu.n_units = kx_iommu.dmar.n_units;
        why = agree();
    } else {
        why = kx_iommu.dmar.why;
    }
    if (found == KX_ACPI_ABSENT)
        open_because('I', "no IOMMU");
    else if (why)
        open_because('E', why);
    else
        kx_iommu.state = KX_IOMMU_FOUND;
}

/* ---- on ---- */

bool kx_iommu_forget(unsigned domain)
{
    if (!KX_HOLDS(INVALIDATE))
        return true;
    if (kx_iommu.state == KX_IOMMU_BROKEN)
        return false; /* it was waited for once */
    for (unsigned n = 0; n < kx_iommu.n_units; n++)
        if (!kx_vtd_forget(&kx_iommu.units[n], domain)) {
            if (kx_iommu.state == KX_IOMMU_ON)
                kx_log('E', NULL, 0, "iommu",
                       "dma=confined why=\"a unit does not answer\"");
            kx_iommu.state = KX_IOMMU_BROKEN;
        }
    return kx_iommu.state == KX_IOMMU_ON;
}

static bool make_tables(void)
{
    unsigned pages = kx_iommu_pages() + OWN_PAGES * kx_iommu.n_units;
    vm_address_t at = 0;
    rpc_phys_addr_t physical;
    if (pages > PAGES_MAX)
        pages = PAGES_MAX;
    if (vm_allocate_contiguous(KX_OWN(KX_OWN_HOST), mach_task_self(), &at,
                               &physical, pages * PAGE, 0, PHYSICAL_TOP,
                               0) != KERN_SUCCESS)
        return false;
    memset((void *)at, 0, pages * PAGE);
    kx_tables_init(&kx_iommu.tables, (void *)at, physical, pages,
                   kx_iommu.tables.levels, kx_iommu.tables.coherent);
    return true;
}

/* Units of another segment, whose functions nobody sees, have the second page
 * of the tables, where there is nothing and never will be. */
static bool turn_on(void)
{
    struct kx_tables *t = &kx_iommu.tables;
    void *nothing = kx_tables_page(t);
    bool good = true;
    for (unsigned n = 0; n < kx_iommu.n_units; n++) {
        char *first = kx_tables_page(t);
        if (!nothing || !first || !kx_tables_page(t))
            return false;
        kx_vtd_queue(&kx_iommu.units[n], first, kx_tables_at(t, first),
                     kx_options.invalidate_registers);
    }
    kx_iommu_regions();
    for (unsigned n = 0; n < kx_iommu.n_units && good; n++) {
        void *root = kx_iommu.dmar.units[n].segment ? nothing : t->root;
        good = kx_vtd_on(&kx_iommu.units[n], kx_tables_at(t, root));
    }
    return good;
}

/* The firmware may leave functions out. */
static void name_uncovered(void)
{
    for (unsigned k = 0; k < kx_n_functions; k++) {
        uint16_t at = kx_functions[k].at;
        if (kx_functions[k].owner >= KX_OWNER_TASK &&
            !kx_dmar_covers(&kx_iommu.dmar, at))
            kx_log('W', NULL, 0, "iommu",
                   "dma=open why=\"no unit has it\" source=%02x:%02x.%x",
                   at >> 8, at >> 3 & 31, at & 7);
    }
}

static void begin(void)
{
    if (make_tables() && turn_on()) {
        kx_iommu.state = KX_IOMMU_ON;
        kx_log('I', NULL, 0, "iommu", "dma=confined units=%u tables=%uK",
               kx_iommu.n_units, kx_iommu.tables.n * (unsigned)(PAGE / 1024));
        name_uncovered();
        return;
    }
    for (unsigned n = 0; n < kx_iommu.n_units; n++)
        kx_vtd_off(&kx_iommu.units[n]);
    open_because('E', "a unit does not do as it is told");
}

void kx_iommu_begin(void)
{
    if (kx_iommu.state == KX_IOMMU_FOUND)
        begin();
    kx_physical_done();
}

const char *kx_iommu_objection(const struct kx_task *t)
{
    if (kx_options.iommu != KX_IOMMU_IS_REQUIRED)
        return NULL;
    if (kx_iommu.state != KX_IOMMU_ON)
        return "no IOMMU, which --iommu=require wants";
    for (unsigned n = 0; n < t->words.n_pci; n++)
        if (!kx_dmar_covers(&kx_iommu.dmar, kx_pci_of(t, n)->at))
            return "its function is not behind the IOMMU";
    return NULL;
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What functions reach of memory: nothing but what their drivers were granted.
 *
 * The IOMMU (Intel VT-d) is found at boot, and from when it is on, before any
 * driver runs, each PCI function has a domain of its own, which is empty.  What
 * a task is granted for transfers is mapped in the domains of its functions,
 * once, where an address stands for itself; a function is attached to its domain
 * while an incarnation lets it master the bus, and detached at the death.
 * Nothing of this is on the way of a request. */
#ifndef KX_IOMMU_H
#define KX_IOMMU_H

#include "acpi.h"
#include "kx.h"
#include "tables.h"
#include "vtd.h"

enum kx_iommu_state {
    KX_IOMMU_NONE,  /* or not ours to use */
    KX_IOMMU_FOUND, /* and not yet on */
    KX_IOMMU_ON,
    KX_IOMMU_BROKEN, /* a unit does not answer any more: no page that it knows
                      * of is given back */
};

struct kx_iommu {
    enum kx_iommu_state state;
    unsigned n_units;
    bool eager;        /* units must be told of what is mapped, too */
    unsigned domains;  /* numbers that they have */
    unsigned attached; /* functions that may transfer */
    struct kx_vtd units[KX_MAX_UNITS];
    struct kx_tables tables;
    struct kx_dmar dmar;
};
extern struct kx_iommu kx_iommu;

/* physical.c, besides kx_physical_read(): registers; NULL: nothing there.  No
 * reads after kx_physical_done(). */
volatile void *kx_physical_map(uint64_t at);
void kx_physical_done(void);

/* iommu.c: at boot, when the bus was looked at; and when it is known which
 * functions are whose. */
void kx_iommu_find(void);
void kx_iommu_begin(void);
/* Why T may not have dma=, or NULL. */
const char *kx_iommu_objection(const struct kx_task *t);
/* Units forget what they have cached of a domain (0: of all).  False: one does
 * not answer, and is BROKEN. */
bool kx_iommu_forget(unsigned domain);

/* domain.c: the functions of T may do ACCESS (KX_DMA_*) to whole pages; or not
 * any more, and when it returns true they do not.  Both are true where there is
 * no IOMMU. */
bool kx_iommu_map(const struct kx_task *t, uint64_t physical, uint64_t bytes,
                  unsigned access);
bool kx_iommu_unmap(const struct kx_task *t, uint64_t physical, uint64_t bytes);
/* Function K reaches what its domain has; and those of T nothing any more. */
bool kx_iommu_attach(unsigned k);
bool kx_iommu_detach(const struct kx_task *t);
bool kx_iommu_attached(unsigned k);
/* Do transfers of functions A and B carry the same name? */
bool kx_iommu_together(unsigned a, unsigned b);
/* Those of SOURCE carry that of function K? */
bool kx_iommu_is(unsigned k, uint16_t source);
/* Reserved regions of functions, mapped; and how many pages of tables all
 * domains may need. */
void kx_iommu_regions(void);
unsigned kx_iommu_pages(void);

/* dma_fault.c: what units have recorded. */
void kx_iommu_faults(void);
uint64_t kx_iommu_tick(uint64_t now); /* look; when next */

#endif

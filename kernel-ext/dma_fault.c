/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Transfers that the IOMMU stopped.  This kernel has no way to hear of the
 * units' interrupts, so their records are read with the clock.  The function is
 * stopped at once, which ends a storm; it is the death of the driver that let
 * it transfer. */
#include "iommu.h"

#include "pci.h"
#include "pci_regs.h"
#include "vtd_regs.h"
#include <stdio.h>

#define IDLE 1000000 /* us between looks while no function may transfer */

static const char *reason(const struct kx_dma_fault *f)
{
    static char other[16];
    switch (f->reason) {
    case FAULT_NO_ROOT:
    case FAULT_NO_CONTEXT:
        return "not-attached";
    case FAULT_BEYOND:
        return "beyond";
    case FAULT_WRITE:
        return "not-writable";
    case FAULT_READ:
        return "not-readable";
    default:
        snprintf(other, sizeof other, "%u", f->reason);
        return other;
    }
}

static void say(const struct kx_dma_fault *f, const struct kx_task *t)
{
    kx_log('W', t ? t->name : NULL, t ? t->number : 0,
           t ? "dma-fault" : "dma-stray",
           "addr=0x%lx access=%s reason=%s source=%02x:%02x.%x",
           (unsigned long)f->address, f->read ? "read" : "write", reason(f),
           f->source >> 8, f->source >> 3 & 31, f->source & 7);
}

/* The function, or one of those that carry the name: who has it comes first. */
static int find(uint16_t source)
{
    int found = -1;
    for (unsigned k = 0; k < kx_n_functions; k++)
        if (kx_iommu_is(k, source) &&
            (found < 0 || kx_functions[k].owner >= KX_OWNER_TASK))
            found = (int)k;
    return found;
}

/* It masters the bus no more.  Its interrupts may be a new driver's. */
static bool stop(uint16_t at)
{
    uint32_t command = kx_config_read(at, COMMAND, 2);
    kx_config_write(at, COMMAND, 2, command & ~COMMAND_MASTER);
    return !(kx_config_read(at, COMMAND, 2) & COMMAND_MASTER);
}

/* Nobody's doing, or a dead driver's.  What cannot be stopped is not heard of
 * any more. */
static void silence(uint16_t source, int k)
{
    if (!KX_HOLDS(QUIESCE))
        return;
    if (k < 0 || kx_functions[k].header != 0 || !stop(kx_functions[k].at))
        kx_tables_detach(&kx_iommu.tables, source, true);
}

static void judge(const struct kx_dma_fault *f)
{
    int k = find(f->source);
    int owner = k < 0 ? -1 : kx_functions[k].owner - KX_OWNER_TASK;
    struct kx_task *t = owner < 0 ? NULL : &kx_tasks[owner];
    say(f, t);
    if (k >= 0 && kx_iommu_attached((unsigned)k) && t && t->current &&
        t->current->phase == KX_ALIVE) {
        struct kx_incarnation *i = t->current;
        kx_pci_quiesce(t);
        i->address = f->address;
        kx_kill(i, KX_CAUSE_DMA_FAULT, 0);
    } else {
        silence(f->source, k);
    }
}

void kx_iommu_faults(void)
{
    struct kx_dma_fault f;
    bool lost = false, any = false;
    for (unsigned n = 0; n < kx_iommu.n_units; n++) {
        struct kx_vtd *v = &kx_iommu.units[n];
        for (unsigned k = 0; k < v->n_records && kx_vtd_fault(v, &f, &any);
             k++) {
            lost |= any;
            judge(&f);
        }
        lost |= any;
    }
    if (lost)
        kx_log('W', NULL, 0, "dma-stray", "reason=overflow");
}

uint64_t kx_iommu_tick(uint64_t now)
{
    static uint64_t look;
    if (kx_iommu.state < KX_IOMMU_ON)
        return KX_NEVER;
    if (kx_iommu.attached || now >= look) {
        kx_iommu_faults();
        look = now + (kx_iommu.attached ? KX_TICK : IDLE);
    }
    return look;
}

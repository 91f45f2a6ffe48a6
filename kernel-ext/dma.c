/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Memory for devices.  The whole of dma= is set aside before the task first
 * runs, is cleared once, and stays at the same physical addresses as long as
 * the machine runs; an incarnation has it from when it registers with
 * USRD_CAP_DMA.  It is one memory object: the pieces, then a page that says
 * where they are. */
#include "iommu.h"
#include "share.h"

#define PAGE 4096ull

static uint64_t piece(uint64_t size, uint64_t at)
{
    return size - at < USRD_DMA_PIECE ? size - at : USRD_DMA_PIECE;
}

static void forbid(const struct kx_task *t, const struct kx_object *o,
                   uint64_t to)
{
    for (uint64_t at = 0; at < to; at += USRD_DMA_PIECE)
        kx_iommu_unmap(t, kx_object_layout(o, at, PAGE).physical,
                       piece(o->size - PAGE, at));
}

/* Its functions may transfer there, and nowhere else. */
static kern_return_t allow(const struct kx_task *t, const struct kx_object *o)
{
    for (uint64_t at = 0; at < o->size - PAGE; at += USRD_DMA_PIECE)
        if (!kx_iommu_map(t, kx_object_layout(o, at, PAGE).physical,
                          piece(o->size - PAGE, at),
                          KX_DMA_READ | KX_DMA_WRITE)) {
            forbid(t, o, at);
            return KERN_RESOURCE_SHORTAGE;
        }
    return KERN_SUCCESS;
}

static kern_return_t fill(const struct kx_task *t, struct kx_object *o,
                          uint64_t size)
{
    vm_address_t page;
    kern_return_t kr = vm_allocate(mach_task_self(), &page, PAGE, TRUE);
    if (kr != KERN_SUCCESS)
        return kr;
    struct usrd_dma_table *table = (struct usrd_dma_table *)page;
    table->size = size;
    for (uint64_t at = 0; at < size && kr == KERN_SUCCESS; at += USRD_DMA_PIECE)
        kr = kx_object_contiguous(o, at, piece(size, at),
                                  &table->physical[at / USRD_DMA_PIECE]);
    if (kr == KERN_SUCCESS)
        kr = kx_object_supply(o, size, page, PAGE);
    else
        vm_deallocate(mach_task_self(), page, PAGE);
    if (kr == KERN_SUCCESS)
        kr = kx_object_seal(o);
    if (kr == KERN_SUCCESS)
        kr = allow(t, o);
    return kr;
}

static uint64_t size_of(const struct kx_task *t)
{
    return (t->words.dma + PAGE - 1) & ~(PAGE - 1);
}

bool kx_dma_make(struct kx_task *t)
{
    uint64_t size = size_of(t);
    if (!size || kx_object_find(t, KX_SHARE_DMA))
        return true;
    const char *why = kx_iommu_objection(t);
    struct kx_object *o = NULL;
    if (!why && kx_memory_spare(size + PAGE))
        o = kx_object_new(t, KX_SHARE_DMA, size + PAGE);
    if (o && fill(t, o, size) == KERN_SUCCESS)
        return true;
    if (o)
        kx_object_free(o);
    kx_tlog('E', t, "refuse", "word=dma=%luK why=\"%s\"",
            (unsigned long)(size >> 10),
            why ? why : "not as much memory in a row");
    return false;
}

kern_return_t kx_dma_map(struct kx_incarnation *i)
{
    const struct kx_object *o = kx_object_find(i->task, KX_SHARE_DMA);
    if (!o)
        return KERN_FAILURE;
    if (i->dma)
        return KERN_SUCCESS;
    uint64_t size = o->size - PAGE;
    kern_return_t kr = kx_object_map(o, i, USRD_DMA_BASE, 0, size,
                                     VM_PROT_READ | VM_PROT_WRITE);
    if (kr == KERN_SUCCESS)
        kr = kx_object_map(o, i, USRD_DMA_TABLE, size, PAGE, VM_PROT_READ);
    i->dma = kr == KERN_SUCCESS;
    return kr;
}

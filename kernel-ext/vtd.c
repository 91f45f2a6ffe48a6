/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One remapping unit by its registers (Intel VT-d 3.3, §11). */
#include "vtd.h"
#include "vtd_regs.h"

#include <stddef.h>

#define PATIENCE 100000u /* looks at a register: 100 ms of a real one */
#define PAGE 4096u
#define NEWEST_WITH_REGISTERS 5 /* §6.5.1: later ones have the queue only */

static uint32_t rd32(const struct kx_vtd *v, unsigned offset)
{
    return (uint32_t)kx_vtd_read(v->unit, offset, 4);
}

static uint64_t rd64(const struct kx_vtd *v, unsigned offset)
{
    return kx_vtd_read(v->unit, offset, 8);
}

static void wr32(const struct kx_vtd *v, unsigned offset, uint32_t value)
{
    kx_vtd_write(v->unit, offset, 4, value);
}

static void wr64(const struct kx_vtd *v, unsigned offset, uint64_t value)
{
    kx_vtd_write(v->unit, offset, 8, value);
}

bool kx_vtd_probe(struct kx_vtd *v)
{
    uint32_t version = rd32(v, VER);
    v->cap = rd64(v, CAP);
    v->ecap = rd64(v, ECAP);
    v->iotlb = ECAP_IOTLB_AT(v->ecap);
    v->records = CAP_RECORDS_AT(v->cap);
    v->n_records = CAP_RECORDS(v->cap);
    return version != ~0u && VER_MAJOR(version) && v->cap != ~0ull &&
           (v->cap & (CAP_LEVELS_3 | CAP_LEVELS_4)) && v->iotlb && v->records &&
           v->iotlb + 16 <= KX_VTD_WINDOW &&
           v->records + v->n_records * RECORD <= KX_VTD_WINDOW &&
           (v->ecap & ECAP_QUEUE ||
            VER_MAJOR(version) <= NEWEST_WITH_REGISTERS);
}

/* ---- §11.4.4: commands ---- */

static bool status_is(const struct kx_vtd *v, uint32_t bit, uint32_t wanted)
{
    for (unsigned n = 0; n < PATIENCE; n++)
        if ((rd32(v, GSTS) & bit) == wanted)
            return true;
    return false;
}

/* One at a time, and what is on stays on. */
static bool switch_on(const struct kx_vtd *v, uint32_t bit)
{
    wr32(v, GCMD, (rd32(v, GSTS) & G_KEEP) | bit);
    return status_is(v, bit, bit);
}

static bool switch_off(const struct kx_vtd *v, uint32_t bit)
{
    wr32(v, GCMD, rd32(v, GSTS) & G_KEEP & ~bit);
    return status_is(v, bit, 0);
}

/* §6.8: what we wrote to tables is in memory. */
static bool flush_writes(const struct kx_vtd *v)
{
    if (!(v->cap & CAP_WRITE_BUFFER))
        return true;
    wr32(v, GCMD, (rd32(v, GSTS) & G_KEEP) | G_WRITE_BUFFER);
    return status_is(v, G_WRITE_BUFFER, 0);
}

/* ---- §6.5.2: the queue ---- */

void kx_vtd_queue(struct kx_vtd *v, void *pages, uint64_t physical,
                  bool registers)
{
    v->queue = pages;
    v->queue_at = physical;
    v->queued =
        v->ecap & ECAP_QUEUE &&
        !(registers && VER_MAJOR(rd32(v, VER)) <= NEWEST_WITH_REGISTERS);
}

static void in_memory(const struct kx_vtd *v, const volatile void *at)
{
    if (!(v->ecap & ECAP_COHERENT))
        __asm__ volatile("clflush %0" : "+m"(*(volatile char *)at));
}

static void post(struct kx_vtd *v, uint64_t low, uint64_t high)
{
    volatile uint64_t *d = v->queue + 2 * v->tail;
    d[0] = low;
    d[1] = high;
    in_memory(v, d);
    v->tail = (v->tail + 1) % QUEUE_LENGTH;
}

/* §6.5.2.8: it writes our ticket when it has done all that was before. */
static bool await(struct kx_vtd *v)
{
    volatile uint32_t *answer = (volatile uint32_t *)(v->queue + PAGE / 8);
    v->ticket++;
    post(v, Q_WAIT | Q_STATUS | (uint64_t)v->ticket << 32, v->queue_at + PAGE);
    __asm__ volatile("" : : : "memory");
    wr64(v, IQT, 16 * v->tail);
    for (unsigned n = 0; n < PATIENCE; n++) {
        if (*answer == v->ticket)
            return true;
        if (rd32(v, FSTS) & FSTS_QUEUE)
            return false;
        in_memory(v, answer);
    }
    return false;
}

static bool start_queue(struct kx_vtd *v)
{
    if (rd32(v, GSTS) & G_QUEUE && !switch_off(v, G_QUEUE))
        return false; /* the firmware's */
    if (!v->queued)
        return true;
    v->tail = 0;
    wr64(v, IQT, 0);
    wr64(v, IQA, v->queue_at);
    return switch_on(v, G_QUEUE);
}

/* ---- §6.5: caches ---- */

static bool done(const struct kx_vtd *v, unsigned offset, uint64_t bit)
{
    for (unsigned n = 0; n < PATIENCE; n++)
        if (!(rd64(v, offset) & bit))
            return true;
    return false;
}

bool kx_vtd_forget(struct kx_vtd *v, unsigned domain)
{
    if (!flush_writes(v))
        return false;
    if (v->queued) {
        uint64_t which = domain ? Q_DOMAIN | Q_ID(domain) : Q_ALL;
        post(v, Q_CONTEXT | which, 0);
        post(v, Q_IOTLB | Q_DRAIN | which, 0);
        return await(v);
    }
    wr64(v, CCMD, CCMD_GO | (domain ? CCMD_DOMAIN | domain : CCMD_ALL));
    if (!done(v, CCMD, CCMD_GO))
        return false;
    wr64(v, v->iotlb + IOTLB,
         IOTLB_GO | IOTLB_DRAIN |
             (domain ? IOTLB_DOMAIN | IOTLB_ID(domain) : IOTLB_ALL));
    return done(v, v->iotlb + IOTLB, IOTLB_GO);
}

/* ---- on and off ---- */

static void leave_protected(const struct kx_vtd *v)
{
    if (!(v->cap & CAP_PROTECTED) || !(rd32(v, PMEN) & PMEN_IS_ON))
        return;
    wr32(v, PMEN, rd32(v, PMEN) & ~PMEN_ON);
    for (unsigned n = 0; n < PATIENCE && rd32(v, PMEN) & PMEN_IS_ON; n++)
        ;
}

/* No interrupt tells of a fault: the kernel has none to give. */
bool kx_vtd_on(struct kx_vtd *v, uint64_t root)
{
    struct kx_dma_fault old;
    bool lost;
    wr32(v, FECTL, FECTL_MASK);
    if (!start_queue(v) || !flush_writes(v))
        return false;
    wr64(v, RTADDR, root);
    if (!switch_on(v, G_ROOT) || !kx_vtd_forget(v, 0))
        return false;
    for (unsigned n = 0; n <= v->n_records; n++)
        if (!kx_vtd_fault(v, &old, &lost))
            break;
    if (!switch_on(v, G_TRANSLATE))
        return false;
    leave_protected(v); /* now nothing is open that it had closed */
    return true;
}

void kx_vtd_off(struct kx_vtd *v)
{
    switch_off(v, G_TRANSLATE);
    switch_off(v, G_QUEUE);
}

/* ---- §7.2: faults ---- */

bool kx_vtd_fault(struct kx_vtd *v, struct kx_dma_fault *fault, bool *lost)
{
    uint32_t status = rd32(v, FSTS);
    *lost = status & FSTS_OVERFLOW;
    if (*lost)
        wr32(v, FSTS, FSTS_OVERFLOW);
    if (!(status & FSTS_PENDING))
        return false;
    unsigned first = status >> 8 & 0xff;
    for (unsigned n = 0; n < v->n_records; n++) {
        unsigned at = v->records + RECORD * ((first + n) % v->n_records);
        uint32_t high = rd32(v, at + RECORD_HIGH);
        if (!(high & RECORD_FAULT))
            continue;
        fault->address = rd64(v, at) & ~(uint64_t)(PAGE - 1);
        fault->source = (uint16_t)rd32(v, at + RECORD_SOURCE);
        fault->read = high & RECORD_READ;
        fault->reason = RECORD_REASON(high);
        wr32(v, at + RECORD_HIGH, RECORD_FAULT);
        return true;
    }
    return false;
}

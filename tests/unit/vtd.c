/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A remapping unit of the test's own: it does what it is told by registers and
 * by its queue, or does not. */
#include "vtd.h"
#include "vtd_regs.h"

#include <stdlib.h>

#include "tap.h"

#define IOTLB_AT 0xf0u
#define RECORDS_AT 0x220u
#define QUEUE_AT 0x5000000ull

static struct {
    uint8_t regs[KX_VTD_WINDOW];
    unsigned forgotten, all; /* domains told of, and how often everything */
    unsigned last, answers;
    bool deaf; /* to commands */
} unit;
static uint64_t *queue;

static uint64_t get(unsigned offset, unsigned width)
{
    uint64_t value = 0;
    memcpy(&value, unit.regs + offset, width);
    return value;
}

static void set(unsigned offset, unsigned width, uint64_t value)
{
    memcpy(unit.regs + offset, &value, width);
}

uint64_t kx_vtd_read(unsigned u, unsigned offset, unsigned width)
{
    (void)u;
    return get(offset, width);
}

static void command(uint32_t value)
{
    const uint32_t lasting = G_TRANSLATE | G_QUEUE;
    uint32_t status = (uint32_t)get(GSTS, 4);
    if (value & G_ROOT)
        status |= G_ROOT;
    set(GSTS, 4, (status & ~lasting) | (value & lasting));
}

static void forget(unsigned domain, bool all)
{
    unit.last = domain;
    unit.all += all;
    unit.forgotten += !all;
}

static void run_queue(uint64_t tail)
{
    for (uint64_t at = get(IQH, 8); at != tail; at = (at + 16) % 4096) {
        uint64_t low = queue[at / 8], high = queue[at / 8 + 1];
        if ((low & 0xf) == Q_IOTLB)
            forget(low >> 16 & 0xffff, (low & 0x30) == Q_ALL);
        if ((low & 0xf) == Q_WAIT && high == QUEUE_AT + 4096) {
            uint32_t ticket = (uint32_t)(low >> 32);
            memcpy((char *)queue + 4096, &ticket, 4);
            unit.answers++;
        }
        set(IQH, 8, (at + 16) % 4096);
    }
}

void kx_vtd_write(unsigned u, unsigned offset, unsigned width, uint64_t value)
{
    (void)u;
    if (offset == FSTS) {
        set(FSTS, 4, get(FSTS, 4) & ~(value & FSTS_OVERFLOW));
        return;
    }
    if (offset == RECORDS_AT + RECORD_HIGH) {
        set(offset, 4, get(offset, 4) & ~(value & RECORD_FAULT));
        set(FSTS, 4, get(FSTS, 4) & ~FSTS_PENDING);
        return;
    }
    set(offset, width, value);
    if (unit.deaf)
        return;
    if (offset == GCMD)
        command((uint32_t)value);
    else if (offset == CCMD)
        set(CCMD, 8, value & ~CCMD_GO);
    else if (offset == IOTLB_AT + IOTLB) {
        forget(value >> 32 & 0xffff, (value >> 60 & 3) == 1);
        set(offset, 8, value & ~IOTLB_GO);
    } else if (offset == IQT && get(GSTS, 4) & G_QUEUE)
        run_queue(value);
}

static struct kx_vtd fresh(bool with_queue)
{
    memset(&unit, 0, sizeof unit);
    memset(queue, 0, 8192);
    set(VER, 4, 0x10);
    set(CAP, 8, CAP_LEVELS_3 | (uint64_t)(RECORDS_AT / 16) << 24 | 6);
    set(ECAP, 8, (IOTLB_AT / 16) << 8 | (with_queue ? ECAP_QUEUE : 0));
    return (struct kx_vtd){0};
}

static void probing(void)
{
    struct kx_vtd v = fresh(true);
    OK(kx_vtd_probe(&v) && v.iotlb == IOTLB_AT && v.records == RECORDS_AT &&
           v.n_records == 1 && CAP_DOMAINS(v.cap) == 65536,
       "a unit");
    set(VER, 4, ~0u);
    OK(!kx_vtd_probe(&v), "nothing there");
    set(VER, 4, 0);
    OK(!kx_vtd_probe(&v), "a version of zero");
    set(VER, 4, 0x10);
    set(ECAP, 8, 0x1ff << 8 | ECAP_QUEUE);
    OK(!kx_vtd_probe(&v), "registers past its window");
    v = fresh(false);
    set(VER, 4, 0x60);
    OK(!kx_vtd_probe(&v), "a new one without a queue");
    v = fresh(true);
    set(CAP, 8, get(CAP, 8) & ~CAP_LEVELS_3);
    OK(!kx_vtd_probe(&v), "tables that we do not make");
}

static void way(bool with_queue, bool registers, bool queued)
{
    struct kx_vtd v = fresh(with_queue);
    kx_vtd_probe(&v);
    kx_vtd_queue(&v, queue, QUEUE_AT, registers);
    EQ(v.queued, queued, queued ? "by the queue" : "by registers");
    OK(kx_vtd_on(&v, 0x1234000), "it is switched on");
    OK(get(RTADDR, 8) == 0x1234000 && get(GSTS, 4) & G_TRANSLATE &&
           get(GSTS, 4) & G_ROOT && unit.all == 1 &&
           !!(get(GSTS, 4) & G_QUEUE) == queued && get(FECTL, 4) >> 31,
       "with its root, all caches empty, its interrupt masked");
    for (unsigned n = 0; n < 1000; n++)
        if (!kx_vtd_forget(&v, 7))
            break;
    OK(unit.forgotten == 1000 && unit.last == 7 && unit.all == 1,
       "a thousand times it forgets one domain: %u", unit.forgotten);
    OK(get(GSTS, 4) & G_TRANSLATE, "and stays on");
    unit.deaf = true;
    OK(!kx_vtd_forget(&v, 7), "one that does not is found out");
    unit.deaf = false;
    kx_vtd_off(&v);
    EQ(get(GSTS, 4) & (G_TRANSLATE | G_QUEUE), 0, "off");
}

static void errors(void)
{
    struct kx_vtd v = fresh(true);
    kx_vtd_probe(&v);
    kx_vtd_queue(&v, queue, QUEUE_AT, false);
    unit.deaf = true;
    OK(!kx_vtd_on(&v, 0x1234000), "one that is not switched on");
    unit.deaf = false;
    OK(kx_vtd_on(&v, 0x1234000), "the next time it is");
    unit.deaf = true;
    set(FSTS, 4, 0x10);
    OK(!kx_vtd_forget(&v, 3), "a queue in error");
}

static void faults(void)
{
    struct kx_vtd v = fresh(true);
    struct kx_dma_fault f;
    bool lost;
    kx_vtd_probe(&v);
    OK(!kx_vtd_fault(&v, &f, &lost) && !lost, "no fault");
    set(FSTS, 4, FSTS_PENDING | FSTS_OVERFLOW);
    set(RECORDS_AT, 8, 0x1f9db000);
    set(RECORDS_AT + 8, 4, 0x18);
    set(RECORDS_AT + 12, 4, RECORD_FAULT | FAULT_WRITE);
    OK(kx_vtd_fault(&v, &f, &lost) && lost && f.address == 0x1f9db000 &&
           f.source == 0x18 && !f.read && f.reason == FAULT_WRITE,
       "a fault, its address and source, and that there were more");
    OK(!kx_vtd_fault(&v, &f, &lost) && !lost, "it was taken off the record");
}

int main(void)
{
    queue = aligned_alloc(4096, 8192);
    probing();
    way(true, false, true);
    way(true, true, false);
    way(false, false, false);
    errors();
    faults();
    free(queue);
    return tap_end();
}

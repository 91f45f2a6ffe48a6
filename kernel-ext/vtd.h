/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One remapping unit by its registers (Intel VT-d 3.3, §11): translation on,
 * caches emptied, faults read.  All waits are bounded.
 *
 * No Mach header here or in vtd.c: the host tests it with a unit of its own. */
#ifndef KX_VTD_H
#define KX_VTD_H

#include <stdbool.h>
#include <stdint.h>

/* Registers; iommu.c has the machine's, the tests some of their own.  WIDTH is
 * 4 or 8 bytes. */
uint64_t kx_vtd_read(unsigned unit, unsigned offset, unsigned width);
void kx_vtd_write(unsigned unit, unsigned offset, unsigned width,
                  uint64_t value);

#define KX_VTD_WINDOW 0x1000u /* bytes that registers may take */

struct kx_vtd {
    unsigned unit;
    uint64_t cap, ecap;
    unsigned iotlb, records; /* where these registers are */
    unsigned n_records;
    bool queued;              /* invalidations go through a queue in memory: */
    volatile uint64_t *queue; /* a page, and past it where the unit answers */
    uint64_t queue_at;
    unsigned tail;
    uint32_t ticket; /* of the last answer */
};

struct kx_dma_fault {
    uint64_t address;
    uint16_t source;
    bool read;
    uint8_t reason;
};

/* Look at unit V->unit: false when there is none, or none that we know. */
bool kx_vtd_probe(struct kx_vtd *v);

/* Of two pages, where V keeps its queue if it has one; REGISTERS: do not use
 * it where there is another way. */
void kx_vtd_queue(struct kx_vtd *v, void *pages, uint64_t physical,
                  bool registers);

/* Translate from here on, by the root table at ROOT.  False: it does not. */
bool kx_vtd_on(struct kx_vtd *v, uint64_t root);
void kx_vtd_off(struct kx_vtd *v);

/* Forget all that is cached of DOMAIN, and of its functions' contexts; when it
 * returns true, nothing that was cached is used any more.  Domain 0: of all. */
bool kx_vtd_forget(struct kx_vtd *v, unsigned domain);

/* The next fault that was recorded, which is taken off the record.  *LOST:
 * there were more than could be recorded. */
bool kx_vtd_fault(struct kx_vtd *v, struct kx_dma_fault *fault, bool *lost);

#endif

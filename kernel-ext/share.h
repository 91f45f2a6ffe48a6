/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Memory that outlives a driver: objects, and what is made of them. */
#ifndef KX_SHARE_H
#define KX_SHARE_H

#include "kx.h"

/* A memory object that we page.  Its size is 0 while it is not used. */
struct kx_object {
    uint64_t size;       /* bytes, whole pages */
    unsigned owner;      /* index of the task that it belongs to */
    unsigned share;      /* which of the task's, or one of the below */
    vm_address_t held;   /* where the holder has it */
    mach_port_t control; /* the kernel's, until all pages are there */
};
#define KX_SHARE_DMA USRD_MAX_SHARES        /* its dma= */
#define KX_SHARE_RING (USRD_MAX_SHARES + 1) /* one of its rings (ring.c) */

/* object.c */
struct kx_layout {
    bool there, in_a_row;
    uint64_t physical;
};
struct kx_object *kx_object_new(const struct kx_task *owner, unsigned share,
                                uint64_t size);
struct kx_object *kx_object_find(const struct kx_task *owner, unsigned share);
void kx_object_free(struct kx_object *o); /* nobody may have mapped it */
kern_return_t kx_holder(void); /* make the holder, if it is not there */
mach_port_t kx_object_port(const struct kx_object *o); /* for vm_map */
kern_return_t kx_object_supply(struct kx_object *o, uint64_t offset,
                               vm_offset_t data, uint64_t size);
/* contiguous.c: pages of zeros in a row, and where they begin. */
kern_return_t kx_object_contiguous(struct kx_object *o, uint64_t offset,
                                   uint64_t size, uint64_t *physical);
kern_return_t kx_object_zero(struct kx_object *o); /* all pages, of zeros */
struct kx_layout kx_object_layout(const struct kx_object *o, uint64_t offset,
                                  uint64_t size);
kern_return_t kx_object_seal(struct kx_object *o);
kern_return_t kx_object_map(const struct kx_object *o, struct kx_incarnation *i,
                            vm_address_t address, uint64_t offset,
                            uint64_t size, vm_prot_t access);

/* share.c: has I nothing there? */
bool kx_room(struct kx_incarnation *i, vm_address_t at, uint64_t size);
/* The object at ADDRESS of the task T, and how far into it. */
const struct kx_object *kx_share_at(const struct kx_task *t, uint64_t address,
                                    uint64_t *offset);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Shares: memory of a task that is the same in each of its incarnations, and
 * that others can be let into.  A share is made when the task first asks for
 * it, and stays as long as the task does, which is for ever: it is mapped into
 * each incarnation when that is forked. */
#include "share.h"

#include "userspace_driver_server.h"

#define PAGE 4096ull

static vm_address_t address_of(unsigned share)
{
    return USRD_SHARE_BASE + share * USRD_SHARE_STEP;
}

static kern_return_t map(const struct kx_object *o, struct kx_incarnation *i)
{
    return kx_object_map(o, i, address_of(o->share), 0, o->size,
                         VM_PROT_READ | VM_PROT_WRITE);
}

const struct kx_object *kx_share_at(const struct kx_task *t, uint64_t address,
                                    uint64_t *offset)
{
    uint64_t share = (address - USRD_SHARE_BASE) / USRD_SHARE_STEP;
    *offset = (address - USRD_SHARE_BASE) % USRD_SHARE_STEP;
    return share < USRD_MAX_SHARES ? kx_object_find(t, (unsigned)share) : NULL;
}

bool kx_shares_map(struct kx_incarnation *i)
{
    unsigned left = i->task->shares;
    for (unsigned share = 0; left > 0 && share < USRD_MAX_SHARES; share++) {
        const struct kx_object *o = kx_object_find(i->task, share);
        if (!o)
            continue;
        if (map(o, i) != KERN_SUCCESS)
            return false;
        left--;
    }
    return true;
}

/* Is its place free?  Clearing pages for nothing would cost us a lot, and who
 * asks next to nothing. */
bool kx_room(struct kx_incarnation *i, vm_address_t at, uint64_t size)
{
    mach_port_t task = kx_port(KX_P_TASK, kx_slot(i));
    return vm_allocate(task, &at, size, FALSE) == KERN_SUCCESS &&
           vm_deallocate(task, at, size) == KERN_SUCCESS;
}

static kern_return_t make(struct kx_incarnation *i, unsigned share,
                          uint64_t size)
{
    struct kx_task *t = i->task;
    if (!kx_memory_allows(i, size))
        return KERN_RESOURCE_SHORTAGE;
    if (!kx_room(i, address_of(share), size))
        return KERN_NO_SPACE;
    struct kx_object *o = kx_object_new(t, share, size);
    if (!o)
        return KERN_RESOURCE_SHORTAGE;
    kern_return_t kr = kx_object_zero(o);
    if (kr == KERN_SUCCESS)
        kr = kx_object_seal(o);
    if (kr == KERN_SUCCESS)
        kr = map(o, i);
    if (kr != KERN_SUCCESS) {
        kx_object_free(o);
        return kr;
    }
    t->shares++;
    if (t->spare && map(o, t->spare) != KERN_SUCCESS)
        kx_spare_drop(t);
    return KERN_SUCCESS;
}

kern_return_t kx_on_share(mach_port_t control, uint32_t index, uint64_t size,
                          vm_offset_t *address)
{
    struct kx_incarnation *i = &kx_incarnations[kx_port_index(control)];
    if (index >= USRD_MAX_SHARES || size == 0 || size > USRD_SHARE_MAX)
        return KERN_INVALID_ARGUMENT;
    size = (size + PAGE - 1) & ~(PAGE - 1);
    const struct kx_object *o = kx_object_find(i->task, index);
    kern_return_t kr = KERN_SUCCESS;
    if (o)
        kr = o->size == size ? KERN_SUCCESS : KERN_INVALID_ARGUMENT;
    else
        kr = make(i, index, size);
    *address = kr == KERN_SUCCESS ? address_of(index) : 0;
    return kr;
}

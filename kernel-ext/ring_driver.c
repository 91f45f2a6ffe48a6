/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Rings and their drivers: mapped in each incarnation when it is told to open
 * the handle, and given up when it says so or is dead and its device quiet. */
#include "ring.h"

#include "iommu.h"
#include "share.h"
#include <usrd/ring.h>

static struct kx_incarnation *driver_of(const struct kx_ring *r)
{
    struct kx_task *t = &kx_tasks[r->task];
    return r->in && t->current && t->number == r->in ? t->current : NULL;
}

static unsigned rings_of(unsigned task)
{
    unsigned n = 0;
    for (unsigned k = 0; k < USRD_MAX_RINGS; k++)
        n += kx_rings[k].object && kx_rings[k].task == task;
    return n;
}

/* Its buffers are for the device, which writes them only for who may read. */
static bool reach(struct kx_ring *r)
{
    unsigned mode = r->handle->mode;
    unsigned access = KX_DMA_READ | (mode & D_READ || !(mode & D_WRITE) ||
                                             !KX_HOLDS(READ_ONLY)
                                         ? KX_DMA_WRITE
                                         : 0);
    if (!r->reached)
        r->reached =
            kx_iommu_map(&kx_tasks[r->task], r->physical + USRD_RING_DATA_AT,
                         kx_ring_bytes(r), access);
    return r->reached;
}

/* False: perhaps they are reached still. */
static bool unreach(struct kx_ring *r)
{
    if (r->reached)
        r->reached =
            !kx_iommu_unmap(&kx_tasks[r->task], r->physical + USRD_RING_DATA_AT,
                            kx_ring_bytes(r));
    return !r->reached;
}

kern_return_t kx_ring_enter(struct kx_ring *r)
{
    struct kx_task *t = kx_handle_task(r->handle);
    struct kx_incarnation *i = t->current;
    if (r->in == t->number) /* the handle is given once more */
        return KERN_SUCCESS;
    if (r->task != r->handle->task &&
        rings_of(r->handle->task) >= USRD_MAX_RINGS_OF_DRIVER)
        return KERN_RESOURCE_SHORTAGE;
    r->task = r->handle->task;
    i->rings += r->object->size;
    kx_quota_set(i);
    r->in = t->number;
    if (reach(r) && kx_ring_map(r, i) == KERN_SUCCESS)
        return KERN_SUCCESS;
    kx_ring_left(r);
    return KERN_RESOURCE_SHORTAGE;
}

bool kx_ring_open(struct kx_ring *r, const char *name,
                  const struct kx_kept *kept)
{
    const struct kx_handle *h = r->handle;
    struct kx_task *t = kx_handle_task(h);
    const usrd_ring_words_t words = {
        [USRD_RING_WORD_ADDRESS] =
            USRD_RING_BASE + kx_ring_index(r) * USRD_RING_STEP,
        [USRD_RING_WORD_PHYSICAL] =
            t->current->caps & USRD_CAP_DMA ? r->physical : 0,
        [USRD_RING_WORD_BYTES] = kx_ring_bytes(r),
        [USRD_RING_WORD_SLOTS] = r->slots,
        [USRD_RING_WORD_GENERATION] = 1 + t->deaths,
        [USRD_RING_WORD_BLAMED] = r->blamed,
        [USRD_RING_WORD_REPLAY] = !h->client,
    };
    return kept ? kx_service_reopen(t, h, name, kept, words, kx_bell(r))
                : kx_service_open_ring(t, h, name, words, kx_bell(r));
}

void kx_ring_opened(struct kx_ring *r)
{
    r->blamed = false;
}

void kx_ring_left(struct kx_ring *r)
{
    struct kx_incarnation *i = driver_of(r);
    if (!i)
        return;
    kx_ring_unmap(r, i);
    r->in = 0;
    r->unquiet |= !unreach(r);
    i->rings -= r->object->size;
    kx_quota_set(i);
}

void kx_ring_unhandled(struct kx_ring *r)
{
    r->handle = NULL;
    kx_ring_free(r);
}

static bool by_operator(const struct kx_incarnation *i)
{
    enum kx_state state = i->task->state;
    return i->cause == KX_CAUSE_OPERATOR || state == KX_STOPPING ||
           state == KX_RESTARTING;
}

/* The incarnation is dead: did it die of one of them? */
void kx_rings_died(const struct kx_incarnation *i)
{
    for (unsigned n = 0; kx_n_rings && n < USRD_MAX_RINGS; n++)
        if (kx_rings[n].object && kx_rings[n].in == i->number &&
            kx_rings[n].task == kx_task_index(i->task))
            kx_rings[n].blamed |= KX_HOLDS(BLAME) && !by_operator(i);
}

/* Those that its last incarnation had, which has unregistered or is dead, are
 * nobody's any more. */
void kx_rings_over(struct kx_task *t, bool quiet)
{
    struct kx_incarnation *i = t->current;
    for (unsigned n = 0; kx_n_rings && n < USRD_MAX_RINGS; n++) {
        struct kx_ring *r = &kx_rings[n];
        if (!r->object || !r->in || r->task != kx_task_index(t))
            continue;
        if (i && r->in == i->number)
            kx_ring_unmap(r, i);
        r->in = 0;
        r->unquiet = !unreach(r) || !quiet;
        kx_ring_free(r);
    }
    if (i)
        i->rings = 0;
}

bool kx_rings_orphaned(const struct kx_task *t)
{
    for (unsigned n = 0; kx_n_rings && n < USRD_MAX_RINGS; n++)
        if (kx_rings[n].object && kx_rings[n].in && !kx_rings[n].client &&
            kx_rings[n].task == kx_task_index(t))
            return true;
    return false;
}

/* Its rings are nobody else's: not even of who has been given the handle. */
void kx_rings_forget(struct kx_incarnation *client)
{
    for (unsigned n = 0; kx_n_rings && n < USRD_MAX_RINGS; n++)
        if (kx_rings[n].client == client)
            kx_ring_client_gone(&kx_rings[n]);
}

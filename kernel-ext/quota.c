/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * memory=: what a task's address space may be, and what it may have resident.
 *
 * vm_allocate is refused past it (interpose.c), by size: that is a promise.  A
 * task can grow without asking: by touching what its program has, and by
 * receiving memory in messages.  That is looked for, by the pages that it has
 * resident, since the size alone is also a client's doing, who sends it a large
 * write.  A newer kernel also holds the size itself (vm_set_size_limit). */
#include "kx.h"

#include "kx_newer.h"

/* Tasks that one look goes through; the next goes on from there. */
#define A_LOOK 64
#define AGAIN 20000 /* microseconds */

static bool kernel_has_it;

/* What the task has been granted of other kinds of memory is not its own. */
static uint64_t allowed(const struct kx_incarnation *i)
{
    const struct kx_words *w = &i->task->words;
    uint64_t sum = (uint64_t)i->limits[KX_LIMIT_MEMORY] << 10;
    if (!sum || !KX_HOLDS(MEMORY))
        return UINT64_MAX;
    for (unsigned n = 0; n < w->n_mmio; n++)
        sum += w->mmio[n].last - w->mmio[n].first + 1;
    return sum + w->dma + i->rings;
}

bool kx_quota_allows(const struct kx_incarnation *i, uint64_t size)
{
    return size <= allowed(i);
}

/* ---- the kernel's own limit, where it has one ---- */

/* Asked for nonsense, a kernel that has it says so. */
void kx_quota_init(void)
{
    kernel_has_it = kx_vm_set_size_limit(KX_OWN(KX_OWN_HOST), mach_task_self(),
                                         1, 0) == KERN_INVALID_ARGUMENT;
}

void kx_quota_set(const struct kx_incarnation *i)
{
    uint64_t most = kernel_has_it ? allowed(i) : UINT64_MAX;
    if (most != UINT64_MAX)
        kx_vm_set_size_limit(KX_OWN(KX_OWN_HOST),
                             kx_port(KX_P_TASK, kx_slot(i)), most, most);
}

/* ---- looking ---- */

/* Twice in a row, so that what it only passes on does not count. */
static bool passed(struct kx_incarnation *i)
{
    uint64_t size, most = allowed(i), resident;
    if (most == UINT64_MAX || i->phase != KX_ALIVE)
        return false;
    resident = kx_resident(i, &size);
    bool before = i->swollen;
    i->swollen = resident > most;
    if (!before || !i->swollen)
        return i->swollen;
    kx_log('E', i->task->name, i->number, "limit",
           "what=memory used=%uK allowed=%uK", (unsigned)(resident >> 10),
           (unsigned)(most >> 10));
    kx_kill(i, KX_CAUSE_LIMIT_MEMORY, 0);
    return false;
}

/* The next tasks in turn; returns when to look again, if that is soon. */
uint64_t kx_quota_tick(uint64_t now)
{
    static unsigned turn;
    uint64_t next = KX_NEVER;
    for (unsigned n = 0; n < kx_n_tasks && n < A_LOOK; n++) {
        struct kx_task *t = &kx_tasks[turn++ % kx_n_tasks];
        if (t->current && passed(t->current))
            next = now + AGAIN;
    }
    return next;
}

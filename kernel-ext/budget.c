/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * How much of a window a task has used, and when to look again: nothing can
 * use up what is left of its budget in less time than that.  What was used too
 * much, since nobody looks between two ticks of the kernel's clock, is taken
 * from the next window. */
#include "budget.h"

void kx_budget_start(struct kx_budget *b, uint64_t now, uint64_t used)
{
    *b = (struct kx_budget){
        .start = now,
        .spent = used,
        .latest = KX_NO_SHARE,
    };
}

uint64_t kx_budget_used(const struct kx_budget *b, uint64_t used)
{
    return used > b->spent ? used - b->spent : 0;
}

/* The window of NOW, if it is another one.  A debt is never more than one
 * budget, so that a stall of the whole machine does not hold a task back for
 * longer than a window. */
static void turn(struct kx_budget *b, uint64_t now, uint64_t used,
                 uint64_t budget)
{
    if (now < b->start + KX_WINDOW)
        return;
    uint64_t windows = (now - b->start) / KX_WINDOW;
    uint64_t was = kx_budget_used(b, used), owed = was + b->debt;
    b->debt = owed > windows * budget ? owed - windows * budget : 0;
    if (b->debt > budget)
        b->debt = budget;
    b->latest = (uint32_t)(was * 100 / (now - b->start));
    b->start += windows * KX_WINDOW;
    b->spent = used;
}

bool kx_budget_spent(struct kx_budget *b, uint64_t now, uint64_t used,
                     uint32_t percent, uint64_t *next)
{
    uint64_t budget = kx_budget(percent);
    turn(b, now, used, budget);
    uint64_t end = b->start + KX_WINDOW;
    uint64_t was = kx_budget_used(b, used) + b->debt;
    *next = end;
    if (was >= budget)
        return true;
    if (now + (budget - was) < end)
        *next = now + (budget - was);
    return false;
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A share of the processor's time, window by window.
 *
 * No Mach header here or in budget.c: the host tests this file.
 */
#ifndef KX_BUDGET_H
#define KX_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

#define KX_WINDOW 1000000u     /* microseconds */
#define KX_NO_SHARE UINT32_MAX /* no window is over yet */

struct kx_budget {
    uint64_t start;  /* of the window */
    uint64_t spent;  /* time that the thread had used by then, */
    uint64_t debt;   /* and what earlier windows had used of this one */
    uint32_t latest; /* percent of the last whole window that it used */
};

/* The time that PERCENT of a window is. */
static inline uint64_t kx_budget(uint32_t percent)
{
    return (uint64_t)KX_WINDOW / 100 * percent;
}

/* The first window begins at NOW, when USED microseconds had been used. */
void kx_budget_start(struct kx_budget *b, uint64_t now, uint64_t used);

/* Is PERCENT of the window used up?  Then *NEXT is when the window ends; else
 * it is the first moment at which that could be so, or the window's end. */
bool kx_budget_spent(struct kx_budget *b, uint64_t now, uint64_t used,
                     uint32_t percent, uint64_t *next);

/* What was used in this window, without any debt. */
uint64_t kx_budget_used(const struct kx_budget *b, uint64_t used);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A rate as the time at which the next one is due.  A timer that is late makes
 * up for it, because the one after it is due no later for that. */
#include "rate.h"

#define SECOND 1000000000u

uint64_t kx_rate_take(struct kx_rate *r, uint32_t a_second, uint64_t now)
{
    uint64_t ns = now * 1000, credit = KX_RATE_CREDIT * 1000ul;

    if (r->next + credit < ns)
        r->next = ns - credit;
    uint64_t due = r->next;
    r->next += SECOND / a_second;
    return due <= ns ? now : (due + 999) / 1000;
}

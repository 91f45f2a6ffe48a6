/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * So many a second, exactly on average, by timers that are late.
 *
 * No Mach header here or in rate.c: the host tests this file.
 */
#ifndef KX_RATE_H
#define KX_RATE_H

#include <stdint.h>

/* What was not used for so long is lost (us): more than a timer is late. */
#define KX_RATE_CREDIT 30000u

struct kx_rate {
    uint64_t next; /* ns: when the next one would be due */
};

/* One more, at NOW: when it may happen, which is NOW or later (us). */
uint64_t kx_rate_take(struct kx_rate *r, uint32_t a_second, uint64_t now);

#endif

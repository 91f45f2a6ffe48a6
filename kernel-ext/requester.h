/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Whose name a function's transfers carry to a remapping unit, and which
 * functions the firmware means by a scope (Intel VT-d 3.3, §3.4.1, §8.3.1).
 *
 * No Mach header here or in requester.c: the host tests it. */
#ifndef KX_REQUESTER_H
#define KX_REQUESTER_H

#include "acpi.h"
#include "bus.h"

#define KX_MAX_REQUESTERS 4

/* Under which numbers the transfers of the function at AT arrive: its own, and
 * those that bridges on the way put in its place.  The last one of the N is
 * shared by all functions behind the same bridge: who has the same last one
 * cannot be told apart. */
unsigned kx_requesters(const struct kx_function found[], unsigned n,
                       uint16_t at, uint16_t names[KX_MAX_REQUESTERS]);

/* Is the function at AT in the scope? */
bool kx_scope_has(const struct kx_scope *s, uint16_t at);

/* Has a unit of D the function at AT? */
bool kx_dmar_covers(const struct kx_dmar *d, uint16_t at);

#endif

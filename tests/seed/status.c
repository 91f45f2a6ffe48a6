/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The document's own driver_status_t, without our header. */
#include "blocks/status.inc"

_Static_assert(sizeof(driver_status_t) == 4, "as ours");
_Static_assert(USRD_STATUS_RUNNING == 0x1 && USRD_STATUS_IDLE == 0x2, "same");
_Static_assert(USRD_STATUS_BUSY == 0x4 && USRD_STATUS_ERROR == 0x8, "same");
_Static_assert(USRD_STATUS_SUSPENDED == 0x10, "same");
_Static_assert(USRD_STATUS_RECOVERING == 0x20, "same");

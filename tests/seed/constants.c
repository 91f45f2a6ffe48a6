/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Both definitions of the constants meet: a difference, be it of spelling,
 * is an error. */
#include <device/userspace_driver_sdk.h>

#include "blocks/capabilities.inc"
#include "blocks/resources.inc"

_Static_assert(USRD_RESOURCE_BANDWIDTH == 5, "its value");
_Static_assert(USRD_CAP_DMA == 0x400, "its value");

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A ring, as its client has it. */
#ifndef USRD_CLIENT_RING_H
#define USRD_CLIENT_RING_H

#include <mach/mach.h>

#include <usrd/ring.h>
#include <usrd/types.h>

#include "../ring/ring.h"

struct usrd_ring {
    struct usrd_rc side;
    char *address;
    mach_port_t handle;       /* of the device; its bell */
    mach_port_t doorbell;     /* ours, */
    struct usrd_ring *beside; /* and the next one's that has it, or its own */
    boolean_t lent;           /* the driver has a right to ring us once */
    unsigned unheard;         /* bells since the last that brought one */
    boolean_t down;           /* its driver, when last heard of */
    usrd_name_t name;
};

#endif

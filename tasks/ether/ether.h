/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the ways of `ether` share. */
#ifndef ETHER_H
#define ETHER_H

#include <stdbool.h>

#include <device/device.h>
#include <device/net_status.h>
#include <mach/mach.h>
#include <usrd/net.h>

struct ether {
    uint8_t address[USRD_NET_ADDRESS];
    bool own; /* it was given, and is set */
    bool unread;
    char letter;
    int filter; /* -1: none */
    unsigned slots, bytes, frames;
};

extern struct ether ether;

/* Turn a frame round.  FALSE: it is none of the test's. */
bool ether_turn(uint8_t *frame, uint32_t bytes);

/* Set our address if there is one, else ask for the device's. */
kern_return_t ether_address(mach_port_t device);

/* What is wanted, or all, to PORT, a receive right. */
kern_return_t ether_filter(mach_port_t device, mach_port_t port);

void ether_say(mach_port_t device); /* its counters, in the log */

int ether_ring(const char *device);
int ether_vandal(const char *device);
int ether_classic(const char *device);

#endif

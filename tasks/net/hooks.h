/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What lwIP calls of ours from inside. */
#ifndef NET_HOOKS_H
#define NET_HOOKS_H

#include <lwip/ip_addr.h>

/* The first sequence number of a connection: goes up with time, and is another
 * for each pair of addresses, as RFC 6528 wants it.  Not for an attacker who
 * can measure: nothing here is a secret. */
u32_t net_first_sequence(const ip_addr_t *local_ip, u16_t local_port,
                         const ip_addr_t *remote_ip, u16_t remote_port);

#endif

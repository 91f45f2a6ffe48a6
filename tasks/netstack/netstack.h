/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Inside netstack: its services. */
#ifndef NETSTACK_H
#define NETSTACK_H

#include "net.h"

/* Bytes of the programs' data, for the line that says them each second. */
extern uint64_t netstack_received, netstack_sent;

/* echo.c: what comes goes back, UDP and TCP port 7 (RFC 862). */
void netstack_echo(void);

/* bulk.c: TCP port 9 takes everything (RFC 863); port 19 sends without end to
 * who connects (RFC 864), byte N of a connection being N % 251, or the same is
 * sent to TO's PORT; port 10 ends the program if it gets anything else.  Each
 * second a line says how much it was. */
void netstack_discard(void);
void netstack_check(void);
void netstack_source(const ip_addr_t *to, u16_t port);

/* iperf.c: lwIP's server for iperf 2, TCP port 5001. */
void netstack_iperf(void);

/* ask.c: once there is an address, four pings of ADDRESS; NAME's address. */
void netstack_ping(const ip_addr_t *address);
void netstack_resolve(const char *name);

/* One of lwIP's calls failed that must not: a line, and the end. */
void netstack_must(err_t err, const char *what);

/* A port that listens, or the end. */
struct tcp_pcb *netstack_listen(u16_t port, tcp_accept_fn accept);

#endif

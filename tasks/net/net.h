/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * TCP/IP for a program: lwIP over a ring of a network device.
 *
 *     int main(int argc, char **argv)
 *     {
 *         int at = net_start(argc, argv);   // its words: eth0 dhcp
 *         struct tcp_pcb *pcb = tcp_new();  // lwIP's raw API
 *         ...
 *         net_run();
 *     }
 *
 * The program is a client of the device of its own, with an Ethernet address
 * and an IP address of its own, so nobody else's connections end with it.  It
 * has one thread: everything is called from net_run(), nothing may wait, and
 * lwIP's functions may be called from any of these callbacks.
 *
 * A restart of the driver is not seen, but that packets may be lost or come
 * twice, as on a wire: what TCP has under way is sent again at once, and the
 * peer is asked for what it sent.  While the driver is away, for however long,
 * no connection ends for it.
 *
 * Limits (lwipopts.h): 160 connections, 8 ports that listen.  mem_malloc() and
 * pbufs come from pools of a fixed size; when one is empty tcp_write() answers
 * ERR_MEM and is called again from the sent or poll callback.  tcp_poll()
 * counts in steps of NET_POLL_MS.  A received pbuf lies in the ring: a program
 * that keeps many of them makes the following ones be copied, and no worse. */
#ifndef NET_H
#define NET_H

#include <stdbool.h>

#include <usrd/ring.h>

#include <lwip/ip_addr.h>
#include <lwip/pbuf.h>
#include <lwip/tcp.h>
#include <lwip/udp.h>

#define NET_POLL_MS 100u

/* Open the device and start lwIP, as argv[1] and the following words say:
 *     NAME         of the device, which needs= must allow
 *     dhcp         an address from there, or
 *     ADDR/BITS    this address; then also via=ADDR, the gateway
 *     dns=ADDR     the name server
 *     mac=XX:XX:XX:XX:XX:XX   for all but one of the programs on one device;
 *                  without it the address is the device's
 * Returns the index of the first word that is none of these (ARGC: there is
 * none).  Waits until the device's driver has taken the ring; exits, with a
 * line, if it cannot be had or a word is wrong.  With `dhcp` the address comes
 * later, with a line. */
int net_start(int argc, char **argv);

/* Has the program an address? */
bool net_up(void);

/* The ring of the network device, for usrd_ring_open_beside(). */
struct usrd_ring *net_ring_of_nic(void);

/* Serve another ring, opened beside net_ring_of_nic(), from the same loop: each
 * answer goes to ANSWERED.  What is posted is submitted before the loop waits.
 * 4 at most. */
void net_ring(struct usrd_ring *ring,
              void (*answered)(void *context,
                               const struct usrd_ring_result *result),
              void *context);

/* Call F each MS milliseconds, in steps of the kernel's clock, 10 ms.  4 at
 * most. */
void net_poll(void (*f)(void), unsigned ms);

/* The loop.  If the device is removed it exits, with a line. */
void net_run(void) __attribute__((noreturn));

/* What went through the device since net_start(), in packets. */
struct net_counts {
    uint64_t received;
    uint64_t copied;  /* of these: not left in the ring, it was short */
    uint64_t checked; /* of these: checksums were right, the device says */
    uint64_t dropped; /* of these: no memory */
    uint64_t sent;
    uint64_t refused;  /* not sent: as many as may be were under way */
    uint64_t lost;     /* sent, and the driver died of itself */
    uint64_t restarts; /* of the driver */
};
const struct net_counts *net_counts(void);

#endif

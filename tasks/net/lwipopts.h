/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * lwIP as programs here have it: one thread, callbacks, IPv4, one network
 * device.  All memory is in pools of a fixed size; one that is empty drops a
 * packet or makes a writer wait, and comes back. */
#ifndef LWIPOPTS_H
#define LWIPOPTS_H

/* One thread, no sockets. */
#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_IPV6 0
#define LWIP_SINGLE_NETIF 1

#define LWIP_DHCP 1
#define LWIP_DHCP_DOES_ACD_CHECK 0
#define LWIP_DNS 1
#define LWIP_RAW 1 /* ping */
#define LWIP_STATS 0
#define LWIP_NETIF_STATUS_CALLBACK 1

/* Memory: lwippools.h is the heap. */
#define MEM_ALIGNMENT 8
#define MEM_USE_POOLS 1
#define MEMP_USE_CUSTOM_POOLS 1
#define MEMP_NUM_PBUF 512
#define PBUF_POOL_SIZE 128 /* frames that are held while the ring is short */
#define PBUF_POOL_BUFSIZE 1600
#define LWIP_SUPPORT_CUSTOM_PBUF 1 /* frames where they lie in the ring */
#define MEMP_NUM_TCP_PCB 160
#define MEMP_NUM_TCP_PCB_LISTEN 8
#define MEMP_NUM_TCP_SEG 1024
#define MEMP_NUM_UDP_PCB 16
#define MEMP_NUM_SYS_TIMEOUT (LWIP_NUM_SYS_TIMEOUT_INTERNAL + 6)
#define IP_REASS_MAX_PBUFS 32

/* TCP: a window that fits into one chain of pbufs (16 bits), and timers that
 * suit a driver whose outage is a millisecond: a retransmission after 300 ms,
 * where nothing more is known of the peer, acknowledgements within 50. */
#define TCP_MSS 1460
#define TCP_WND (40 * TCP_MSS)
#define LWIP_WND_SCALE 1 /* the peer's may be larger */
#define TCP_RCV_SCALE 0
#define TCP_SND_BUF (64 * TCP_MSS)
#define TCP_SND_QUEUELEN 256
#define TCP_SNDLOWAT (TCP_SND_BUF / 2)
#define TCP_TMR_INTERVAL 50
#define LWIP_TCP_RTO_TIME 1000
#define LWIP_TCP_SACK_OUT 1
#define TCP_OOSEQ_MAX_PBUFS 64
#define TCP_LISTEN_BACKLOG 1
#define LWIP_TCP_PCB_NUM_EXT_ARGS 1 /* hasten.c */
#define LWIP_RANDOMIZE_INITIAL_LOCAL_PORTS 1
#define LWIP_HOOK_FILENAME "hooks.h"
#define LWIP_HOOK_TCP_ISN net_first_sequence

/* The device does TCP's and UDP's, where it can; see frames.c. */
#define LWIP_CHECKSUM_CTRL_PER_NETIF 1

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Network devices: what is special about their rings (<usrd/ring.h>), what
 * they can be asked, and who gets which frame.
 *
 * Frames are Ethernet's, from the destination's address to the last byte of
 * the data, without the checksum of the frame (FCS).  Those of less than 60
 * bytes are filled up by the device, not by clients.
 *
 * Rings.  USRD_RING_WRITE sends the frame in the buffer; it is answered when
 * the device has read it.  USRD_RING_READ is a buffer for the next frame, of
 * USRD_NET_BUFFER_MIN bytes or more (1536 hold any frame of an MTU of 1500; a
 * device without USRD_NET_MERGES may take no smaller ones, D_INVALID_SIZE), and
 * is answered when one has come: so a client posts some of each, say 32, and
 * posts a buffer again when it has read it.  Other operations are refused.
 *
 * A death of the driver.  Buffers stay posted; nobody is blamed for them.  A
 * frame that was in hand to be sent is sent again when the operator killed the
 * driver (a wire may duplicate), and answered D_IO_ERROR when the driver died
 * of itself (a wire may lose, and what kills must not come again).
 *
 * While the operator keeps clients out (suspend), what is posted is answered
 * D_DEVICE_DOWN at once: wait a while before a buffer is posted again.
 *
 * Who gets a frame.  Each open handle or ring is a client, with an Ethernet
 * address: the device's, or one that it set (NET_ADDRESS), which outlives the
 * driver.  A frame is for a client if it is to its address, to all, or to a
 * group, and passes the client's filter if it has set one (device_set_filter).
 * NET_FLAGS with 0x100 lets it have what is for others, too.  The buffers of
 * one ring, mostly the first, are filled by the device itself, so it might see
 * others' frames, which are copied for them: clients of one device are not
 * protected from each other's eyes.  Who has no buffer posted misses a frame,
 * as on a wire, after some that are kept for a burst; a handle without a ring
 * gets frames as Mach's messages (<device/net_status.h>), if it has set a
 * filter, and none when its port's queue is full.  What one client sends does
 * not come to the others.
 *
 * Beside NET_STATUS, NET_ADDRESS and NET_FLAGS of <device/net_status.h> there
 * is USRD_NET_INFO.  NET_ADDRESS is two words, each with its highest byte first
 * on the wire: 0x52540012, 0x34560000 is 52:54:00:12:34:56. */
#ifndef USRD_NET_H
#define USRD_NET_H

#include <stdint.h>

#define USRD_NET_BUFFER_MIN 64u
#define USRD_NET_ADDRESS 6u /* bytes */
#define USRD_NET_HEADER 14u

/* WRITE's `record`: 0, or the device is to sum the 16-bit words from byte START
 * to the end and store the complement at byte AT, which is past START and holds
 * the sum of the pseudo-header.  For devices with USRD_NET_CAN_SUM, else
 * D_INVALID_OPERATION. */
#define USRD_NET_CHECKSUM(start, at) \
    (1ull << 63 | (uint64_t)(start) << 16 | (uint64_t)(at))
#define USRD_NET_CHECKSUM_START(record) ((uint32_t)((record) >> 16 & 0xffff))
#define USRD_NET_CHECKSUM_AT(record) ((uint32_t)((record)&0xffff))

/* READ's answered `count`: the bytes, and */
#define USRD_NET_BYTES(count) ((uint32_t)(count))
#define USRD_NET_CHECKED (1ull << 32) /* TCP's or UDP's checksum is right */
#define USRD_NET_MORE \
    (1ull << 33) /* goes on in the next READ answered;
                                         for devices with USRD_NET_MERGES */

/* device_get_status(): USRD_NET_INFO_WORDS words, the first of them for good,
 * the others since this incarnation of the driver; "mine" are the caller's, by
 * the handle that it asks (usrd_ring_handle()). */
#define USRD_NET_INFO 0x6e6500u

enum usrd_net_info {
    USRD_NET_INFO_MTU,      /* bytes of a frame behind its header */
    USRD_NET_INFO_FEATURES, /* USRD_NET_CAN_SUM and its kin */
    USRD_NET_INFO_LINK,     /* 1: there is a wire */
    USRD_NET_INFO_PRIMARY,  /* 1: the device fills my buffers itself */
    USRD_NET_INFO_RECEIVED, /* frames that the device gave */
    USRD_NET_INFO_SENT,     /* that it has taken */
    USRD_NET_INFO_NOBODY,   /* that were for no client */
    USRD_NET_INFO_MY_RECEIVED,
    USRD_NET_INFO_MY_SENT,
    USRD_NET_INFO_MY_MISSED, /* no buffer was posted, or no place in a queue */
    USRD_NET_INFO_MY_BAD,    /* that were refused: too long, too short */
    USRD_NET_INFO_WORDS,
};

#define USRD_NET_CAN_SUM 0x1u /* WRITE takes USRD_NET_CHECKSUM */
#define USRD_NET_CHECKS 0x2u  /* READ may say USRD_NET_CHECKED */
#define USRD_NET_MERGES 0x4u  /* and USRD_NET_MORE, where buffers are small */

#endif

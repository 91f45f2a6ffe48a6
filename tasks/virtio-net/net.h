/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the files of virtio-net share.  virtio_net.c starts and stops the
 * device, frames.c moves frames. */
#ifndef NET_H
#define NET_H

#include <linux/virtio_net.h>

#include "nic.h"
#include "virtio_pci.h"

#define FEATURE(name) VIRTIO_FEATURE(VIRTIO_##name)

typedef struct virtio_net_hdr_v1 net_header;

struct net {
    struct virtio_pci pci;
    /* §5.1.2; the last of them if it has one */
    struct virtio_queue receive, send, control;
    bool running;
    /* Before each frame (§5.1.6), in memory that the device reaches: by the id
     * of what is received, then of what is sent; the last is for all that ask
     * for nothing. */
    net_header *headers;
    vm_offset_t physical;
};

#define NET_HEADERS (NIC_RECEIVES + NIC_SENDS + 1)

extern struct net net;
extern struct nic_device net_device;

static inline bool net_has(uint64_t feature)
{
    return (net.pci.features & feature) != 0;
}

/* frames.c */
void net_frames_start(void); /* the queues are new */
bool net_send(unsigned id, uint64_t physical, uint32_t bytes, uint64_t offload);
bool net_receive(unsigned id, uint64_t physical, uint32_t bytes);
void net_kick(void);
/* What the device has done; the library's nic_end() is the caller's. */
void net_collect(void);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Frames (virtio 1.2 §5.1.6): each is a header, which is the driver's, and the
 * client's own buffer, in a descriptor each.  A frame that takes several
 * buffers to receive has a header in the first only; in the others, what is
 * the device's first twelve bytes of data is where the header would be. */
#include <string.h>

#include "net.h"

#define HEAD (uint32_t)sizeof(net_header)

static struct {
    unsigned left;  /* buffers that belong to the last header */
    uint64_t flags; /* of their frame */
} frames;

void net_frames_start(void)
{
    frames.left = 0;
}

static uint64_t header_at(unsigned n)
{
    return net.physical + n * sizeof(net_header);
}

/* ---- To the device ---- */

static bool add(struct virtio_queue *q, unsigned id, unsigned header,
                uint64_t physical, uint32_t bytes, bool writable)
{
    const struct virtqueue_segment s[2] = {{header_at(header), HEAD},
                                           {physical, bytes}};

    return virtqueue_add(&q->ring, s, writable ? 0 : 2, writable ? 2 : 0,
                         (void *)(uintptr_t)id);
}

/* §5.1.6.2: the sum from `start`, stored `offset` past that. */
bool net_send(unsigned id, uint64_t physical, uint32_t bytes, uint64_t offload)
{
    unsigned header = NET_HEADERS - 1;

    if (offload) {
        uint32_t start = USRD_NET_CHECKSUM_START(offload);
        header = NIC_RECEIVES + id;
        net.headers[header] = (net_header){
            .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
            .csum_start = (uint16_t)start,
            .csum_offset = (uint16_t)(USRD_NET_CHECKSUM_AT(offload) - start),
        };
    }
    return add(&net.send, id, header, physical, bytes, false);
}

/* A buffer may be the second of a frame, if only of one that is longer than
 * any should be: a header's length of it is kept for what comes in the header's
 * place. */
bool net_receive(unsigned id, uint64_t physical, uint32_t bytes)
{
    uint32_t room = bytes;

    if (net_has(FEATURE(NET_F_MRG_RXBUF)))
        room -= HEAD;
    return add(&net.receive, id, id, physical, room, true);
}

static void tell(struct virtio_queue *q)
{
    if (virtqueue_publish(&q->ring))
        virtio_pci_notify(q);
}

static void collect_sent(void)
{
    uint32_t written;
    void *id;

    while (virtqueue_get(&net.send.ring, &id, &written))
        nic_sent((unsigned)(uintptr_t)id, KERN_SUCCESS);
}

/* That a frame was sent is no news to wake for, until clients are short of
 * buffers. */
static void ask_for_sent(void)
{
    while (virtqueue_interrupt_after(&net.send.ring, nic_sent_soon()))
        collect_sent();
}

void net_kick(void)
{
    tell(&net.receive);
    tell(&net.send);
    collect_sent();
    ask_for_sent();
}

/* ---- From the device ---- */

/* §5.1.6.4.1 */
static uint64_t flags_of(const net_header *h)
{
    uint8_t flags = __atomic_load_n(&h->flags, __ATOMIC_RELAXED);
    uint16_t start = h->csum_start;

    if (flags & VIRTIO_NET_HDR_F_NEEDS_CSUM)
        return USRD_NET_CHECKED |
               USRD_NET_CHECKSUM(start, (uint16_t)(start + h->csum_offset));
    return flags & VIRTIO_NET_HDR_F_DATA_VALID ? USRD_NET_CHECKED : 0;
}

static void first(unsigned id, uint32_t written)
{
    const net_header *h = &net.headers[id];

    if (written < HEAD)
        nic_give_up("the device broke the rules of its frames");
    frames.flags = flags_of(h);
    frames.left = net_has(FEATURE(NET_F_MRG_RXBUF))
                      ? __atomic_load_n(&h->num_buffers, __ATOMIC_RELAXED)
                      : 1;
    if (frames.left == 0 || frames.left > NIC_RECEIVES)
        nic_give_up("the device broke the rules of its frames");
    frames.left--;
    nic_received(id, written - HEAD,
                 frames.flags | (frames.left ? USRD_NET_MORE : 0));
}

/* Its beginning is where a header would be. */
static void another(unsigned id, uint32_t written)
{
    uint32_t head = written < HEAD ? written : HEAD;
    char *data = nic_buffer(id);

    if (!data)
        nic_give_up("the device broke the rules of its frames");
    frames.left--;
    memmove(data + head, data, written - head);
    memcpy(data, &net.headers[id], head);
    nic_received(id, written,
                 (frames.flags & USRD_NET_CHECKED) |
                     (frames.left ? USRD_NET_MORE : 0));
}

static void collect_received(void)
{
    uint32_t written;
    void *cookie;

    while (virtqueue_get(&net.receive.ring, &cookie, &written)) {
        unsigned id = (unsigned)(uintptr_t)cookie;
        if (frames.left)
            another(id, written);
        else
            first(id, written);
    }
}

void net_collect(void)
{
    do
        collect_received();
    while (virtqueue_interrupt_after(&net.receive.ring, 1));
    collect_sent();
    ask_for_sent();
    if (net.receive.ring.broken || net.send.ring.broken)
        nic_give_up("the device broke the rules of its queues");
}

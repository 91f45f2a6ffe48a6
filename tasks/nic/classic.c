/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Clients without a ring: a frame that passes a client's filter is sent to its
 * port as the kernel's own network devices do (<device/net_status.h>), the
 * header and what is behind it separately. */
#include "class.h"

/* The message up to N bytes of its packet. */
static mach_msg_size_t size_of(uint32_t n)
{
    return (mach_msg_size_t)((offsetof(struct net_rcv_msg, packet) + n + 7) &
                             ~7ul);
}

static mach_msg_type_t bytes_type(uint32_t n)
{
    return (mach_msg_type_t){
        .msgt_name = MACH_MSG_TYPE_BYTE,
        .msgt_size = 8,
        .msgt_number = n,
        .msgt_inline = TRUE,
    };
}

/* Who does not take it in time has missed it; who is gone has no filter. */
static void send(struct nic_client *c, struct net_rcv_msg *m, uint32_t n)
{
    m->msg_hdr = (mach_msg_header_t){
        .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
        .msgh_size = size_of(n),
        .msgh_remote_port = c->port,
        .msgh_id = NET_RCV_MSG_ID,
    };
    switch (mach_msg(&m->msg_hdr, MACH_SEND_MSG | MACH_SEND_TIMEOUT,
                     m->msg_hdr.msgh_size, 0, MACH_PORT_NULL, 0,
                     MACH_PORT_NULL)) {
    case MACH_MSG_SUCCESS:
        c->received++;
        return;
    case MACH_SEND_TIMED_OUT: /* the right that it took came back */
        mach_port_deallocate(mach_task_self(), c->port);
        c->missed++;
        return;
    default:
        nic_drop_filter(c);
    }
}

void nic_message(struct nic_client *c, const uint8_t *frame, uint32_t bytes,
                 uint32_t keep)
{
    static struct net_rcv_msg m;
    struct packet_header head;
    uint32_t most = sizeof m.packet - sizeof head;

    if (keep > bytes - USRD_NET_HEADER)
        keep = bytes - USRD_NET_HEADER;
    if (keep > most)
        keep = most;
    head.length = (unsigned short)(keep + sizeof head);
    memcpy(&head.type, frame + 12, sizeof head.type);
    m.header_type = bytes_type(sizeof m.header);
    m.packet_type = bytes_type(head.length);
    memcpy(m.header, frame, USRD_NET_HEADER);
    memcpy(m.packet, &head, sizeof head);
    memcpy(m.packet + sizeof head, frame + USRD_NET_HEADER, keep);
    send(c, &m, head.length);
}

void nic_drop_filter(struct nic_client *c)
{
    if (MACH_PORT_VALID(c->port))
        mach_port_deallocate(mach_task_self(), c->port);
    c->port = MACH_PORT_NULL;
    c->filter.n = 0;
}

kern_return_t nic_set_filter(struct nic_client *c, mach_port_t port,
                             const unsigned short *words, natural_t count)
{
    struct nic_filter f;

    if (!MACH_PORT_VALID(port) || !nic_filter_set(&f, words, count))
        return D_INVALID_OPERATION;
    nic_drop_filter(c);
    c->filter = f;
    c->port = port;
    return KERN_SUCCESS;
}

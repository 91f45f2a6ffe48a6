/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * As a client of the kernel's own network devices: packets come as messages to
 * a port, and are put together and sent with device_write. */
#include <stdio.h>
#include <string.h>

#include <usrd/client.h>

#include "ether.h"

static mach_port_t device;
static unsigned turned;

static void say_status(void)
{
    struct net_status s;
    natural_t count = NET_STATUS_COUNT;

    if (usrd_get_status(device, NET_STATUS, (int *)&s, &count) == KERN_SUCCESS)
        printf("max=%d format=%d header=%d address=%d flags=%x\n",
               s.max_packet_size, s.header_format, s.header_size,
               s.address_size, (unsigned)s.flags);
}

static kern_return_t send(uint8_t *frame, uint32_t bytes)
{
    int written = 0;
    kern_return_t kr =
        turned++ % 2 && bytes <= IO_INBAND_MAX
            ? device_write_inband(device, 0, 0, (char *)frame, bytes, &written)
            : device_write(device, 0, 0, (char *)frame, bytes, &written);

    return kr == KERN_SUCCESS && written != (int)bytes ? D_IO_ERROR : kr;
}

/* As the Hurd's pfinet does it. */
static void packet(const struct net_rcv_msg *m)
{
    static uint8_t frame[2048];
    const struct packet_header *head = (const void *)m->packet;
    uint32_t n = m->packet_type.msgt_number - (uint32_t)sizeof *head;

    if (m->packet_type.msgt_number != head->length ||
        n > sizeof frame - USRD_NET_HEADER ||
        memcmp(&head->type, m->header + 12, 2) != 0) {
        printf("a packet is not as it should be\n");
        return;
    }
    memcpy(frame, m->header, USRD_NET_HEADER);
    memcpy(frame + USRD_NET_HEADER, m->packet + sizeof *head, n);
    if (ether_turn(frame, n + USRD_NET_HEADER)) {
        kern_return_t kr = send(frame, n + USRD_NET_HEADER);
        if (kr != KERN_SUCCESS)
            printf("write: %s\n", usrd_error_text(kr));
    }
}

/* Everything as it should be. */
static kern_return_t set_up(const char *name, mach_port_t *port)
{
    kern_return_t kr = usrd_open(name, D_READ | D_WRITE, &device);

    if (kr == KERN_SUCCESS)
        kr =
            mach_port_allocate(mach_task_self(), MACH_PORT_RIGHT_RECEIVE, port);
    if (kr == KERN_SUCCESS)
        kr = ether_address(device);
    if (kr == KERN_SUCCESS)
        kr = ether_filter(device, *port);
    return kr;
}

int ether_classic(const char *name)
{
    static struct net_rcv_msg m;
    mach_port_t port;
    kern_return_t kr = set_up(name, &port);

    if (kr != KERN_SUCCESS) {
        printf("classic: %s\n", usrd_error_text(kr));
        return 1;
    }
    say_status();
    printf("up\n");
    while (ether.frames == 0 || turned < ether.frames) {
        mach_msg_return_t mr =
            mach_msg(&m.msg_hdr, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, sizeof m,
                     port, 1000, MACH_PORT_NULL);
        if (mr == MACH_RCV_TIMED_OUT)
            ether_say(device);
        else if (mr == MACH_MSG_SUCCESS && m.msg_hdr.msgh_id == NET_RCV_MSG_ID)
            packet(&m);
    }
    ether_say(device);
    usrd_close(device);
    return 0;
}

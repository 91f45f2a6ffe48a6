/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Taking memory without asking for it: vm_allocate is never called. */
#include <device/userspace_driver_sdk.h>
#include <stdio.h>
#include <string.h>
#include <usrd/client.h>

#include "greedy.h"

#define MIB (1024 * 1024ul)
#define PAGE 4096
#define MOST 64 /* MiB */

/* Nobody has touched it: it has no pages. */
static char space[MOST * MIB] __attribute__((aligned(PAGE)));

static void touch(char *data, unsigned long size)
{
    for (unsigned long at = 0; at < size; at += PAGE)
        data[at] = 1;
}

void greedy_touch(unsigned mib)
{
    for (unsigned n = 0; n < mib && n < MOST; n++) {
        touch(space + n * MIB, MIB);
        usrd_driver_heartbeat(NULL);
    }
    printf("has touched %uM\n", mib);
}

struct carrier {
    mach_msg_header_t head;
    mach_msg_type_t type;
    char *data;
    char trailer[64];
};

/* Send oneself a piece and receive it: a copy, at another address. */
static char *another(mach_port_t port)
{
    struct carrier msg = {
        .head.msgh_bits =
            MACH_MSGH_BITS_COMPLEX | MACH_MSGH_BITS(MACH_MSG_TYPE_MAKE_SEND, 0),
        .head.msgh_size = offsetof(struct carrier, trailer),
        .head.msgh_remote_port = port,
        .type.msgt_name = MACH_MSG_TYPE_BYTE,
        .type.msgt_size = 8,
        .type.msgt_number = MIB,
        .data = space,
    };
    mach_msg_return_t mr =
        mach_msg(&msg.head, MACH_SEND_MSG | MACH_RCV_MSG,
                 offsetof(struct carrier, trailer), sizeof msg, port,
                 MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
    return mr == MACH_MSG_SUCCESS ? msg.data : NULL;
}

void greedy_messages(unsigned mib)
{
    mach_port_t port = mach_reply_port();

    touch(space, MIB);
    for (unsigned n = 1; mib == 0 || n < mib; n++) {
        char *data = another(port);
        if (!data) {
            printf("refused after %uM\n", n);
            return;
        }
        touch(data, MIB);
        usrd_driver_heartbeat(NULL);
    }
    printf("has received %uM\n", mib);
}

void greedy_send(const char *device, unsigned mib)
{
    mach_port_t port;
    size_t written = 0;
    kern_return_t kr = usrd_open(device, D_WRITE, &port);

    if (kr == KERN_SUCCESS)
        kr = usrd_write(port, 0, 0, space, mib * MIB, &written);
    printf("wrote %luM: %s\n", (unsigned long)(written / MIB),
           usrd_error_text(kr));
}

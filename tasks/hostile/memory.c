/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Attacks on what memory there is. */
#include "hostile.h"

#include <string.h>
#include <usrd/client.h>

#define MIB (1024 * 1024)
#define GROWN 4000 /* ms; by then others have what they want */
#define BODY (8 * 1024)

/* All the memory there is, in touched pages. */
void attack_hog(void)
{
    unsigned mib = 0;
    vm_address_t page = 0, last = 0;

    while (vm_allocate(mach_task_self(), &page, MIB, TRUE) == KERN_SUCCESS) {
        memset((void *)page, 1, MIB);
        last = page;
        mib++;
    }
    ktap_ok(mib > 0, "after %u MiB there is no more", mib);
    expect(KERN_SUCCESS, vm_deallocate(mach_task_self(), last, MIB));
}

/* Memory that no map shows: copies of a page set in the queues of own ports. */
void attack_hog_copies(void)
{
    vm_address_t data = 0;
    mach_port_t port = MACH_PORT_NULL;

    if (!ktap_ok(vm_allocate(mach_task_self(), &data, MIB, TRUE) ==
                     KERN_SUCCESS,
                 "one MiB"))
        return;
    for (unsigned n = 0; n < 1000; n++) {
        if (n % 4 == 0)
            port = mach_reply_port();
        memset((void *)data, (int)n, MIB);
        struct {
            mach_msg_header_t head;
            mach_msg_type_t type;
            vm_offset_t data;
        } msg = {
            .head.msgh_bits = MACH_MSGH_BITS_COMPLEX |
                              MACH_MSGH_BITS(MACH_MSG_TYPE_MAKE_SEND, 0),
            .head.msgh_size = sizeof msg,
            .head.msgh_remote_port = port,
            .type.msgt_name = MACH_MSG_TYPE_BYTE,
            .type.msgt_size = 8,
            .type.msgt_number = MIB,
            .data = data,
        };
        mach_msg(&msg.head, MACH_SEND_MSG | MACH_SEND_TIMEOUT, sizeof msg, 0,
                 MACH_PORT_NULL, 0, MACH_PORT_NULL);
    }
    ktap_ok(false, "the machine has more than that");
}

/* A message that says it is that long, which it is not: the kernel takes memory
 * for it before it looks. */
void attack_huge_send(void)
{
    static const mach_msg_size_t sizes[] = {
        1 << 20,   16 << 20, 64 << 20,  88 + (64 << 20),
        256 << 20, 1u << 30, 0xfffffff8};
    mach_msg_header_t bare = {
        .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
        .msgh_remote_port = mach_task_self(),
    };
    for (unsigned n = 0; n < sizeof sizes / sizeof *sizes; n++) {
        unsigned long began = usrd_now();
        kern_return_t kr = mach_msg(&bare, MACH_SEND_MSG, sizes[n], 0,
                                    MACH_PORT_NULL, 0, MACH_PORT_NULL);
        ktap_ok(kr == MACH_SEND_INVALID_DATA || kr == MACH_SEND_NO_BUFFER,
                "%u bytes: %#x in %luus", sizes[n], kr, usrd_now() - began);
        usrd_sleep(500);
    }
}

/* The same of an array of ports. */
void attack_huge_ports(void)
{
    struct {
        mach_msg_header_t head;
        mach_msg_type_t type;
        vm_offset_t data;
    } msg = {
        .head.msgh_bits =
            MACH_MSGH_BITS_COMPLEX | MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
        .head.msgh_size = sizeof msg,
        .head.msgh_remote_port = mach_task_self(),
        .type.msgt_name = MACH_MSG_TYPE_COPY_SEND,
        .type.msgt_size = 8 * sizeof(mach_port_name_t),
        .type.msgt_number = 8 << 20,
        .data = 0x1000,
    };
    unsigned long began = usrd_now();
    kern_return_t kr = mach_msg(&msg.head, MACH_SEND_MSG, sizeof msg, 0,
                                MACH_PORT_NULL, 0, MACH_PORT_NULL);

    ktap_ok(kr == MACH_SEND_INVALID_MEMORY, "%u ports: %#x in %luus", 8u << 20,
            kr, usrd_now() - began);
}

/* What no figure of the kernel's tells: ports, */
void attack_grow_ports(void)
{
    unsigned n = 0;

    usrd_sleep(GROWN);
    while (mach_reply_port() != MACH_PORT_NULL)
        n++;
    ktap_ok(false, "%u ports, and no more", n);
}

/* and messages that are one body again and again. */
void attack_grow_messages(void)
{
    static union {
        mach_msg_header_t head;
        char bytes[BODY];
    } msg;

    usrd_sleep(GROWN);
    for (;;) {
        mach_port_t port = mach_reply_port();
        for (unsigned k = 0; k < MACH_PORT_QLIMIT_DEFAULT; k++) {
            memset(&msg.head, 0, sizeof msg.head);
            msg.head.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_MAKE_SEND, 0);
            msg.head.msgh_size = sizeof msg;
            msg.head.msgh_remote_port = port;
            mach_msg(&msg.head, MACH_SEND_MSG | MACH_SEND_TIMEOUT, sizeof msg,
                     0, MACH_PORT_NULL, 0, MACH_PORT_NULL);
        }
    }
}

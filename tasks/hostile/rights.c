/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Attacks with port rights: the retained ones, and many. */
#include "hostile.h"

#include <usrd/client.h>

#define MANY_PORTS 200000
#define MANY_HANDLES 4096 /* more than the system has */

struct one_right {
    mach_msg_header_t head;
    mach_msg_type_t type;
    mach_port_t port;
    uint32_t pad;
};

/* Send the receive right NAME to PORT. */
static kern_return_t send_receive_right(mach_port_t to, unsigned disposition,
                                        mach_port_t name)
{
    struct one_right msg = {
        .head.msgh_bits =
            MACH_MSGH_BITS_COMPLEX | MACH_MSGH_BITS(disposition, 0),
        .head.msgh_size = sizeof msg,
        .head.msgh_remote_port = to,
        .head.msgh_id = 77777,
        .type.msgt_name = MACH_MSG_TYPE_MOVE_RECEIVE,
        .type.msgt_size = 64,
        .type.msgt_number = 1,
        .type.msgt_inline = TRUE,
        .port = name,
    };

    return mach_msg(&msg.head, MACH_SEND_MSG | MACH_SEND_TIMEOUT, sizeof msg, 0,
                    MACH_PORT_NULL, 1000, MACH_PORT_NULL);
}

/* A receive right that is gone ends its owner: cause=port.  It may take
 * kernel-ext a moment. */
static void await_the_end(void)
{
    usrd_sleep(1000);
    ktap_ok(false, "a task without its service port lives on");
}

void attack_destroy_service(void)
{
    mach_port_t self = mach_task_self(), mine = mach_reply_port();

    expect(KERN_SUCCESS,
           mach_port_mod_refs(self, mine, MACH_PORT_RIGHT_RECEIVE, -1));
    mach_port_mod_refs(self, USRD_PORT_SERVICE, MACH_PORT_RIGHT_RECEIVE, -1);
    await_the_end();
}

/* To hello, which knows no such message and destroys it. */
void attack_give_service(void)
{
    mach_port_t mine = mach_reply_port();

    expect(KERN_SUCCESS,
           send_receive_right(hello, MACH_MSG_TYPE_COPY_SEND, mine));
    expect(KERN_SUCCESS, send_receive_right(hello, MACH_MSG_TYPE_COPY_SEND,
                                            USRD_PORT_SERVICE));
    await_the_end();
}

/* Into a message in a queue of its own, where nobody sees it; then it dies. */
void attack_hide_service(void)
{
    mach_port_t mine = mach_reply_port();

    expect(KERN_SUCCESS, send_receive_right(mine, MACH_MSG_TYPE_MAKE_SEND,
                                            USRD_PORT_SERVICE));
    kernel_ext_answers();
    *(volatile int *)0 = 1;
}

/* Its end takes the kernel long: that must not be kernel-ext's time. */
void attack_many_ports(void)
{
    unsigned n = 0;

    while (n < MANY_PORTS && mach_reply_port() != MACH_PORT_NULL)
        n++;
    ktap_ok(n == MANY_PORTS, "%u ports", n);
    kernel_ext_answers();
    *(volatile int *)0 = 1;
}

void attack_many_handles(void)
{
    static mach_port_t handle[MANY_HANDLES];
    mach_port_t again;
    unsigned n = 0;
    kern_return_t kr = KERN_SUCCESS;

    while (n < MANY_HANDLES &&
           (kr = usrd_open("hello", D_READ, &handle[n])) == KERN_SUCCESS)
        n++;
    ktap_ok(n > 0 && kr == D_NO_MEMORY, "after %u handles the answer is %s", n,
            usrd_error_text(kr));
    kernel_ext_answers();
    for (unsigned i = 0; i < n; i++)
        usrd_close(handle[i]);
    usrd_sleep(200);
    kr = usrd_open("hello", D_READ, &again);
    ktap_ok(kr == KERN_SUCCESS, "once they are closed hello opens again: %s",
            usrd_error_text(kr));
}

/* Dies with handles open; they are closed for it. */
void attack_orphan_handles(void)
{
    mach_port_t handle;

    for (int i = 0; i < 100; i++)
        if (usrd_open("hello", D_READ, &handle) != KERN_SUCCESS)
            ktap_ok(false, "open %d fails", i);
    *(volatile int *)0 = 1;
}

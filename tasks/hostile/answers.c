/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Attacks by answers: to what was not asked, twice, and in others' names; and
 * by ports that an answer should not be sent to. */
#include "hostile.h"

#include <device/device_request.h>
#include <mach/mig_errors.h>
#include <string.h>
#include <userspace_driver.h>
#include <usrd/client.h>

#define OPEN 4840 /* kernel-ext to a driver; it begins with the handle */
#define OPEN_REPLY 2900
#define HANDLES (USRD_MAX_HANDLES + 64)
#define UNKNOWN 2899 /* no message of a device, but it is answered */
#define REQUESTS 500

static union {
    mach_msg_header_t head;
    struct {
        mach_msg_header_t head;
        mach_msg_type_t type;
        uint32_t number;
    } first;
    char bytes[4096];
} msg;

/* The next message there, of that id; what it begins with, or -1. */
static int received(mach_port_t port, int id)
{
    kern_return_t kr = mach_msg(&msg.head, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0,
                                sizeof msg, port, 500, MACH_PORT_NULL);
    return kr == KERN_SUCCESS && msg.head.msgh_id == id ? (int)msg.first.number
                                                        : -1;
}

static kern_return_t send_head(mach_port_t to, int id, mach_port_t reply,
                               unsigned disposition)
{
    mach_msg_header_t head = {
        .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, disposition),
        .msgh_size = sizeof head,
        .msgh_remote_port = to,
        .msgh_local_port = reply,
        .msgh_id = id,
    };

    return mach_msg(&head, MACH_SEND_MSG | MACH_SEND_TIMEOUT, sizeof head, 0,
                    MACH_PORT_NULL, 100, MACH_PORT_NULL);
}

/* As a driver that says of every handle there may be that it is open, or
 * closed; only of the one that it was asked for is it believed, and once. */
void attack_answers(void)
{
    mach_port_t self = mach_task_self(), reply = mach_reply_port();
    usrd_words_t none = {0}, settings;

    expect(KERN_SUCCESS,
           usrd_msg_register(self, "hostile", "", 0, USRD_CAP_CHAR_DEVICE, none,
                             0, settings));
    expect(KERN_SUCCESS,
           usrd_msg_add_device(self, "hostile", USRD_CAP_CHAR_DEVICE));
    expect(KERN_SUCCESS, device_open_request(self, reply, D_READ, "hostile"));
    int ours = received(USRD_PORT_SET, OPEN);
    if (!ktap_ok(ours >= 0, "it is asked to open its device: handle %d", ours))
        return;
    for (int handle = 0; handle < (int)HANDLES; handle++) {
        if (handle != ours)
            usrd_msg_open_done(self, handle, KERN_SUCCESS);
        usrd_msg_close_done(self, handle);
    }
    usrd_msg_open_done(self, ~0u, KERN_SUCCESS);
    for (int id = 2500; id < 5000; id += 100) /* as if we had been asked */
        send_head(self, id + 5, MACH_PORT_NULL, 0);
    ktap_ok(received(reply, OPEN_REPLY) == -1, "none of that opens it");
    usrd_msg_open_done(self, ours, KERN_SUCCESS);
    expect(KERN_SUCCESS, received(reply, OPEN_REPLY));
    usrd_msg_open_done(self, ours, D_IO_ERROR);
    ktap_ok(received(reply, OPEN_REPLY) == -1, "the second answer is none");
    usrd_msg_close_done(self, ours);
    usrd_msg_close_done(self, ours);
    char text[16];
    size_t n;
    expect(KERN_SUCCESS, usrd_read(hello, 0, 0, text, sizeof text, &n));
}

/* A port whose queue is full. */
static mach_port_t full_port(void)
{
    mach_port_t self = mach_task_self(), port = mach_reply_port();

    expect(KERN_SUCCESS, mach_port_set_qlimit(self, port, 1));
    expect(KERN_SUCCESS,
           mach_port_insert_right(self, port, port, MACH_MSG_TYPE_MAKE_SEND));
    expect(KERN_SUCCESS, send_head(port, 0, MACH_PORT_NULL, 0));
    expect(MACH_SEND_TIMED_OUT, send_head(port, 0, MACH_PORT_NULL, 0));
    return port;
}

static void still_answered(const char *after)
{
    char text[16];
    size_t n;
    kern_return_t kr = usrd_read(hello, 0, 0, text, sizeof text, &n);

    ktap_ok(kr == KERN_SUCCESS, "hello answers after %s: %s", after,
            usrd_error_text(kr));
    kernel_ext_answers();
}

/* Requests whose answer would wait, go in a circle, or pile up. */
void attack_reply_ports(void)
{
    mach_port_t self = mach_task_self(), full = full_port(), dead;
    const mach_port_t to[] = {self, hello};

    for (unsigned i = 0; i < REQUESTS; i++)
        send_head(to[i % 2], UNKNOWN, full, MACH_MSG_TYPE_COPY_SEND);
    still_answered("a full port");
    for (unsigned i = 0; i < REQUESTS; i++)
        send_head(to[i % 2], UNKNOWN, to[i / 2 % 2], MACH_MSG_TYPE_COPY_SEND);
    still_answered("its own");
    for (unsigned i = 0; i < REQUESTS; i++) {
        dead = mach_reply_port();
        send_head(to[i % 2], UNKNOWN, dead, MACH_MSG_TYPE_MAKE_SEND_ONCE);
        mach_port_mod_refs(self, dead, MACH_PORT_RIGHT_RECEIVE, -1);
    }
    still_answered("a dead one");
    full = mach_reply_port();
    for (unsigned i = 0; i < REQUESTS; i++)
        send_head(to[i % 2], UNKNOWN, full, MACH_MSG_TYPE_MAKE_SEND_ONCE);
    still_answered("none is read");
}

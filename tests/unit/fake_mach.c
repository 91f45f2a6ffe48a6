/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * See fake_mach.h.  Calls on kernel-ext succeed. */
#include "fake_mach.h"

#include <string.h>

#include <mach/mach_host.h>
#include <mach/mig_support.h>

#include <usrd/types.h>

mach_port_t mach_compose;
unsigned mach_reply_to, mach_reply_right = MACH_MSG_TYPE_PORT_SEND_ONCE;
struct message mach_sent[64];
int mach_n_sent, mach_freed, mach_dropped;
mach_port_t mach_last_dropped, mach_dead_reply;
boolean_t mach_alone, mach_no_room;
unsigned mach_moves;
kern_return_t mach_result;

static struct message queue[64];
static int first, last;

void mach_forget(void)
{
    mach_n_sent = mach_freed = mach_dropped = first = last = 0;
    mach_last_dropped = mach_dead_reply = 0;
    mach_moves = 0;
    memset(mach_sent, 0, sizeof mach_sent);
}

int mach_find(int id)
{
    for (int n = 0; n < mach_n_sent; n++)
        if (mach_sent[n].head.msgh_id == id)
            return n;
    return -1;
}

/* Rights are received as another type than they were sent. */
static void receive_rights(struct message *m)
{
    char *p = (char *)(&m->head + 1), *end = (char *)m + m->head.msgh_size;

    while (p < end) {
        mach_msg_type_t *type = (mach_msg_type_t *)p;
        vm_size_t size = type->msgt_number * type->msgt_size / 8;

        if (type->msgt_name == MACH_MSG_TYPE_COPY_SEND)
            type->msgt_name = MACH_MSG_TYPE_PORT_SEND;
        p += sizeof *type + (type->msgt_inline ? (size + 7) & ~7ul : 8);
    }
}

static void compose(const mach_msg_header_t *msg, mach_msg_size_t size)
{
    struct message *m = &queue[last++];

    memcpy(m, msg, size);
    m->head.msgh_size = size;
    m->head.msgh_bits = (msg->msgh_bits & MACH_MSGH_BITS_COMPLEX) |
                        MACH_MSGH_BITS(mach_reply_to ? mach_reply_right : 0,
                                       MACH_MSG_TYPE_PORT_SEND);
    m->head.msgh_remote_port = mach_reply_to ? REPLY(mach_reply_to) : 0;
    m->head.msgh_local_port = mach_compose;
    if (msg->msgh_bits & MACH_MSGH_BITS_COMPLEX)
        receive_rights(m);
}

/* kernel-ext's answer to share_map: a right. */
static void answer_object(mig_reply_header_t *reply)
{
    struct {
        mach_msg_type_t type;
        mach_port_name_inlined_t object;
    } body = {
        .type = {.msgt_name = MACH_MSG_TYPE_PORT_SEND,
                 .msgt_size = 64,
                 .msgt_number = 1,
                 .msgt_inline = TRUE},
        .object.name = MAP_OBJECT,
    };
    memcpy(reply + 1, &body, sizeof body);
    reply->Head.msgh_size += sizeof body;
    reply->Head.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
}

/* kernel-ext's answer: success, with nothing else but for 4800 and 4819. */
static void answer(mach_msg_header_t *msg)
{
    struct {
        mig_reply_header_t head;
        mach_msg_type_t type;
        usrd_words_t settings;
    } reply = {
        .head.Head = {.msgh_size = sizeof(mig_reply_header_t),
                      .msgh_id = msg->msgh_id + 100},
        .head.RetCodeType = {.msgt_name = MACH_MSG_TYPE_INTEGER_32,
                             .msgt_size = 32,
                             .msgt_number = 1,
                             .msgt_inline = TRUE},
        .head.RetCode = mach_result,
        .type = {.msgt_name = MACH_MSG_TYPE_INTEGER_32,
                 .msgt_size = 32,
                 .msgt_number = 8,
                 .msgt_inline = TRUE},
        .settings = {200, 64}, /* watchdog in ms, memory limit in KB */
    };
    if (msg->msgh_id == 4800)
        reply.head.Head.msgh_size = sizeof reply;
    if (msg->msgh_id == 4819)
        answer_object(&reply.head);
    memcpy(msg, &reply, reply.head.Head.msgh_size);
}

/* The oldest message that may come: of the set, or of the service port. */
static mach_msg_return_t receive(mach_msg_header_t *msg, boolean_t set,
                                 mach_msg_option_t option)
{
    int n = first;

    if (!set && !mach_alone)
        return MACH_RCV_IN_SET;
    while (n < last && mach_alone &&
           (queue[n].head.msgh_local_port == USRD_PORT_SERVICE) == set)
        n++;
    if (n == last) /* without a time the test ends the loop by itself */
        return option & MACH_RCV_TIMEOUT ? MACH_RCV_TIMED_OUT
                                         : MACH_RCV_INVALID_NAME;
    memcpy(msg, &queue[n], queue[n].head.msgh_size);
    last--;
    memmove(&queue[n], &queue[n + 1], (size_t)(last - n) * sizeof queue[0]);
    if (mach_no_room) {
        mach_no_room = FALSE;
        return MACH_RCV_BODY_ERROR | MACH_MSG_VM_SPACE;
    }
    return MACH_MSG_SUCCESS;
}

mach_msg_return_t mach_msg(mach_msg_header_t *msg, mach_msg_option_t option,
                           mach_msg_size_t send_size, mach_msg_size_t rcv_size,
                           mach_port_name_t rcv_name,
                           mach_msg_timeout_t timeout, mach_port_name_t notify)
{
    (void)rcv_size, (void)timeout, (void)notify;
    if (mach_compose) {
        compose(msg, send_size);
        return option & MACH_RCV_MSG ? MACH_SEND_INVALID_DEST : 0;
    }
    if (option & MACH_SEND_MSG)
        memcpy(&mach_sent[mach_n_sent++ % 64], msg, send_size);
    if (!(option & MACH_RCV_MSG))
        return MACH_MSG_SUCCESS;
    if (rcv_name == USRD_PORT_SET || rcv_name == USRD_PORT_SERVICE)
        return receive(msg, rcv_name == USRD_PORT_SET, option);
    answer(msg);
    return MACH_MSG_SUCCESS;
}

mach_port_t mach_task_self(void)
{
    return 1;
}

mach_port_t mach_host_self(void)
{
    return 2;
}

mach_port_t mig_get_reply_port(void)
{
    return 3;
}

void mig_put_reply_port(mach_port_t port)
{
    (void)port;
}

void mig_dealloc_reply_port(mach_port_t port)
{
    (void)port;
}

kern_return_t mach_port_deallocate(mach_port_t task, mach_port_t name)
{
    (void)task;
    mach_dropped++;
    mach_last_dropped = name;
    return KERN_SUCCESS;
}

kern_return_t mach_port_mod_refs(mach_port_t task, mach_port_t name,
                                 mach_port_right_t right,
                                 mach_port_delta_t delta)
{
    (void)task, (void)name, (void)right, (void)delta;
    mach_dropped++;
    return KERN_SUCCESS;
}

kern_return_t mach_port_move_member(mach_port_t task, mach_port_t member,
                                    mach_port_t after)
{
    (void)task;
    if (member != USRD_PORT_SERVICE)
        return KERN_INVALID_RIGHT;
    mach_alone = after != USRD_PORT_SET;
    mach_moves++;
    return KERN_SUCCESS;
}

kern_return_t mach_port_type(mach_port_t task, mach_port_t name,
                             mach_port_type_t *type)
{
    (void)task;
    *type = name == mach_dead_reply ? MACH_PORT_TYPE_DEAD_NAME
                                    : MACH_PORT_TYPE_SEND_ONCE;
    return KERN_SUCCESS;
}

kern_return_t vm_allocate(mach_port_t task, vm_address_t *address,
                          vm_size_t size, boolean_t anywhere)
{
    (void)task, (void)address, (void)size, (void)anywhere;
    return KERN_NO_SPACE;
}

kern_return_t vm_deallocate(mach_port_t task, vm_address_t address,
                            vm_size_t size)
{
    (void)task, (void)address, (void)size;
    mach_freed++;
    return KERN_SUCCESS;
}

kern_return_t host_get_uptime64(mach_port_t host, time_value64_t *uptime)
{
    (void)host, (void)uptime;
    return KERN_FAILURE; /* the tests set the counter's rate themselves */
}

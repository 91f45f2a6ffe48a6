/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Attacks by message on the control port, and by sheer number of them. */
#include "hostile.h"

#include "userspace_driver.h"

#include <stdlib.h>
#include <string.h>
#include <usrd/client.h>

#define MIB (1024 * 1024)

struct out_of_line {
    mach_msg_header_t head;
    mach_msg_type_long_t type;
    void *data;
};

static kern_return_t send(mach_msg_header_t *head, unsigned size)
{
    return mach_msg(head, MACH_SEND_MSG | MACH_SEND_TIMEOUT, size, 0,
                    MACH_PORT_NULL, 1000, MACH_PORT_NULL);
}

static kern_return_t send_out_of_line(int id, int name, int bits, void *data,
                                      unsigned number)
{
    struct out_of_line msg = {
        .head.msgh_bits =
            MACH_MSGH_BITS_COMPLEX | MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
        .head.msgh_size = sizeof msg,
        .head.msgh_remote_port = mach_task_self(),
        .head.msgh_id = id,
        .type.msgtl_header.msgt_longform = TRUE,
        .type.msgtl_header.msgt_inline = FALSE,
        .type.msgtl_name = name,
        .type.msgtl_size = bits,
        .type.msgtl_number = number,
        .data = data,
    };

    return send(&msg.head, sizeof msg);
}

/* Memory that kernel-ext neither asked for nor should look at. */
void attack_out_of_line(void)
{
    static const int ids[] = {99999, 2802, 4807, 2400, 3602};
    vm_address_t data = 0;

    expect(KERN_SUCCESS, vm_allocate(mach_task_self(), &data, 16 * MIB, TRUE));
    for (unsigned i = 0; i < sizeof ids / sizeof *ids; i++) {
        kern_return_t kr = send_out_of_line(ids[i], MACH_MSG_TYPE_CHAR, 8,
                                            (void *)data, 16 * MIB);
        ktap_ok(kr == KERN_SUCCESS, "16 MiB as message %d go away", ids[i]);
        kernel_ext_answers();
    }
}

void attack_many_rights(void)
{
    unsigned n = 500000;
    mach_port_t *right = malloc(n * sizeof *right);

    if (!ktap_ok(right != NULL, "memory for %u names", n))
        return;
    for (unsigned i = 0; i < n; i++)
        right[i] = hello;
    /* 72 is a notification's, which even a dying task's port takes. */
    kern_return_t kr =
        send_out_of_line(72, MACH_MSG_TYPE_COPY_SEND, 32, right, n);
    ktap_ok(true, "%u rights in one message: %d", n, kr);
    free(right);
}

/* Message 2400, as the kernel tells of an exception: these ports, each of a TYPE,
 * are said to be the thread and the task that had it. */
static kern_return_t forge(mach_port_t thread, mach_port_t task, unsigned type,
                           mach_port_t reply)
{
    struct {
        mach_msg_header_t head;
        struct {
            mach_msg_type_t type;
            mach_port_t port;
            uint32_t pad;
        } thread, task;
        struct {
            mach_msg_type_t type;
            int value;
            uint32_t pad;
        } exception, code;
        mach_msg_type_t subcode_type;
        uint64_t subcode;
    } msg = {
        .head.msgh_bits = MACH_MSGH_BITS_COMPLEX |
                          MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND,
                                         reply ? MACH_MSG_TYPE_MAKE_SEND : 0),
        .head.msgh_size = sizeof msg,
        .head.msgh_remote_port = mach_task_self(),
        .head.msgh_local_port = reply,
        .head.msgh_id = 2400,
    };
    const mach_msg_type_t word = {.msgt_name = MACH_MSG_TYPE_INTEGER_32,
                                  .msgt_size = 32,
                                  .msgt_number = 1,
                                  .msgt_inline = TRUE};

    msg.thread.type = (mach_msg_type_t){.msgt_name = type,
                                        .msgt_size = 64,
                                        .msgt_number = 1,
                                        .msgt_inline = TRUE};
    msg.task.type = msg.thread.type;
    msg.thread.port = thread;
    msg.task.port = task;
    msg.exception.type = msg.code.type = word;
    msg.exception.value = 1;
    msg.subcode_type = word;
    msg.subcode_type.msgt_name = MACH_MSG_TYPE_INTEGER_64;
    msg.subcode_type.msgt_size = 64;
    return send(&msg.head, sizeof msg);
}

/* Whether kernel-ext takes it for our own crash or for noise is its business,
 * as long as nobody else pays. */
void attack_forged_exception(void)
{
    expect(KERN_SUCCESS, forge(mach_reply_port(), mach_reply_port(),
                               MACH_MSG_TYPE_MAKE_SEND, MACH_PORT_NULL));
    usrd_sleep(500);
}

/* In all as the kernel's, but for where the answer goes: that right is not one
 * that kernel-ext would use. */
void attack_forged_death(void)
{
    forge(mach_task_self(), mach_task_self(), MACH_MSG_TYPE_COPY_SEND,
          mach_reply_port());
    usrd_sleep(500);
}

/* As the kernel tells of dead names, of destroyed ports, of no senders. */
void attack_forged_notifications(void)
{
    struct {
        mach_msg_header_t head;
        mach_msg_type_t type;
        mach_port_t name;
        uint32_t pad;
    } msg;

    for (int id = 64; id <= 72; id++)
        for (mach_port_t name = 1; name < 300; name += id == 69 ? 300 : 1) {
            memset(&msg, 0, sizeof msg);
            msg.head.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0);
            msg.head.msgh_size = sizeof msg;
            msg.head.msgh_remote_port = mach_task_self();
            msg.head.msgh_id = id;
            msg.type.msgt_name = MACH_MSG_TYPE_INTEGER_32;
            msg.type.msgt_size = 32;
            msg.type.msgt_number = 1;
            msg.type.msgt_inline = TRUE;
            msg.name = name;
            if (id == 69) { /* with a receive right that was never retained */
                msg.head.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
                msg.type.msgt_name = MACH_MSG_TYPE_MOVE_RECEIVE;
                msg.type.msgt_size = 64;
                msg.name = mach_reply_port();
            }
            send(&msg.head, sizeof msg);
        }
    usrd_sleep(500);
}

/* Numbers from a fixed seed, so that each run is the same. */
static uint32_t noise(void)
{
    static uint32_t x = 2463534242u;

    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return x;
}

/* Messages of every known subsystem whose size and contents are noise. */
void attack_garbage(void)
{
    static const int first[] = {2000, 2400, 2600, 2800, 3200, 3800,
                                4000, 4200, 4800, 4840, 4870, 64};
    uint32_t words[64];
    mach_msg_header_t *head = (mach_msg_header_t *)words;

    for (int i = 0; i < 20000; i++) {
        unsigned size = sizeof *head + noise() % 24 * 8;
        for (unsigned w = 0; w < 64; w++)
            words[w] = noise();
        memset(head, 0, sizeof *head);
        head->msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0);
        head->msgh_remote_port = mach_task_self();
        head->msgh_id = first[noise() % 12] + noise() % 40;
        head->msgh_size = size;
        switch (head->msgh_id) {
        case 2008: /* task_terminate, thread_terminate, exception, exit: */
        case 2016: /* those would end us */
        case 2400:
        case 4808:
            continue;
        }
        send(head, size);
    }
    ktap_ok(true, "20000 messages of noise");
}

void attack_flood(void)
{
    mach_msg_header_t head;

    for (int i = 0; i < 30000; i++) {
        memset(&head, 0, sizeof head);
        head.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0);
        head.msgh_remote_port = mach_task_self();
        head.msgh_id = 99999;
        head.msgh_size = sizeof head;
        send(&head, sizeof head);
    }
    ktap_ok(true, "30000 messages as fast as it goes");
}

/* The kernel looks at a thread's share of the processor where its time is up; this
 * one's never is, since kernel-ext takes over at each. */
void attack_beats(void)
{
    enum { TIMES = 15, US = 370000 }; /* at all phases of the kernel's second */
    static usrd_words_t usage;
    unsigned long end = usrd_now();

    for (unsigned n = 0; n < TIMES; n++) {
        end += US;
        while (usrd_now() < end)
            usrd_msg_heartbeat(mach_task_self(), 0, usage);
        ktap_ok(true, "heartbeats");
    }
}

void attack_log_flood(void)
{
    for (int i = 0; i < 5000; i++)
        printf("line %d of a flood\n", i);
    usrd_sleep(2000); /* so that what is left of the quota is back */
}

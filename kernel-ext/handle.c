/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Open devices: their life, and what their clients hear.  A handle's receive
 * right is ours; the driver has it while it is alive (replay.c).  The client
 * holds a send right and notices nothing of deaths.
 *
 * Each handle has a notify port of its own, so that a notification tells
 * which handle it is about. */
#include "ring.h"

#include "mach_port.h"
#include <mach/notify.h>
#include <string.h>

/* What one task may have open, so that something is left for the others. */
#define OPENED_MAX (USRD_MAX_HANDLES / 4)

struct kx_handle kx_handles[USRD_MAX_HANDLES];
unsigned kx_handles_top;

/* ---- life and death ---- */

void kx_handle_watch(struct kx_handle *h, int id)
{
    mach_port_t previous = MACH_PORT_NULL;
    mach_port_request_notification(mach_task_self(), kx_handle_port(h), id, 0,
                                   kx_port(KX_P_NOTIFY, kx_handle_index(h)),
                                   MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous);
    if (previous != MACH_PORT_NULL && previous != MACH_PORT_DEAD)
        mach_port_deallocate(mach_task_self(), previous);
}

struct kx_handle *kx_handle_new(struct kx_incarnation *client, const char *name,
                                unsigned mode, mach_port_t reply)
{
    struct kx_handle *h = NULL;
    if (client->task->opened >= OPENED_MAX)
        return NULL;
    for (unsigned n = 0; n < USRD_MAX_HANDLES && !h; n++)
        if (kx_handles[n].state == KX_H_FREE)
            h = &kx_handles[n];
    if (!h)
        return NULL;
    if (kx_handle_index(h) >= kx_handles_top)
        kx_handles_top = kx_handle_index(h) + 1;
    memset(h, 0, sizeof *h);
    if (kx_port_make(KX_P_HANDLE, kx_handle_index(h)) != KERN_SUCCESS)
        return NULL;
    if (kx_port_make(KX_P_NOTIFY, kx_handle_index(h)) != KERN_SUCCESS) {
        kx_port_destroy(KX_P_HANDLE, kx_handle_index(h));
        return NULL;
    }
    kx_port_make_send(kx_handle_port(h));
    kx_port_listen(kx_port(KX_P_NOTIFY, kx_handle_index(h)));
    kx_handle_watch(h, MACH_NOTIFY_NO_SENDERS);
    kx_handle_watch(h, MACH_NOTIFY_PORT_DESTROYED);
    h->name = name;
    h->mode = mode;
    h->opener = kx_task_index(client->task);
    client->task->opened++;
    h->client = client;
    h->reply = reply;
    h->state = KX_H_HELD;
    return h;
}

void kx_handle_destroy(struct kx_handle *h)
{
    mach_port_t previous = MACH_PORT_NULL;
    /* Or the right would come back to us as a message. */
    mach_port_request_notification(
        mach_task_self(), kx_handle_port(h), MACH_NOTIFY_PORT_DESTROYED, 0,
        MACH_PORT_NULL, MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous);
    if (previous != MACH_PORT_NULL && previous != MACH_PORT_DEAD)
        mach_port_deallocate(mach_task_self(), previous);
    kx_keep_drop(h);
    kx_port_destroy(KX_P_HANDLE, kx_handle_index(h));
    kx_port_destroy(KX_P_NOTIFY, kx_handle_index(h));
    kx_tasks[h->opener].opened--;
    if (h->device) {
        h->device->handles--;
        kx_handle_task(h)->handles--;
    }
    if (h->via)
        h->via->handles--;
    if (h->ring)
        kx_ring_unhandled(h->ring);
    h->state = KX_H_FREE;
    while (kx_handles_top > 0 &&
           kx_handles[kx_handles_top - 1].state == KX_H_FREE)
        kx_handles_top--;
}

/* ---- answering the client's device_open, or ring_create ---- */

void kx_handle_give_port(struct kx_handle *h)
{
    struct {
        mach_msg_header_t head;
        mach_msg_type_t result_type;
        int result, pad;
        mach_msg_type_t port_type;
        uint64_t port;
        mach_msg_type_t address_type; /* of a ring only */
        uint64_t address;
    } m = {
        .head =
            {
                .msgh_bits = MACH_MSGH_BITS_COMPLEX |
                             MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0),
                .msgh_size = h->ring ? sizeof m : sizeof m - 16,
                .msgh_remote_port = h->reply,
                .msgh_id = h->open_id + 100,
            },
        .result_type = {.msgt_name = MACH_MSG_TYPE_INTEGER_32,
                        .msgt_size = 32,
                        .msgt_number = 1,
                        .msgt_inline = TRUE},
        .port_type = {.msgt_name = MACH_MSG_TYPE_MOVE_SEND,
                      .msgt_size = 64,
                      .msgt_number = 1,
                      .msgt_inline = TRUE},
        .port = kx_handle_port(h),
        .address_type = {.msgt_name = MACH_MSG_TYPE_INTEGER_64,
                         .msgt_size = 64,
                         .msgt_number = 1,
                         .msgt_inline = TRUE},
        .address = h->ring ? kx_ring_address(h->ring) : 0,
    };
    if (kx_send(&m.head) != MACH_MSG_SUCCESS) {
        kx_drop(h->reply, MACH_PORT_RIGHT_SEND_ONCE);
        mach_port_mod_refs(mach_task_self(), kx_handle_port(h),
                           MACH_PORT_RIGHT_SEND, -1);
    }
    h->client = NULL;
    h->reply = MACH_PORT_NULL;
    kx_handle_both_gone(h);
}

/* We must hold the receive right. */
static void answer_error(struct kx_handle *h, int result)
{
    mach_msg_header_t request = {
        .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_PORT_SEND_ONCE, 0),
        .msgh_remote_port = h->reply,
        .msgh_id = h->open_id,
    };
    kx_reply_error(&request, result);
    if (h->ring)
        kx_ring_client_gone(h->ring);
    else
        kx_handle_destroy(h);
}

/* Answer RESULT to everything that comes in on it. */
void kx_handle_refuse(struct kx_handle *h, int result)
{
    if (h->client) {
        answer_error(h, result);
        return;
    }
    h->state = KX_H_DOWN;
    h->result = result;
    kx_port_listen(kx_handle_port(h));
    if (h->ring)
        kx_bell_ring(h->ring);
}

void kx_handles_forget(struct kx_incarnation *client)
{
    for (unsigned n = 0; n < kx_handles_top; n++) {
        struct kx_handle *h = &kx_handles[n];
        if (h->state == KX_H_FREE || h->client != client)
            continue;
        kx_drop(h->reply, MACH_PORT_RIGHT_SEND_ONCE);
        mach_port_mod_refs(mach_task_self(), kx_handle_port(h),
                           MACH_PORT_RIGHT_SEND, -1);
        h->client = NULL;
        h->reply = MACH_PORT_NULL;
        kx_handle_both_gone(h);
    }
}

/* ---- kernel devices, and messages for handles that we hold ---- */

void kx_handle_kdev(struct kx_handle *h, unsigned kdev)
{
    h->state = KX_H_KDEV;
    h->kdev = kdev;
    kx_port_listen(kx_handle_port(h));
    kx_handle_give_port(h);
}

void kx_handle_message(unsigned handle, mach_msg_header_t *msg)
{
    struct kx_handle *h = &kx_handles[handle];
    if (kx_msg_rights(msg) > KX_RIGHTS_FEW) {
        /* Its opener may have passed it on, so nobody is ended for it; but
         * more of the kind may be queued. */
        kx_tlog('W', &kx_tasks[h->opener], "deny",
                "what=rights count=%u name=%s", kx_msg_rights(msg), h->name);
        kx_msg_destroy(msg);
        kx_handle_destroy(h);
    } else if (msg->msgh_id ==
               2801) { /* device_close: there is no more to it */
        bool valid = msg->msgh_size == sizeof *msg &&
                     !(msg->msgh_bits & MACH_MSGH_BITS_COMPLEX);
        kx_reply_error(msg, valid ? KERN_SUCCESS : MIG_BAD_ARGUMENTS);
    } else if (h->state == KX_H_KDEV) {
        kx_kdev_message(h, msg);
    } else {
        kx_reply_error(msg, h->result);
    }
}

bool kx_handle_promised(unsigned handle)
{
    return kx_handles[handle].client != NULL;
}

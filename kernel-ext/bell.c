/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The ports that clients of rings are woken at.  Several rings may have one;
 * each holds a reference to it. */
#include "ring.h"

#include "mach_port.h"
#include <usrd/ring.h>

int kx_bell_refs(mach_port_t port)
{
    int n = 0;
    for (unsigned k = 0; k < USRD_MAX_RINGS; k++)
        n += kx_port(KX_P_BELL, k) == port;
    return n;
}

/* The right that a message brought; false, and still the message's, where it
 * is none that can be kept. */
bool kx_bell_take(struct kx_ring *r, mach_port_t port)
{
    enum kx_port_kind kind = kx_port_kind(port);
    if (!MACH_PORT_VALID(port) || (kind != KX_P_NONE && kind != KX_P_BELL))
        return false;
    kx_port_is(KX_P_BELL, kx_ring_index(r), port);
    if (kx_port_kind(port) != KX_P_BELL) { /* past what ports.c knows */
        kx_port_forget(KX_P_BELL, kx_ring_index(r));
        return false;
    }
    kx_drop(port, MACH_PORT_RIGHT_SEND); /* but for one of each ring's */
    return true;
}

void kx_bell_drop(struct kx_ring *r)
{
    mach_port_t port = kx_port(KX_P_BELL, kx_ring_index(r));
    bool ours = kx_port_kind(port) == KX_P_BELL;
    if (port == MACH_PORT_NULL)
        return;
    kx_port_forget(KX_P_BELL, kx_ring_index(r));
    for (unsigned k = 0; ours && k < USRD_MAX_RINGS; k++)
        if (kx_port(KX_P_BELL, k) == port)
            kx_port_is(KX_P_BELL, k, port);
    if (ours)
        mach_port_deallocate(mach_task_self(), port);
}

mach_port_t kx_bell(const struct kx_ring *r)
{
    mach_port_t port = kx_port(KX_P_BELL, kx_ring_index(r));
    mach_port_type_t type = 0;
    bool lives =
        kx_port_kind(port) == KX_P_BELL &&
        mach_port_type(mach_task_self(), port, &type) == KERN_SUCCESS &&
        (type & MACH_PORT_TYPE_SEND);
    return lives ? port : MACH_PORT_NULL;
}

void kx_bell_ring(struct kx_ring *r)
{
    mach_port_t port = kx_bell(r);
    mach_msg_header_t bell = {
        .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
        .msgh_size = sizeof bell,
        .msgh_remote_port = port,
        .msgh_id = USRD_RING_ANSWERED,
    };
    if (port != MACH_PORT_NULL && kx_send(&bell) != MACH_MSG_SUCCESS)
        kx_drop(port, MACH_PORT_RIGHT_SEND); /* given back, once too often */
}

/* Once a second, so that a client may wait for its bell without a limit of the
 * kernel's, and look itself whether it has waited for long enough. */
void kx_bells_tick(void)
{
    for (unsigned k = 0; kx_n_rings && k < USRD_MAX_RINGS; k++)
        if (kx_rings[k].client)
            kx_bell_ring(&kx_rings[k]);
}

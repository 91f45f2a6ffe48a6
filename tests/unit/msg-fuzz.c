/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Messages as the kernel delivers them, with every sort of item at random: what
 * kernel-ext (msg.c) and the SDK (destroy.c) give up of one is all that it had,
 * each right once, and never a byte beside it; the sanitizers look on. */
#include "kx.h"

#include <stdlib.h>

#include "tap.h"

#define ROUNDS 20000
#define OWN 1000     /* names below are kernel-ext's own; */
#define FILTERS 900u /* from here on, somebody else's ports */
#define NAMES 2000
#define BODY 2048

/* What the task holds.  Of its own names it means to have one right. */
static int sends[NAMES], onces[NAMES], receives[NAMES], dead[NAMES];
static unsigned regions, wrong;

/* ---- the kernel ---- */

mach_port_t mach_task_self(void)
{
    return 1;
}

kern_return_t mach_port_get_refs(mach_port_t task, mach_port_t name,
                                 mach_port_right_t right,
                                 mach_port_urefs_t *refs)
{
    (void)task;
    if (name >= NAMES || (!sends[name] && !dead[name] && !receives[name])) {
        wrong++;
        return KERN_INVALID_NAME;
    }
    *refs = (mach_port_urefs_t)(right == MACH_PORT_RIGHT_SEND ? sends[name]
                                                              : dead[name]);
    return KERN_SUCCESS;
}

kern_return_t mach_port_mod_refs(mach_port_t task, mach_port_t name,
                                 mach_port_right_t right,
                                 mach_port_delta_t delta)
{
    int *held = right == MACH_PORT_RIGHT_SEND        ? sends
                : right == MACH_PORT_RIGHT_SEND_ONCE ? onces
                : right == MACH_PORT_RIGHT_DEAD_NAME ? dead
                                                     : receives;
    (void)task;
    if (name < NAMES && dead[name] && right != MACH_PORT_RIGHT_DEAD_NAME)
        return KERN_INVALID_RIGHT;
    if (name >= NAMES || held[name] + delta < 0) {
        wrong++;
        return KERN_INVALID_NAME;
    }
    held[name] += delta;
    if (right == MACH_PORT_RIGHT_RECEIVE) { /* and with it the port */
        dead[name] = sends[name];
        sends[name] = 0;
    }
    return KERN_SUCCESS;
}

kern_return_t mach_port_deallocate(mach_port_t task, mach_port_t name)
{
    mach_port_right_t right = MACH_PORT_RIGHT_SEND;

    if (name < NAMES && onces[name])
        right = MACH_PORT_RIGHT_SEND_ONCE;
    else if (name < NAMES && dead[name])
        right = MACH_PORT_RIGHT_DEAD_NAME;
    return mach_port_mod_refs(task, name, right, -1);
}

kern_return_t vm_deallocate(mach_port_t task, vm_address_t address,
                            vm_size_t size)
{
    (void)task;
    wrong += size == 0;
    regions--;
    free((void *)address);
    return KERN_SUCCESS;
}

mach_msg_return_t mach_msg(mach_msg_header_t *msg, mach_msg_option_t option,
                           mach_msg_size_t send_size, mach_msg_size_t rcv_size,
                           mach_port_name_t rcv_name,
                           mach_msg_timeout_t timeout, mach_port_name_t notify)
{
    (void)msg, (void)option, (void)send_size, (void)rcv_size;
    (void)rcv_name, (void)timeout, (void)notify;
    return MACH_SEND_INVALID_DEST;
}

/* ---- the rest of kernel-ext ---- */

enum kx_port_kind kx_port_kind(mach_port_t name)
{
    if (name >= OWN)
        return KX_P_NONE;
    return name < FILTERS ? KX_P_TASK : KX_P_FILTER;
}

unsigned kx_port_index(mach_port_t name)
{
    return name;
}

bool kx_handle_promised(unsigned handle)
{
    (void)handle;
    return false;
}

int kx_keep_refs(mach_port_t port)
{
    (void)port;
    return 1;
}

int kx_bell_refs(mach_port_t port)
{
    (void)port;
    return 1;
}

bool kx_job_drop(const mach_port_t *names, unsigned count, unsigned type)
{
    if (count % 2)
        return false;
    kx_drop_ports(names, count, type);
    return true;
}

/* ---- messages ---- */

static uint64_t state = 88172645463325252;

static unsigned below(unsigned n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)((state >> 32) % n);
}

/* A right that came with a message.  Our own names are send rights only: what
 * else comes under one is a death of somebody. */
static mach_port_t right(unsigned type, bool own)
{
    if (below(10) == 0)
        return below(2) ? MACH_PORT_NULL : MACH_PORT_DEAD;
    if (type == MACH_MSG_TYPE_PORT_SEND) {
        mach_port_t name =
            own && below(3) == 0 ? 1 + below(OWN - 1) : OWN + below(8);
        sends[name]++;
        return name;
    }
    /* A receive right may meet send rights to its port under their name. */
    mach_port_t name = (own && below(2) ? FILTERS : OWN) + below(8);
    if (type == MACH_MSG_TYPE_PORT_RECEIVE && !receives[name]) {
        receives[name] = 1;
        return name;
    }
    name = OWN + 8;
    int *held = type == MACH_MSG_TYPE_PORT_SEND_ONCE ? onces : receives;
    while (sends[name] || onces[name] || receives[name])
        name++;
    held[name]++;
    return name;
}

static char *put(char *p, unsigned name, unsigned bits, unsigned number,
                 bool in_line, const void *data, unsigned size)
{
    mach_msg_type_t type = {.msgt_name = name,
                            .msgt_size = bits,
                            .msgt_number = number,
                            .msgt_inline = in_line,
                            .msgt_longform = below(2),
                            .msgt_deallocate = !in_line};

    memcpy(p, &type, sizeof type);
    memset(p + sizeof type, 0, (size + 7) & ~7u);
    memcpy(p + sizeof type, data, size);
    return p + sizeof type + ((size + 7) & ~7u);
}

static char *put_rights(char *p, bool own, unsigned *rights)
{
    unsigned type = MACH_MSG_TYPE_PORT_RECEIVE + below(3);
    unsigned n = below(below(4) ? 8 : 100);

    if (below(2)) {
        uint64_t names[100];
        for (unsigned i = 0; i < n; i++)
            names[i] = right(type, own);
        *rights += n;
        return put(p, type, 64, n, true, names, n * 8);
    }
    mach_port_t *names = n ? malloc(n * sizeof *names) : NULL;
    bool no_room = below(8) == 0; /* for what the kernel then took away */
    if (no_room) {
        free(names);
        names = NULL;
    }
    for (unsigned i = 0; names && i < n; i++)
        names[i] = i && below(2) && type == MACH_MSG_TYPE_PORT_SEND &&
                           names[i - 1] < NAMES && names[i - 1]
                       ? (sends[names[i - 1]]++, names[i - 1])
                       : right(type, own);
    regions += names != NULL;
    *rights += n;
    return put(p, type, no_room ? 0 : 32, n, false, &names, 8);
}

static char *put_data(char *p)
{
    static const char zero[64];
    unsigned n = below(64);
    void *data = NULL;

    switch (below(3)) {
    case 0: /* any number of nothing */
        return put(p, below(16), 0, below(~0u), true, zero, 0);
    case 1:
        return put(p, below(16), 8, n, true, zero, n);
    default:
        if (n > 0) {
            data = malloc(n);
            regions++;
        }
        return put(p, below(16), 8, n, false, &data, 8);
    }
}

/* In a buffer of exactly its size. */
static mach_msg_header_t *message(bool own, unsigned *rights)
{
    static _Alignas(8) char bytes[16 * BODY];
    char *p = bytes + sizeof(mach_msg_header_t);
    unsigned type = 1 + below(2);

    memset(bytes, 0, sizeof(mach_msg_header_t));
    *rights = 0;
    while (p < bytes + BODY && below(6))
        p = below(2) ? put_rights(p, own, rights) : put_data(p);
    mach_msg_header_t *m = malloc((size_t)(p - bytes));
    memcpy(m, bytes, (size_t)(p - bytes));
    m->msgh_size = (unsigned)(p - bytes);
    type += MACH_MSG_TYPE_PORT_RECEIVE;
    m->msgh_bits = MACH_MSGH_BITS_COMPLEX | MACH_MSGH_BITS(type, 0);
    m->msgh_remote_port = right(type, own);
    return m;
}

/* Nothing but one right to each of its own, alive or dead. */
static bool all_gone(void)
{
    for (unsigned n = 0; n < NAMES; n++) {
        if (onces[n] || receives[n] || sends[n] + dead[n] != (n > 0 && n < OWN))
            return false;
        if (dead[n]) {
            sends[n] = 1;
            dead[n] = 0;
        }
    }
    return regions == 0;
}

/* Bytes of no form at all: they are looked at, and nothing beside them. */
static void noise(void)
{
    unsigned size = sizeof(mach_msg_header_t) + 8 * below(40);
    mach_msg_header_t *m = malloc(size);

    for (unsigned i = 0; i < size; i++)
        ((char *)m)[i] = (char)below(256);
    m->msgh_size = size;
    kx_msg_rights(m);
    m->msgh_bits = 0;
    m->msgh_remote_port = MACH_PORT_NULL;
    kx_msg_destroy(m);
    mach_msg_destroy(m);
    free(m);
}

int main(void)
{
    unsigned bad_count = 0, left = 0, left_sdk = 0, rights, most = 0;

    for (unsigned n = 1; n < OWN; n++)
        sends[n] = 1;
    for (unsigned i = 0; i < ROUNDS; i++) {
        mach_msg_header_t *m = message(true, &rights);
        bad_count += kx_msg_rights(m) != rights;
        most = rights > most ? rights : most;
        if (below(2))
            kx_msg_destroy(m);
        else
            kx_reply_error(m, KERN_FAILURE); /* to nobody, as it turns out */
        left += !all_gone();
        free(m);

        m = message(false, &rights);
        mach_msg_destroy(m);
        left_sdk += !all_gone();
        free(m);
        noise();
    }
    OK(most > 100, "%u messages, of up to %u rights", 2 * ROUNDS, most);
    EQ(bad_count, 0, "the rights are counted");
    EQ(left, 0, "kernel-ext gives each up, once, and keeps its own");
    EQ(left_sdk, 0, "the SDK gives each up, once");
    EQ(wrong, 0, "no call names what is not there");
    return tap_end();
}

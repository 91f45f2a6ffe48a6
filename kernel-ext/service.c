/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Messages to a driver's loop, on its service port: the subsystem of
 * userspace_driver_service.defs.  They are put together here because MIG's
 * stubs would wait for a driver whose queue is full. */
#include "kx.h"

#include <string.h>

struct integer {
    mach_msg_type_t type;
    uint32_t value, pad;
};
struct name {
    mach_msg_type_t type;
    usrd_name_t text;
};
struct message {
    mach_msg_header_t head;
    struct integer ints[2];
    struct name name;
};

static mach_msg_type_t item(unsigned type, unsigned bits, unsigned number)
{
    return (mach_msg_type_t){.msgt_name = type,
                             .msgt_size = bits,
                             .msgt_number = number,
                             .msgt_inline = TRUE};
}

static struct integer integer(uint32_t value)
{
    return (struct integer){item(MACH_MSG_TYPE_INTEGER_32, 32, 1), value, 0};
}

static mach_msg_header_t head(struct kx_task *t, int id, size_t size)
{
    return (mach_msg_header_t){
        .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
        .msgh_size = (unsigned)size,
        .msgh_remote_port = kx_port(KX_P_SERVICE, kx_task_index(t)),
        .msgh_id = id,
    };
}

static void put_name(struct name *n, const char *name)
{
    n->type = item(MACH_MSG_TYPE_STRING_C, 8, sizeof n->text);
    strncpy(n->text, name, sizeof n->text - 1);
}

static bool send(struct kx_task *t, int id, unsigned n, uint32_t a, uint32_t b,
                 const char *name)
{
    struct message m = {
        .head =
            head(t, id, sizeof(mach_msg_header_t) + n * sizeof(struct integer)),
        .ints = {integer(a), integer(b)},
    };
    if (name) {
        put_name(&m.name, name);
        m.head.msgh_size = sizeof m;
    }
    return kx_send(&m.head) == MACH_MSG_SUCCESS;
}

bool kx_service_open(struct kx_task *t, unsigned handle, unsigned mode,
                     const char *name)
{
    return send(t, 4840, 2, handle, mode, name);
}

bool kx_service_close(struct kx_task *t, unsigned handle)
{
    return send(t, 4841, 1, handle, 0, NULL);
}

bool kx_service_interrupt(struct kx_task *t, unsigned line)
{
    return send(t, 4842, 1, line, 0, NULL);
}

bool kx_service_probe(struct kx_task *t)
{
    return send(t, 4846, 0, 0, 0, NULL);
}

bool kx_service_stop(struct kx_task *t)
{
    return send(t, 4843, 0, 0, 0, NULL);
}

bool kx_service_suspend(struct kx_task *t)
{
    return send(t, 4844, 0, 0, 0, NULL);
}

bool kx_service_resume(struct kx_task *t)
{
    return send(t, 4845, 0, 0, 0, NULL);
}

struct reopen {
    mach_msg_header_t head;
    struct integer handle, mode;
    struct name name;
    struct integer n;
    mach_msg_type_t kept_type;
    usrd_kept_t kept;
    mach_msg_type_t port_type;
    uint64_t port;
    struct integer priority, filter_n;
    mach_msg_type_t filter_type;
    usrd_kept_filter_t filter;
};

bool kx_service_reopen(struct kx_task *t, unsigned handle, unsigned mode,
                       const char *name, const struct kx_kept *kept)
{
    struct reopen m = {
        .head = head(t, 4847, sizeof m),
        .handle = integer(handle),
        .mode = integer(mode),
        .n = integer(kept->n),
        .kept_type = item(MACH_MSG_TYPE_INTEGER_32, 32, USRD_KEPT_WORDS),
        .port_type = item(MACH_MSG_TYPE_COPY_SEND, 64, 1),
        .port = kept->port,
        .priority = integer((uint32_t)kept->priority),
        .filter_n = integer(kept->filter_n),
        .filter_type = item(MACH_MSG_TYPE_INTEGER_16, 16, USRD_FILTER_WORDS),
    };
    m.head.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
    put_name(&m.name, name);
    if (kept->n)
        memcpy(m.kept, kept->words, kept->n * sizeof *kept->words);
    if (kept->filter_n)
        memcpy(m.filter, kept->filter, kept->filter_n * sizeof *kept->filter);
    if (kx_send(&m.head) == MACH_MSG_SUCCESS)
        return true;
    kx_drop(kept->port, MACH_PORT_RIGHT_SEND); /* given back, once too often */
    return false;
}

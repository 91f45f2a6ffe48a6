/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Messages to a driver's loop, on its service port: the subsystem of
 * userspace_driver_service.defs.  They are put together here because MIG's
 * stubs would wait for a driver whose queue is full. */
#include "handle.h"

#include <string.h>

struct integer {
    mach_msg_type_t type;
    uint32_t value, pad;
};
struct name {
    mach_msg_type_t type;
    usrd_name_t text;
};
struct wide {
    mach_msg_type_t type;
    uint64_t value;
};
struct message {
    mach_msg_header_t head;
    struct integer number;
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

static struct wide wide(uint64_t value)
{
    return (struct wide){item(MACH_MSG_TYPE_INTEGER_64, 64, 1), value};
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

/* With the number, or only a header. */
static bool send(struct kx_task *t, int id, bool numbered, uint32_t number)
{
    struct message m = {
        .head = head(t, id, numbered ? sizeof m : sizeof m.head),
        .number = integer(number),
    };
    return kx_send(&m.head) == MACH_MSG_SUCCESS;
}

struct opening {
    mach_msg_header_t head;
    struct integer handle, mode;
    struct name name;
    struct wide first, count;
};

bool kx_service_open(struct kx_task *t, const struct kx_handle *h,
                     const char *name)
{
    struct opening m = {
        .head = head(t, 4840, sizeof m),
        .handle = integer(kx_handle_index(h)),
        .mode = integer(h->mode),
        .first = wide(h->first),
        .count = wide(h->count),
    };
    put_name(&m.name, name);
    return kx_send(&m.head) == MACH_MSG_SUCCESS;
}

struct ring {
    mach_msg_type_t words_type;
    usrd_ring_words_t words;
    mach_msg_type_t bell_type;
    uint64_t bell;
};
struct open_ring {
    struct opening open;
    struct ring ring;
};

static void put_ring(struct ring *r, const usrd_ring_words_t words,
                     mach_port_t bell)
{
    r->words_type =
        item(MACH_MSG_TYPE_INTEGER_64, 64, sizeof r->words / sizeof *r->words);
    if (words)
        memcpy(r->words, words, sizeof r->words);
    r->bell_type = item(MACH_MSG_TYPE_COPY_SEND, 64, 1);
    r->bell = bell;
}

bool kx_service_open_ring(struct kx_task *t, const struct kx_handle *h,
                          const char *name, const usrd_ring_words_t words,
                          mach_port_t bell)
{
    struct open_ring m = {
        .open =
            {
                .head = head(t, 4848, sizeof m),
                .handle = integer(kx_handle_index(h)),
                .mode = integer(h->mode),
                .first = wide(h->first),
                .count = wide(h->count),
            },
    };
    m.open.head.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
    put_name(&m.open.name, name);
    put_ring(&m.ring, words, bell);
    if (kx_send(&m.open.head) == MACH_MSG_SUCCESS)
        return true;
    kx_drop(bell, MACH_PORT_RIGHT_SEND); /* given back, once too often */
    return false;
}

bool kx_service_close(struct kx_task *t, unsigned handle)
{
    return send(t, 4841, true, handle);
}

bool kx_service_interrupt(struct kx_task *t, unsigned line)
{
    return send(t, 4842, true, line);
}

bool kx_service_interrupt_status(struct kx_task *t, unsigned line,
                                 uint32_t status, bool answer)
{
    struct {
        mach_msg_header_t head;
        struct integer line, status, answer;
    } m = {
        .head = head(t, 4849, sizeof m),
        .line = integer(line),
        .status = integer(status),
        .answer = integer(answer),
    };
    return kx_send(&m.head) == MACH_MSG_SUCCESS;
}

bool kx_service_probe(struct kx_task *t)
{
    return send(t, 4846, false, 0);
}

bool kx_service_stop(struct kx_task *t)
{
    return send(t, 4843, false, 0);
}

bool kx_service_suspend(struct kx_task *t)
{
    return send(t, 4844, false, 0);
}

bool kx_service_resume(struct kx_task *t)
{
    return send(t, 4845, false, 0);
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
    struct wide first, count;
    struct ring ring;
};

bool kx_service_reopen(struct kx_task *t, const struct kx_handle *h,
                       const char *name, const struct kx_kept *kept,
                       const usrd_ring_words_t words, mach_port_t bell)
{
    struct reopen m = {
        .head = head(t, 4847, sizeof m),
        .handle = integer(kx_handle_index(h)),
        .mode = integer(h->mode),
        .n = integer(kept->n),
        .kept_type = item(MACH_MSG_TYPE_INTEGER_32, 32, USRD_KEPT_WORDS),
        .port_type = item(MACH_MSG_TYPE_COPY_SEND, 64, 1),
        .port = kept->port,
        .priority = integer((uint32_t)kept->priority),
        .filter_n = integer(kept->filter_n),
        .filter_type = item(MACH_MSG_TYPE_INTEGER_16, 16, USRD_FILTER_WORDS),
        .first = wide(h->first),
        .count = wide(h->count),
    };
    m.head.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
    put_name(&m.name, name);
    put_ring(&m.ring, words, bell);
    if (kept->n)
        memcpy(m.kept, kept->words, kept->n * sizeof *kept->words);
    if (kept->filter_n)
        memcpy(m.filter, kept->filter, kept->filter_n * sizeof *kept->filter);
    if (kx_send(&m.head) == MACH_MSG_SUCCESS)
        return true;
    kx_drop(kept->port, MACH_PORT_RIGHT_SEND); /* given back, once too often */
    kx_drop(bell, MACH_PORT_RIGHT_SEND);
    return false;
}

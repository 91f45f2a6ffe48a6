/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Messages by hand: what MIG's stubs do not do. */
#include "kx.h"

#include "mach_port.h"
#include <mach/mig_errors.h>

/* Send without waiting, whoever the receiver is. */
kern_return_t kx_send(mach_msg_header_t *msg)
{
    return mach_msg(msg, MACH_SEND_MSG | MACH_SEND_TIMEOUT, msg->msgh_size, 0,
                    MACH_PORT_NULL, 0, MACH_PORT_NULL);
}

struct error {
    mig_reply_header_t head;
    mach_msg_type_t type;
    uint64_t value;
};

/* Of a device request the answer may be read by a stub of device_reply.defs,
 * which wants what follows the result also where there is none. */
static void error_body(struct error *e, int request_id)
{
    bool complex = false;
    switch (request_id) {
    case 2800: /* open */
    case 2806:
        e->type = (mach_msg_type_t){.msgt_name = MACH_MSG_TYPE_MOVE_SEND,
                                    .msgt_size = 64,
                                    .msgt_number = 1,
                                    .msgt_inline = TRUE};
        complex = true;
        break;
    case 2802: /* write */
    case 2803:
        e->type = (mach_msg_type_t){.msgt_name = MACH_MSG_TYPE_INTEGER_32,
                                    .msgt_size = 32,
                                    .msgt_number = 1,
                                    .msgt_inline = TRUE};
        break;
    case 2804: /* read */
        e->type = (mach_msg_type_t){.msgt_name = MACH_MSG_TYPE_INTEGER_8,
                                    .msgt_size = 8,
                                    .msgt_longform = TRUE};
        complex = true;
        break;
    case 2805: /* read, in-band */
        e->type = (mach_msg_type_t){.msgt_name = MACH_MSG_TYPE_CHAR,
                                    .msgt_size = 8,
                                    .msgt_inline = TRUE};
        e->head.Head.msgh_size = sizeof *e - sizeof e->value;
        return;
    default:
        return;
    }
    e->head.Head.msgh_size = sizeof *e;
    if (complex)
        e->head.Head.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
}

/* Answer REQUEST with nothing but RESULT, and drop all else it carried.  Only
 * a send-once right is a reply port: answering anything else could wait. */
void kx_reply_error(mach_msg_header_t *request, kern_return_t result)
{
    struct error reply = {
        .head.Head =
            {
                .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0),
                .msgh_size = sizeof reply.head,
                .msgh_remote_port = request->msgh_remote_port,
                .msgh_id = request->msgh_id + 100,
            },
        .head.RetCodeType =
            {
                .msgt_name = MACH_MSG_TYPE_INTEGER_32,
                .msgt_size = 32,
                .msgt_number = 1,
                .msgt_inline = TRUE,
            },
        .head.RetCode = result,
    };
    if (result != KERN_SUCCESS)
        error_body(&reply, request->msgh_id);
    if (MACH_MSGH_BITS_REMOTE(request->msgh_bits) ==
        MACH_MSG_TYPE_PORT_SEND_ONCE) {
        mach_port_t to = request->msgh_remote_port;
        request->msgh_remote_port = MACH_PORT_NULL;
        if (kx_send(&reply.head.Head) != MACH_MSG_SUCCESS)
            kx_drop(to, MACH_PORT_RIGHT_SEND_ONCE);
    }
    kx_msg_destroy(request);
}

/* How many user references to send rights we mean to have to one of our own
 * names; a message may have brought more, up to where the count pegs. */
static int own_refs(mach_port_t name)
{
    switch (kx_port_kind(name)) {
    case KX_P_HANDLE:
        return kx_handle_promised(kx_port_index(name));
    case KX_P_FILTER:
        return kx_keep_refs(name);
    case KX_P_BELL:
        return kx_bell_refs(name);
    case KX_P_NOTIFY:
    case KX_P_LINE:
    case KX_P_KEYS:
    case KX_P_MAP:
        return 0;
    default:
        return 1;
    }
}

/* Give up a right that a message brought.  If the name is one of our own the
 * reference count is put back to what it was before. */
void kx_drop(mach_port_t name, mach_port_right_t right)
{
    if (name == MACH_PORT_NULL || name == MACH_PORT_DEAD)
        return;
    mach_port_t self = mach_task_self();
    if (right == MACH_PORT_RIGHT_SEND && kx_port_kind(name) != KX_P_NONE) {
        mach_port_urefs_t refs = 0;
        mach_port_get_refs(self, name, right, &refs);
        if (refs == 0) { /* its port died of an earlier item of the message */
            right = MACH_PORT_RIGHT_DEAD_NAME;
            mach_port_get_refs(self, name, right, &refs);
        }
        if (refs > 0)
            mach_port_mod_refs(self, name, right, own_refs(name) - (int)refs);
        return;
    }
    /* A dead name counts as what it was. */
    if (mach_port_mod_refs(self, name, right, -1) == KERN_INVALID_RIGHT)
        mach_port_mod_refs(self, name, MACH_PORT_RIGHT_DEAD_NAME, -1);
}

static void drop_typed(mach_port_t name, unsigned type)
{
    switch (type) {
    case MACH_MSG_TYPE_PORT_RECEIVE:
        kx_drop(name, MACH_PORT_RIGHT_RECEIVE);
        break;
    case MACH_MSG_TYPE_PORT_SEND:
        kx_drop(name, MACH_PORT_RIGHT_SEND);
        break;
    case MACH_MSG_TYPE_PORT_SEND_ONCE:
        kx_drop(name, MACH_PORT_RIGHT_SEND_ONCE);
        break;
    }
}

/* Names in out-of-line data are 32 bits wide, in the message 64.  The array
 * itself was made by the kernel: reading it waits for nobody.  A run of one
 * name is dropped at once. */
static void drop_inline(const uint64_t *names, unsigned count, unsigned type)
{
    for (unsigned n = 0; n < count; n++)
        drop_typed((mach_port_t)names[n], type);
}

/* The port may have died of another item of the message; the names of its
 * rights are dead ones then. */
static void drop_run(mach_port_t name, unsigned count, unsigned type)
{
    mach_port_t self = mach_task_self();
    mach_port_urefs_t refs;
    if (type == MACH_MSG_TYPE_PORT_SEND && count > 1 &&
        mach_port_get_refs(self, name, MACH_PORT_RIGHT_SEND, &refs) ==
            KERN_SUCCESS &&
        refs > 0) {
        mach_port_mod_refs(self, name, MACH_PORT_RIGHT_SEND,
                           -(int)(refs < count ? refs : count));
        return;
    }
    while (count-- > 0)
        drop_typed(name, type);
}

void kx_drop_ports(const mach_port_t *names, unsigned count, unsigned type)
{
    unsigned run;
    for (unsigned n = 0; n < count; n += run) {
        for (run = 1; n + run < count && names[n + run] == names[n];)
            run++;
        if (MACH_PORT_VALID(names[n]) && kx_port_kind(names[n]) == KX_P_NONE)
            drop_run(names[n], run, type);
    }
    vm_deallocate(mach_task_self(), (vm_offset_t)names, count * sizeof *names);
}

/* Our own names at once, the rest where it holds up nobody. */
static void drop_array(const mach_port_t *names, unsigned count, unsigned type)
{
    mach_port_t last = MACH_PORT_NULL;
    for (unsigned n = 0; n < count; n++) {
        if (names[n] != last && kx_port_kind(names[n]) != KX_P_NONE)
            drop_typed(names[n], type);
        last = names[n];
    }
    if (count <= KX_RIGHTS_FEW || !kx_job_drop(names, count, type))
        kx_drop_ports(names, count, type);
}

/* Is T what MIG writes for NUMBER inline things of BITS bits?  It uses the long
 * form for what once did not fit in the short one. */
bool kx_msg_is(const mach_msg_type_t *t, unsigned name, unsigned bits,
               unsigned number)
{
    return t->msgt_name == name && t->msgt_size == bits &&
           t->msgt_number == number && t->msgt_inline &&
           t->msgt_longform == (bits > 255) && !t->msgt_deallocate &&
           t->msgt_unused == 0;
}

/* How many rights MSG has. */
unsigned kx_msg_rights(const mach_msg_header_t *msg)
{
    unsigned rights = 0;
    const char *p = (const char *)(msg + 1);
    const char *end = (const char *)msg + msg->msgh_size;
    if (!(msg->msgh_bits & MACH_MSGH_BITS_COMPLEX))
        return 0;
    while (p + sizeof(mach_msg_type_t) <= end) {
        const mach_msg_type_t *type = (const mach_msg_type_t *)p;
        uint64_t bytes =
            ((uint64_t)type->msgt_number * type->msgt_size + 7) / 8;
        if (MACH_MSG_TYPE_PORT_ANY_RIGHT(type->msgt_name))
            rights += type->msgt_number;
        p += sizeof *type + (type->msgt_inline ? (bytes + 7) & ~7ull : 8);
    }
    return rights;
}

void kx_msg_destroy(mach_msg_header_t *msg)
{
    drop_typed(msg->msgh_remote_port, MACH_MSGH_BITS_REMOTE(msg->msgh_bits));
    msg->msgh_remote_port = MACH_PORT_NULL;
    if (!(msg->msgh_bits & MACH_MSGH_BITS_COMPLEX))
        return;
    msg->msgh_bits &= ~MACH_MSGH_BITS_COMPLEX;

    char *p = (char *)(msg + 1), *end = (char *)msg + msg->msgh_size;
    while (p + sizeof(mach_msg_type_t) <= end) {
        const mach_msg_type_t *type = (const mach_msg_type_t *)p;
        unsigned count = type->msgt_number, name = type->msgt_name;
        uint64_t bytes = ((uint64_t)count * type->msgt_size + 7) / 8;
        p += sizeof *type;
        if (type->msgt_inline) {
            if (MACH_MSG_TYPE_PORT_ANY_RIGHT(name))
                drop_inline((const uint64_t *)p, count, name);
            p += (bytes + 7) & ~7ull;
        } else {
            vm_offset_t data = *(vm_offset_t *)p;
            /* Where the kernel had no room for them the size is 0. */
            if (MACH_MSG_TYPE_PORT_ANY_RIGHT(name)) {
                if (bytes > 0)
                    drop_array((const mach_port_t *)data, count, name);
            } else if (bytes > 0)
                vm_deallocate(mach_task_self(), data, bytes);
            p += 8;
        }
    }
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * mach_msg_destroy(): give up what came with a message that nobody wants. */
#include <mach/mach.h>

static void drop_right(mach_port_t name, unsigned type)
{
    mach_port_t self = mach_task_self();

    if (!MACH_PORT_VALID(name))
        return;
    switch (type) {
    case MACH_MSG_TYPE_MOVE_SEND:
    case MACH_MSG_TYPE_MOVE_SEND_ONCE:
        mach_port_deallocate(self, name);
        break;
    case MACH_MSG_TYPE_MOVE_RECEIVE:
        mach_port_mod_refs(self, name, MACH_PORT_RIGHT_RECEIVE, -1);
        break;
    }
}

/* One item of the body at P; returns where the next begins.  Ports are 8
 * bytes inline, but plain 32-bit names out of line. */
static char *drop_item(char *p)
{
    mach_msg_type_t type = *(mach_msg_type_t *)p;
    vm_size_t size = ((vm_size_t)type.msgt_number * type.msgt_size + 7) / 8;
    boolean_t ports = MACH_MSG_TYPE_PORT_ANY(type.msgt_name);

    p += sizeof type;
    if (type.msgt_inline) {
        if (ports)
            for (unsigned i = 0; i < type.msgt_number; i++)
                drop_right(((mach_port_name_inlined_t *)p)[i].name,
                           type.msgt_name);
        return p + ((size + 7) & ~(vm_size_t)7);
    }

    char *data = *(char **)p;
    if (ports && size > 0) { /* it is 0 where the kernel had no room for them */
        for (unsigned i = 0; i < type.msgt_number; i++)
            drop_right(((mach_port_t *)data)[i], type.msgt_name);
        size = type.msgt_number * sizeof(mach_port_t);
    }
    if (size > 0)
        vm_deallocate(mach_task_self(), (vm_address_t)data, size);
    return p + sizeof(char *);
}

void mach_msg_destroy(mach_msg_header_t *msg)
{
    /* The right to reply to; the local port is where it was received. */
    drop_right(msg->msgh_remote_port, MACH_MSGH_BITS_REMOTE(msg->msgh_bits));
    msg->msgh_remote_port = MACH_PORT_NULL;

    if (!(msg->msgh_bits & MACH_MSGH_BITS_COMPLEX))
        return;
    char *p = (char *)(msg + 1), *end = (char *)msg + msg->msgh_size;
    while (p + sizeof(mach_msg_type_t) <= end)
        p = drop_item(p);
    msg->msgh_bits &= ~MACH_MSGH_BITS_COMPLEX;
}

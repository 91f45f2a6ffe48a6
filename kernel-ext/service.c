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
struct message {
    mach_msg_header_t head;
    struct integer ints[2];
    mach_msg_type_t name_type;
    usrd_name_t name;
};

static bool send(struct kx_task *t, int id, unsigned n, uint32_t a, uint32_t b,
                 const char *name)
{
    struct message m = {
        .head =
            {
                .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
                .msgh_size = (unsigned)(sizeof(mach_msg_header_t) +
                                        n * sizeof(struct integer)),
                .msgh_remote_port = kx_port(KX_P_SERVICE, kx_task_index(t)),
                .msgh_id = id,
            },
    };
    uint32_t values[2] = {a, b};
    for (unsigned k = 0; k < n; k++) {
        m.ints[k].type.msgt_name = MACH_MSG_TYPE_INTEGER_32;
        m.ints[k].type.msgt_size = 32;
        m.ints[k].type.msgt_number = 1;
        m.ints[k].type.msgt_inline = TRUE;
        m.ints[k].value = values[k];
    }
    if (name) {
        m.name_type.msgt_name = MACH_MSG_TYPE_STRING_C;
        m.name_type.msgt_size = 8;
        m.name_type.msgt_number = sizeof m.name;
        m.name_type.msgt_inline = TRUE;
        strncpy(m.name, name, sizeof m.name - 1);
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

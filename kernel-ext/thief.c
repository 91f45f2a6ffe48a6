/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A handle's receive right that a driver gave to somebody else.  No task may
 * ask for a port-destroyed notification, so a receive right that has one is
 * one of ours, and it belongs at the name that we gave it.  Taken from
 * anywhere else it is sent home the way the kernel would have sent it: as
 * message 69 to whom the notification names, which is that handle's notify
 * port.
 *
 * Runs in an executioner: it looks at every receive right of a task.  In the
 * background, task by task. */
#include "kx.h"

#include "mach_port.h"

static bool ours_there(mach_port_t name)
{
    return name == USRD_PORT_SERVICE ||
           (name >= USRD_PORT_HANDLE(0) &&
            name < USRD_PORT_HANDLE(USRD_HANDLE_NAMES * USRD_MAX_HANDLES));
}

static void send_home(mach_port_t right)
{
    mach_port_t self = mach_task_self(), notify = MACH_PORT_NULL;
    mach_port_request_notification(self, right, MACH_NOTIFY_PORT_DESTROYED, 0,
                                   MACH_PORT_NULL, MACH_MSG_TYPE_MAKE_SEND_ONCE,
                                   &notify);
    struct {
        mach_msg_header_t head;
        mach_msg_type_t type;
        uint64_t port;
    } m = {
        .head =
            {
                .msgh_bits = MACH_MSGH_BITS_COMPLEX |
                             MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0),
                .msgh_size = sizeof m,
                .msgh_remote_port = notify,
                .msgh_id = MACH_NOTIFY_PORT_DESTROYED,
            },
        .type = {.msgt_name = MACH_MSG_TYPE_MOVE_RECEIVE,
                 .msgt_size = 64,
                 .msgt_number = 1,
                 .msgt_inline = TRUE},
        .port = right,
    };
    if (kx_send(&m.head) != MACH_MSG_SUCCESS)
        mach_port_mod_refs(self, right, MACH_PORT_RIGHT_RECEIVE, -1);
}

bool kx_search(mach_port_t task)
{
    mach_port_t *names, self = mach_task_self(), right;
    mach_port_type_t *types;
    mach_msg_type_number_t n, m;
    mach_msg_type_name_t type;
    bool found = false;

    if (mach_port_names(task, &names, &n, &types, &m) != KERN_SUCCESS)
        return false;
    for (unsigned k = 0; k < n; k++) {
        mach_port_status_t status;
        if (!(types[k] & MACH_PORT_TYPE_RECEIVE) || ours_there(names[k]) ||
            mach_port_get_receive_status(task, names[k], &status) !=
                KERN_SUCCESS ||
            !status.mps_pdrequest ||
            mach_port_extract_right(task, names[k], MACH_MSG_TYPE_MOVE_RECEIVE,
                                    &right, &type) != KERN_SUCCESS)
            continue;
        send_home(right);
        found = true;
    }
    vm_deallocate(self, (vm_offset_t)names, n * sizeof *names);
    vm_deallocate(self, (vm_offset_t)types, m * sizeof *types);
    return found;
}

/* ---- in the main loop ---- */

static unsigned next = KX_MAX_TASKS; /* to be searched */

void kx_search_all(void)
{
    if (!KX_HOLDS(THIEF))
        return;
    next = 0;
    kx_background_wake();
}

bool kx_search_one(void)
{
    while (next < kx_n_tasks) {
        struct kx_incarnation *i = kx_tasks[next++].current;
        if (!i || i->phase != KX_ALIVE || i->searched)
            continue;
        i->searched = true;
        kx_job(KX_JOB_SEARCH, i);
        return true;
    }
    return false;
}

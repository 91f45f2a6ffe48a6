/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Our side of the guard: a task of its own (kernel-ext/guard/) that is
 * kernel-ext's exception port, hears from it every second, and ends the
 * machine when it does not.  It runs in the task that the kernel loaded. */
#include "kx.h"

#include "guard/guard.h"
#include "mach_host.h"
#include "mach_port.h"
#include <mach/task_special_ports.h>

#define GUARD_PRIORITY 7

static struct i386_thread_state state;
static bool present;

void kx_guard_adopt(mach_port_t thread, const struct i386_thread_state *s)
{
    kx_port_is(KX_P_OWN, KX_OWN_GUARD_THREAD, thread);
    state = *s;
    present = true;
}

void kx_guard_start(mach_port_t task)
{
    mach_port_t self = mach_task_self();
    mach_port_t thread = KX_OWN(KX_OWN_GUARD_THREAD);
    if (!present) {
        kx_log('W', NULL, 0, "refuse",
               "word=guard why=\"no guard in the module list\"");
        return;
    }
    kx_port_make(KX_P_OWN, KX_OWN_GUARD);
    mach_port_t port = KX_OWN(KX_OWN_GUARD);
    kx_port_make_send(port);
    mach_port_insert_right(task, GUARD_PORT, port, MACH_MSG_TYPE_MOVE_RECEIVE);
    mach_port_insert_right(task, GUARD_HOST, KX_OWN(KX_OWN_HOST),
                           MACH_MSG_TYPE_COPY_SEND);
    mach_port_insert_right(task, GUARD_CONSOLE, KX_OWN(KX_OWN_CONSOLE),
                           MACH_MSG_TYPE_COPY_SEND);
    mach_port_insert_right(task, GUARD_WATCHED, self, MACH_MSG_TYPE_COPY_SEND);
    if (kx_options.debug_exit)
        kx_ports_allow(task, kx_options.debug_exit, kx_options.debug_exit);
    state.r12 = kx_options.guard_halts ? GUARD_HALT : GUARD_REBOOT;
    state.r13 = kx_options.debug_exit;
    thread_set_state(thread, i386_REGS_SEGS_STATE, (thread_state_t)&state,
                     i386_THREAD_STATE_COUNT);
    thread_max_priority(thread, KX_OWN(KX_OWN_PSET), GUARD_PRIORITY);
    thread_priority(thread, GUARD_PRIORITY, FALSE);
    task_set_special_port(self, TASK_EXCEPTION_PORT, port);
    task_resume(task);
}

void kx_guard_tick(void)
{
    struct guard_tick m = {
        .head =
            {
                .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
                .msgh_size = sizeof m,
                .msgh_remote_port = KX_OWN(KX_OWN_GUARD),
                .msgh_id = GUARD_TICK,
            },
        .type = {.msgt_name = MACH_MSG_TYPE_INTEGER_32,
                 .msgt_size = 32,
                 .msgt_number = 1,
                 .msgt_inline = TRUE},
        .ms = (unsigned)(kx_now() / 1000),
    };
    if (present)
        kx_send(&m.head);
}

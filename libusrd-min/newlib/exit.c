/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The end of a task.  kernel-ext ends it; the code is in its log. */
#include <stdlib.h>
#include <unistd.h>

#include <mach/mach.h>

#include <usrd/types.h>

#include "newlib.h"
#include "userspace_driver.h"

/* Nothing comes to the port that is waited on: kernel-ext ends the task
 * before this does.  Without kernel-ext the trap is the end as well. */
_Noreturn void _exit(int code)
{
    mach_msg_header_t msg;

    usrd_flush_lines();
    usrd_msg_exit(mach_task_self(), code);
    mach_msg(&msg, MACH_RCV_MSG, 0, sizeof msg, mach_reply_port(),
             MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
    __builtin_trap();
}

/* The exception carries the registers and the stack into the crash report. */
_Noreturn void usrd_abort(void)
{
    usrd_flush_lines();
    usrd_msg_exit(mach_task_self(), USRD_EXIT_ABORT);
    __builtin_trap();
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * An end of kernel-ext's own after two seconds, for the test of the guard
 * (kernel-ext/guard/).  The linker puts it before kx_guard_tick(). */
#include "kx.h"

#define AFTER 2000000 /* us */

enum { CRASH, EXIT, SPIN, BLOCK };

void __real_kx_guard_tick(void);
void __wrap_kx_guard_tick(void);

static void fail(void)
{
    mach_msg_header_t nothing;
    volatile int *volatile nowhere = NULL;

    switch (WAY) {
    case CRASH:
        *nowhere = 0;
        break;
    case EXIT:
        task_terminate(mach_task_self());
        break;
    case SPIN:
        for (;;)
            ;
    case BLOCK:
        mach_msg(&nothing, MACH_RCV_MSG, 0, sizeof nothing, mach_reply_port(),
                 0, MACH_PORT_NULL);
        break;
    }
}

void __wrap_kx_guard_tick(void)
{
    __real_kx_guard_tick();
    if (kx_now() > AFTER)
        fail();
}

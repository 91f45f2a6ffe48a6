/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * MIG's reply port for a task with one thread: made at the first call and
 * kept.  A program with more threads defines these three itself and this
 * object is not linked. */
#include <mach/mach.h>
#include <mach/mig_support.h>

/* Written at start-up; see boot/usrd.ld. */
static mach_port_t reply_port __attribute__((section(".bss.hot")));

mach_port_t mig_get_reply_port(void)
{
    if (!reply_port)
        reply_port = mach_reply_port();
    return reply_port;
}

/* A call that failed half-way may still be answered: the port goes, and the
 * late answer with it. */
void mig_dealloc_reply_port(mach_port_t port)
{
    static boolean_t busy;

    if (busy || !port || port != reply_port)
        return;
    reply_port = MACH_PORT_NULL;
    busy = TRUE; /* the next call is by MIG, too, and may fail as well */
    mach_port_mod_refs(mach_task_self(), port, MACH_PORT_RIGHT_RECEIVE, -1);
    busy = FALSE;
}

void mig_put_reply_port(mach_port_t port)
{
    (void)port;
}

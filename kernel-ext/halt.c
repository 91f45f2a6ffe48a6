/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The end: what each task has been through, the last line, and out. */
#include "kx.h"

#include "mach_host.h"
#include "mach_port.h"

#define FLUSH_TIME 2000000
/* What the kernel has taken it has not yet sent: its queue holds 2 KiB, which
 * take 180 ms at 115200 baud. */
#define LINE_TIME_MS 200
#define DEBUG_EXIT_BASE 0x10 /* what a status is written above */

static void outb(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

void kx_halt(unsigned how, unsigned status)
{
    for (unsigned n = 0; n < kx_n_tasks; n++) {
        const struct kx_task *t = &kx_tasks[n];
        kx_tlog('I', t, "stats", "starts=%u deaths=%u worst=%uus handles=%u",
                t->number, t->deaths, (unsigned)t->worst_outage, t->handles);
    }
    kx_log('N', NULL, 0, "halt", "how=%s status=%u",
           how == USRD_REBOOT ? "reboot" : "halt", status);
    kx_guard_tick(); /* what follows may take two of its three seconds */
    /* A member of a set cannot be received from. */
    kx_port_ignore(KX_OWN(KX_OWN_TTY_REPLY));
    kx_tty_flush(kx_now() + FLUSH_TIME);
    mach_msg_header_t none;
    mach_msg(&none, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, 0,
             KX_OWN(KX_OWN_TTY_REPLY), LINE_TIME_MS, MACH_PORT_NULL);
    if (kx_options.debug_exit &&
        kx_ports_allow(mach_task_self(), kx_options.debug_exit,
                       kx_options.debug_exit) == KERN_SUCCESS)
        outb(kx_options.debug_exit, (uint8_t)(DEBUG_EXIT_BASE + status));
    host_reboot(KX_OWN(KX_OWN_HOST), how == USRD_REBOOT ? 0 : 8 /* RB_HALT */);
    for (;;) /* the kernel is on its way down */
        kx_tty_flush(KX_NEVER);
}

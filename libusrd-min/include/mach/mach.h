/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Mach as a task sees it: types, traps, mach_msg(), and the kernel's calls on
 * tasks, ports and memory.  Of device calls see <usrd/client.h>.
 *
 * In a driver task mach_task_self() and mach_thread_self() are the task's
 * control port, and a kernel call on them is a message to kernel-ext, which
 * passes on what a task may do to itself and answers KERN_NO_ACCESS to the
 * rest. */
#ifndef USRD_MACH_H
#define USRD_MACH_H

#include <mach/kern_return.h>
#include <mach/mach_param.h>
#include <mach/mach_types.h>
#include <mach/message.h>
#include <mach/mig_errors.h>
#include <mach/notify.h>
#include <mach/port.h>

/* MIG's, from mach.defs and mach_port.defs. */
#include <mig/mach.h>
#include <mig/mach_port.h>

/* The task's own port; the name stays the same.  Do not block or fail. */
mach_port_t mach_task_self(void);
mach_port_t mach_thread_self(void);

/* The host's port, for host_get_uptime64() and the like. */
mach_port_t mach_host_self(void);

/* A new port, with its receive right only; MACH_PORT_NULL when there is no
 * memory.  MIG's calls take theirs from mig_get_reply_port(). */
mach_port_t mach_reply_port(void);

/* Let others run, for as long as anyone wants to at PRIORITY or better. */
boolean_t swtch(void);
boolean_t swtch_pri(int priority);

/* OPTION is of <mach/thread_switch.h>, TIME in ms. */
kern_return_t thread_switch(mach_port_t thread, int option,
                            mach_msg_timeout_t time);

/* Give up all rights and memory that a received message carries, its reply
 * right included. */
void mach_msg_destroy(mach_msg_header_t *msg);

#endif

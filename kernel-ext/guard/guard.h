/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What kernel-ext and the guard agree on.
 */
#ifndef KX_GUARD_H
#define KX_GUARD_H

#include <mach/mach.h>

/* Rights that kernel-ext puts into the guard's task before it runs. */
#define GUARD_PORT 0x40u    /* receive: ticks, exceptions, notifications */
#define GUARD_HOST 0x41u    /* send: the privileged host port */
#define GUARD_CONSOLE 0x42u /* send: the console device */
#define GUARD_WATCHED 0x43u /* send: kernel-ext's task */

/* The policy, in r12. */
enum { GUARD_REBOOT, GUARD_HALT };

#define GUARD_SILENCE 3000 /* ms without a tick that mean the end */
#define GUARD_SLICE 500    /* ms; of it */

/* The tick: kernel-ext is alive.  MS is the log's time in milliseconds, from
 * which the guard dates its own line; 0 where the sender has none. */
#define GUARD_TICK 4899
struct guard_tick {
    mach_msg_header_t head;
    mach_msg_type_t type;
    unsigned ms;
    unsigned pad;
};

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * mach_msg(): the trap, tried again when a software interrupt cut it short,
 * unless the caller wants to hear of that. */
#include <mach/message.h>

#define LIBMACH_OPTIONS (MACH_SEND_INTERRUPT | MACH_RCV_INTERRUPT)

mach_msg_return_t mach_msg(mach_msg_header_t *msg, mach_msg_option_t option,
                           mach_msg_size_t send_size, mach_msg_size_t rcv_size,
                           mach_port_name_t rcv_name,
                           mach_msg_timeout_t timeout, mach_port_name_t notify)
{
    mach_msg_option_t trap_option = option & ~LIBMACH_OPTIONS;
    mach_msg_return_t mr = mach_msg_trap(msg, trap_option, send_size, rcv_size,
                                         rcv_name, timeout, notify);

    if (!(option & MACH_SEND_INTERRUPT))
        while (mr == MACH_SEND_INTERRUPTED)
            mr = mach_msg_trap(msg, trap_option, send_size, rcv_size, rcv_name,
                               timeout, notify);
    /* Here the send is over: only the receive is repeated. */
    if (!(option & MACH_RCV_INTERRUPT))
        while (mr == MACH_RCV_INTERRUPTED)
            mr = mach_msg_trap(msg, trap_option & ~MACH_SEND_MSG, 0, rcv_size,
                               rcv_name, timeout, notify);
    return mr;
}

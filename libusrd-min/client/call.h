/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Inside the client library. */
#ifndef USRD_CALL_H
#define USRD_CALL_H

#include <mach/message.h>

/* mach_msg() for the stubs of device.defs (libusrd-min.ninja): the wait is
 * bounded by usrd_set_timeout() and sends heartbeats. */
mach_msg_return_t usrd_call(mach_msg_header_t *msg, mach_msg_option_t option,
                            mach_msg_size_t send_size, mach_msg_size_t rcv_size,
                            mach_port_name_t rcv_name,
                            mach_msg_timeout_t timeout,
                            mach_port_name_t notify);

#endif

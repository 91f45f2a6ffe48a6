/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Inside the client library. */
#ifndef USRD_CALL_H
#define USRD_CALL_H

#include <stddef.h>

#include <mach/boolean.h>
#include <mach/kern_return.h>
#include <mach/message.h>
#include <mach/port.h>
#include <mach/std_types.h>
#include <mach/machine/vm_types.h>

#include <device/device_types.h>

/* mach_msg() for the stubs of device.defs (libusrd-min.ninja): the wait is
 * bounded by usrd_set_timeout() and sends heartbeats. */
mach_msg_return_t usrd_call(mach_msg_header_t *msg, mach_msg_option_t option,
                            mach_msg_size_t send_size, mach_msg_size_t rcv_size,
                            mach_port_name_t rcv_name,
                            mach_msg_timeout_t timeout,
                            mach_port_name_t notify);

/* Calls that had no answer in time: what they sent may be in a queue still. */
extern unsigned usrd_calls_lost;

/* The next call is the last one's request run again: their time is one. */
void usrd_call_resume(void);

/* For a wait of another kind: when a call that begins NOW is to end (us), and
 * how long to wait until there is a heartbeat to send, in ms; 0: it has ended. */
unsigned long usrd_call_end(unsigned long now);
unsigned usrd_call_slice(unsigned long now, unsigned long end);

/* ring_create.c */
kern_return_t usrd_ring_create(const char *name, dev_mode_t mode,
                               unsigned slots, size_t bytes,
                               mach_port_t doorbell, mach_port_t *handle,
                               vm_offset_t *address);

/* again.c: what usrd_open() opened, as far as there is room to know. */
void usrd_client_opened(mach_port_t device, const char *name);
void usrd_client_closed(mach_port_t device);

/* A request on DEVICE was met by MIG_SERVER_DIED: is it to be run again?  Else
 * *RESULT is changed where the client gets another one.  FAULTS counts the deaths
 * that it met and that may be its own doing, not an operator's kill; 0 at
 * first.  All runs have the time of one. */
enum usrd_kind { USRD_KIND_READ, USRD_KIND_WRITE, USRD_KIND_STATUS };
boolean_t usrd_again(mach_port_t device, enum usrd_kind kind, unsigned *faults,
                     kern_return_t *result);

#endif

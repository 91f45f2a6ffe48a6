/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the files of stock share; it includes Mach's headers only. */
#ifndef STOCK_H
#define STOCK_H

#include <device/device_types.h>
#include <mach/boolean.h>
#include <mach/mach_types.h>
#include <mach/message.h>

#include "mach.h"

/* What no header of Mach's declares. */
mach_port_t mach_task_self(void);

/* model's numbers, as a program from elsewhere would have read them in its
 * manual (tasks/model/README.md). */
#define RECORD 64
#define RECORDS 1024
#define FLAVOR_DIE 0x6d640001u
#define FLAVOR_DROP 0x6d640002u
#define FLAVOR_INCARNATION 0x6d640003u
#define FLAVOR_SETTING 0x6d640004u

/* The devices, as they were opened once. */
struct devices {
    mach_port_t block, character, net;
};

/* One result; WHAT is so if it passes. */
boolean_t ok(boolean_t passed, const char *what);
void pattern(char *data, unsigned size, unsigned seed);
int incarnation(mach_port_t device); /* of its driver; -1: no answer */
mach_port_t receive_port(void);
boolean_t has_senders(mach_port_t port);
mach_msg_return_t receive(mach_port_t port, mach_msg_header_t *msg,
                          unsigned size, unsigned ms);

/* calls.c: device.defs; each is done before and after a death. */
void test_calls(const struct devices *d, unsigned seed);
void test_map(const struct devices *d, unsigned seed);
void test_errors(const struct devices *d);
void test_filter(const struct devices *d);
void test_close(void);

/* requests.c: device_request.defs and device_reply.defs. */
void test_requests(const struct devices *d, unsigned seed);
void test_request_errors(const struct devices *d);
void test_reply_ports(const struct devices *d);
void test_in_hand(const struct devices *d);
void test_queued(const struct devices *d);

#endif

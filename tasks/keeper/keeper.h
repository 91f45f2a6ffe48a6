/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the parts of this test share: the task that is watched, and its device.
 */
#ifndef KEEPER_H
#define KEEPER_H

#include <mach/mach.h>
#include <stdbool.h>
#include <usrd/operator.h>

#include <device/userspace_driver_sdk.h>
#include <usrd/client.h>

#include "../knob/knob.h"
#include "../ktap.h"

/* The watched task, knob unless said: a word of its status, and waiting for that. */
void watch(const char *task);
uint64_t word(enum usrd_info which);
bool reaches(enum usrd_task_state state, uint64_t incarnation);
bool shows(unsigned bits, unsigned mask); /* of USRD_INFO_STATUS, soon */

/* End it; true when the next incarnation is ready. */
bool killed(void);

mach_port_t opened(const char *name);
kern_return_t set(mach_port_t device, unsigned flavor, int value);
/* The first word; -1 when that fails. */
int get(mach_port_t device, unsigned flavor);
int count_of(mach_port_t device, enum knob_count which);

void test_settings(void);
void test_full(void);
void test_filter(void);
void test_poison(void);
void test_suspend(void);
void test_status(void);
void test_leak(void);
void test_late(void);
void test_uart(void);
void test_rtc(void);

#endif

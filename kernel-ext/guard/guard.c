/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The guard: a task that does nothing but hear whether kernel-ext lives, and
 * ends the machine when it does not.
 *
 * It knows of no driver and shares nothing with kernel-ext but the port.  No
 * wait here is without a limit; a kernel call that might not return comes
 * after what must be said. */
#include "guard.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <mach/exception.h>
#include <mach/machine/thread_status.h>
#include <mach/task_info.h>

#include "clock.h"
#include "device_request.h"
#include "mach_host.h"

#define EXCEPTION_RAISE 2400
#define REBOOT_HALT 8  /* RB_HALT of <sys/reboot.h> */
#define EXIT_BYTE 0x13 /* 0x10 + status 3 */
#define DRAIN_MS 1000  /* for the serial line to take the last words */
#define INBAND_MAX 128 /* bytes in one console write */

void guard(unsigned long policy, unsigned long exit_port);

struct exception {
    mach_msg_header_t head;
    mach_msg_type_t thread_type;
    mach_port_name_inlined_t thread;
    mach_msg_type_t task_type;
    mach_port_name_inlined_t task;
    mach_msg_type_t exception_type;
    int exception, pad;
    mach_msg_type_t code_type;
    int code, pad2;
    mach_msg_type_t subcode_type;
    long subcode;
};

static union {
    mach_msg_header_t head;
    struct guard_tick tick;
    struct exception exception;
    char bytes[4096];
} in;

/* A line under construction: Newlib's printf wants malloc. */
static char line[INBAND_MAX];
static unsigned length;

static void text(const char *s)
{
    while (*s != '\0' && length < sizeof line)
        line[length++] = *s++;
}

static void number(uint64_t n, unsigned base, unsigned width, char fill)
{
    char digits[21], *p = digits + sizeof digits - 1;

    *p = '\0';
    do {
        *--p = "0123456789abcdef"[n % base];
        n /= base;
        if (width > 0)
            width--;
    } while (n > 0);
    while (width-- > 0 && p > digits)
        *--p = fill;
    text(p);
}

/* Receive into `in`, for at most MS. */
static bool receive(mach_port_t port, unsigned ms)
{
    return mach_msg(&in.head, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, sizeof in,
                    port, ms, MACH_PORT_NULL) == MACH_MSG_SUCCESS;
}

/* Nobody sends here: to wait on it is to sleep, and a late answer from the
 * console does no harm. */
static mach_port_t aside;

static void say(const char *cause, const uint64_t *pc)
{
    static bool said;
    uint64_t us = clock_us();

    length = 0;
    if (!said)
        text("\r\n"); /* kernel-ext may have been in the middle of a line */
    said = true;
    text("[");
    number(us / 1000000, 10, 5, ' ');
    text(".");
    number(us % 1000000, 10, 6, '0');
    text("] E guard guard cause=");
    text(cause);
    if (pc != NULL) {
        text(" pc=0x");
        number(*pc, 16, 0, '0');
    }
    text("\r\n");
    if (device_write_request_inband(GUARD_CONSOLE, aside, 0, 0, line, length) ==
        KERN_SUCCESS)
        receive(aside, DRAIN_MS);
}

static const char *exception_name(int exception)
{
    switch (exception) {
    case EXC_BAD_ACCESS:
        return "exception:bad-access";
    case EXC_BAD_INSTRUCTION:
        return "exception:bad-instruction";
    case EXC_ARITHMETIC:
        return "exception:arithmetic";
    case EXC_EMULATION:
        return "exception:emulation";
    case EXC_SOFTWARE:
        return "exception:software";
    default:
        return "exception:breakpoint";
    }
}

static bool program_counter(mach_port_t thread, uint64_t *pc)
{
    struct i386_thread_state state;
    mach_msg_type_number_t count = i386_THREAD_STATE_COUNT;

    if (thread_get_state(thread, i386_REGS_SEGS_STATE, (thread_state_t)&state,
                         &count) != KERN_SUCCESS)
        return false;
    *pc = state.rip;
    return true;
}

/* What might wait for ever comes last. */
static void report_exception(void)
{
    const char *cause = exception_name(in.exception.exception);
    mach_port_t thread = in.exception.thread.name;
    uint64_t pc;

    say(cause, NULL);
    if (program_counter(thread, &pc))
        say(cause, &pc);
}

/* CPU time of kernel-ext's live threads, in ms. */
static uint64_t busy_ms(void)
{
    struct task_thread_times_info times;
    mach_msg_type_number_t count = TASK_THREAD_TIMES_INFO_COUNT;

    if (task_info(GUARD_WATCHED, TASK_THREAD_TIMES_INFO, (task_info_t)&times,
                  &count) != KERN_SUCCESS)
        return 0;
    return (uint64_t)(times.user_time.seconds + times.system_time.seconds) *
               1000 +
           (uint64_t)(times.user_time.microseconds +
                      times.system_time.microseconds) /
               1000;
}

/* Wait for GUARD_SILENCE in slices: if the whole machine stood still, only one
 * of them has passed. */
static bool hear(void)
{
    for (unsigned ms = 0; ms < GUARD_SILENCE; ms += GUARD_SLICE)
        if (receive(GUARD_PORT, GUARD_SLICE))
            return true;
    return false;
}

/* Returns when kernel-ext is over; says why. */
static void watch(void)
{
    uint64_t busy = busy_ms();

    while (hear()) {
        switch (in.head.msgh_id) {
        case GUARD_TICK:
            clock_tick(in.tick.ms);
            busy = busy_ms();
            break;
        case MACH_NOTIFY_DEAD_NAME:
            say("vanished", NULL);
            return;
        case EXCEPTION_RAISE:
            report_exception();
            return;
        }
    }
    /* Silence.  It had three seconds: was it busy for half of them? */
    say(busy_ms() - busy > GUARD_SILENCE / 2 ? "hang:spinning" : "hang:blocked",
        NULL);
}

void guard(unsigned long policy, unsigned long exit_port)
{
    mach_port_t previous;

    aside = mach_reply_port();
    clock_start();
    mach_port_request_notification(mach_task_self(), GUARD_WATCHED,
                                   MACH_NOTIFY_DEAD_NAME, 1, GUARD_PORT,
                                   MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous);
    watch();
    receive(aside, DRAIN_MS);
    if (exit_port != 0)
        __asm__ volatile("outb %0, %1"
                         :
                         : "a"((unsigned char)EXIT_BYTE),
                           "d"((unsigned short)exit_port));
    host_reboot(GUARD_HOST, policy == GUARD_HALT ? REBOOT_HALT : 0);
    for (;;)
        receive(aside, DRAIN_MS);
}

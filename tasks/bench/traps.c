/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Counts the traps that a task makes (ld --wrap, task.ninja): three
 * instructions on the way, whatever the trap's arguments are. */
#include "bench.h"

uint64_t bench_traps __attribute__((section(".bss.hot")));

#define COUNTED(trap)                    \
    __asm__(".globl __wrap_" #trap "\n"  \
            "__wrap_" #trap ":\n"        \
            "  incq bench_traps(%rip)\n" \
            "  jmp __real_" #trap "\n")

COUNTED(mach_msg_trap);
COUNTED(mach_reply_port);
COUNTED(swtch);
COUNTED(swtch_pri);
COUNTED(thread_switch);

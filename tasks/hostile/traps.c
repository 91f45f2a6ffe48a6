/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Attacks by fast traps, which no supervisor can stand between.  On the stock
 * kernel the first two panic it; a hardened one (images/README.md) answers all
 * as it answers a trap that it does not have. */
#include "hostile.h"

#include <mach/thread_status.h>

#define MACH_PRINT 30
#define DEVICE_WRITEV 39
#define DEVICE_WRITE 40
#define SET_SELF_STATE 77
#define NO_TRAP 78

static long trap(long number, long a, long b, long c)
{
    long result = -number;

    __asm__ volatile("syscall"
                     : "+a"(result)
                     : "D"(a), "S"(b), "d"(c), "r"(0)
                     : "rcx", "r8", "r9", "r10", "r11", "memory");
    return result;
}

static int like_none(long number, long a, long b, long c)
{
    return trap(number, a, b, c) == trap(NO_TRAP, 0, 0, 0);
}

void attack_trap_print(void)
{
    expect(1, like_none(MACH_PRINT, (long)0xffffdead00000000, 0, 0));
}

void attack_trap_state(void)
{
    struct i386_thread_state state = {
        .rip = 0xdead000000000000, .cs = 0x1f, .ss = 0x27};

    expect(1, like_none(SET_SELF_STATE, i386_REGS_SEGS_STATE, (long)&state,
                        i386_THREAD_STATE_COUNT));
}

void attack_trap_write(void)
{
    expect(1, like_none(DEVICE_WRITE, (long)hello, 0, 0));
    expect(1, like_none(DEVICE_WRITEV, (long)hello, 0, 0));
}

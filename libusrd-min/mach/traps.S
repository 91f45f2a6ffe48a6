/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The kernel traps that a task may need.  Left out on purpose: those that
 * a wild pointer turns into a kernel panic (mach_print, the device write
 * traps, thread_set_self_state), and the short cuts for kernel calls, which
 * the kernel refuses to a task whose port is interposed: they are messages.
 *
 * Arguments are in rdi rsi rdx rcx r8 r9 and on the stack, as for any
 * function; the kernel wants the fourth in r10 and looks for the seventh
 * above the return address, where it is. */

#define TRAP(name, number)                 \
    .section .text.name, "ax", @progbits;  \
    .globl name;                           \
    .type name, @function;                 \
    name: mov $(number), %rax;             \
    mov %rcx, %r10;                        \
    syscall;                               \
    ret;                                   \
    .size name, . - name

TRAP(mach_msg_trap, -25)
TRAP(mach_reply_port, -26)
TRAP(mach_thread_self, -27)
TRAP(mach_task_self_trap, -28)
TRAP(mach_host_self_trap, -29)
TRAP(swtch_pri, -59)
TRAP(swtch, -60)
TRAP(thread_switch, -61)

    .section .note.GNU-stack, "", @progbits

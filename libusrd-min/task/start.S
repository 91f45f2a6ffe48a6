/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Where a task begins.  The kernel's boot loader left on the stack
 *     argc, argv[0] .. argv[argc-1], 0, 0 (no environment)
 * and kernel-ext put the incarnation's number into r12, the watchdog in ms
 * (0: off) into r13 and the time-stamp counter's kHz (0: unknown) into r14. */
    .section .text.start, "ax", @progbits
    .globl _start
    .type _start, @function
_start:
    xor %ebp, %ebp /* the outermost frame, for the stack walk */
    mov %rsp, %rdi
    mov %r12, %rsi
    mov %r13, %rdx
    mov %r14, %rcx
    and $-16, %rsp
    call usrd_start
    ud2
    .size _start, . - _start

    .section .note.GNU-stack, "", @progbits

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Where the guard begins: kernel-ext put what to do at the end into r12 and
 * the port of isa-debug-exit (0: none) into r13. */
    .section .text.start, "ax", @progbits
    .globl _start
    .type _start, @function
_start:
    xor %ebp, %ebp
    mov %r12, %rdi
    mov %r13, %rsi
    and $-16, %rsp
    call guard
    ud2
    .size _start, . - _start

    .section .note.GNU-stack, "", @progbits

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The kernel's hand-over: argc at (rsp), argv[] after it, rsp 16-aligned. */
    .section .text.start, "ax"
    .globl _start
_start:
    mov (%rsp), %rdi
    lea 8(%rsp), %rsi
    xor %ebp, %ebp
    call main
    ud2
    .section .note.GNU-stack, "", @progbits

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * QEMU's edu device: registers of its first BAR, 32 bits each. */
#ifndef EDU_REGS_H
#define EDU_REGS_H

#define EDU_VENDOR 0x1234
#define EDU_DEVICE 0x11e8

#define EDU_ID 0x00 /* r: 0xRRrr00ed, major and minor version */
#define EDU_ID_MASK 0xffu
#define EDU_ID_EDU 0xedu
#define EDU_CHECK 0x04     /* rw: reads as the complement of what was written */
#define EDU_FACTORIAL 0x08 /* rw: write n, read n! (32 bits) */
#define EDU_STATUS 0x20    /* rw */
#define EDU_STATUS_COMPUTES 0x01u
#define EDU_STATUS_INTERRUPT 0x80u /* when the factorial is there */
#define EDU_INT_STATUS 0x24        /* r: why it interrupts; 0: it does not */
#define EDU_INT_FACTORIAL 0x01u
#define EDU_INT_DMA 0x100u
#define EDU_INT_RAISE 0x60 /* w: these bits into INT_STATUS */
#define EDU_INT_ACK 0x64   /* w: these bits out of it */

/* A transfer, 64 bits each; it begins 100 ms after the command. */
#define EDU_DMA_FROM 0x80
#define EDU_DMA_TO 0x88
#define EDU_DMA_BYTES 0x90
#define EDU_DMA_COMMAND 0x98
#define EDU_DMA_START 0x1u /* reads as 1 until it is over */
#define EDU_DMA_TO_MEMORY 0x2u
#define EDU_DMA_INTERRUPT 0x4u
#define EDU_BUFFER 0x40000 /* the device's own, as its address */
/* Of its 4,096: QEMU ends itself at a transfer that reaches the last one. */
#define EDU_BUFFER_BYTES 4095u
#define EDU_DMA_MS 500 /* that a transfer may take */

#endif

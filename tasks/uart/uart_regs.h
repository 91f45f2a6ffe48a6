/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * 16550 registers, as offsets from the base port. */
#ifndef UART_REGS_H
#define UART_REGS_H

#define UART_RBR 0 /* read: received byte */
#define UART_THR 0 /* write: byte to send */
#define UART_DLL 0 /* divisor, with LCR_DLAB */
#define UART_DLM 1

#define UART_IER 1
#define UART_IER_RX 0x01   /* data, or a time-out with data in the FIFO */
#define UART_IER_TX 0x02   /* transmit FIFO empty */
#define UART_IER_LINE 0x04 /* line errors */

#define UART_IIR 2 /* read */
#define UART_IIR_NONE 0x01
#define UART_IIR_FIFO 0xc0 /* both set: a 16550A whose FIFOs work */

#define UART_FCR 2 /* write */
#define UART_FCR_ENABLE 0x01
#define UART_FCR_CLEAR_RX 0x02
#define UART_FCR_CLEAR_TX 0x04
#define UART_FCR_TRIGGER_8 0x80 /* interrupt at 8 bytes, or after a pause */

#define UART_LCR 3
#define UART_LCR_8N1 0x03
#define UART_LCR_DLAB 0x80

#define UART_MCR 4
#define UART_MCR_DTR 0x01
#define UART_MCR_RTS 0x02
#define UART_MCR_OUT2 0x08 /* connects the interrupt line on a PC */

#define UART_LSR 5
#define UART_LSR_DATA 0x01
#define UART_LSR_OVERRUN 0x02
#define UART_LSR_PARITY 0x04
#define UART_LSR_FRAMING 0x08
#define UART_LSR_BREAK 0x10
#define UART_LSR_TX_EMPTY 0x20 /* the whole transmit FIFO */

#define UART_MSR 6
#define UART_SCR 7 /* scratch: keeps what is written */

#define UART_PORTS 8
#define UART_FIFO 16
#define UART_CLOCK 115200 /* divided by the divisor: the speed */

#endif

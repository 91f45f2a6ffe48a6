/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a client of the device "uart" needs to know. */
#ifndef UART_H
#define UART_H

/* Flavors.  Speeds are in bits a second; 8 data bits, no parity, 1 stop. */
#define UART_SPEED (('u' << 16) + 1) /* get, set: one word */
#define UART_STATS (('u' << 16) + 2) /* get: enum uart_stats_word */

enum uart_stats_word {
    UART_STATS_RECEIVED, /* bytes, since the driver's start */
    UART_STATS_SENT,
    UART_STATS_OVERRUNS, /* by the line status register, as are the next */
    UART_STATS_PARITY,
    UART_STATS_FRAMING,
    UART_STATS_BREAKS,
    UART_STATS_INTERRUPTS,
    UART_STATS_WORDS
};

#endif

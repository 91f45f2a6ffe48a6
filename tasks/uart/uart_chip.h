/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The 16550 itself, between two rings of bytes; knows no messages. */
#ifndef UART_CHIP_H
#define UART_CHIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "uart.h"

#define UART_RING 4096 /* bytes; a power of two */

/* Free-running indices: head - tail bytes are in it. */
struct uart_ring {
    uint8_t byte[UART_RING];
    unsigned head, tail;
};

struct uart_chip {
    uint16_t base;
    uint8_t ier; /* what the enable register was set to */
    int speed;
    struct uart_ring rx, tx;
    int stats[UART_STATS_WORDS];
};

/* Is a 16550A with working FIFOs at BASE?  Changes the scratch register
 * only. */
bool uart_chip_probe(uint16_t base);

/* From any state to: SPEED, 8N1, FIFOs empty, receiving, rings empty.
 * False when SPEED has no divisor. */
bool uart_chip_init(struct uart_chip *chip, uint16_t base, int speed);

/* No interrupts, lines dropped. */
void uart_chip_stop(struct uart_chip *chip);

bool uart_chip_set_speed(struct uart_chip *chip, int speed);

/* Move bytes between FIFOs and rings until the chip has no reason left. */
void uart_chip_irq(struct uart_chip *chip);

/* Take up to SIZE received bytes; queue up to SIZE bytes for sending.
 * Return how many it was. */
size_t uart_chip_read(struct uart_chip *chip, void *data, size_t size);
size_t uart_chip_write(struct uart_chip *chip, const void *data, size_t size);

static inline size_t uart_ring_used(const struct uart_ring *ring)
{
    return ring->head - ring->tail;
}

#endif

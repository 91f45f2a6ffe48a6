/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The 16550A.  National Semiconductor PC16550D data sheet (June 1995);
 * section numbers are its. */
#include <device/userspace_driver_sdk.h>
#include <usrd/io.h>

#include "uart_chip.h"
#include "uart_regs.h"

/* More reasons in one interrupt than any working chip has. */
#define IRQ_ROUNDS 256

static uint8_t rd(struct uart_chip *chip, uint8_t reg)
{
    return inb(chip->base + reg);
}

static void wr(struct uart_chip *chip, uint8_t reg, uint8_t value)
{
    outb(chip->base + reg, value);
}

static void enable(struct uart_chip *chip, uint8_t ier)
{
    if (ier != chip->ier)
        wr(chip, UART_IER, ier);
    chip->ier = ier;
}

bool uart_chip_probe(uint16_t base)
{
    static const uint8_t pattern[] = {0x55, 0xaa};

    for (unsigned i = 0; i < sizeof pattern; i++) {
        outb(base + UART_SCR, pattern[i]);
        if (inb(base + UART_SCR) != pattern[i])
            return false;
    }
    return true;
}

bool uart_chip_set_speed(struct uart_chip *chip, int speed)
{
    if (speed <= 0 || speed > UART_CLOCK || UART_CLOCK % speed != 0)
        return false;
    unsigned divisor = UART_CLOCK / speed; /* 8.3 */
    if (divisor > 0xffff)
        return false;
    wr(chip, UART_LCR, UART_LCR_8N1 | UART_LCR_DLAB);
    wr(chip, UART_DLL, divisor & 0xff);
    wr(chip, UART_DLM, divisor >> 8);
    wr(chip, UART_LCR, UART_LCR_8N1);
    chip->speed = speed;
    return true;
}

bool uart_chip_init(struct uart_chip *chip, uint16_t base, int speed)
{
    *chip = (struct uart_chip){.base = base};
    wr(chip, UART_LCR, UART_LCR_8N1); /* a former run may have left DLAB on */
    wr(chip, UART_IER, 0);
    if (!uart_chip_set_speed(chip, speed))
        return false;
    /* Received bytes that wait in the FIFO are not ours to lose. */
    wr(chip, UART_FCR,
       UART_FCR_ENABLE | UART_FCR_CLEAR_TX | UART_FCR_TRIGGER_8); /* 8.4 */
    if ((rd(chip, UART_IIR) & UART_IIR_FIFO) != UART_IIR_FIFO)
        return false;
    rd(chip, UART_MSR);
    wr(chip, UART_MCR, UART_MCR_DTR | UART_MCR_RTS | UART_MCR_OUT2);
    enable(chip, UART_IER_RX | UART_IER_LINE);
    return true;
}

void uart_chip_stop(struct uart_chip *chip)
{
    enable(chip, 0);
    wr(chip, UART_MCR, 0);
}

static void count_errors(struct uart_chip *chip, uint8_t lsr)
{
    chip->stats[UART_STATS_OVERRUNS] += !!(lsr & UART_LSR_OVERRUN);
    chip->stats[UART_STATS_PARITY] += !!(lsr & UART_LSR_PARITY);
    chip->stats[UART_STATS_FRAMING] += !!(lsr & UART_LSR_FRAMING);
    chip->stats[UART_STATS_BREAKS] += !!(lsr & UART_LSR_BREAK);
}

/* Receive while there is room.  With a full ring the bytes stay in the FIFO
 * and the other side is told to wait; uart_chip_read lets it go on. */
static void receive(struct uart_chip *chip, uint8_t lsr)
{
    struct uart_ring *rx = &chip->rx;

    while ((lsr & UART_LSR_DATA) && uart_ring_used(rx) < UART_RING) {
        rx->byte[rx->head++ % UART_RING] = rd(chip, UART_RBR);
        chip->stats[UART_STATS_RECEIVED]++;
        lsr = rd(chip, UART_LSR); /* reading it clears the error bits */
        count_errors(chip, lsr);
    }
    if (uart_ring_used(rx) == UART_RING) {
        wr(chip, UART_MCR, UART_MCR_DTR | UART_MCR_OUT2);
        enable(chip, chip->ier & ~UART_IER_RX);
    }
}

/* An empty FIFO takes 16 bytes without asking in between. */
static void transmit(struct uart_chip *chip)
{
    struct uart_ring *tx = &chip->tx;

    for (int i = 0; i < UART_FIFO && uart_ring_used(tx) > 0; i++) {
        wr(chip, UART_THR, tx->byte[tx->tail++ % UART_RING]);
        chip->stats[UART_STATS_SENT]++;
    }
    if (uart_ring_used(tx) > 0)
        enable(chip, chip->ier | UART_IER_TX);
    else
        enable(chip, chip->ier & ~UART_IER_TX);
}

void uart_chip_irq(struct uart_chip *chip)
{
    chip->stats[UART_STATS_INTERRUPTS]++;
    for (int i = 0; i < IRQ_ROUNDS; i++) {
        if (rd(chip, UART_IIR) & UART_IIR_NONE)
            return;
        uint8_t lsr = rd(chip, UART_LSR);
        count_errors(chip, lsr);
        receive(chip, lsr);
        if (lsr & UART_LSR_TX_EMPTY)
            transmit(chip);
    }
    /* ISA lines are edges: with a reason left there would never be another
     * one.  Let the line drop and rise. */
    wr(chip, UART_IER, 0);
    wr(chip, UART_IER, chip->ier);
}

size_t uart_chip_read(struct uart_chip *chip, void *data, size_t size)
{
    struct uart_ring *rx = &chip->rx;
    uint8_t *to = data;
    size_t n = 0;

    while (n < size && uart_ring_used(rx) > 0)
        to[n++] = rx->byte[rx->tail++ % UART_RING];
    if (!(chip->ier & UART_IER_RX) && uart_ring_used(rx) <= UART_RING / 2) {
        wr(chip, UART_MCR, UART_MCR_DTR | UART_MCR_RTS | UART_MCR_OUT2);
        enable(chip, chip->ier | UART_IER_RX);
    }
    return n;
}

size_t uart_chip_write(struct uart_chip *chip, const void *data, size_t size)
{
    struct uart_ring *tx = &chip->tx;
    const uint8_t *from = data;
    size_t n = 0;

    while (n < size && uart_ring_used(tx) < UART_RING)
        tx->byte[tx->head++ % UART_RING] = from[n++];
    /* Enabling the interrupt with an empty FIFO raises it at once. */
    if (n > 0)
        enable(chip, chip->ier | UART_IER_TX);
    return n;
}

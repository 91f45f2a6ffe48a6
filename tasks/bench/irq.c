/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A driver that has itself interrupted: a 16550 (QEMU: -device isa-serial,
 * iobase=0x2e8,irq=3) in loop-back, whose receive time-out comes four
 * characters after the last byte, when nobody runs.  In its handler it has
 * the line asserted once more, which is seen when the line is unmasked. */
#include <device/userspace_driver_sdk.h>
#include <string.h>
#include <usrd/io.h>

#include "bench.h"

#define LINE 3
#define BASE 0x2e8
enum { DATA, IER, FCR, LCR, MCR };
#define IIR FCR
#define IER_RECEIVE 0x01
#define IER_EMPTY 0x02   /* transmitter holding register empty: now */
#define FCR_FIFO_14 0xc7 /* on, cleared, interrupt at 14 bytes */
#define LCR_8N1 0x03
#define LCR_DIVISOR 0x80
#define MCR_LOOP 0x1b

/* QEMU's: 1e9 / 115200 ns a bit, 10 bits a character. */
#define TIMEOUT_NS (4 * 10 * (1000000000 / 115200))

static uint64_t at[BENCH_IRQS];
static unsigned handled;

static void wr(unsigned reg, uint8_t value)
{
    outb((uint16_t)(BASE + reg), value);
}

static uint8_t rd(unsigned reg)
{
    return inb((uint16_t)(BASE + reg));
}

static void irq_handler(usrd_driver_t driver, int line)
{
    uint64_t now = bench_ticks();

    (void)driver, (void)line;
    if (handled++ == 0) {
        at[BENCH_HANDLER] = now;
        rd(DATA);
        wr(IER, IER_EMPTY);
    } else {
        at[BENCH_AGAIN] = now;
        wr(IER, 0);
        rd(IIR);
    }
}

static kern_return_t irq_init(usrd_driver_t driver)
{
    wr(LCR, LCR_8N1 | LCR_DIVISOR);
    wr(DATA, 1); /* 115200 */
    wr(IER, 0);
    wr(LCR, LCR_8N1);
    wr(FCR, FCR_FIFO_14);
    wr(MCR, MCR_LOOP);
    return usrd_driver_register_interrupt(driver, LINE, irq_handler);
}

static kern_return_t irq_open(usrd_driver_t driver, const char *name,
                              dev_mode_t mode, void **context)
{
    (void)driver, (void)name, (void)mode, (void)context;
    return KERN_SUCCESS;
}

static kern_return_t irq_arm(usrd_driver_t driver, void *context,
                             dev_flavor_t flavor, const dev_status_t words,
                             natural_t count)
{
    (void)driver, (void)context, (void)flavor, (void)words, (void)count;
    handled = 0;
    memset(at, 0, sizeof at);
    wr(IER, IER_RECEIVE);
    at[BENCH_ASSERTED] = bench_ticks() + TIMEOUT_NS;
    wr(DATA, 'x');
    return KERN_SUCCESS;
}

static kern_return_t irq_status(usrd_driver_t driver, void *context,
                                dev_flavor_t flavor, dev_status_t words,
                                natural_t *count)
{
    (void)driver, (void)context, (void)flavor;
    if (*count < BENCH_IRQS * 2 || handled != 2)
        return D_IO_ERROR;
    memcpy(words, at, sizeof at);
    *count = BENCH_IRQS * 2;
    return KERN_SUCCESS;
}

static struct usrd_driver_callbacks callbacks = {
    .driver_init = irq_init,
    .device_open = irq_open,
    .device_get_status = irq_status,
    .device_set_status = irq_arm,
};

int main(void)
{
    usrd_driver_t driver = usrd_driver_create(
        "bench-irq", "interrupts itself", 1, 0,
        USRD_CAP_CHAR_DEVICE | USRD_CAP_INTERRUPT, &callbacks);

    USRD_CHECK_RETURN(usrd_driver_register(driver, mach_task_self()));
    USRD_CHECK_RETURN(usrd_driver_add_device(driver, "bench-irq",
                                             USRD_CAP_CHAR_DEVICE, NULL));
    return usrd_exit_code(usrd_driver_run(driver));
}

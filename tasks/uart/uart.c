/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A 16550 serial port: bytes both ways by interrupt, through its FIFOs.
 *
 * Device: 16550A at ports 0x2e8-0x2ef, IRQ 3 (the kernel keeps COM1 and COM2).
 * QEMU: -device isa-serial,iobase=0x2e8,irq=3,chardev=ID.
 * Left out: other formats than 8N1, modem lines, XON/XOFF, sending breaks.
 *
 * A read answers with what there is, and waits only for the first byte; a
 * write takes what fits, and waits only for room for the first byte.
 */
#include <device/userspace_driver_sdk.h>
#include <stdlib.h>
#include <string.h>
#include <usrd/io.h>

#include "uart_chip.h"
#include "uart_queue.h"
#include "uart_regs.h"

#define UART_BASE 0x2e8
#define UART_IRQ 3

static struct uart_chip chip;
static struct uart_queue readers, writers;
static int uart_speed = 115200;

static vm_size_t min(vm_size_t a, vm_size_t b)
{
    return a < b ? a : b;
}

static void uart_irq(usrd_driver_t driver, int line)
{
    (void)line;

    uart_chip_irq(&chip);
    uart_prune(driver, &readers);
    uart_prune(driver, &writers);
    while (readers.n > 0 && uart_ring_used(&chip.rx) > 0) {
        struct uart_waiter w = uart_dequeue(&readers);
        vm_size_t n = min(w.size, uart_ring_used(&chip.rx));
        void *data = usrd_malloc(driver, n);
        if (data == NULL)
            usrd_complete(w.op, D_NO_MEMORY, NULL, 0);
        else
            usrd_complete(w.op, D_SUCCESS, data,
                          uart_chip_read(&chip, data, n));
    }
    while (writers.n > 0 && uart_ring_used(&chip.tx) < UART_RING) {
        struct uart_waiter w = uart_dequeue(&writers);
        usrd_complete(w.op, D_SUCCESS, NULL,
                      uart_chip_write(&chip, w.data, w.size));
        usrd_free(driver, w.data, w.size);
    }
}

static kern_return_t uart_init(usrd_driver_t driver)
{
    if (!usrd_granted(USRD_GRANT_IOPORTS, UART_BASE,
                      UART_BASE + UART_PORTS - 1))
        return USRD_ERROR_PERMISSION_DENIED;
    if (!uart_chip_probe(UART_BASE)) {
        usrd_log(driver, USRD_LOG_ERROR, "no 16550 at 0x%x", UART_BASE);
        return D_NO_SUCH_DEVICE;
    }
    if (!uart_chip_init(&chip, UART_BASE, uart_speed)) {
        usrd_log(driver, USRD_LOG_ERROR, "no FIFOs, or no speed %d",
                 uart_speed);
        return D_IO_ERROR;
    }
    return usrd_driver_register_interrupt(driver, UART_IRQ, uart_irq);
}

static void uart_shutdown(usrd_driver_t driver)
{
    (void)driver;
    uart_chip_stop(&chip);
}

static kern_return_t uart_open(usrd_driver_t driver, const char *name,
                               dev_mode_t mode, void **context)
{
    (void)driver, (void)name, (void)mode;
    *context = &chip;
    return KERN_SUCCESS;
}

static kern_return_t uart_read(usrd_driver_t driver, void *context,
                               dev_mode_t mode, recnum_t recnum,
                               vm_size_t wanted, void **data, vm_size_t *got)
{
    (void)context, (void)recnum;

    wanted = min(wanted, UART_RING);
    *got = 0;
    *data = NULL;
    if (wanted == 0)
        return KERN_SUCCESS;
    if (readers.n > 0 || uart_ring_used(&chip.rx) == 0) {
        if (mode & D_NOWAIT)
            return D_WOULD_BLOCK;
        return uart_enqueue(driver, &readers, wanted, NULL);
    }
    wanted = min(wanted, uart_ring_used(&chip.rx));
    *data = usrd_malloc(driver, wanted);
    if (*data == NULL)
        return D_NO_MEMORY;
    *got = uart_chip_read(&chip, *data, wanted);
    return KERN_SUCCESS;
}

static kern_return_t uart_write(usrd_driver_t driver, void *context,
                                dev_mode_t mode, recnum_t recnum, void *data,
                                vm_size_t size, vm_size_t *written)
{
    (void)context, (void)recnum;

    *written = 0;
    if (size == 0)
        return KERN_SUCCESS;
    if (writers.n == 0)
        *written = uart_chip_write(&chip, data, size);
    if (*written > 0)
        return KERN_SUCCESS;
    if (mode & D_NOWAIT)
        return D_WOULD_BLOCK;
    size = min(size, UART_RING);
    void *copy = usrd_malloc(driver, size);
    if (copy == NULL)
        return D_NO_MEMORY;
    return uart_enqueue(driver, &writers, size, memcpy(copy, data, size));
}

static kern_return_t uart_get_status(usrd_driver_t driver, void *context,
                                     dev_flavor_t flavor, dev_status_t status,
                                     natural_t *count)
{
    static const int size[DEV_GET_SIZE_COUNT] = {
        [DEV_GET_SIZE_DEVICE_SIZE] = 0,
        [DEV_GET_SIZE_RECORD_SIZE] = 1,
    };
    const int *from;
    natural_t n;
    (void)driver, (void)context;

    switch (flavor) {
    case DEV_GET_SIZE:
        from = size, n = DEV_GET_SIZE_COUNT;
        break;
    case UART_SPEED:
        from = &chip.speed, n = 1;
        break;
    case UART_STATS:
        from = chip.stats, n = UART_STATS_WORDS;
        break;
    default:
        return D_INVALID_OPERATION;
    }
    if (*count < n)
        return D_INVALID_SIZE;
    memcpy(status, from, n * sizeof *from);
    *count = n;
    return KERN_SUCCESS;
}

static kern_return_t uart_set_status(usrd_driver_t driver, void *context,
                                     dev_flavor_t flavor, dev_status_t status,
                                     natural_t count)
{
    (void)driver, (void)context;

    if (flavor != UART_SPEED || count != 1)
        return D_INVALID_OPERATION;
    return uart_chip_set_speed(&chip, status[0]) ? KERN_SUCCESS
                                                 : D_INVALID_SIZE;
}

static struct usrd_driver_callbacks uart_callbacks = {
    .driver_init = uart_init,
    .driver_shutdown = uart_shutdown,
    .device_open = uart_open,
    .device_read = uart_read,
    .device_write = uart_write,
    .device_get_status = uart_get_status,
    .device_set_status = uart_set_status,
};

int main(int argc, char **argv)
{
    usrd_driver_t driver = usrd_driver_create(
        "uart", "16550 serial port", 1, 0,
        USRD_CAP_CHAR_DEVICE | USRD_CAP_INTERRUPT, &uart_callbacks);

    if (driver == NULL)
        return 1;
    if (argc > 1)
        uart_speed = atoi(argv[1]);
    USRD_CHECK_RETURN(usrd_driver_register(driver, mach_task_self()));
    USRD_CHECK_RETURN(
        usrd_driver_add_device(driver, "uart", USRD_CAP_CHAR_DEVICE, NULL));
    return usrd_exit_code(usrd_driver_run(driver));
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * settler [PORT SLOT]: a test's driver of a PCI function: it says how it finds
 * it, and leaves it mastering the bus.  Reads of a ring it takes and never
 * answers.  When it is told to it has the slot ejected (QEMU's docs/specs/
 * acpi_pci_hotplug), whose registers are there. */
#include <device/userspace_driver_sdk.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <usrd/io.h>
#include <usrd/pci.h>
#include <usrd/ring.h>

#define VIRTIO 0x1af4
#define COMMON_BAR 4        /* where QEMU has it */
#define DEVICE_STATUS 0x14  /* virtio 1.1, 4.1.4.3; one byte */
#define STATUS_DRIVER 0x03u /* acknowledged, and it has a driver */
#define COMMAND 0x04
#define LINE 0x3c
#define BAR0 0x10

#define EJECT 0x08     /* 4 bytes, a bit a slot; */
#define EJECT_BUS 0x10 /* and of which of the buses where one can */

static struct usrd_pci_function function;
static uint16_t port;
static unsigned slot;

static uint32_t config(unsigned offset, unsigned width)
{
    uint32_t value = 0;

    usrd_pci_read(0, offset, width, &value);
    return value;
}

static kern_return_t settler_init(usrd_driver_t driver)
{
    void *base;

    (void)driver;
    USRD_CHECK_RETURN(usrd_pci_get(0, &function));
    printf("command=0x%x line=%u bars=%x,%x,%x,%x,%x,%x\n",
           (unsigned)config(COMMAND, 2), (unsigned)config(LINE, 1),
           (unsigned)config(BAR0, 4), (unsigned)config(BAR0 + 4, 4),
           (unsigned)config(BAR0 + 8, 4), (unsigned)config(BAR0 + 12, 4),
           (unsigned)config(BAR0 + 16, 4), (unsigned)config(BAR0 + 20, 4));
    if (function.vendor_id == VIRTIO) {
        USRD_CHECK_RETURN(usrd_pci_map(&function, COMMON_BAR, &base));
        printf("status=%u\n", usrd_rd8(base, DEVICE_STATUS));
        usrd_wr8(base, DEVICE_STATUS, STATUS_DRIVER);
        printf("then=%u\n", usrd_rd8(base, DEVICE_STATUS));
    }
    return usrd_pci_master(0, TRUE);
}

static kern_return_t settler_open(usrd_driver_t driver, const char *name,
                                  dev_mode_t mode, void **context)
{
    (void)driver, (void)name, (void)mode, (void)context;
    return KERN_SUCCESS;
}

static kern_return_t settler_write(usrd_driver_t driver, void *context,
                                   dev_mode_t mode, recnum_t recnum, void *data,
                                   vm_size_t bytes_to_write,
                                   vm_size_t *bytes_written)
{
    (void)driver, (void)context, (void)mode, (void)recnum;
    if (bytes_to_write < 5 || memcmp(data, "eject", 5) != 0 ||
        !usrd_granted(USRD_GRANT_IOPORTS, port + EJECT, port + EJECT_BUS + 3))
        return D_INVALID_OPERATION;
    outl(port + EJECT_BUS, 0);
    outl(port + EJECT, 1u << slot);
    printf("vendor=%x\n", (unsigned)config(0, 2));
    *bytes_written = bytes_to_write;
    return KERN_SUCCESS;
}

/* A read is its device's, as far as anyone knows. */
static kern_return_t settler_ring(usrd_driver_t driver, void *context,
                                  const struct usrd_ring_request *request)
{
    (void)driver, (void)context;
    if (request->op != USRD_RING_READ) {
        usrd_ring_complete(request->id, KERN_SUCCESS, 0);
        return KERN_SUCCESS;
    }
    printf("took=%u\n", (unsigned)request->count);
    return KERN_SUCCESS;
}

/* A ring has records of some size. */
static kern_return_t settler_status(usrd_driver_t driver, void *context,
                                    dev_flavor_t flavor, dev_status_t status,
                                    natural_t *count)
{
    (void)driver, (void)context;
    if (flavor != DEV_GET_SIZE || *count < DEV_GET_SIZE_COUNT)
        return D_INVALID_OPERATION;
    status[DEV_GET_SIZE_DEVICE_SIZE] = 0;
    status[DEV_GET_SIZE_RECORD_SIZE] = 1;
    *count = DEV_GET_SIZE_COUNT;
    return KERN_SUCCESS;
}

static struct usrd_driver_callbacks callbacks = {
    .device_get_status = settler_status,
    .device_open = settler_open,
    .device_ring = settler_ring,
    .device_write = settler_write,
    .driver_init = settler_init,
};

int main(int argc, char **argv)
{
    usrd_driver_t driver = usrd_driver_create(
        argv[0], "a test's", 1, 0,
        USRD_CAP_CHAR_DEVICE | USRD_CAP_PCI | USRD_CAP_DMA, &callbacks);

    if (argc > 2) {
        port = (uint16_t)strtoul(argv[1], NULL, 0);
        slot = (unsigned)strtoul(argv[2], NULL, 0);
    }
    if (usrd_driver_register(driver, mach_task_self()) != USRD_SUCCESS ||
        usrd_driver_add_device(driver, argv[0], USRD_CAP_CHAR_DEVICE, NULL) !=
            USRD_SUCCESS)
        return 1;
    return usrd_exit_code(usrd_driver_run(driver));
}

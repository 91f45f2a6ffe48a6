/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * edu: QEMU's teaching device, `-device edu` (docs/specs/edu.txt of QEMU), a
 * PCI function that computes factorials, transfers between memory and a buffer
 * of its own, and interrupts when it is done.  The driver to copy for a PCI
 * device, as hello is for one without hardware.
 *
 * A character device.  Record 0: write a number, read its factorial (32 bits).
 * Record 1 is the device's buffer, up to 4,095 bytes of which are written and
 * read.
 *
 * Left out: message interrupts. */
#include <device/userspace_driver_sdk.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <usrd/io.h>
#include <usrd/pci.h>

#include "edu_dma.h"

#define EDU_TIME 250 /* ms that the device may take to become idle */
#define EDU_RECORDS 2u

static struct {
    struct usrd_pci_function function;
    void *base;           /* its first BAR */
    char *memory;         /* where it transfers from and to, */
    vm_offset_t physical; /* as the device sees it */
    usrd_op_t op;         /* the request that waits for the device, or 0 */
    void *data;           /* of a read of the buffer */
    vm_size_t length;     /* of what was written, or is read */
    uint32_t result;      /* of the last factorial */
} edu;

static uint32_t rd(size_t offset)
{
    return usrd_rd32(edu.base, offset);
}

static void wr(size_t offset, uint32_t value)
{
    usrd_wr32(edu.base, offset, value);
}

/* LENGTH bytes of the buffer into memory, or back. */
static void transfer(boolean_t to_memory)
{
    if (to_memory)
        edu_transfer(edu.base, EDU_BUFFER, edu.physical, edu.length,
                     EDU_DMA_INTERRUPT | EDU_DMA_TO_MEMORY);
    else
        edu_transfer(edu.base, edu.physical, EDU_BUFFER, edu.length,
                     EDU_DMA_INTERRUPT);
}

static boolean_t idle(void)
{
    return !(rd(EDU_STATUS) & EDU_STATUS_COMPUTES) && !edu_transfers(edu.base);
}

/* Is it there, and is it what the module line says? */
static kern_return_t edu_probe(void)
{
    if (usrd_pci_get(0, &edu.function) != KERN_SUCCESS ||
        edu.function.vendor_id != EDU_VENDOR ||
        edu.function.device_id != EDU_DEVICE ||
        usrd_pci_map(&edu.function, 0, &edu.base) != USRD_SUCCESS)
        return D_NO_SUCH_DEVICE;
    return (rd(EDU_ID) & EDU_ID_MASK) == EDU_ID_EDU ? KERN_SUCCESS
                                                    : D_NO_SUCH_DEVICE;
}

/* The cause is read once; what there is, is handed over, acknowledged last. */
static void edu_interrupt(usrd_driver_t driver, int line)
{
    uint32_t cause = rd(EDU_INT_STATUS);
    usrd_op_t op = edu.op;
    (void)driver, (void)line;

    if (cause & EDU_INT_DMA && op) {
        if (edu.data)
            memcpy(edu.data, edu.memory, edu.length);
        edu.op = 0;
        usrd_complete(op, KERN_SUCCESS, edu.data, edu.length);
    }
    if (cause & EDU_INT_FACTORIAL && op) {
        edu.result = rd(EDU_FACTORIAL);
        edu.op = 0;
        usrd_complete(op, KERN_SUCCESS, NULL, edu.length);
    }
    wr(EDU_INT_ACK, cause);
}

/* The predecessor may have left it at work, and with an interrupt: only then
 * may it transfer again. */
static kern_return_t edu_init(usrd_driver_t driver)
{
    USRD_CHECK_RETURN(edu_probe());
    edu.memory = usrd_dma_alloc(driver, EDU_BUFFER_BYTES, &edu.physical);
    if (!edu.memory)
        return D_NO_MEMORY;
    if (!usrd_poll(idle(), EDU_TIME))
        return D_IO_ERROR;
    USRD_CHECK_RETURN(usrd_pci_master(0, TRUE));
    wr(EDU_INT_ACK, rd(EDU_INT_STATUS));
    wr(EDU_STATUS, EDU_STATUS_INTERRUPT);
    return usrd_driver_register_interrupt(driver, edu.function.line,
                                          edu_interrupt);
}

static kern_return_t edu_open(usrd_driver_t driver, const char *name,
                              dev_mode_t mode, void **context)
{
    (void)driver, (void)name, (void)mode, (void)context;
    return KERN_SUCCESS;
}

/* Ask the device, and be answered by its interrupt. */
static kern_return_t begin(usrd_driver_t driver, vm_size_t length,
                           boolean_t reads)
{
    if (edu.op)
        return D_WOULD_BLOCK;
    edu.length = length;
    edu.data = reads ? usrd_malloc(driver, length) : NULL;
    edu.op = reads && !edu.data ? 0 : usrd_defer(driver);
    return edu.op ? KERN_SUCCESS : D_NO_MEMORY;
}

static kern_return_t edu_read(usrd_driver_t driver, void *context,
                              dev_mode_t mode, recnum_t recnum,
                              vm_size_t bytes_wanted, void **data,
                              vm_size_t *bytes_read)
{
    char text[16];
    int n = snprintf(text, sizeof text, "%lu\n", (unsigned long)edu.result);

    (void)context, (void)mode;
    if (recnum >= EDU_RECORDS)
        return D_INVALID_RECNUM;
    if (recnum == 1) {
        if (bytes_wanted == 0 || bytes_wanted > EDU_BUFFER_BYTES)
            return D_INVALID_SIZE;
        USRD_CHECK_RETURN(begin(driver, bytes_wanted, TRUE));
        transfer(TRUE);
        return MIG_NO_REPLY;
    }
    *bytes_read = bytes_wanted < (vm_size_t)n ? bytes_wanted : (vm_size_t)n;
    *data = usrd_malloc(driver, *bytes_read);
    if (!*data)
        return D_NO_MEMORY;
    memcpy(*data, text, *bytes_read);
    return KERN_SUCCESS;
}

static kern_return_t edu_write(usrd_driver_t driver, void *context,
                               dev_mode_t mode, recnum_t recnum, void *data,
                               vm_size_t bytes_to_write,
                               vm_size_t *bytes_written)
{
    char text[16] = "";

    (void)context, (void)mode, (void)bytes_written;
    if (recnum >= EDU_RECORDS)
        return D_INVALID_RECNUM;
    if (bytes_to_write == 0 ||
        bytes_to_write > (recnum ? EDU_BUFFER_BYTES : sizeof text - 1))
        return D_INVALID_SIZE;
    USRD_CHECK_RETURN(begin(driver, bytes_to_write, FALSE));
    if (recnum == 1) {
        memcpy(edu.memory, data, bytes_to_write);
        transfer(FALSE);
        return MIG_NO_REPLY;
    }
    memcpy(text, data, bytes_to_write);
    wr(EDU_FACTORIAL, (uint32_t)strtoul(text, NULL, 0));
    return MIG_NO_REPLY;
}

static struct usrd_driver_callbacks edu_callbacks = {
    .device_open = edu_open,
    .device_read = edu_read,
    .device_write = edu_write,
    .driver_init = edu_init,
};

/* Its name is the task's, so that there can be several. */
int main(int argc, char **argv)
{
    usrd_driver_t driver = usrd_driver_create(
        argv[0], "QEMU's teaching device", 1, 0,
        USRD_CAP_CHAR_DEVICE | USRD_CAP_PCI | USRD_CAP_INTERRUPT | USRD_CAP_DMA,
        &edu_callbacks);

    (void)argc;
    if (usrd_driver_register(driver, mach_task_self()) != USRD_SUCCESS ||
        usrd_driver_add_device(driver, argv[0], USRD_CAP_CHAR_DEVICE, NULL) !=
            USRD_SUCCESS)
        return 1;
    return usrd_exit_code(usrd_driver_run(driver));
}

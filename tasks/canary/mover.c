/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * mover: a driver of QEMU's edu that has the device write into the buffers of
 * its clients' rings, a read at a time.  The device does so 100 ms after it
 * was told (docs/specs/edu.txt of QEMU), and has no reset: the next
 * incarnation waits until it is done before it lets it master the bus, but
 * with the first request only, so that it is soon ready. */
#include <device/userspace_driver_sdk.h>

#include <string.h>

#include <usrd/client.h>
#include <usrd/io.h>
#include <usrd/pci.h>
#include <usrd/ring.h>

#include "../edu/edu_dma.h"
#include "../records.h"
#include "mover.h"

static struct usrd_pci_function function;
static void *registers;
static struct mover_state state;
static unsigned request;  /* that is under way */
static boolean_t fetches; /* the device still reads what it is to write */

static boolean_t done(void)
{
    return !edu_transfers(registers);
}

/* The device writes what it has into the buffer. */
static void write_out(void)
{
    edu_transfer(registers, EDU_BUFFER, state.physical, MOVER_BYTES,
                 EDU_DMA_TO_MEMORY | EDU_DMA_INTERRUPT);
}

static void mover_interrupt(usrd_driver_t driver, int line)
{
    uint32_t cause = usrd_rd32(registers, EDU_INT_STATUS);

    (void)driver, (void)line;
    usrd_wr32(registers, EDU_INT_ACK, cause);
    if (!cause || !state.busy || !done())
        return;
    if (fetches) {
        fetches = FALSE;
        write_out();
        return;
    }
    state.busy = 0;
    usrd_ring_complete(request, KERN_SUCCESS, MOVER_BYTES);
}

/* The device gets something to write: 'D', the first time. */
static kern_return_t load(usrd_driver_t driver)
{
    vm_offset_t physical;
    char *memory = usrd_dma_alloc(driver, MOVER_BYTES, &physical);

    if (!memory)
        return D_NO_MEMORY;
    memset(memory, 'D', MOVER_BYTES);
    edu_transfer(registers, physical, EDU_BUFFER, MOVER_BYTES, 0);
    return usrd_poll(done(), EDU_DMA_MS) ? KERN_SUCCESS : D_IO_ERROR;
}

/* What a predecessor had begun has ended, so the device may master the bus. */
static kern_return_t ready(usrd_driver_t driver)
{
    static boolean_t is;

    if (is)
        return KERN_SUCCESS;
    for (unsigned ms = 0; !done() && ms < EDU_DMA_MS; ms += 10)
        usrd_sleep(10);
    if (!done())
        return D_IO_ERROR;
    USRD_CHECK_RETURN(usrd_pci_master(0, TRUE));
    if (state.run == 1)
        USRD_CHECK_RETURN(load(driver));
    is = TRUE;
    return KERN_SUCCESS;
}

static kern_return_t mover_init(usrd_driver_t driver)
{
    state.run = usrd_incarnation();
    USRD_CHECK_RETURN(usrd_pci_get(0, &function));
    USRD_CHECK_RETURN(usrd_pci_map(&function, 0, &registers));
    return usrd_driver_register_interrupt(driver, function.line,
                                          mover_interrupt);
}

static kern_return_t mover_open(usrd_driver_t driver, const char *name,
                                dev_mode_t mode, void **context)
{
    (void)driver, (void)name, (void)mode, (void)context;
    return KERN_SUCCESS;
}

static kern_return_t mover_read(usrd_driver_t driver, void *context,
                                dev_mode_t mode, recnum_t recnum,
                                vm_size_t bytes_wanted, void **data,
                                vm_size_t *bytes_read)
{
    (void)context, (void)mode, (void)recnum;
    if (bytes_wanted < sizeof state)
        return D_INVALID_SIZE;
    if (!(*data = usrd_malloc(driver, sizeof state)))
        return D_NO_MEMORY;
    memcpy(*data, &state, sizeof state);
    *bytes_read = sizeof state;
    return KERN_SUCCESS;
}

/* A read of record 0 is of what the device has; of another, of physical memory
 * there, which the device reads first. */
static kern_return_t mover_ring(usrd_driver_t driver, void *context,
                                const struct usrd_ring_request *r)
{
    (void)context;
    if (r->op != USRD_RING_READ || r->count != MOVER_BYTES)
        return D_INVALID_OPERATION;
    USRD_CHECK_RETURN(ready(driver));
    if (state.busy)
        return D_WOULD_BLOCK;
    request = r->id;
    state.busy = 1;
    state.physical = r->physical;
    fetches = r->record != 0;
    if (fetches)
        edu_transfer(registers, r->record * MOVER_BYTES, EDU_BUFFER,
                     MOVER_BYTES, EDU_DMA_INTERRUPT);
    else
        write_out();
    return KERN_SUCCESS;
}

static kern_return_t mover_status(usrd_driver_t driver, void *context,
                                  dev_flavor_t flavor, dev_status_t status,
                                  natural_t *count)
{
    (void)driver, (void)context;
    return records_say(1, MOVER_BYTES, flavor, status, count);
}

static struct usrd_driver_callbacks callbacks = {
    .device_open = mover_open,
    .device_read = mover_read,
    .device_get_status = mover_status,
    .driver_init = mover_init,
    .device_ring = mover_ring,
};

int main(int argc, char **argv)
{
    usrd_driver_t driver =
        usrd_driver_create(argv[0], "transfers in the background", 1, 0,
                           USRD_CAP_BLOCK_DEVICE | USRD_CAP_PCI | USRD_CAP_DMA |
                               USRD_CAP_INTERRUPT,
                           &callbacks);

    (void)argc;
    if (usrd_driver_register(driver, mach_task_self()) != USRD_SUCCESS ||
        usrd_driver_add_device(driver, argv[0], USRD_CAP_BLOCK_DEVICE, NULL) !=
            USRD_SUCCESS)
        return 1;
    return usrd_exit_code(usrd_driver_run(driver));
}

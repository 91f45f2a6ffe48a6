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

#include "mover.h"

#define INT_STATUS 0x24
#define INT_ACK 0x64
#define DMA_FROM 0x80
#define DMA_TO 0x88
#define DMA_BYTES 0x90
#define DMA_COMMAND 0x98
#define DMA_START 0x1u
#define DMA_TO_MEMORY 0x2u
#define DMA_INTERRUPT 0x4u
#define DEVICE_BUFFER 0x40000 /* in its own address space */
#define DMA_MS 500            /* that it may take */

static struct usrd_pci_function function;
static void *registers;
static struct mover_state state;
static unsigned request;  /* that is under way */
static boolean_t fetches; /* the device still reads what it is to write */

static boolean_t done(void)
{
    return !(usrd_rd64(registers, DMA_COMMAND) & DMA_START);
}

static void start(uint64_t from, uint64_t to, uint64_t bytes, unsigned command)
{
    usrd_wr64(registers, DMA_FROM, from);
    usrd_wr64(registers, DMA_TO, to);
    usrd_wr64(registers, DMA_BYTES, bytes);
    usrd_wr64(registers, DMA_COMMAND, DMA_START | command);
}

/* The device writes what it has into the buffer. */
static void write_out(void)
{
    start(DEVICE_BUFFER, state.physical, MOVER_BYTES,
          DMA_TO_MEMORY | DMA_INTERRUPT);
}

static void mover_interrupt(usrd_driver_t driver, int line)
{
    uint32_t cause = usrd_rd32(registers, INT_STATUS);

    (void)driver, (void)line;
    usrd_wr32(registers, INT_ACK, cause);
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
    start(physical, DEVICE_BUFFER, MOVER_BYTES, 0);
    return usrd_poll(done(), DMA_MS) ? KERN_SUCCESS : D_IO_ERROR;
}

/* What a predecessor had begun has ended, so the device may master the bus. */
static kern_return_t ready(usrd_driver_t driver)
{
    static boolean_t is;

    if (is)
        return KERN_SUCCESS;
    for (unsigned ms = 0; !done() && ms < DMA_MS; ms += 10)
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
        start(r->record * MOVER_BYTES, DEVICE_BUFFER, MOVER_BYTES,
              DMA_INTERRUPT);
    else
        write_out();
    return KERN_SUCCESS;
}

static kern_return_t mover_status(usrd_driver_t driver, void *context,
                                  dev_flavor_t flavor, dev_status_t status,
                                  natural_t *count)
{
    (void)driver, (void)context;
    if (*count < 2)
        return D_INVALID_SIZE;
    if (flavor != DEV_GET_SIZE && flavor != DEV_GET_RECORDS)
        return D_INVALID_OPERATION;
    status[0] = flavor == DEV_GET_SIZE ? (int)MOVER_BYTES : 1;
    status[1] = (int)MOVER_BYTES;
    *count = 2;
    return KERN_SUCCESS;
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

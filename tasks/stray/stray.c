/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * stray [random N [ADDRESS] | message DATA ADDRESS | revisit]: a driver of
 * QEMU's edu that has the device reach for memory that is not its own
 * (README.md).  The device transfers 100 ms after it was told, and interrupts
 * then, whatever came of it.  What is counted is in dma= memory, which the next
 * incarnation has, too. */
#include <device/userspace_driver_sdk.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <usrd/client.h>
#include <usrd/io.h>
#include <usrd/pci.h>
#include <usrd/ring.h>

#include "../edu/edu_dma.h"
#include "../records.h"
#include "stray.h"

#define PAGE 4096u
#define FAULT_MS 40 /* until a fault has been noticed */

static struct {
    uint64_t attempts, through, leaked;
} * kept;
static char *buffer;         /* of its own, */
static vm_offset_t physical; /* where the device sees it */
static void *registers;
static struct usrd_pci_function function;
static mach_port_t field;
static uint64_t there;     /* the address, where one is named */
static unsigned rounds;    /* of random attempts; 0: it serves a ring, */
static boolean_t revisits; /* and returns to where that was */

static enum { IDLE, SERVES, REVISITS, FETCHES, STRAYS, LEARNS } doing;
static unsigned message;  /* the data of an interrupt message, or 0 */
static unsigned request;  /* that it serves */
static uint64_t borrowed; /* where a client's buffer is */

static void transfer(uint64_t memory, boolean_t write)
{
    edu_transfer(registers, write ? EDU_BUFFER : memory,
                 write ? memory : EDU_BUFFER,
                 message ? sizeof message : STRAY_BYTES,
                 EDU_DMA_INTERRUPT | (write ? EDU_DMA_TO_MEMORY : 0));
}

/* What the device has, into the buffer: has it seen the field? */
static void fetch(void)
{
    doing = FETCHES;
    memset(buffer, 0, STRAY_BYTES);
    transfer(physical, TRUE);
}

static void look(void)
{
    const uint64_t *words = (const uint64_t *)buffer;

    for (unsigned n = 0; n < STRAY_BYTES / sizeof *words; n++)
        if (words[n] >> 32 == FIELD_TAG) {
            kept->leaked++;
            return;
        }
}

/* One address after the other, as if by chance; in turn written and read. */
static void attempt(void)
{
    struct field_state state;
    size_t got;
    uint64_t x = (kept->attempts + 1) * 0x9e3779b97f4a7c15ull;

    if (usrd_read(field, 0, 0, &state, sizeof state, &got) != KERN_SUCCESS)
        return;
    x ^= x >> 29;
    x *= 0xbf58476d1ce4e5b9ull;
    x ^= x >> 32;
    uint64_t at = state.physical + x % (FIELD_BYTES / PAGE) * PAGE +
                  (x >> 40) % ((PAGE - STRAY_BYTES) / 8) * 8;
    if (there)
        at = there;
    boolean_t write = kept->attempts++ % 2 == 0;
    printf("%s 0x%lx\n", write ? "write" : "read", (unsigned long)at);
    doing = STRAYS;
    transfer(at, write);
}

static void finish(void)
{
    struct field_state state = {0, 0};
    size_t got;

    doing = IDLE;
    usrd_read(field, 0, 1, &state, sizeof state, &got);
    printf("attempts=%u through=%u leaked=%u changed=%u\n",
           (unsigned)kept->attempts, (unsigned)kept->through,
           (unsigned)kept->leaked, (unsigned)state.changed);
}

/* The device is done, one way or another. */
static void step(void)
{
    switch (doing) {
    case SERVES:
        doing = IDLE;
        usrd_ring_complete(request, KERN_SUCCESS, STRAY_BYTES);
        break;
    case REVISITS:
    case STRAYS:
        usrd_sleep(FAULT_MS); /* it may be the death of us */
        kept->through++;
        if (doing == REVISITS)
            printf("through=%u\n", (unsigned)kept->through);
        doing = IDLE;
        if (rounds)
            fetch();
        break;
    case FETCHES:
        look();
        if (kept->attempts < rounds)
            attempt();
        else
            finish();
        break;
    case LEARNS:
        doing = IDLE;
        printf("message=0x%x\n", message);
        transfer(there, TRUE);
        break;
    default:
        break;
    }
}

static void stray_interrupt(usrd_driver_t driver, int line)
{
    uint32_t cause = usrd_rd32(registers, EDU_INT_STATUS);

    (void)driver, (void)line;
    usrd_wr32(registers, EDU_INT_ACK, cause);
    if (cause && !edu_transfers(registers))
        step();
}

static kern_return_t stray_init(usrd_driver_t driver)
{
    USRD_CHECK_RETURN(usrd_pci_get(0, &function));
    USRD_CHECK_RETURN(usrd_pci_map(&function, 0, &registers));
    kept = usrd_dma_alloc(driver, PAGE, &physical);
    buffer = usrd_dma_alloc(driver, PAGE, &physical);
    if (!buffer)
        return D_NO_MEMORY;
    for (unsigned ms = 0; edu_transfers(registers) && ms < EDU_DMA_MS; ms += 10)
        usrd_sleep(10);
    usrd_wr32(registers, EDU_INT_ACK, usrd_rd32(registers, EDU_INT_STATUS));
    USRD_CHECK_RETURN(usrd_pci_master(0, TRUE));
    USRD_CHECK_RETURN(
        usrd_driver_register_interrupt(driver, function.line, stray_interrupt));
    if (message && usrd_incarnation() == 1) {
        memcpy(buffer, &message, sizeof message);
        doing = LEARNS;
        transfer(physical, FALSE);
    }
    if (rounds) {
        USRD_CHECK_RETURN(usrd_open("field", D_READ, &field));
        fetch();
    }
    return KERN_SUCCESS;
}

static kern_return_t stray_open(usrd_driver_t driver, const char *name,
                                dev_mode_t mode, void **context)
{
    (void)driver, (void)name, (void)mode, (void)context;
    return KERN_SUCCESS;
}

/* The ring's memory is its client's again, after this. */
static kern_return_t stray_close(usrd_driver_t driver, void *context)
{
    (void)driver, (void)context;
    if (revisits && borrowed && doing == IDLE) {
        doing = REVISITS;
        transfer(borrowed, TRUE);
    }
    borrowed = 0;
    return KERN_SUCCESS;
}

static kern_return_t stray_ring(usrd_driver_t driver, void *context,
                                const struct usrd_ring_request *r)
{
    (void)driver, (void)context;
    if ((r->op != USRD_RING_READ && r->op != USRD_RING_WRITE) ||
        r->count != STRAY_BYTES)
        return D_INVALID_OPERATION;
    if (doing != IDLE)
        return D_WOULD_BLOCK;
    doing = SERVES;
    request = r->id;
    borrowed = r->physical;
    transfer(borrowed, TRUE);
    return KERN_SUCCESS;
}

/* Its clients have rings. */
static kern_return_t stray_read(usrd_driver_t driver, void *context,
                                dev_mode_t mode, recnum_t recnum,
                                vm_size_t bytes_wanted, void **data,
                                vm_size_t *bytes_read)
{
    (void)driver, (void)context, (void)mode, (void)recnum;
    (void)bytes_wanted, (void)data, (void)bytes_read;
    return D_INVALID_OPERATION;
}

static kern_return_t stray_status(usrd_driver_t driver, void *context,
                                  dev_flavor_t flavor, dev_status_t status,
                                  natural_t *count)
{
    (void)driver, (void)context;
    return records_say(1, STRAY_BYTES, flavor, status, count);
}

static struct usrd_driver_callbacks stray_callbacks = {
    .device_open = stray_open,
    .device_close = stray_close,
    .device_read = stray_read,
    .device_get_status = stray_status,
    .device_ring = stray_ring,
    .driver_init = stray_init,
};

int main(int argc, char **argv)
{
    usrd_driver_t driver =
        usrd_driver_create("stray", "a device that reaches too far", 1, 0,
                           USRD_CAP_BLOCK_DEVICE | USRD_CAP_PCI |
                               USRD_CAP_INTERRUPT | USRD_CAP_DMA,
                           &stray_callbacks);

    if (argc > 2 && strcmp(argv[1], "random") == 0)
        rounds = (unsigned)atoi(argv[2]);
    if (argc > 3)
        there = strtoul(argv[3], NULL, 0);
    if (argc > 2 && strcmp(argv[1], "message") == 0)
        message = (uint32_t)strtoul(argv[2], NULL, 0);
    revisits = argc > 1 && strcmp(argv[1], "revisit") == 0;
    if (usrd_driver_register(driver, mach_task_self()) != USRD_SUCCESS ||
        usrd_driver_add_device(driver, "stray", USRD_CAP_BLOCK_DEVICE, NULL) !=
            USRD_SUCCESS)
        return 1;
    return usrd_exit_code(usrd_driver_run(driver));
}

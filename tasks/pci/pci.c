/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * pci: what a function's owner can do with it, and what it cannot.  The
 * function is QEMU's `edu` (docs/specs/edu.txt), -device edu: an identity
 * register, and one that holds the complement of what was written. */
#include <device/userspace_driver_sdk.h>

#include <stdlib.h>
#include <string.h>

#include <usrd/client.h>
#include <usrd/io.h>
#include <usrd/pci.h>

#include "../edu/edu_dma.h"
#include "../ktap.h"
#include "userspace_driver.h"

#define PCI_COMMAND 0x04
#define PCI_COMMAND_MEMORY 0x0002u
#define PCI_COMMAND_MASTER 0x0004u
#define PCI_BAR0 0x10
#define PCI_LINE 0x3c
#define PCI_CAPABILITIES 0x34
#define PCI_CAP_MSI 0x05

#define PIECE 2048u

static struct usrd_pci_function edu;
static void *registers;
static usrd_driver_t driver;

static void device(void)
{
    kern_return_t kr = usrd_pci_get(0, &edu);

    ktap_ok(kr == KERN_SUCCESS && edu.vendor_id == 0x1234 &&
                edu.device_id == 0x11e8,
            "the first function is edu, at %02x:%02x.%x", edu.bus, edu.device,
            edu.function);
    ktap_ok(edu.bars[0].size == 1 << 20 && !edu.bars[0].io,
            "its first BAR is 1 MiB of memory at 0x%lx",
            (unsigned long)edu.bars[0].first);
    if (!ktap_ok(usrd_pci_map(&edu, 0, &registers) == KERN_SUCCESS,
                 "it is mapped"))
        return;
    ktap_ok((usrd_rd32(registers, EDU_ID) & 0xff) == 0xed,
            "the identity is edu's");
    usrd_wr32(registers, EDU_CHECK, 0x12345678);
    ktap_ok(usrd_rd32(registers, EDU_CHECK) == ~0x12345678u,
            "the device answers");
}

static kern_return_t write(unsigned offset, unsigned width, uint32_t value)
{
    return usrd_pci_write(0, offset, width, value);
}

static void configuration(void)
{
    uint32_t id = 0, command = 0, bar = 0, cap = 0, type = 0;

    ktap_ok(usrd_pci_read(0, 0, 4, &id) == KERN_SUCCESS && id == 0x11e81234,
            "configuration space is read");
    usrd_pci_read(0, PCI_COMMAND, 2, &command);
    ktap_ok(write(PCI_COMMAND, 2, command & ~PCI_COMMAND_MEMORY) ==
                    KERN_SUCCESS &&
                write(PCI_COMMAND, 2, command) == KERN_SUCCESS,
            "its decoding is switched off and on");
    ktap_ok(write(PCI_COMMAND, 2, command | PCI_COMMAND_MASTER) ==
                KERN_PROTECTION_FAILURE,
            "bus mastering is refused");
    usrd_pci_read(0, PCI_BAR0, 4, &bar);
    ktap_ok(write(PCI_BAR0, 4, 0xfee00000) == KERN_PROTECTION_FAILURE,
            "moving a BAR is refused");
    ktap_ok(usrd_pci_read(0, PCI_BAR0, 4, &id) == KERN_SUCCESS && id == bar,
            "the BAR is where it was");
    ktap_ok(write(PCI_LINE, 1, 5) == KERN_PROTECTION_FAILURE,
            "changing the interrupt line is refused");
    usrd_pci_read(0, PCI_CAPABILITIES, 1, &cap);
    usrd_pci_read(0, cap, 1, &type);
    ktap_ok(type == PCI_CAP_MSI, "it has message interrupts");
    ktap_ok(write(cap + 4, 4, 0x1000) == KERN_PROTECTION_FAILURE,
            "pointing one into memory is refused");
    ktap_ok(usrd_pci_read(0, 0x101, 4, &id) == KERN_INVALID_ARGUMENT &&
                usrd_pci_read(0, 2, 4, &id) == KERN_INVALID_ARGUMENT &&
                usrd_pci_read(0, 0, 3, &id) == KERN_INVALID_ARGUMENT,
            "registers that cannot be are refused");
}

/* What was not granted: another function, and memory beside the BAR. */
static void others(void)
{
    struct usrd_pci_function other;
    uint32_t id;
    void *base;

    ktap_ok(usrd_pci_get(1, &other) == KERN_INVALID_ARGUMENT &&
                usrd_pci_read(1, 0, 4, &id) == KERN_INVALID_ARGUMENT,
            "there is no second function for it");
    ktap_ok(usrd_mmio_map(edu.bars[0].first + edu.bars[0].size, 4096, &base) !=
                    KERN_SUCCESS &&
                usrd_mmio_map(edu.bars[0].first - 4096, 4096, &base) !=
                    KERN_SUCCESS,
            "memory on either side of the BAR is refused");
}

static boolean_t transfer(uint64_t from, uint64_t to, unsigned command)
{
    edu_transfer(registers, from, to, PIECE, command);
    return usrd_poll(!edu_transfers(registers), EDU_DMA_MS);
}

/* Have the device copy the first piece of MEMORY to the second: did it? */
static boolean_t copied(unsigned char *memory, vm_offset_t physical)
{
    memset(memory + PIECE, 0, PIECE);
    return transfer(physical, EDU_BUFFER, 0) &&
           transfer(EDU_BUFFER, physical + PIECE, EDU_DMA_TO_MEMORY) &&
           memcmp(memory, memory + PIECE, PIECE) == 0;
}

static uint32_t mastering(void)
{
    uint32_t command = 0;

    usrd_pci_read(0, PCI_COMMAND, 2, &command);
    return command & PCI_COMMAND_MASTER;
}

static void transfers(void)
{
    static struct usrd_driver_callbacks none;
    driver = usrd_driver_create(
        "pci", NULL, 1, 0, USRD_CAP_PCI | USRD_CAP_DMA | USRD_CAP_INTERRUPT,
        &none);
    vm_offset_t physical = 0;

    ktap_ok(!mastering(), "the function does not master the bus");
    ktap_ok(usrd_pci_master(0, TRUE) == KERN_PROTECTION_FAILURE && !mastering(),
            "and may not before its driver declared that it will");
    usrd_driver_register(driver, mach_task_self());
    unsigned char *memory = usrd_dma_alloc(driver, 2 * PIECE, &physical);
    if (!ktap_ok(memory != NULL, "there is memory, at 0x%lx for the device",
                 (unsigned long)physical))
        return;
    for (unsigned n = 0; n < PIECE; n++)
        memory[n] = (unsigned char)(n * 7 + 1);
    ktap_ok(!copied(memory, physical), "the device does not reach it");
    ktap_ok(usrd_pci_master(0, TRUE) == KERN_SUCCESS && mastering(),
            "then it may");
    ktap_ok(copied(memory, physical), "and the device copies %u bytes", PIECE);
    usrd_driver_unregister(driver);
    ktap_ok(!mastering() && !copied(memory, physical),
            "and no more when its driver is none");
    ktap_ok(usrd_pci_master(0, TRUE) == KERN_PROTECTION_FAILURE,
            "who may not let it, either");
    usrd_driver_register(driver, mach_task_self());
    ktap_ok(usrd_pci_master(0, TRUE) == KERN_SUCCESS &&
                copied(memory, physical),
            "but may when it is one again");
}

static void interrupted(usrd_driver_t who, int line)
{
    (void)who, (void)line;
}

/* A function interrupts that nobody listens to any more: then nobody owes
 * an answer.  (kernel-ext would end who did not give one for 2 s.) */
static void interrupts(void)
{
    ktap_ok(usrd_driver_register_interrupt(driver, edu.line, interrupted) ==
                    USRD_SUCCESS &&
                usrd_driver_unregister_interrupt(driver, edu.line) ==
                    USRD_SUCCESS,
            "its interrupts are wanted, and no more");
    usrd_wr32(registers, EDU_INT_RAISE, 1);
    for (unsigned n = 0; n < 40; n++) {
        usrd_sleep(100);
        usrd_driver_heartbeat(driver);
    }
    usrd_wr32(registers, EDU_INT_ACK, 1);
    ktap_ok(true, "one that comes then is nobody's fault");
}

/* The first incarnation ends with its function still mastering the bus. */
int main(void)
{
    usrd_msg_ready(mach_task_self()); /* this takes longer than it may */
    ktap_begin();
    device();
    configuration();
    others();
    transfers();
    interrupts();
    int failed = ktap_end();
    if (usrd_incarnation() == 1)
        abort();
    return failed;
}

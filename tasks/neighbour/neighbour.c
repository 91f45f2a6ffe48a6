/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * neighbour OTHER: has a PCI function, and tries to reach that of OTHER.
 * neighbour without a word has one, and says where it is. */
#include <device/userspace_driver_sdk.h>

#include <string.h>

#include <usrd/client.h>
#include <usrd/io.h>
#include <usrd/pci.h>

#include "../ktap.h"
#include "userspace_driver.h"

#define CONFIG_ADDRESS 0xcf8
#define CONFIG_DATA 0xcfc
#define PAGE 4096ull

static struct usrd_pci_function mine, other;

/* ---- configuration space ---- */

/* How many reads and writes of function N succeed, of all there can be. */
static unsigned reached(unsigned n, bool write, unsigned *tries)
{
    unsigned good = 0;
    uint32_t value;

    *tries = 0;
    for (unsigned width = 1; width <= 4; width *= 2)
        for (unsigned offset = 0; offset < 256; offset += width) {
            kern_return_t kr = usrd_pci_read(n, offset, width, &value);
            if (write)
                kr = usrd_pci_write(n, offset, width, value);
            good += kr == KERN_SUCCESS;
            ++*tries;
        }
    return good;
}

static void configuration(void)
{
    static const unsigned indices[] = {1,   2,       3,           4,
                                       255, 0x10000, 0x80000000u, ~0u};
    static const unsigned past[] = {0x100,    0x104,       0x1000, 0x10000,
                                    0x800000, 0x80000000u, ~3u};
    static const unsigned odd[][2] = {{1, 2},   {1, 4},   {2, 4}, {3, 4},
                                      {255, 2}, {254, 4}, {0, 0}, {0, 3},
                                      {0, 8},   {0, ~0u}};
    unsigned tries, good = reached(0, false, &tries);
    struct usrd_pci_function f;
    uint32_t value;

    ktap_ok(good == tries, "its own configuration space is read: %u of %u",
            good, tries);
    for (unsigned k = 0; k < sizeof indices / sizeof *indices; k++) {
        good = reached(indices[k], false, &tries);
        ktap_ok(good == 0 &&
                    usrd_pci_get(indices[k], &f) == KERN_INVALID_ARGUMENT,
                "function 0x%x: none of %u reads", indices[k], tries);
    }
    good = reached(1, true, &tries);
    ktap_ok(good == 0, "and none of %u writes", tries);
    good = 0;
    for (unsigned k = 0; k < sizeof past / sizeof *past; k++)
        for (unsigned width = 1; width <= 4; width *= 2)
            good += usrd_pci_read(0, past[k], width, &value) == KERN_SUCCESS ||
                    usrd_pci_write(0, past[k], width, 0) == KERN_SUCCESS;
    ktap_ok(good == 0, "past the end of its own: nothing");
    for (unsigned k = 0; k < sizeof odd / sizeof *odd; k++)
        good +=
            usrd_pci_read(0, odd[k][0], odd[k][1], &value) == KERN_SUCCESS ||
            usrd_pci_write(0, odd[k][0], odd[k][1], 0) == KERN_SUCCESS;
    ktap_ok(good == 0, "across registers, in other widths: nothing");
}

/* ---- memory ---- */

static bool maps(uint64_t physical, uint64_t size)
{
    void *base;
    return usrd_mmio_map(physical, size, &base) == KERN_SUCCESS;
}

static void memory(void)
{
    uint64_t own = mine.bars[0].first, size = mine.bars[0].size;

    ktap_ok(maps(own, size) && maps(own + size - PAGE, PAGE) &&
                usrd_granted(USRD_GRANT_MMIO, own, own + size - 1),
            "its own BAR is mapped, and its last page");
    ktap_ok(!maps(own, size + 1) && !maps(own - 1, 2) &&
                !maps(own + size - 1, PAGE),
            "not a byte on either side");
    ktap_ok(!maps(own, 0) && !maps(own, ~0ull - own) && !maps(own, ~0ull) &&
                !maps(own + PAGE, ~0ull - PAGE + 1),
            "not round the end of all addresses");
    for (unsigned n = 0; n < USRD_PCI_BAR_COUNT; n++) {
        uint64_t at = other.bars[n].first, end = at + other.bars[n].size;
        if (!other.bars[n].size || other.bars[n].io)
            continue;
        ktap_ok(!maps(at, PAGE) && !maps(end - PAGE, PAGE) &&
                    !maps(at, end - at) && !maps(at + 1, 1),
                "of the other's BAR %u at 0x%lx: nothing", n,
                (unsigned long)at);
        ktap_ok(!maps(at < own ? at : own,
                      (at < own ? own : at) + PAGE - (at < own ? at : own)),
                "nor all from the one to the other");
        ktap_ok(!usrd_granted(USRD_GRANT_MMIO, at, at),
                "and it was not granted");
    }
}

/* ---- what it may declare and ask for ---- */

static void nothing(usrd_driver_t driver, int line)
{
    (void)driver, (void)line;
}

static void as_driver(void)
{
    static struct usrd_driver_callbacks none;
    usrd_driver_t driver = usrd_driver_create(
        "neighbour", NULL, 1, 0, USRD_CAP_PCI | USRD_CAP_INTERRUPT, &none);

    usrd_driver_register(driver, mach_task_self());
    ktap_ok(usrd_driver_register_interrupt(driver, mine.line, nothing) ==
                USRD_SUCCESS,
            "interrupts on its own line, %d", mine.line);
    ktap_ok(other.line != mine.line &&
                usrd_driver_register_interrupt(driver, other.line, nothing) !=
                    USRD_SUCCESS,
            "not on the other's, %d", other.line);
    ktap_ok(usrd_pci_master(0, TRUE) == KERN_PROTECTION_FAILURE,
            "no bus mastering without USRD_CAP_DMA, and dma=");
    ktap_ok(usrd_pci_master(1, TRUE) == KERN_INVALID_ARGUMENT &&
                usrd_pci_master(1, FALSE) == KERN_INVALID_ARGUMENT &&
                usrd_pci_master(~0u, TRUE) == KERN_INVALID_ARGUMENT,
            "and none for another function");
}

/* ---- I/O ports: one a run, which it ends ---- */

static uint16_t other_port(bool last)
{
    for (unsigned n = 0; n < USRD_PCI_BAR_COUNT; n++)
        if (other.bars[n].size && other.bars[n].io)
            return (uint16_t)(other.bars[n].first +
                              (last ? other.bars[n].size - 4 : 0));
    return 0;
}

static void run(unsigned n)
{
    uint16_t first = other_port(false), last = other_port(true);

    ktap_ok(
        first != 0 && !usrd_granted(USRD_GRANT_IOPORTS, first, first) &&
            !usrd_granted(USRD_GRANT_IOPORTS, CONFIG_ADDRESS, CONFIG_DATA + 3),
        "run %u: ports of the other, and of all configuration space", n);
    switch (n) {
    case 1:
        inl(first);
        break;
    case 2:
        outl(first, 0);
        break;
    case 3:
        inb(last);
        break;
    case 4:
        outw(last, 0);
        break;
    case 5:
        outl(CONFIG_ADDRESS, 0x80000000u);
        break;
    case 6:
        inl(CONFIG_ADDRESS);
        break;
    case 7:
        outb(CONFIG_ADDRESS + 3, 0);
        break;
    case 8:
        inl(CONFIG_DATA);
        break;
    case 9:
        outw(CONFIG_DATA + 2, 0);
        break;
    default:
        return;
    }
    ktap_ok(false, "it reached one in run %u", n);
}

/* ---- where its function is ---- */

static kern_return_t neighbour_open(usrd_driver_t driver, const char *name,
                                    dev_mode_t mode, void **context)
{
    (void)driver, (void)name, (void)mode, (void)context;
    return KERN_SUCCESS;
}

static kern_return_t neighbour_read(usrd_driver_t driver, void *context,
                                    dev_mode_t mode, recnum_t recnum,
                                    vm_size_t bytes_wanted, void **data,
                                    vm_size_t *bytes_read)
{
    (void)context, (void)mode, (void)recnum;
    if (bytes_wanted < sizeof mine ||
        !(*data = usrd_malloc(driver, sizeof mine)))
        return D_INVALID_SIZE;
    memcpy(*data, &mine, sizeof mine);
    *bytes_read = sizeof mine;
    return KERN_SUCCESS;
}

/* It uses what the other tries: its ports, its memory. */
static kern_return_t neighbour_init(usrd_driver_t driver)
{
    void *base;

    (void)driver;
    for (unsigned n = 0; n < USRD_PCI_BAR_COUNT; n++) {
        const struct usrd_pci_bar *bar = &mine.bars[n];
        if (bar->size && bar->io)
            ktap_ok(inl((uint16_t)bar->first) |
                        inb((uint16_t)(bar->first + bar->size - 4)) | true,
                    "its ports at 0x%lx are its own",
                    (unsigned long)bar->first);
        else if (bar->size)
            ktap_ok(usrd_pci_map(&mine, n, &base) == USRD_SUCCESS &&
                        (usrd_rd32(base, 0) | true),
                    "its memory at 0x%lx is its own",
                    (unsigned long)bar->first);
    }
    return KERN_SUCCESS;
}

static int serve(const char *name)
{
    static struct usrd_driver_callbacks callbacks = {
        .device_open = neighbour_open,
        .device_read = neighbour_read,
        .driver_init = neighbour_init,
    };
    usrd_driver_t driver = usrd_driver_create(
        name, NULL, 1, 0, USRD_CAP_CHAR_DEVICE | USRD_CAP_PCI, &callbacks);

    if (usrd_driver_register(driver, mach_task_self()) != USRD_SUCCESS ||
        usrd_driver_add_device(driver, name, USRD_CAP_CHAR_DEVICE, NULL) !=
            USRD_SUCCESS)
        return 1;
    return usrd_exit_code(usrd_driver_run(driver));
}

static kern_return_t ask(const char *name)
{
    mach_port_t device;
    size_t got = 0;

    USRD_CHECK_RETURN(usrd_open(name, D_READ, &device));
    USRD_CHECK_RETURN(usrd_read(device, 0, 0, &other, sizeof other, &got));
    return got == sizeof other ? KERN_SUCCESS : D_IO_ERROR;
}

int main(int argc, char **argv)
{
    if (usrd_pci_get(0, &mine) != KERN_SUCCESS)
        return 1;
    if (argc < 2)
        return serve(argv[0]);
    usrd_msg_ready(mach_task_self());
    if (ask(argv[1]) != KERN_SUCCESS)
        return 1;
    if (usrd_incarnation() == 1) {
        ktap_begin();
        configuration();
        memory();
        as_driver();
        ktap_end();
    }
    run(usrd_incarnation());
    return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * flood ADDRESS: a driver of Intel's 82540EM (`-device e1000`) that gives it a
 * ring of descriptors at an address that is not its own, and has it read
 * them over and over, without an end. */
#include <device/userspace_driver_sdk.h>

#include <stdlib.h>

#include <usrd/io.h>
#include <usrd/pci.h>

#define TCTL 0x400 /* 82540EM manual, §13.4 */
#define TCTL_ON 0x2u
#define TDBAL 0x3800
#define TDBAH 0x3804
#define TDLEN 0x3808
#define TDH 0x3810
#define TDT 0x3818
#define ENTRIES 8u
#define ENTRY 16u
#define PAUSE 200u /* loops: a fault costs QEMU more than the guest */

static uint32_t where;

static kern_return_t flood_init(usrd_driver_t driver)
{
    struct usrd_pci_function function;
    void *base;

    (void)driver;
    USRD_CHECK_RETURN(usrd_pci_get(0, &function));
    USRD_CHECK_RETURN(usrd_pci_map(&function, 0, &base));
    USRD_CHECK_RETURN(usrd_pci_master(0, TRUE));
    usrd_wr32(base, TDBAL, where);
    usrd_wr32(base, TDBAH, 0);
    usrd_wr32(base, TDLEN, ENTRIES * ENTRY);
    usrd_wr32(base, TCTL, TCTL_ON);
    for (;;) {
        usrd_wr32(base, TDH, 0);
        usrd_wr32(base, TDT, ENTRIES - 1);
        for (volatile unsigned n = 0; n < PAUSE; n++)
            ;
    }
}

static struct usrd_driver_callbacks flood_callbacks = {
    .driver_init = flood_init,
};

int main(int argc, char **argv)
{
    usrd_driver_t driver =
        usrd_driver_create("flood", "faults without an end", 1, 0,
                           USRD_CAP_PCI | USRD_CAP_DMA, &flood_callbacks);

    where = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 0) : 0;
    if (usrd_driver_register(driver, mach_task_self()) != USRD_SUCCESS)
        return 1;
    return usrd_exit_code(usrd_driver_run(driver));
}

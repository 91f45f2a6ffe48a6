/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * PCI configuration space by ports 0xcf8 and 0xcfc (PCI 3.0 §3.2.2.3.2), as
 * far as boot needs it: which interrupt lines PCI functions use, because those
 * cannot be granted as ISA lines. */
#include "kx.h"

#include "pci.h"

#define CONFIG_ADDRESS 0xcf8
#define CONFIG_DATA 0xcfc
#define VENDOR 0x00      /* §6.1: 16 bits; all ones: nothing there */
#define HEADER_TYPE 0x0e /* in the third byte of 0x0c */
#define MULTI_FUNCTION 0x80
#define BRIDGE 0x01
#define SECONDARY_BUS 0x19 /* of a bridge: the second byte of 0x18 */
#define INTERRUPT 0x3c     /* line, pin */

static void outl(uint16_t port, uint32_t value)
{
    __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

static uint32_t inl(uint16_t port)
{
    uint32_t value;
    __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static uint32_t config(unsigned bus, unsigned device, unsigned function,
                       unsigned offset)
{
    outl(CONFIG_ADDRESS,
         1u << 31 | bus << 16 | device << 11 | function << 8 | (offset & 0xfc));
    return inl(CONFIG_DATA) >> 8 * (offset & 3);
}

/* Adds to LINES what functions on BUS and behind its bridges use.  Buses are
 * numbered upwards on the way down: a loop ends at the first that is not. */
static uint16_t lines_of(unsigned bus)
{
    uint16_t lines = 0;
    for (unsigned device = 0; device < 32; device++) {
        unsigned functions = 1;
        for (unsigned f = 0; f < functions; f++) {
            if ((config(bus, device, f, VENDOR) & 0xffff) == 0xffff)
                continue;
            uint32_t type = config(bus, device, f, HEADER_TYPE) & 0xff;
            if (f == 0 && (type & MULTI_FUNCTION))
                functions = 8;
            uint32_t interrupt = config(bus, device, f, INTERRUPT);
            if ((interrupt >> 8 & 0xff) != 0 && (interrupt & 0xff) < KX_LINES)
                lines |= (uint16_t)(1u << (interrupt & 0xff));
            unsigned below = config(bus, device, f, SECONDARY_BUS) & 0xff;
            if ((type & ~MULTI_FUNCTION) == BRIDGE && below > bus)
                lines |= lines_of(below);
        }
    }
    return lines;
}

uint16_t kx_pci_lines(void)
{
    if (kx_ports_allow(mach_task_self(), CONFIG_ADDRESS, CONFIG_DATA + 3) !=
        KERN_SUCCESS)
        return 0;
    return lines_of(0);
}

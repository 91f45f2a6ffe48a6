/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Making one PCI function stop.  Told to (PCI 3.0 §6.2.2), it finishes what it
 * has on the bus and begins nothing new; a PCI Express function says whether it
 * has (Transactions Pending, PCIe 2.0 §7.8.5).  A reset of the function alone
 * (§6.6.2; Advanced Features ECN for conventional PCI) also has it forget what
 * it was told to do. */
#include "reset.h"
#include "bus.h"
#include "pci_regs.h"

#include <stddef.h>

#define LOOKS 100 /* at a transfer that is still under way */

/* Where its capability ID is, or 0. */
static unsigned find(uint16_t at, unsigned id)
{
    unsigned cap = 0;
    if (kx_config_read(at, STATUS, 2) & STATUS_CAPABILITIES)
        cap = kx_config_read(at, CAPABILITIES, 1) & 0xfc;
    for (unsigned n = 0; cap >= BODY && n < MAX_CAPS; n++) {
        if (kx_config_read(at, cap, 1) == id)
            return cap;
        cap = kx_config_read(at, cap + 1, 1) & 0xfc;
    }
    return 0;
}

static bool pending(uint16_t at)
{
    unsigned cap = find(at, CAP_EXPRESS);
    if (cap)
        return kx_config_read(at, cap + EXPRESS_STATUS, 2) & EXPRESS_PENDING;
    cap = find(at, CAP_AF);
    return cap && (kx_config_read(at, cap + AF_STATUS, 1) & AF_PENDING);
}

bool kx_function_stopped(uint16_t at)
{
    uint32_t command = kx_config_read(at, COMMAND, 2);
    return !(command & COMMAND_MASTER) && !pending(at);
}

bool kx_function_stop(uint16_t at)
{
    uint32_t command = kx_config_read(at, COMMAND, 2);
    kx_config_write(at, COMMAND, 2,
                    (command & ~COMMAND_MASTER) | COMMAND_NO_INTX);
    if (kx_config_read(at, COMMAND, 2) & COMMAND_MASTER)
        return false;
    for (unsigned n = 0; n < LOOKS; n++)
        if (!pending(at))
            return kx_function_stopped(at);
    return false;
}

/* Where a one resets it, or 0; in WIDTH bytes, with BIT. */
static unsigned reset_register(uint16_t at, unsigned *width, uint32_t *bit)
{
    unsigned cap = find(at, CAP_EXPRESS);
    if (cap && (kx_config_read(at, cap + EXPRESS_CAPS, 4) & EXPRESS_RESETS)) {
        *width = 2;
        *bit = EXPRESS_RESET;
        return cap + EXPRESS_CONTROL;
    }
    cap = find(at, CAP_AF);
    if (cap && (kx_config_read(at, cap + AF_CAPS, 1) & AF_RESETS)) {
        *width = 1;
        *bit = AF_RESET;
        return cap + AF_CONTROL;
    }
    return 0;
}

bool kx_reset_there(uint16_t at)
{
    unsigned width;
    uint32_t bit;
    return reset_register(at, &width, &bit) != 0;
}

void kx_reset_begin(uint16_t at, struct kx_settings *was)
{
    unsigned width, express = find(at, CAP_EXPRESS);
    uint32_t bit;
    for (unsigned n = 0; n < 6; n++)
        was->bars[n] = kx_config_read(at, BAR0 + 4 * n, 4);
    was->rom = kx_config_read(at, ROM, 4);
    was->command = (uint16_t)kx_config_read(at, COMMAND, 2);
    was->cache_line = (uint8_t)kx_config_read(at, CACHE_LINE, 1);
    was->latency = (uint8_t)kx_config_read(at, LATENCY, 1);
    was->line = (uint8_t)kx_config_read(at, LINE, 1);
    was->express =
        express ? (uint16_t)kx_config_read(at, express + EXPRESS_CONTROL, 2)
                : 0;
    unsigned reg = reset_register(at, &width, &bit);
    if (reg)
        kx_config_write(at, reg, width, kx_config_read(at, reg, width) | bit);
}

/* BARs before the function decodes them again. */
bool kx_reset_end(uint16_t at, const struct kx_settings *was)
{
    unsigned express;
    if (kx_config_read(at, VENDOR, 2) == 0xffff)
        return false;
    for (unsigned n = 0; n < 6; n++)
        kx_config_write(at, BAR0 + 4 * n, 4, was->bars[n]);
    kx_config_write(at, ROM, 4, was->rom);
    kx_config_write(at, CACHE_LINE, 1, was->cache_line);
    kx_config_write(at, LATENCY, 1, was->latency);
    kx_config_write(at, LINE, 1, was->line);
    express = find(at, CAP_EXPRESS);
    if (express)
        kx_config_write(at, express + EXPRESS_CONTROL, 2, was->express);
    kx_config_write(at, COMMAND, 2,
                    (was->command & ~COMMAND_MASTER) | COMMAND_NO_INTX);
    return kx_function_stopped(at);
}

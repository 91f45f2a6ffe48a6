/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A dead driver's devices stop: they master the bus no more and assert no
 * line, and say so, before anything that they know of is used again (PCI 3.0
 * §6.2.2). */
#include "pci.h"
#include "pci_regs.h"

#define EXPRESS_STATUS 0x0a /* PCI Express 2.0 §7.8.5 */
#define TRANSACTIONS_PENDING 0x0020u
#define LOOKS 1000 /* at a transaction that is still pending */

/* Where the status of a PCI Express function is, or 0. */
static unsigned express_status(uint16_t at)
{
    unsigned cap = 0, n = 0;
    if (kx_config_read(at, STATUS, 2) & STATUS_CAPABILITIES)
        cap = kx_config_read(at, CAPABILITIES, 1) & 0xfc;
    while (cap && n++ < MAX_CAPS && kx_config_read(at, cap, 1) != CAP_EXPRESS)
        cap = kx_config_read(at, cap + 1, 1) & 0xfc;
    return n < MAX_CAPS && cap ? cap + EXPRESS_STATUS : 0;
}

static bool idle(uint16_t at)
{
    unsigned status = express_status(at);
    for (unsigned n = 0; status && n < LOOKS; n++)
        if (!(kx_config_read(at, status, 2) & TRANSACTIONS_PENDING))
            return true;
    return !status;
}

bool kx_pci_quiesce(const struct kx_task *t)
{
    bool quiet = true;
    for (unsigned n = 0; n < t->words.n_pci; n++) {
        uint16_t at = kx_functions[t->functions[n]].at;
        uint32_t command = kx_config_read(at, COMMAND, 2);
        kx_intx_off(t->functions[n]);
        command = (command & ~COMMAND_MASTER) | COMMAND_NO_INTX;
        kx_config_write(at, COMMAND, 2, command);
        quiet &= kx_config_read(at, COMMAND, 2) == command && idle(at);
    }
    return quiet;
}

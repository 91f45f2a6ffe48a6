/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Making one PCI function stop, by asking it and by resetting it.
 *
 * No Mach header here or in reset.c: the host tests it with devices of its
 * own that do not do as they are told. */
#ifndef KX_RESET_H
#define KX_RESET_H

#include <stdbool.h>
#include <stdint.h>

#define KX_RESET_US 100000 /* that a function may take (PCIe 2.0 §6.6.2) */

/* What a reset takes away and kx_reset_end() puts back. */
struct kx_settings {
    uint32_t bars[6], rom;
    uint16_t command, express;
    uint8_t cache_line, latency, line;
};

/* Bus mastering and INTx off.  True when the function says that it does not
 * master the bus, and that no transfer of it is under way. */
bool kx_function_stop(uint16_t at);
bool kx_function_stopped(uint16_t at);

/* Has it a reset of its own (function-level reset, or that of Advanced
 * Features)? */
bool kx_reset_there(uint16_t at);

/* Begin it.  The function is not to be touched for KX_RESET_US; then
 * kx_reset_end(): true when it is there again, as it was, and stopped. */
void kx_reset_begin(uint16_t at, struct kx_settings *was);
bool kx_reset_end(uint16_t at, const struct kx_settings *was);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The functions on the PCI bus, and which of them a module line means.
 *
 * No Mach header here or in bus.c: the host tests this file.
 */
#ifndef KX_BUS_H
#define KX_BUS_H

#include <stdbool.h>
#include <stdint.h>

#include "words.h"

#define KX_MAX_FUNCTIONS 64
#define KX_BARS 6
#define KX_OWNER_TASK 1000 /* past any index of a module line */

/* A base address register (PCI 3.0 §6.2.5); the upper half of a 64-bit one
 * has size 0, as one that is not there. */
struct kx_bar {
    uint64_t first, size; /* bytes, or ports */
    bool io;
};

struct kx_function {
    uint16_t at; /* bus << 8 | device << 3 | function */
    uint16_t vendor, device;
    uint32_t class; /* CCSSPP */
    uint8_t header; /* its type; 1 is a bridge */
    uint8_t line;   /* interrupt line, as the firmware wrote it */
    uint8_t pin;    /* 1 to 4: INTA to INTD; 0: none */
    int owner;      /* the module line that has it, or -1; once there are
                     * tasks, KX_OWNER_TASK + the task */
    struct kx_bar bars[KX_BARS];
};

/* Configuration space; config.c has the machine's, the tests one of their own.
 * WIDTH is 1, 2 or 4 bytes, OFFSET a multiple of it. */
uint32_t kx_config_read(uint16_t at, unsigned offset, unsigned width);
void kx_config_write(uint16_t at, unsigned offset, unsigned width,
                     uint32_t value);

/* Find every function on bus 0 and behind bridges, size its BARs.  At boot
 * only: while a BAR is sized its device does not decode.  Returns how many
 * there are, at most KX_MAX_FUNCTIONS. */
unsigned kx_bus_scan(struct kx_function found[]);

/* The first function that WORD stands for and that nobody owns, or -1.
 * Bridges are nobody's. */
int kx_bus_match(const struct kx_function found[], unsigned n,
                 const struct kx_pci_word *word);

/* Does WORD stand for this function? */
bool kx_bus_means(const struct kx_pci_word *word, const struct kx_function *f);

/* Add its BARs to the I/O ports and the memory windows that W grants; memory
 * in whole pages.  False when there are too many. */
bool kx_bus_grant(const struct kx_function *f, struct kx_words *w);

/* May the owner of a function write WIDTH bytes of VALUE at OFFSET of its
 * configuration space?  Not what could reach outside of the function: BARs, bus
 * mastering, INTx, message interrupts, power states, bridge windows. */
bool kx_config_allows(uint16_t at, unsigned offset, unsigned width,
                      uint32_t value);

#endif

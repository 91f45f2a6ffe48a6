/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The PCI bus as the firmware left it (PCI Local Bus Specification 3.0, §6):
 * finding functions, sizing their BARs, matching pci= words, and what a
 * function's owner may write into its configuration space. */
#include "bus.h"
#include "pci_regs.h"

#include <string.h>

#define CLASS_BRIDGE 0x06
#define PAGE 4096ull

static uint32_t mask_of(bool io)
{
    return io ? ~0x3u : ~0xfu;
}

/* Write ones, see which stick: the others are the size.  §6.2.5.1 */
static uint32_t probe(uint16_t at, unsigned offset)
{
    uint32_t was = kx_config_read(at, offset, 4);
    kx_config_write(at, offset, 4, ~0u);
    uint32_t sticks = kx_config_read(at, offset, 4);
    kx_config_write(at, offset, 4, was);
    return sticks;
}

/* Returns how many registers it takes. */
static unsigned size_bar(struct kx_function *f, unsigned n, unsigned bars)
{
    unsigned offset = BAR0 + 4 * n;
    uint32_t low = kx_config_read(f->at, offset, 4);
    struct kx_bar *bar = &f->bars[n];
    bool wide = !(low & BAR_IO) && (low & 0x6) == BAR_64 && n + 1 < bars;
    uint64_t sticks = probe(f->at, offset) & mask_of(low & BAR_IO);
    if (sticks == 0 && !wide)
        return 1;
    bar->io = low & BAR_IO;
    bar->first = low & mask_of(bar->io);
    if (wide) {
        bar->first |= (uint64_t)kx_config_read(f->at, offset + 4, 4) << 32;
        sticks |= (uint64_t)probe(f->at, offset + 4) << 32;
    } else if (bar->io) {
        sticks |= ~0xffffull; /* ports have 16 bits */
        bar->first &= 0xffff;
    } else {
        sticks |= ~0xffffffffull;
    }
    bar->size = ~sticks + 1;
    return wide ? 2 : 1;
}

static void size_bars(struct kx_function *f)
{
    unsigned bars = f->header == 0 ? KX_BARS : f->header == 1 ? 2 : 0;
    if (f->class >> 16 == CLASS_BRIDGE)
        return; /* nobody gets one, and it may not be switched off */
    uint32_t command = kx_config_read(f->at, COMMAND, 2);
    kx_config_write(f->at, COMMAND, 2,
                    command & ~(uint32_t)(COMMAND_IO | COMMAND_MEMORY));
    for (unsigned n = 0; n < bars;)
        n += size_bar(f, n, bars);
    kx_config_write(f->at, COMMAND, 2, command);
}

static void describe(struct kx_function *f, uint16_t at)
{
    memset(f, 0, sizeof *f);
    f->at = at;
    f->owner = -1;
    f->vendor = (uint16_t)kx_config_read(at, VENDOR, 2);
    f->device = (uint16_t)kx_config_read(at, DEVICE, 2);
    f->class =
        kx_config_read(at, CLASS, 2) << 8 | kx_config_read(at, INTERFACE, 1);
    f->header = kx_config_read(at, HEADER_TYPE, 1) & ~HEADER_MULTI;
    f->line = (uint8_t)kx_config_read(at, LINE, 1);
    f->pin = (uint8_t)kx_config_read(at, PIN, 1);
    size_bars(f);
}

/* Buses are numbered upwards on the way down: a loop ends at the first that
 * is not. */
static unsigned scan(struct kx_function found[], unsigned n, unsigned bus)
{
    for (unsigned device = 0; device < 32; device++) {
        unsigned functions = 1;
        for (unsigned f = 0; f < functions && n < KX_MAX_FUNCTIONS; f++) {
            uint16_t at = (uint16_t)(bus << 8 | device << 3 | f);
            if (kx_config_read(at, VENDOR, 2) == 0xffff)
                continue;
            if (f == 0 && (kx_config_read(at, HEADER_TYPE, 1) & HEADER_MULTI))
                functions = 8;
            struct kx_function *here = &found[n++];
            describe(here, at);
            unsigned below = kx_config_read(at, SECONDARY_BUS, 1);
            if (here->header == HEADER_BRIDGE && below > bus)
                n = scan(found, n, below);
        }
    }
    return n;
}

unsigned kx_bus_scan(struct kx_function found[])
{
    return scan(found, 0, 0);
}

bool kx_bus_means(const struct kx_pci_word *word, const struct kx_function *f)
{
    switch (word->by) {
    case KX_PCI_ID:
        return word->value == ((uint32_t)f->vendor << 16 | f->device);
    case KX_PCI_CLASS:
        return word->any_interface ? word->value >> 8 == f->class >> 8
                                   : word->value == f->class;
    case KX_PCI_ADDRESS:
        return word->value == f->at;
    }
    return false;
}

int kx_bus_match(const struct kx_function found[], unsigned n,
                 const struct kx_pci_word *word)
{
    for (unsigned k = 0; k < n; k++)
        if (found[k].owner < 0 && found[k].class >> 16 != CLASS_BRIDGE &&
            kx_bus_means(word, &found[k]))
            return (int)k;
    return -1;
}

static bool add(struct kx_range *ranges, unsigned *n, uint64_t first,
                uint64_t last)
{
    if (*n == KX_MAX_RANGES)
        return false;
    ranges[*n].first = first;
    ranges[(*n)++].last = last;
    return true;
}

bool kx_bus_grant(const struct kx_function *f, struct kx_words *w)
{
    bool all = true;
    for (unsigned k = 0; k < KX_BARS; k++) {
        const struct kx_bar *bar = &f->bars[k];
        uint64_t last = bar->first + bar->size - 1;
        if (bar->size && bar->first && bar->io)
            all &= add(w->ioports, &w->n_ioports, bar->first, last);
        else if (bar->size && bar->first)
            all &= add(w->mmio, &w->n_mmio, bar->first & ~(PAGE - 1),
                       last | (PAGE - 1));
    }
    return all;
}

/* Is OFFSET..OFFSET+WIDTH in the body of a capability of the vendor's own?
 * Its first three bytes are the list's and its length. */
static bool vendors(uint16_t at, unsigned offset, unsigned width)
{
    if (!(kx_config_read(at, STATUS, 2) & STATUS_CAPABILITIES))
        return false;
    unsigned cap = kx_config_read(at, CAPABILITIES, 1) & 0xfc;
    for (unsigned n = 0; cap >= BODY && n < MAX_CAPS; n++) {
        if (kx_config_read(at, cap, 1) == CAP_VENDOR) {
            unsigned length = kx_config_read(at, cap + 2, 1);
            if (offset >= cap + 3 && offset + width <= cap + length)
                return true;
        }
        cap = kx_config_read(at, cap + 1, 1) & 0xfc;
    }
    return false;
}

bool kx_config_allows(uint16_t at, unsigned offset, unsigned width,
                      uint32_t value)
{
    const uint32_t may = COMMAND_IO | COMMAND_MEMORY;
    if (offset % width || offset + width > END)
        return false;
    if (offset == COMMAND && width == 2) {
        uint32_t is = kx_config_read(at, COMMAND, 2);
        if ((value ^ is) & ~may & 0xffff)
            return false;
        return true;
    }
    return (offset == STATUS && width == 2) ||
           (offset == CACHE_LINE && width == 1) ||
           (offset == LATENCY && width == 1) ||
           (offset >= BODY && vendors(at, offset, width));
}

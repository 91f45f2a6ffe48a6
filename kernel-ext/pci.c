/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * PCI functions as grants.  Configuration space by ports 0xcf8 and 0xcfc (PCI
 * 3.0 §3.2.2.3.2), which only kernel-ext has.  A function is given whole: its
 * BARs become I/O port and memory grants of the task, and configuration space
 * is read and written for the task, within what bus.c allows. */
#include "pci.h"
#include "pci_regs.h"

#include <device/userspace_driver_types.h>
#include <stdio.h>
#include <string.h>

#include "userspace_driver_server.h"

#define CONFIG_ADDRESS 0xcf8
#define CONFIG_DATA 0xcfc
#define CONFIG_ENABLE 0x80000000u
#define PAGE 4096ull

struct kx_function kx_functions[KX_MAX_FUNCTIONS];
unsigned kx_n_functions;

/* ---- configuration space ---- */

static void address(uint16_t at, unsigned offset)
{
    __asm__ volatile("outl %0, %1"
                     :
                     : "a"(CONFIG_ENABLE | (uint32_t)at << 8 | (offset & 0xfc)),
                       "Nd"((uint16_t)CONFIG_ADDRESS));
}

uint32_t kx_config_read(uint16_t at, unsigned offset, unsigned width)
{
    uint32_t value;
    address(at, offset);
    __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"((uint16_t)CONFIG_DATA));
    value >>= 8 * (offset & 3);
    return width == 4 ? value : value & ((1u << 8 * width) - 1);
}

void kx_config_write(uint16_t at, unsigned offset, unsigned width,
                     uint32_t value)
{
    uint16_t port = (uint16_t)(CONFIG_DATA + (offset & 3));
    address(at, offset);
    if (width == 4)
        __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
    else if (width == 2)
        __asm__ volatile("outw %w0, %1" : : "a"(value), "Nd"(port));
    else
        __asm__ volatile("outb %b0, %1" : : "a"(value), "Nd"(port));
}

/* ---- at boot ---- */

uint16_t kx_pci_scan(void)
{
    uint16_t lines = 0;
    if (kx_ports_allow(mach_task_self(), CONFIG_ADDRESS, CONFIG_DATA + 3) !=
        KERN_SUCCESS)
        return 0;
    kx_n_functions = kx_bus_scan(kx_functions);
    for (unsigned n = 0; n < kx_n_functions; n++) {
        const struct kx_function *f = &kx_functions[n];
        if (!f->pin || f->line >= KX_LINES)
            continue;
        lines |= (uint16_t)(1u << f->line);
        kx_intx_off(n); /* until a driver wants it */
    }
    return lines;
}

/* A BAR that is smaller than a page is granted with the rest of it, which has
 * to be nobody else's. */
static bool page_shared(const struct kx_function *f, const struct kx_bar *bar)
{
    uint64_t first = bar->first & ~(PAGE - 1);
    uint64_t last = (bar->first + bar->size - 1) | (PAGE - 1);
    for (unsigned n = 0; n < kx_n_functions; n++)
        for (unsigned k = 0; k < KX_BARS; k++) {
            const struct kx_bar *b = &kx_functions[n].bars[k];
            if (&kx_functions[n] != f && b->size && !b->io &&
                b->first <= last && b->first + b->size > first)
                return true;
        }
    return false;
}

static bool refuse(struct kx_fault *fault, const char *why)
{
    snprintf(fault->why, sizeof fault->why, "%s", why);
    return false;
}

static bool fits(const struct kx_function *f, struct kx_fault *fault)
{
    for (unsigned k = 0; k < KX_BARS; k++) {
        const struct kx_bar *bar = &f->bars[k];
        if (bar->size && !bar->io && page_shared(f, bar))
            return refuse(fault, "another function has a BAR in its page");
    }
    return true;
}

/* What a line asks for by ioports= or mmio= is not a function's. */
static bool clear(const struct kx_range *ranges, unsigned n, bool io,
                  struct kx_fault *fault)
{
    for (unsigned k = 0; k < n; k++)
        for (unsigned m = 0; m < kx_n_functions * KX_BARS; m++) {
            const struct kx_bar *b =
                &kx_functions[m / KX_BARS].bars[m % KX_BARS];
            if (!b->size || b->io != io ||
                ranges[k].first > b->first + b->size - 1 ||
                ranges[k].last < b->first)
                continue;
            kx_fault_range(fault, io ? "ioports" : "mmio", ranges[k]);
            return refuse(fault, "a PCI function's: ask for it with pci=");
        }
    return true;
}

static bool claim(unsigned me, const struct kx_words *w, struct kx_words *room,
                  struct kx_fault *fault)
{
    for (unsigned n = 0; n < w->n_pci; n++) {
        int k = kx_bus_match(kx_functions, kx_n_functions, &w->pci[n]);
        kx_fault_pci(fault, &w->pci[n]);
        if (k < 0)
            return refuse(fault, "no such function, or another task has it");
        if (!fits(&kx_functions[k], fault))
            return false;
        if (!kx_bus_grant(&kx_functions[k], room))
            return refuse(fault, "too many BARs for one task");
        kx_functions[k].owner = (int)me;
    }
    return true;
}

bool kx_pci_claim(unsigned me, const struct kx_words *w, struct kx_fault *fault)
{
    static struct kx_words room;
    if (!clear(w->ioports, w->n_ioports, true, fault) ||
        !clear(w->mmio, w->n_mmio, false, fault))
        return false;
    for (unsigned i = 0; i < w->instances; i++) {
        room = *w;
        if (!claim(me, w, &room, fault)) {
            kx_pci_unclaim(me);
            return false;
        }
    }
    return true;
}

void kx_pci_unclaim(unsigned line)
{
    for (unsigned n = 0; n < kx_n_functions; n++)
        if (kx_functions[n].owner == (int)line)
            kx_functions[n].owner = -1;
}

/* In the order of the claims, so that instance I has the I-th of each. */
void kx_pci_give(struct kx_task *t, unsigned line)
{
    struct kx_words *w = &t->words;
    for (unsigned n = 0; n < w->n_pci; n++) {
        unsigned k = 0;
        while (kx_functions[k].owner != (int)line ||
               !kx_bus_means(&w->pci[n], &kx_functions[k]))
            k++;
        kx_functions[k].owner = KX_OWNER_TASK + (int)kx_task_index(t);
        t->functions[n] = k;
        kx_bus_grant(&kx_functions[k], w);
    }
}

/* ---- what its owner may ask ---- */

const struct kx_function *kx_pci_of(const struct kx_task *t, unsigned n)
{
    return n < t->words.n_pci ? &kx_functions[t->functions[n]] : NULL;
}

kern_return_t kx_on_pci_info(mach_port_t control, uint32_t n, usrd_info_t info,
                             mach_msg_type_number_t *count)
{
    const struct kx_function *f =
        kx_pci_of(kx_incarnations[kx_port_index(control)].task, n);
    if (!f)
        return KERN_INVALID_ARGUMENT;
    memset(info, 0, sizeof(usrd_info_t));
    info[USRD_PCI_ADDRESS] = f->at;
    info[USRD_PCI_ID] = (uint32_t)f->vendor << 16 | f->device;
    info[USRD_PCI_CLASS] = f->class;
    info[USRD_PCI_LINE] = f->pin ? f->line : USRD_PCI_NO_LINE;
    for (unsigned k = 0; k < KX_BARS; k++) {
        info[USRD_PCI_BAR(k)] = f->bars[k].first;
        info[USRD_PCI_BAR_SIZE(k)] = f->bars[k].size;
        info[USRD_PCI_BAR_IO(k)] = f->bars[k].io;
    }
    *count = USRD_PCI_WORDS;
    return KERN_SUCCESS;
}

static bool in_space(uint32_t offset, uint32_t width)
{
    return (width == 1 || width == 2 || width == 4) && offset < END &&
           offset % width == 0;
}

kern_return_t kx_on_pci_read(mach_port_t control, uint32_t n, uint32_t offset,
                             uint32_t width, uint32_t *value)
{
    const struct kx_function *f =
        kx_pci_of(kx_incarnations[kx_port_index(control)].task, n);
    if (!f || !in_space(offset, width))
        return KERN_INVALID_ARGUMENT;
    *value = kx_config_read(f->at, offset, width);
    return KERN_SUCCESS;
}

kern_return_t kx_on_pci_write(mach_port_t control, uint32_t n, uint32_t offset,
                              uint32_t width, uint32_t value)
{
    struct kx_incarnation *i = &kx_incarnations[kx_port_index(control)];
    const struct kx_function *f = kx_pci_of(i->task, n);
    if (!f || !in_space(offset, width))
        return KERN_INVALID_ARGUMENT;
    if (!kx_config_allows(f->at, offset, width, value)) {
        kx_deny(i, "pci id=0x%x", offset);
        return KERN_PROTECTION_FAILURE;
    }
    kx_config_write(f->at, offset, width, value);
    return KERN_SUCCESS;
}

/* Its memory for DMA is all that a function can be told of by an honest
 * driver; without it there is nothing to master the bus for. */
kern_return_t kx_on_pci_master(mach_port_t control, uint32_t n, uint32_t on)
{
    struct kx_incarnation *i = &kx_incarnations[kx_port_index(control)];
    const struct kx_function *f = kx_pci_of(i->task, n);
    const unsigned needed = USRD_CAP_PCI | USRD_CAP_DMA;
    if (!f)
        return KERN_INVALID_ARGUMENT;
    if ((i->caps & needed) != needed) {
        kx_deny(i, "pci id=0x%x", COMMAND);
        return KERN_PROTECTION_FAILURE;
    }
    uint32_t command = kx_config_read(f->at, COMMAND, 2);
    command = on ? command | COMMAND_MASTER : command & ~COMMAND_MASTER;
    kx_config_write(f->at, COMMAND, 2, command);
    return kx_config_read(f->at, COMMAND, 2) == command ? KERN_SUCCESS
                                                        : KERN_FAILURE;
}

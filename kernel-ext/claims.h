/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Who may have what: conflicts between module lines, what the machine keeps
 * for itself, and the order that needs= asks for.
 *
 * No Mach header here or in claims.c: the host tests this file.
 */
#ifndef KX_CLAIMS_H
#define KX_CLAIMS_H

#include "words.h"

#define KX_MAX_LINES 64 /* more than the kernel loads modules */

/* What kernel-ext found out about the machine at boot. */
struct kx_machine {
    bool com1, com2;     /* the kernel owns it: ports and line 4, 3 */
    uint16_t pci_lines;  /* ISA lines that a PCI function uses */
    uint64_t ram_top;    /* mmio= below this is RAM, but for the hole
                                 0xa0000-0xfffff */
    unsigned n_reserved; /* more mmio that nobody gets */
    struct kx_range reserved[16];
    unsigned n_reserved_ports; /* I/O ports that kernel-ext uses itself */
    struct kx_range reserved_ports[4];
};

/* Check line ME against MACHINE and against the accepted lines among
 * LINES[0..ME): the first of two claimants keeps what both want.  ACCEPTED[i]
 * tells whether line i was.  False, with FAULT filled in, if it is refused. */
bool kx_claims_check(const struct kx_words *const lines[],
                     const bool accepted[], unsigned me,
                     const struct kx_machine *machine, struct kx_fault *fault);

/* Why nobody may register for LINE: to be refused by the kernel is to have it
 * panic a second later.  NULL when one may. */
const char *kx_line_kernels(unsigned line, const struct kx_machine *machine);

/* FAULT's word is this one, as a module line has it. */
void kx_fault_pci(struct kx_fault *fault, const struct kx_pci_word *p);
void kx_fault_range(struct kx_fault *fault, const char *key,
                    struct kx_range range);

/* A name that a line with INSTANCES > 1 has stands for NAME.1, NAME.2 and so
 * on: whether the names A and B with their instances have one in common. */
bool kx_names_meet(const char *a, unsigned a_instances, const char *b,
                   unsigned b_instances);

/* After all lines were read: check that each name that line ME needs is
 * provided by an accepted line, and that ME does not wait for itself through
 * a cycle of needs.  N is at most KX_MAX_LINES.  To be repeated until nothing
 * more is refused. */
bool kx_needs_check(const struct kx_words *const lines[], const bool accepted[],
                    unsigned n, unsigned me, struct kx_fault *fault);

#endif

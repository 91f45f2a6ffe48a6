/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What boot wants to know of the PCI bus. */
#ifndef KX_PCI_H
#define KX_PCI_H

#include <stdint.h>

/* A bit for each ISA line that a PCI function uses. */
uint16_t kx_pci_lines(void);

#endif

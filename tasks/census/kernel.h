/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the kernel has of something itself. */
#ifndef CENSUS_KERNEL_H
#define CENSUS_KERNEL_H

/* Ports, whoever has rights to them, and be it nobody; 0: it does not say. */
unsigned long kernel_ports(void);

#endif

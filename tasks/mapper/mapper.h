/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the files of the mapper task share. */
#ifndef MAPPER_H
#define MAPPER_H

#include <device/userspace_driver_sdk.h>

#include "../board/board.h"
#include "../ktap.h"

#define RW (VM_PROT_READ | VM_PROT_WRITE)

extern mach_port_t board; /* the open device */

/* One result: the call must have returned exactly that. */
#define expect(result, call) ktap_returns((result), (call), #call)

/* Map SIZE bytes of OBJECT, as any Mach program does. */
kern_return_t map(mach_port_t object, vm_offset_t offset, vm_size_t size,
                  vm_prot_t prot, volatile unsigned **words);

/* The whole writable part of board, or NULL. */
volatile unsigned *map_board(void);

/* Have the operator's routines done to task NAME, and wait. */
void kill_and_wait(const char *name);

/* attacks.c, shares.c, leaks.c */
void attacks(void);
void shares(void);
void leaks(unsigned n_cycles, unsigned n_deaths);

#endif

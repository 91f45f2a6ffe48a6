/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Transfers of QEMU's edu, for its drivers. */
#ifndef EDU_DMA_H
#define EDU_DMA_H

#include <stdint.h>

#include <mach/boolean.h>
#include <usrd/io.h>

#include "edu_regs.h"

/* Is one under way, or about to begin? */
static inline boolean_t edu_transfers(void *registers)
{
    return (usrd_rd64(registers, EDU_DMA_COMMAND) & EDU_DMA_START) != 0;
}

/* COMMAND: EDU_DMA_TO_MEMORY, EDU_DMA_INTERRUPT.  The device's own buffer is
 * at EDU_BUFFER. */
static inline void edu_transfer(void *registers, uint64_t from, uint64_t to,
                                uint64_t bytes, uint64_t command)
{
    usrd_wr64(registers, EDU_DMA_FROM, from);
    usrd_wr64(registers, EDU_DMA_TO, to);
    usrd_wr64(registers, EDU_DMA_BYTES, bytes);
    usrd_wr64(registers, EDU_DMA_COMMAND, EDU_DMA_START | command);
}

#endif

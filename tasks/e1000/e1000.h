/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the files of e1000 share.  chip.c knows the controller, receive.c and
 * transmit.c its descriptors. */
#ifndef E1000_H
#define E1000_H

#include <device/userspace_driver_sdk.h>

#include <stdbool.h>
#include <usrd/io.h>
#include <usrd/pci.h>

#include "e1000_regs.h"

/* ---- chip.c ---- */

/* The BAR with its registers. */
extern void *e1000_base;

static inline uint32_t e1000_read(size_t at)
{
    return usrd_rd32(e1000_base, at);
}

static inline void e1000_write(size_t at, uint32_t value)
{
    usrd_wr32(e1000_base, at, value);
}

/* Find it, and map its registers.  D_NO_SUCH_DEVICE. */
kern_return_t e1000_find(struct usrd_pci_function *function);

/* From an unknown state to one in which it does nothing, and has no buffer and
 * no interrupt.  It must not be able to transfer. */
void e1000_reset(void);

/* After that: its address, from its EEPROM.  D_NO_SUCH_DEVICE: it says none. */
kern_return_t e1000_read_address(uint8_t address[6]);

/* All but the queues: what it hears, its speed, its interrupts. */
void e1000_set_up(const uint8_t address[6]);

/* All frames on the wire, or those to its address, to several and to all. */
void e1000_promiscuous(bool on);

/* Do its registers answer? */
bool e1000_there(void);

/* Is the link up? */
bool e1000_link(void);

/* ---- receive.c and transmit.c ---- */

/* Descriptors of each, one more than can be in hand. */
#define E1000_QUEUE 256u

/* Memory, once.  D_NO_MEMORY. */
kern_return_t e1000_receive_init(usrd_driver_t driver);
kern_return_t e1000_transmit_init(usrd_driver_t driver);

/* After e1000_reset(): the queue is empty, and the device has it. */
void e1000_receive_start(void);
void e1000_transmit_start(void);

/* As nic.h has them. */
bool e1000_receive(unsigned id, uint64_t physical, uint32_t bytes);
bool e1000_send(unsigned id, uint64_t physical, uint32_t bytes,
                uint64_t offload);

/* Tell the device of what is new. */
void e1000_receive_publish(void);
void e1000_transmit_publish(void);

/* The same again, should it not have heard. */
void e1000_receive_remind(void);
void e1000_transmit_remind(void);

/* Answer what it has done. */
void e1000_receive_collect(void);
void e1000_transmit_collect(void);

#endif

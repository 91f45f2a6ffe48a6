/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the files of the hostile task share: the attacks, by file. */
#ifndef HOSTILE_H
#define HOSTILE_H

#include <device/userspace_driver_sdk.h>
#include <usrd/types.h>

#include "../ktap.h"

/* What hostile.task grants. */
#define GRANTED_PORT_FIRST 0x2f0
#define GRANTED_PORT_LAST 0x2f3
#define GRANTED_IRQ 5
#define GRANTED_MMIO 0xfed00000u /* the HPET */
#define GRANTED_MMIO_SIZE 4096u

/* One result: the call must have returned exactly that. */
#define expect(result, call) ktap_returns((result), (call), #call)

/* The handle of hello that every attack opens first. */
extern mach_port_t hello;

/* Does kernel-ext still answer, within a tick or two? */
void kernel_ext_answers(void);

/* grants.c */
void attack_port_below(void);
void attack_port_above(void);
void attack_irq(void);
void attack_mmio(void);
void attack_names(void);
void attack_operator(void);
void attack_reader(void);

/* kernel.c */
void attack_task_calls(void);
void attack_memory_calls(void);
void attack_notifications(void);
void attack_host_calls(void);
void attack_others(void);

/* rights.c */
void attack_destroy_service(void);
void attack_give_service(void);
void attack_hide_service(void);
void attack_many_ports(void);
void attack_many_handles(void);
void attack_orphan_handles(void);
void attack_own_filter(void);

/* messages.c */
void attack_out_of_line(void);
void attack_many_rights(void);
void attack_forged_exception(void);
void attack_forged_death(void);
void attack_forged_notifications(void);
void attack_garbage(void);
void attack_flood(void);
void attack_beats(void);
void attack_log_flood(void);

/* answers.c */
void attack_answers(void);
void attack_reply_ports(void);

/* guess.c */
void attack_guess(void);

/* interrupts.c */
void attack_acknowledgements(void);

/* memory.c */
void attack_hog(void);
void attack_hog_copies(void);
void attack_huge_send(void);
void attack_huge_ports(void);
void attack_grow_ports(void);
void attack_grow_messages(void);

/* traps.c */
void attack_trap_print(void);
void attack_trap_state(void);
void attack_trap_write(void);
void attack_null_send(void);
void attack_null_receive(void);
void attack_no_receive(void);
void attack_flag_direction(void);
void attack_flag_nested(void);
void attack_flag_trace(void);
void attack_traps_gone(void);
void attack_traps_all(void);
void attack_trap_beyond(void);

#endif

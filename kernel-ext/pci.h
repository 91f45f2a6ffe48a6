/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * PCI functions at work: found at boot, granted whole, kept in bounds. */
#ifndef KX_PCI_H
#define KX_PCI_H

#include "bus.h"
#include "kx.h"

extern struct kx_function kx_functions[KX_MAX_FUNCTIONS];
extern unsigned kx_n_functions;

/* config.c: configuration space; false where it cannot be reached. */
bool kx_config_init(void);

/* At boot: look at the bus; a bit for each ISA line that a function uses. */
uint16_t kx_pci_scan(void);

/* Line ME wants the functions that its pci= words name, for each of its
 * instances: they are its own, or FAULT says why not. */
bool kx_pci_claim(unsigned me, const struct kx_words *w,
                  struct kx_fault *fault);
void kx_pci_unclaim(unsigned line); /* it was refused after all */

/* Make the functions of its line this task's: their BARs become ioports= and
 * mmio= grants of its words. */
void kx_pci_give(struct kx_task *t, unsigned line);

/* quiesce.c.  Its incarnation is dead, or a driver no more: its functions
 * master the bus no more and assert no line.  False when one did not do as it
 * was told. */
bool kx_pci_quiesce(const struct kx_task *t);

/* Do all its functions answer?  Else one was taken out. */
bool kx_pci_there(const struct kx_task *t);

/* Can one of its functions that may transfer be reset?  Then rings outlive
 * their clients until it was, or until its next driver is ready. */
bool kx_pci_resets(const struct kx_task *t);

/* After a death, with t->verdict of what follows: must it settle before that?
 * Then begin, and when the time has passed, go on. */
bool kx_pci_settles(const struct kx_task *t, bool quiet);
void kx_pci_settle(struct kx_task *t);
void kx_pci_settled(struct kx_task *t);

/* The N-th function of the task, or NULL. */
const struct kx_function *kx_pci_of(const struct kx_task *t, unsigned n);

/* intx.c: interrupts of functions.  LINE interrupted: the functions that assert
 * it are off and their drivers told; false when nobody admits to it, and the
 * line should stay masked. */
bool kx_intx_interrupt(unsigned line);
void kx_intx_off(unsigned function);
bool kx_intx_granted(const struct kx_task *t, uint64_t line);
void kx_intx_begin(struct kx_incarnation *i, unsigned line);
void kx_intx_done(struct kx_incarnation *i, unsigned line);
void kx_intx_end(struct kx_incarnation *i, unsigned line);
/* The register of its first function on LINE whose reading quiets it. */
kern_return_t kx_intx_quiet(struct kx_incarnation *i, unsigned line,
                            unsigned bar, uint64_t offset, unsigned width);
void kx_intx_excuse(uint64_t late, uint64_t now);
uint64_t kx_intx_due(uint64_t now); /* irq-rate=: switch on; when next */
void kx_intx_tick(uint64_t now);    /* end those that never say "done" */

/* quiet.c: those registers. */
kern_return_t kx_quiet_set(unsigned function, unsigned bar, uint64_t offset,
                           unsigned width);
void kx_quiet_forget(unsigned function);
bool kx_quiet_there(unsigned function);
uint32_t kx_quiet_read(unsigned function); /* 0, too, if there is no device */

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Guards: checks that stop a fault.  What ships has them all.  For each there is
 * a build for the tests without it (-DKX_WITHOUT=KX_WITHOUT_NAME;
 * tests/without/), which the scenarios without-* show; beside each stands the
 * one that shows that it holds. */
#ifndef KX_HOLDS_H
#define KX_HOLDS_H

enum {
    /* one owner of a port, line, function, name: line-port-taken */
    KX_WITHOUT_CLAIMS = 1 << 0,
    /* the range of ioports=: deny-port-above */
    KX_WITHOUT_PORTS = 1 << 1,
    /* the lines of irq= and pci=: deny-irq */
    KX_WITHOUT_LINES = 1 << 2,
    /* the ranges of mmio= and of BARs: deny-mmio */
    KX_WITHOUT_MMIO = 1 << 3,
    /* what of configuration space may be written: pci-function */
    KX_WITHOUT_CONFIG = 1 << 4,
    /* the devices of needs=: deny-names */
    KX_WITHOUT_NEEDS = 1 << 5,
    /* the right of operator=: deny-operator */
    KX_WITHOUT_OPERATOR = 1 << 6,
    /* the list of kernel calls: attack-task-calls */
    KX_WITHOUT_CALLS = 1 << 7,
    /* a vm_map that panics the kernel: map-attacks */
    KX_WITHOUT_MASK = 1 << 8,
    /* the bounds of a device_map: map-attacks */
    KX_WITHOUT_WINDOW = 1 << 9,
    /* forged ones: attack-forged-notifications */
    KX_WITHOUT_NOTIFICATIONS = 1 << 10,
    /* handles that a driver gave away: attack-give-handle */
    KX_WITHOUT_THIEF = 1 << 11,
    /* devices of the dead are stopped: canary */
    KX_WITHOUT_QUIESCE = 1 << 12,
    /* and reset, before memory is used again: pci-reset */
    KX_WITHOUT_SETTLE = 1 << 13,
    /* what was unmapped is reached no more: iommu-stale-* */
    KX_WITHOUT_INVALIDATE = 1 << 14,
    /* nor does a device write what it is to read: iommu-read-only */
    KX_WITHOUT_READ_ONLY = 1 << 15,
    /* hangs: die-spin */
    KX_WITHOUT_WATCHDOG = 1 << 16,
    /* memory=: limit-memory */
    KX_WITHOUT_MEMORY = 1 << 17,
    /* memory is kept for the kernel: attack-hog-unlimited */
    KX_WITHOUT_FREE = 1 << 18,
    /* cpu=: limit-cpu */
    KX_WITHOUT_CPU = 1 << 19,
    /* op-timeout=: limit-op-timeout */
    KX_WITHOUT_OP_TIMEOUT = 1 << 20,
    /* irq-rate=: limit-irq-rate-pci */
    KX_WITHOUT_IRQ_RATE = 1 << 21,
    /* interrupts that a driver lets lie: pci-quiet */
    KX_WITHOUT_UNREAD = 1 << 22,
    /* floods of messages, and of work: attack-flood, attack-beats,
     * ring-flood */
    KX_WITHOUT_FLOOD = 1 << 23,
    /* floods of the log: attack-log-flood */
    KX_WITHOUT_LOG = 1 << 24,
    /* start-limit=: flaky-given-up */
    KX_WITHOUT_START_LIMIT = 1 << 25,
    /* what kills its driver is not tried for ever: keep-poison */
    KX_WITHOUT_BLAME = 1 << 26,
    /* the drivers of complains=: complaint */
    KX_WITHOUT_COMPLAINS = 1 << 27,
};

#ifndef KX_WITHOUT
#define KX_WITHOUT 0
#endif
#define KX_HOLDS(guard) (((KX_WITHOUT)&KX_WITHOUT_##guard) == 0)

#endif

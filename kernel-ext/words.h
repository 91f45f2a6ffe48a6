/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The module line: a task's whole privilege and policy.
 *
 * No Mach header here or in words.c: the host tests this file.
 */
#ifndef KX_WORDS_H
#define KX_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KX_NAME_MAX 64  /* with its terminating zero; USRD_MAX_DRIVER_NAME */
#define KX_MAX_RANGES 8 /* ioports= or mmio= words of one line */
#define KX_MAX_IRQS 4
#define KX_MAX_PCI 4
#define KX_MAX_NAMES 32 /* in one provides= or needs= */
#define KX_MAX_COMPLAINS 8
#define KX_MAX_INSTANCES 256

#define KX_MS 1000u /* durations are in microseconds */

enum kx_restart { KX_RESTART_NO, KX_RESTART_ON_FAILURE, KX_RESTART_ALWAYS };
enum kx_on_limit { KX_ON_LIMIT_STOP, KX_ON_LIMIT_REBOOT };
enum kx_operator {
    KX_OPERATOR_NO,
    KX_OPERATOR_READ, /* what changes nothing */
    KX_OPERATOR_YES
};
enum kx_limit {                     /* the order of USRD_RESOURCE_* */
                KX_LIMIT_MEMORY,    /* memory=    KB */
                KX_LIMIT_CPU,       /* cpu=       percent */
                KX_LIMIT_IO_OPS,    /* io-ops=    concurrent operations */
                KX_LIMIT_IRQ_RATE,  /* irq-rate=  a second */
                KX_LIMIT_TIMEOUT,   /* op-timeout= ms */
                KX_LIMIT_BANDWIDTH, /* bandwidth= KB/s */
                KX_LIMITS
};

struct kx_range {
    uint64_t first, last;
}; /* both included */

enum kx_pci_by { KX_PCI_ID, KX_PCI_CLASS, KX_PCI_ADDRESS };
struct kx_pci_word {
    enum kx_pci_by by;
    uint32_t value;     /* VVVV<<16 | DDDD, CCSSPP (PP 0 when any), or
                       bus<<8 | dev<<3 | fn */
    bool any_interface; /* class without PP */
};

extern const char *const kx_limit_name[KX_LIMITS]; /* their words */

/* Names point into the line's own words, which outlive this; where a word has
 * several, its commas became zeroes. */
struct kx_words {
    const char *name;
    /* grants */
    struct kx_range ioports[KX_MAX_RANGES];
    unsigned n_ioports;
    uint8_t irqs[KX_MAX_IRQS];
    unsigned n_irqs;
    struct kx_range mmio[KX_MAX_RANGES];
    unsigned n_mmio;
    struct kx_pci_word pci[KX_MAX_PCI];
    unsigned n_pci;
    uint64_t dma;  /* bytes */
    unsigned kdev; /* KX_KDEV_* bits */
    enum kx_operator operator_;
    /* names */
    const char *provides[KX_MAX_NAMES];
    unsigned n_provides;
    const char *needs[KX_MAX_NAMES];
    unsigned n_needs;
    bool needs_all; /* needs=* : may open anything, waits for nothing */
    const char *complains[KX_MAX_COMPLAINS]; /* tasks */
    unsigned n_complains;
    unsigned instances;
    /* policy, durations in microseconds, 0 = off where the word allows it */
    enum kx_restart restart;
    uint64_t restart_delay, restart_max_delay;
    unsigned start_limit;
    uint64_t start_limit_window;
    enum kx_on_limit on_limit;
    uint64_t watchdog, ready_timeout, stop_timeout;
    unsigned errors;
    uint64_t errors_window;
    /* limits, 0 = none */
    uint32_t limit[KX_LIMITS];
};

#define KX_KDEV_CONSOLE 0x1u
#define KX_KDEV_RD(n) (0x2u << (n)) /* rd0..rd3 */

/* What is wrong with a line: the word at fault, and why, in words. */
struct kx_fault {
    char word[64]; /* cut when longer */
    char why[80];
};

/* Read the words ARGV[0..ARGC) of a module line (ARGV[0] is the task's name;
 * everything from "--" on is the program's own) into W, with the defaults
 * filled in.  False, with FAULT filled in, on the first word that is unknown,
 * malformed, out of range or given twice.  ioports=, irq=, pci= and mmio= may
 * come several times, each time for something else.  Durations are at most
 * 24h. */
bool kx_words_parse(struct kx_words *w, int argc, char *const argv[],
                    struct kx_fault *fault);

#endif

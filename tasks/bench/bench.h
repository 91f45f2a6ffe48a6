/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the client and the drivers of the benchmark agree on. */
#ifndef BENCH_H
#define BENCH_H

#include <stdint.h>

/* Flavours of bench-hello's device beside hello's own. */
#define BENCH_STATUS 0x62000000 /* the stamps, two words each */
enum bench_death {              /* of set_status: how to die */
                   BENCH_CRASH = 0x62000001,
                   BENCH_SPIN,
                   BENCH_BLOCK,
};

/* The counter when an incarnation of bench-hello got there. */
enum bench_stamp {
    BENCH_FIRST,      /* its first instruction */
    BENCH_MAIN,       /* main() */
    BENCH_REGISTERED, /* usrd_driver_register() is done */
    BENCH_ANNOUNCES,  /* it is about to send "ready" */
    BENCH_RUNS,       /* and it runs again */
    BENCH_STAMPS,
};

/* It crashes with a write to an address that has the counter in its low
 * bits: the only thing that outlives it. */
#define BENCH_ADDRESS (1ull << 46)

/* bench-store: what it keeps.  BENCH_STATUS is the cost of registration,
 * two words. */
#define BENCH_LONG 65536

/* bench-irq: arm its interrupt (set_status), what came of it (get_status). */
enum bench_irq {
    BENCH_ASSERTED, /* when the line was */
    BENCH_HANDLER,  /* the handler's first instruction */
    BENCH_AGAIN,    /* and again: the line was asserted in the handler */
    BENCH_IRQS,
};

/* The soaker's share: what it has counted. */
#define BENCH_SOAKER "bench-soaker"

/* A driver that is linked with driver.c: words of BENCH_STATUS, two for each. */
enum bench_driver {
    BENCH_TRAPS, /* system calls since it began */
    BENCH_INIT, /* ticks from driver_init until it announced that it is ready */
    BENCH_OWN,  /* ticks in its own code, if it is linked with own.c */
    BENCH_DRIVER_WORDS,
};
extern uint64_t bench_traps; /* of this task: traps.c */
extern uint64_t bench_own;   /* driver.c */
struct usrd_driver_callbacks;
__attribute__((weak)) void bench_own_begin(struct usrd_driver_callbacks *call);

static inline uint64_t bench_ticks(void)
{
    return __builtin_ia32_rdtsc();
}

/* say.c: one line for a figure, `bench NAME VALUE`. */
void bench_say(const char *name, const char *what, uint64_t value);

/* Median and 99th percentile of N values, which are sorted by it. */
void bench_spread(const char *name, uint64_t *values, unsigned n);
uint64_t bench_median(uint64_t *values, unsigned n);

/* One measurement each; 0, or a line was printed about what went wrong. */
int bench_calls(void);
int bench_restart(void);
int bench_hang(void);
int bench_interrupt(void);
int bench_boot(void);
int bench_io(void);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The client that measures, in ticks of the time-stamp counter: under QEMU's
 * `-icount shift=0` a tick is an instruction.  bench WHAT prints a line for
 * each figure,
 *     bench NAME VALUE
 * and ends with exit(0).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <usrd/client.h>

#include "bench.h"

static int by_size(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

void bench_say(const char *name, const char *what, uint64_t value)
{
    printf("bench %s%s %lu\n", name, what, (unsigned long)value);
}

uint64_t bench_median(uint64_t *values, unsigned n)
{
    qsort(values, n, sizeof values[0], by_size);
    return values[n / 2];
}

void bench_spread(const char *name, uint64_t *values, unsigned n)
{
    bench_say(name, ".median", bench_median(values, n));
    bench_say(name, ".p99", values[n * 99 / 100]);
}

static const struct {
    const char *name;
    int (*run)(void);
} all[] = {
    {"calls", bench_calls}, {"restart", bench_restart},
    {"hang", bench_hang},   {"interrupt", bench_interrupt},
    {"boot", bench_boot},   {"io", bench_io},
};

int main(int argc, char **argv)
{
    usrd_set_timeout(0);
    usrd_sleep(200); /* until the boot is over */
    for (unsigned i = 0; argc > 1 && i < sizeof all / sizeof *all; i++)
        if (strcmp(argv[1], all[i].name) == 0)
            return all[i].run();
    printf("usage: bench calls|restart|hang|interrupt|boot|io\n");
    return 1;
}

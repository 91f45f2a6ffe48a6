/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Figures, as the clients of the benchmark print them. */
#include <stdio.h>
#include <stdlib.h>

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

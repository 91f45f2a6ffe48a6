/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The client that measures, in ticks of the time-stamp counter: under QEMU's
 * `-icount shift=0` a tick is an instruction.  bench WHAT prints a line for
 * each figure,
 *     bench NAME VALUE
 * and ends with exit(0).
 */
#include <stdio.h>
#include <string.h>

#include <usrd/client.h>

#include "bench.h"

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

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * killer TASK COUNT [SEED [MS [START_MS]]]: kills TASK so often, 10 to 40 ms
 * apart, or MS more, from START_MS on.  A sleep ends at a tick of the clock,
 * which takes the processor from whoever has it: the task is found wherever
 * that was.
 */
#include <mach/mach.h>
#include <stdio.h>
#include <stdlib.h>
#include <userspace_driver_operator.h>
#include <usrd/client.h>

int main(int argc, char **argv)
{
    unsigned long count = argc > 2 ? strtoul(argv[2], NULL, 0) : 0;
    unsigned long seed = argc > 3 ? strtoul(argv[3], NULL, 0) : 1;
    unsigned more = argc > 4 ? (unsigned)atoi(argv[4]) : 0;
    unsigned long kills = 0;

    if (argc > 5)
        usrd_sleep((unsigned)atoi(argv[5]));
    while (kills < count) {
        seed = seed * 6364136223846793005ul + 1442695040888963407ul;
        usrd_sleep(more + 10 + seed / 65536 % 31);
        /* Refused while it is not running: then soon again. */
        kills += usrd_op_kill(mach_task_self(), argv[1]) == KERN_SUCCESS;
    }
    printf("kills=%lu\n", kills);
    return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The last deaths, the oldest first, and how long outages were since boot. */
#include <mach/mach.h>
#include <stdio.h>
#include <userspace_driver_operator.h>
#include <usrd/operator.h>

#include "shell.h"

static void show_death(unsigned index)
{
    usrd_name_t name, cause;
    usrd_info_t info;
    unsigned n = sizeof info / sizeof *info;
    char task[80], at[16], ran[16], outage[16];

    if (usrd_op_death(mach_task_self(), index, name, cause, info, &n) !=
        KERN_SUCCESS)
        return;
    snprintf(task, sizeof task, "%s#%lu", name, info[USRD_DEATH_INCARNATION]);
    say("%8s %-14s %-24s %7s %s\n", duration(info[USRD_DEATH_AT_US], at), task,
        cause, duration(info[USRD_DEATH_RAN_US], ran),
        duration(info[USRD_DEATH_OUTAGE_US], outage));
}

static unsigned remembered(void)
{
    usrd_name_t name, cause;
    usrd_info_t info;
    unsigned i = 0, n = sizeof info / sizeof *info;

    while (usrd_op_death(mach_task_self(), i, name, cause, info, &n) ==
           KERN_SUCCESS) {
        n = sizeof info / sizeof *info;
        i++;
    }
    return i;
}

void show_deaths(void)
{
    usrd_info_t info;
    unsigned n = sizeof info / sizeof *info;
    char from[16], to[16];

    say("%8s %-14s %-24s %7s %s\n", "AT", "TASK", "CAUSE", "RAN", "OUTAGE");
    for (unsigned i = remembered(); i > 0; i--)
        show_death(i - 1);
    if (usrd_op_outages(mach_task_self(), info, &n) != KERN_SUCCESS)
        return;
    for (unsigned i = 0; i < USRD_OUTAGES_BUCKETS; i++)
        if (info[i] > 0)
            say("%8s to %7s  %lu\n", duration(i ? 1ul << i : 0, from),
                duration(2ul << i, to), info[i]);
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the operator's routines answer in numbers, for tasks with operator=yes
 * or operator=read. */
#ifndef USRD_OPERATOR_H
#define USRD_OPERATOR_H

#include <usrd/types.h>

/* Words of usrd_info_t. */
enum usrd_info {
    USRD_INFO_STATE,        /* enum usrd_task_state */
    USRD_INFO_INCARNATION,  /* 1.. ; 0 before the first */
    USRD_INFO_UPTIME_US,    /* of this incarnation */
    USRD_INFO_RESTARTS,     /* since boot */
    USRD_INFO_HEARTBEAT_US, /* age of the last; ~0 if none was due */
    USRD_INFO_CPU_US,       /* of this incarnation */
    USRD_INFO_MEMORY_KB,    /* resident */
    USRD_INFO_OUTAGE_US,    /* the last one: death to ready */
    USRD_INFO_STATUS,       /* USRD_STATUS_*, 0 of no driver */
    USRD_INFO_ERRORS,       /* reported by the driver */
    USRD_INFO_DENIED,       /* kernel calls refused to it */
    USRD_INFO_TASKS,        /* of the whole system, in each answer: tasks, */
    USRD_INFO_THREADS,      /* threads, */
    USRD_INFO_FREE_PAGES,   /* free pages (vm_statistics); */
    USRD_INFO_PORTS,        /* of kernel-ext: port names, */
    USRD_INFO_OWN_KB,       /* resident memory */
    USRD_INFO_ADDRESS,      /* of the last exception, where it has one */
    USRD_INFO_TSC_DEATH,    /* the time-stamp counter when kernel-ext heard */
    USRD_INFO_TSC_START,    /* of the last death, when it let the next */
    USRD_INFO_TSC_READY,    /* incarnation go, and when that was ready */
    USRD_INFO_CPU_PERCENT,  /* of the last second, where cpu= holds it; or ~0 */
    USRD_INFO_THROTTLED_US, /* that this incarnation was held back for it */
    USRD_INFO_CONFINED,     /* of the machine: devices reach only what their
                             * drivers were granted (an IOMMU is on): 1, or 0 */
    USRD_INFO_WORDS,        /* how many of these there are */
};

/* Of usrd_op_death. */
enum usrd_death {
    USRD_DEATH_NUMBER,      /* 1.. since boot, of all tasks */
    USRD_DEATH_INCARNATION, /* that died */
    USRD_DEATH_AT_US,       /* since kernel-ext started */
    USRD_DEATH_RAN_US,      /* how long it had run */
    USRD_DEATH_OUTAGE_US,   /* until its successor was ready; ~0: it is not */
    USRD_DEATH_WORDS,
};

/* Of usrd_op_outages: word N counts outages of 2^N to 2^(N+1) - 1
 * microseconds, of all tasks; the first has those of 0, too, and the last what
 * is longer. */
#define USRD_OUTAGES_BUCKETS 32u
enum usrd_outages {
    USRD_OUTAGES_SUM_US = USRD_OUTAGES_BUCKETS, /* of all */
    USRD_OUTAGES_NOW_US, /* the time: since kernel-ext started */
    USRD_OUTAGES_WORDS,
};

/* usrd_op_halt. */
#define USRD_HALT 0u
#define USRD_REBOOT 1u

#endif

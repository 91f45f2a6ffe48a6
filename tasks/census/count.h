/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What there is of everything, for test tasks with an operator's rights that
 * look whether something was left behind. */
#ifndef CENSUS_COUNT_H
#define CENSUS_COUNT_H

#include <stdint.h>
#include <string.h>

#include <mach/mach.h>
#include <userspace_driver_operator.h>
#include <usrd/client.h>
#include <usrd/operator.h>

struct census {
    uint64_t ports, free; /* of kernel-ext; of the machine, pages */
};

#define CENSUS_MS 200 /* for the last corpse */

static inline struct census count(void)
{
    usrd_info_t info;
    usrd_name_t name, cause;
    mach_msg_type_number_t n = sizeof info / sizeof *info;

    usrd_sleep(CENSUS_MS);
    memset(info, 0, sizeof info);
    usrd_op_status(mach_task_self(), 0, name, cause, info, &n);
    return (struct census){info[USRD_INFO_PORTS], info[USRD_INFO_FREE_PAGES]};
}

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Which run of the program this is. */
#include <device/userspace_driver_sdk.h>

#include "task.h"

unsigned int usrd_incarnation(void)
{
    return usrd_task.incarnation;
}

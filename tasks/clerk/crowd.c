/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * clerk crowd NAME N...: stop NAME.1 to NAME.N of each pair and start them one
 * after the other, open each and ask what its registration cost; then the list
 * of them all. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <mach/mach.h>
#include <userspace_driver_operator.h>
#include <usrd/client.h>
#include <usrd/operator.h>

#include "../crowd/crowd.h"
#include "clerk.h"

#define EACH 32 /* so many are compared */

static int registered[USRD_MAX_DRIVERS], added[USRD_MAX_DRIVERS];
static unsigned n_started;
static struct usrd_driver_entry entry;

static int by_size(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static int median(const int *all)
{
    int copy[EACH];

    memcpy(copy, all, sizeof copy);
    qsort(copy, EACH, sizeof *copy, by_size);
    return copy[EACH / 2];
}

/* Start it when nobody else has anything to do. */
static bool start(const char *name)
{
    mach_port_t device;
    natural_t words = 2;
    int status[2];

    if (usrd_op_start(mach_task_self(), name) != KERN_SUCCESS ||
        usrd_open(name, D_READ, &device) != KERN_SUCCESS ||
        usrd_get_status(device, CROWD_COST, status, &words) != KERN_SUCCESS)
        return false;
    registered[n_started] = status[0];
    added[n_started++] = status[1];
    usrd_sleep(20); /* its spare is forked 10 ms after it is ready */
    return true;
}

/* The first and the last: a tenth more at most. */
static void flat(const char *what, const int *all, unsigned n)
{
    int early = median(all), late = median(all + n - EACH);

    ktap_ok(late <= early + early / 10,
            "%s: 1st to %uth %d ticks, %uth to %uth %d", what, EACH, early,
            n - EACH + 1, n, late);
}

static unsigned listed(void)
{
    unsigned n = 0;

    while (usrd_driver_list(n, &entry) == KERN_SUCCESS) {
        if (entry.n_devices != 1 || entry.state != USRD_TASK_READY ||
            strcmp(entry.info.name, entry.devices[0]) != 0)
            return 0;
        n++;
    }
    return n;
}

static unsigned long free_kb(void)
{
    usrd_info_t info;
    usrd_name_t name, cause;
    mach_msg_type_number_t words = sizeof info / sizeof *info;

    usrd_op_status(mach_task_self(), 0, name, cause, info, &words);
    return info[USRD_INFO_FREE_PAGES] * 4;
}

static unsigned each(int argc, char **argv,
                     kern_return_t (*routine)(mach_port_t, const_usrd_name_t))
{
    char name[USRD_MAX_DEVICE_NAME];
    unsigned n = 0;

    for (int a = 0; a + 1 < argc; a += 2)
        for (int k = 1; k <= atoi(argv[a + 1]); k++) {
            snprintf(name, sizeof name, "%s.%d", argv[a], k);
            n += routine ? routine(mach_task_self(), name) == KERN_SUCCESS
                         : start(name);
        }
    return n;
}

void clerk_crowd(int argc, char **argv)
{
    usrd_sleep(500); /* until all have their spares */
    unsigned long with = free_kb();
    unsigned n = each(argc, argv, usrd_op_stop);

    usrd_sleep(500);
    ktap_ok(n >= 2 * EACH && n <= USRD_MAX_DRIVERS,
            "%u are stopped: %luM free, %luK each with its spare", n,
            with >> 10, (free_kb() - with) / n);
    if (!ktap_ok(each(argc, argv, NULL) == n, "each is started, and opens"))
        return;
    flat("registration", registered, n);
    flat("a device", added, n);
    unsigned in_list = listed();
    ktap_ok(in_list == n, "%u are in the list, each with its device", in_list);
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A driver that takes too much, as it is told: greedy [lower=N] WAY [NUMBER].
 *
 * Its device has the task's name; a read answers "ok", and with `serve MS` costs
 * so much of the processor's time first; a write is taken, and not looked at.
 * lower=N: it limits itself to N percent of the processor.
 *
 * greedy ask DEVICE TIMES and greedy send DEVICE MIB are clients.
 */
#include <device/userspace_driver_sdk.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <userspace_driver.h>

#include "greedy.h"

static const struct way {
    const char *name;
    void (*take)(unsigned number);
    bool no_driver; /* it would never serve its device */
} ways[] = {
    {"spin", greedy_spin, true},    {"hang", greedy_hang, true},
    {"touch", greedy_touch, false}, {"messages", greedy_messages, false},
    {"serve", NULL, false},
};

static unsigned burn; /* ms, at each read */

static kern_return_t greedy_open(usrd_driver_t driver, const char *name,
                                 dev_mode_t mode, void **context)
{
    (void)driver, (void)name, (void)mode, (void)context;
    return KERN_SUCCESS;
}

static kern_return_t greedy_read(usrd_driver_t driver, void *context,
                                 dev_mode_t mode, recnum_t recnum,
                                 vm_size_t wanted, void **data, vm_size_t *got)
{
    (void)context, (void)mode, (void)recnum;
    greedy_burn(burn);
    *got = wanted < 3 ? wanted : 3;
    *data = usrd_malloc(driver, 3);
    if (!*data)
        return D_NO_MEMORY;
    memcpy(*data, "ok\n", 3);
    return KERN_SUCCESS;
}

static kern_return_t greedy_write(usrd_driver_t driver, void *context,
                                  dev_mode_t mode, recnum_t recnum, void *data,
                                  vm_size_t size, vm_size_t *written)
{
    (void)driver, (void)context, (void)mode, (void)recnum, (void)data;
    *written = size;
    return KERN_SUCCESS;
}

static struct usrd_driver_callbacks greedy_callbacks = {
    .device_open = greedy_open,
    .device_read = greedy_read,
    .device_write = greedy_write,
};

static int serve(const char *name, const struct way *way, unsigned number,
                 unsigned lower)
{
    usrd_driver_t driver = usrd_driver_create(
        name, "takes too much", 1, 0, USRD_CAP_CHAR_DEVICE, &greedy_callbacks);

    if (lower)
        usrd_driver_set_resource_limits(driver, USRD_RESOURCE_CPU, lower);
    if (usrd_driver_register(driver, mach_task_self()) != USRD_SUCCESS ||
        usrd_driver_add_device(driver, name, USRD_CAP_CHAR_DEVICE, NULL) !=
            USRD_SUCCESS)
        return 1;
    burn = number;
    if (way->take) {
        usrd_msg_ready(mach_task_self());
        way->take(number);
    }
    return usrd_exit_code(usrd_driver_run(driver));
}

static bool is_client(char **argv)
{
    bool ask = strcmp(argv[1], "ask") == 0;
    unsigned number = strtoul(argv[3], NULL, 10);

    if (!ask && strcmp(argv[1], "send") != 0)
        return false;
    usrd_msg_ready(mach_task_self());
    if (ask)
        greedy_ask(argv[2], number);
    else
        greedy_send(argv[2], number);
    return true;
}

int main(int argc, char **argv)
{
    const struct way *way = ways, *end = ways + sizeof ways / sizeof *ways;
    unsigned lower = 0;
    int at = 1;

    if (argc == 4 && is_client(argv))
        return 0;
    if (argc > at && strncmp(argv[at], "lower=", 6) == 0)
        lower = strtoul(argv[at++] + 6, NULL, 10);
    while (way < end && (at >= argc || strcmp(way->name, argv[at]) != 0))
        way++;
    if (way == end) {
        fprintf(stderr, "usage: greedy [lower=N] WAY [NUMBER]\n");
        return 1;
    }
    if (way->no_driver && !lower) {
        usrd_msg_ready(mach_task_self());
        way->take(0);
    }
    return serve(argv[0], way,
                 argc > at + 1 ? strtoul(argv[at + 1], NULL, 10) : 0, lower);
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A test's operator that counts what a crash loop leaves behind: about every
 * STEP-th incarnation of a task it stops the task, waits until the last one is
 * buried, counts, and starts the task again.  census TASK STEP LAST [MS]: MS
 * is how long that incarnation runs before.  With STEP 0 it stops nothing, and
 * counts LAST times, each MS milliseconds.
 */
#include <mach/mach.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <userspace_driver.h>
#include <userspace_driver_operator.h>
#include <usrd/client.h>
#include <usrd/operator.h>

#include <device/userspace_driver_sdk.h>

#include "kernel.h"

static int get(const char *task, usrd_info_t info)
{
    usrd_name_t name, cause;

    for (unsigned i = 0;; i++) {
        mach_msg_type_number_t n = sizeof(usrd_info_t) / sizeof *info;
        if (usrd_op_status(mach_task_self(), i, name, cause, info, &n) !=
            KERN_SUCCESS)
            return 0;
        if (strcmp(name, task) == 0)
            return 1;
    }
}

/* As an error, so that a log that shows nothing else shows it. */
static void say(const char *text)
{
    usrd_text_t line;

    snprintf(line, sizeof line, "%s", text);
    usrd_msg_log(mach_task_self(), USRD_LOG_ERROR, line);
}

/* How long for the last corpse, and what is left to do after it. */
#define SETTLE_MS 300

static void count(const char *task, unsigned long us)
{
    usrd_info_t info = {0};
    char text[120];

    get(task, info);
    snprintf(text, sizeof text,
             "incarnation=%lu tasks=%lu threads=%lu ports=%lu free=%lu us=%lu "
             "kernel=%lu",
             info[USRD_INFO_INCARNATION], info[USRD_INFO_TASKS],
             info[USRD_INFO_THREADS], info[USRD_INFO_PORTS],
             info[USRD_INFO_FREE_PAGES], us, kernel_ports());
    say(text);
}

static void count_stopped(const char *task, unsigned long us)
{
    usrd_op_stop(mach_task_self(), task);
    usrd_sleep(SETTLE_MS);
    count(task, us);
    usrd_op_start(mach_task_self(), task);
}

int main(int argc, char **argv)
{
    usrd_info_t info = {0};
    unsigned long began = usrd_now();

    if (argc < 4) {
        fprintf(stderr, "usage: census TASK STEP LAST\n");
        return 1;
    }
    uint64_t step = strtoul(argv[2], NULL, 10), next = step;
    uint64_t last = strtoul(argv[3], NULL, 10);
    unsigned runs = argc > 4 ? strtoul(argv[4], NULL, 10) : 0;
    for (; step == 0 && last > 0; last--) {
        usrd_sleep(runs);
        count(argv[1], usrd_now() - began);
    }
    while (step > 0 && next <= last) {
        if (!get(argv[1], info)) {
            say("there is no such task");
            return 1;
        }
        if (info[USRD_INFO_INCARNATION] < next) {
            usrd_sleep(10);
            continue;
        }
        usrd_sleep(runs);
        count_stopped(argv[1], usrd_now() - began);
        began = usrd_now();
        next += step;
    }
    return 0;
}

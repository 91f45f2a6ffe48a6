/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The status of tasks, as a table or one at length. */
#include <mach/mach.h>
#include <stdio.h>
#include <string.h>
#include <userspace_driver_operator.h>
#include <usrd/operator.h>

#include <device/userspace_driver_types.h>

#include "shell.h"

struct status {
    usrd_name_t name, cause;
    usrd_info_t info;
};

static const char *const states[] = {
    [USRD_TASK_WAITING] = "waiting", [USRD_TASK_STARTING] = "starting",
    [USRD_TASK_READY] = "ready",     [USRD_TASK_STOPPING] = "stopping",
    [USRD_TASK_BACKOFF] = "backoff", [USRD_TASK_FAILED] = "failed",
    [USRD_TASK_STOPPED] = "stopped",
};

static int get_status(unsigned index, struct status *s)
{
    mach_msg_type_number_t n = sizeof s->info / sizeof *s->info;

    memset(s, 0, sizeof *s);
    return usrd_op_status(mach_task_self(), index, s->name, s->cause, s->info,
                          &n) == KERN_SUCCESS &&
           n >= USRD_INFO_WORDS;
}

static const char *state_text(const struct status *s)
{
    uint64_t state = s->info[USRD_INFO_STATE];

    if (state == USRD_TASK_READY) {
        if (s->info[USRD_INFO_STATUS] & USRD_STATUS_SUSPENDED)
            return "suspended";
        if (s->info[USRD_INFO_STATUS] & USRD_STATUS_ERROR)
            return "error";
    }
    return state < sizeof states / sizeof *states ? states[state] : "?";
}

/* The driver's status in words; "-" of a task that is no driver. */
static const char *status_text(const struct status *s, char text[64])
{
    static const char *const words[] = {
        "running", "idle", "busy", "error", "suspended", "recovering",
    };

    text[0] = '\0';
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
        if (s->info[USRD_INFO_STATUS] & 1u << i) {
            strcat(text, text[0] ? " " : "");
            strcat(text, words[i]);
        }
    return text[0] ? text : "-";
}

/* Three digits or so and a unit: 41us, 5.2ms, 12.3s, 4m05s, 3h12m, 9d04h. */
const char *duration(uint64_t us, char text[16])
{
    uint64_t s = us / 1000000;

    if (us == ~(uint64_t)0)
        strcpy(text, "-");
    else if (us < 1000)
        snprintf(text, 16, "%luus", us);
    else if (us < 1000000)
        snprintf(text, 16, "%lu.%lums", us / 1000, us / 100 % 10);
    else if (s < 100)
        snprintf(text, 16, "%lu.%lus", s, us / 100000 % 10);
    else if (s < 6000)
        snprintf(text, 16, "%lum%02lus", s / 60, s % 60);
    else if (s < 86400)
        snprintf(text, 16, "%luh%02lum", s / 3600, s / 60 % 60);
    else
        snprintf(text, 16, "%lud%02luh", s / 86400, s / 3600 % 24);
    return text;
}

void show_table(void)
{
    struct status s;
    char up[16], beat[16], cpu[16];
    boolean_t confined = FALSE;

    /* The one column that can be long is the last: 80 columns do for most. */
    say("%-8s %3s %-9s %6s %8s %7s %6s %6s %s\n", "TASK", "INC", "STATE",
        "UPTIME", "RESTARTS", "BEAT", "CPU", "MEMORY", "LAST CAUSE");
    for (unsigned i = 0; get_status(i, &s); i++) {
        confined = s.info[USRD_INFO_CONFINED] != 0;
        say("%-8s %3lu %-9s %6s %8lu %7s %6s %5luK %s\n", s.name,
            s.info[USRD_INFO_INCARNATION], state_text(&s),
            duration(s.info[USRD_INFO_UPTIME_US], up),
            s.info[USRD_INFO_RESTARTS],
            duration(s.info[USRD_INFO_HEARTBEAT_US], beat),
            duration(s.info[USRD_INFO_CPU_US], cpu),
            s.info[USRD_INFO_MEMORY_KB], s.cause[0] ? s.cause : "-");
    }
    say("devices' transfers: %s\n",
        confined ? "confined to what their drivers were granted"
                 : "not confined, no IOMMU is on");
}

int show_task(const char *name)
{
    struct status s;
    char text[16], words[64];
    unsigned i = 0;

    do {
        if (!get_status(i++, &s))
            return 0;
    } while (strcmp(s.name, name) != 0);

    say("%s#%lu %s\n", s.name, s.info[USRD_INFO_INCARNATION], state_text(&s));
    say("  status      %s\n", status_text(&s, words));
    say("  up          %s\n", duration(s.info[USRD_INFO_UPTIME_US], text));
    say("  restarts    %lu\n", s.info[USRD_INFO_RESTARTS]);
    if (s.info[USRD_INFO_RESTARTS] > 0 || s.cause[0] != '\0') {
        say("  last cause  %s\n", s.cause);
        say("  outage      %s\n", duration(s.info[USRD_INFO_OUTAGE_US], text));
    }
    say("  heartbeat   %s\n", duration(s.info[USRD_INFO_HEARTBEAT_US], text));
    say("  CPU         %s\n", duration(s.info[USRD_INFO_CPU_US], text));
    if (s.info[USRD_INFO_CPU_PERCENT] != ~(uint64_t)0)
        say("  throttled   %s, CPU %lu%% of the last second\n",
            duration(s.info[USRD_INFO_THROTTLED_US], text),
            s.info[USRD_INFO_CPU_PERCENT]);
    say("  memory      %luK\n", s.info[USRD_INFO_MEMORY_KB]);
    say("  errors      %lu\n", s.info[USRD_INFO_ERRORS]);
    say("  denied      %lu\n", s.info[USRD_INFO_DENIED]);
    show_driver(name);
    return 1;
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * meddler SEED MINUTES COUNT [MS]: an operator without a plan, for tests.  Each
 * MS milliseconds or up to twice that it does something to a task that the seed
 * has it draw: kill, restart, hang, stop or suspend a driver, kill a client, or
 * look at things.  What is stopped or suspended goes on some seconds later.
 *
 * COUNT times, each MINUTES, it lets all that is down go on, stops the clients,
 * and counts what there is of everything: it must be what it was.  It also
 * says how long calls to `hello` take. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <device/userspace_driver_sdk.h>
#include <mach/mach.h>
#include <userspace_driver_operator.h>
#include <usrd/client.h>
#include <usrd/operator.h>

#include "../census/kernel.h"

#define SELF "meddler"
#define SHELL "shell"
#define TASKS 32u
#define DOWN_MS 20000u  /* at most */
#define SETTLE_MS 15000 /* a driver that waits for another tries again */
#define CALLS 200

typedef kern_return_t command_t(mach_port_t, const_usrd_name_t);

struct task {
    usrd_name_t name;
    bool driver;
    command_t *then; /* what lets it go on, at */
    unsigned long at;
};

static struct task tasks[TASKS];
static unsigned n_tasks, done, refused;
static unsigned long seed;

static unsigned below(unsigned n)
{
    seed = seed * 6364136223846793005ul + 1442695040888963407ul;
    return (unsigned)(seed >> 33) % n;
}

static bool status(unsigned index, usrd_name_t name, usrd_info_t info)
{
    mach_msg_type_number_t n = sizeof(usrd_info_t) / sizeof *info;
    usrd_name_t cause;

    return usrd_op_status(mach_task_self(), index, name, cause, info, &n) ==
           KERN_SUCCESS;
}

static bool is_driver(const char *name)
{
    static struct usrd_driver_entry entry;

    for (unsigned i = 0; usrd_driver_list(i, &entry) == KERN_SUCCESS; i++)
        if (strcmp(entry.info.name, name) == 0)
            return true;
    return false;
}

/* The kernel's and the shell's users are left alone. */
static void learn(void)
{
    usrd_info_t info;
    usrd_name_t name;

    for (unsigned i = 0; n_tasks < TASKS && status(i, name, info); i++) {
        if (strcmp(name, SELF) == 0 || strcmp(name, SHELL) == 0)
            continue;
        strcpy(tasks[n_tasks].name, name);
        tasks[n_tasks++].driver = is_driver(name);
    }
}

static void order(struct task *t, command_t *command)
{
    kern_return_t kr = command(mach_task_self(), t->name);

    done++;
    if (kr == KERN_FAILURE || kr == KERN_ABORTED)
        refused++; /* not in this state */
    else if (kr != KERN_SUCCESS)
        printf("wrong: %s: %s\n", t->name, usrd_error_text(kr));
}

static void order_for_a_while(struct task *t, command_t *command,
                              command_t *then)
{
    order(t, command);
    t->then = then;
    t->at = usrd_now() + below(DOWN_MS) * 1000ul;
}

static void go_on(bool all)
{
    for (struct task *t = tasks; t < tasks + n_tasks; t++)
        if (t->then && (all || usrd_now() >= t->at)) {
            order(t, t->then);
            t->then = NULL;
        }
}

/* What a shell asks for. */
static void look(const struct task *t)
{
    static struct usrd_driver_entry entry;
    usrd_name_t name, cause;
    usrd_info_t info;
    usrd_page_t text;
    mach_msg_type_number_t n = sizeof text, words = sizeof info / sizeof *info;
    unsigned handles;

    usrd_op_grants(mach_task_self(), t->name, text, &n);
    for (unsigned i = 0; status(i, name, info); i++)
        ;
    for (unsigned i = 0; usrd_op_device(mach_task_self(), i, name, cause,
                                        &handles) == KERN_SUCCESS;
         i++)
        ;
    usrd_op_death(mach_task_self(), 0, name, cause, info, &words);
    words = sizeof info / sizeof *info;
    usrd_op_outages(mach_task_self(), info, &words);
    words = sizeof info / sizeof *info;
    usrd_op_pci_list(mach_task_self(), below(8), info, &words, name);
    for (unsigned i = 0; usrd_driver_list(i, &entry) == KERN_SUCCESS; i++)
        ;
}

static struct task *draw(bool driver)
{
    struct task *t;

    do
        t = &tasks[below(n_tasks)];
    while (t->driver != driver);
    return t;
}

static void meddle(void)
{
    unsigned chance = below(100);
    struct task *t = draw(chance >= 5);

    if (chance < 60)
        order(t, usrd_op_kill);
    else if (chance < 70)
        order(t, usrd_op_restart);
    else if (chance < 75)
        order(t, usrd_op_hang);
    else if (chance < 90)
        look(t);
    else if (t->then)
        return; /* it is to go on first */
    else if (chance < 95)
        order_for_a_while(t, usrd_op_stop, usrd_op_start);
    else
        order_for_a_while(t, usrd_op_suspend, usrd_op_resume);
}

/* Nanoseconds of a call, the clients being stopped. */
static unsigned long call(void)
{
    unsigned long began, took;
    mach_port_t device;
    char text[128];
    size_t n;

    if (usrd_open("hello", D_READ | D_WRITE, &device) != KERN_SUCCESS)
        return 0;
    usrd_write(device, 0, 0, "hello", 5, &n);
    began = usrd_now();
    for (unsigned i = 0; i < CALLS; i++)
        if (usrd_read(device, 0, 0, text, sizeof text, &n) != KERN_SUCCESS ||
            n != 5)
            printf("wrong: hello says %lu bytes\n", n);
    took = usrd_now() - began;
    usrd_close(device);
    return took * 1000 / CALLS;
}

static void all(bool drivers, command_t *command)
{
    for (struct task *t = tasks; t < tasks + n_tasks; t++)
        if (t->driver == drivers)
            order(t, command);
}

static void count(unsigned long minute)
{
    usrd_info_t info;
    usrd_name_t name;
    unsigned ready = 0, drivers = 0;

    go_on(true);
    all(false, usrd_op_stop);
    usrd_sleep(SETTLE_MS);
    all(true, usrd_op_kill); /* kernel-ext has a port less after an exit */
    usrd_sleep(SETTLE_MS);
    unsigned long ns = call();
    usrd_sleep(1000);
    for (struct task *t = tasks; t < tasks + n_tasks; t++)
        drivers += t->driver;
    for (unsigned i = 0; status(i, name, info); i++)
        if (info[USRD_INFO_STATUS] != 0 &&
            info[USRD_INFO_STATE] == USRD_TASK_READY)
            ready++;
    printf("minute=%lu tasks=%lu threads=%lu ports=%lu free=%lu own=%lu\n",
           minute, info[USRD_INFO_TASKS], info[USRD_INFO_THREADS],
           info[USRD_INFO_PORTS], info[USRD_INFO_FREE_PAGES],
           info[USRD_INFO_OWN_KB]);
    printf("ready=%u of=%u orders=%u refused=%u call=%luns kernel=%lu\n", ready,
           drivers, done, refused, ns, kernel_ports());
    all(false, usrd_op_start);
}

int main(int argc, char **argv)
{
    unsigned long minutes, times, n = 1;
    unsigned ms = argc > 4 ? (unsigned)atoi(argv[4]) : 2000;

    if (argc < 4 || ms == 0) {
        printf("usage: meddler SEED MINUTES COUNT [MS]\n");
        return 2;
    }
    seed = strtoul(argv[1], NULL, 0);
    minutes = strtoul(argv[2], NULL, 0);
    times = strtoul(argv[3], NULL, 0);
    usrd_sleep(SETTLE_MS);
    learn();
    while (n <= times) {
        usrd_sleep(ms + below(ms));
        go_on(false);
        if (usrd_now() / 60000000 >= n * minutes)
            count(n++ * minutes);
        else
            meddle();
    }
    printf("end\n");
    return 0;
}

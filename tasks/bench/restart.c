/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Crashes and hangs of bench-hello, and how long until it serves again.  Its
 * stamps and kernel-ext's are the steps. */
#include <stdio.h>
#include <string.h>

#include <device/userspace_driver_sdk.h>
#include <mach/mach.h>
#include <userspace_driver_operator.h>
#include <usrd/client.h>
#include <usrd/operator.h>

#include "bench.h"

#define CRASHES 1000
#define HANGS 10    /* of each kind */
#define PAUSE_MS 30 /* until the last one's log is out */

enum step {
    TO_KERNEL_EXT, /* the fault, until kernel-ext has the message */
    TO_RUN,        /* until the next incarnation is let go */
    TO_FIRST,      /* until its first instruction */
    TO_MAIN,
    TO_REGISTERED,
    TO_ANNOUNCED, /* its device added, its init done */
    TO_READY,     /* kernel-ext knows */
    STEPS,
};
static const char *const step_names[STEPS] = {
    "kernel_ext_has_it", "let_go", "first_instruction", "main", "registered",
    "announced",         "ready",
};

static uint64_t steps[STEPS][CRASHES];
static uint64_t ready[CRASHES], background[CRASHES], served[CRASHES];
static mach_port_t hello;
static unsigned hello_index;

static kern_return_t info_of(unsigned index, char *name, usrd_info_t info)
{
    mach_msg_type_number_t n = USRD_INFO_WORDS;
    usrd_name_t cause;

    return usrd_op_status(mach_task_self(), index, name, cause, info, &n);
}

static int find_hello(void)
{
    usrd_info_t info;
    usrd_name_t name = "";
    kern_return_t kr = usrd_open("hello", D_READ | D_WRITE, &hello);

    while (kr == KERN_SUCCESS && strcmp(name, "hello") != 0)
        kr = info_of(hello_index++, name, info);
    hello_index--;
    if (kr != KERN_SUCCESS)
        printf("no hello: %s\n", usrd_error_text(kr));
    return kr != KERN_SUCCESS;
}

/* Its stamps; the call waits for the next incarnation if there is none. */
static kern_return_t stamps(uint64_t *stamp)
{
    int words[BENCH_STAMPS * 2];
    natural_t n = BENCH_STAMPS * 2;
    kern_return_t kr = usrd_get_status(hello, BENCH_STATUS, words, &n);

    memcpy(stamp, words, sizeof words);
    return kr;
}

/* It dies of this call, which is never answered. */
static kern_return_t die(enum bench_death how)
{
    kern_return_t kr = usrd_set_status(hello, (dev_flavor_t)how, NULL, 0);

    return kr == MIG_SERVER_DIED ? KERN_SUCCESS : KERN_FAILURE;
}

static kern_return_t one_crash(unsigned n)
{
    uint64_t stamp[BENCH_STAMPS];
    usrd_info_t info;
    usrd_name_t name;
    kern_return_t kr = die(BENCH_CRASH);

    if (kr == KERN_SUCCESS)
        kr = stamps(stamp);
    uint64_t now = bench_ticks();
    if (kr == KERN_SUCCESS)
        kr = info_of(hello_index, name, info);
    if (kr != KERN_SUCCESS)
        return kr;
    const uint64_t at[STEPS + 1] = {
        info[USRD_INFO_ADDRESS] & ~BENCH_ADDRESS,
        info[USRD_INFO_TSC_DEATH],
        info[USRD_INFO_TSC_START],
        stamp[BENCH_FIRST],
        stamp[BENCH_MAIN],
        stamp[BENCH_REGISTERED],
        stamp[BENCH_ANNOUNCES],
        info[USRD_INFO_TSC_READY],
    };
    for (unsigned k = 0; k < STEPS; k++)
        steps[k][n] = at[k + 1] - at[k];
    ready[n] = at[STEPS] - at[0];
    background[n] = stamp[BENCH_RUNS] - at[STEPS];
    served[n] = now - at[0];
    return KERN_SUCCESS;
}

int bench_restart(void)
{
    char name[64];

    if (find_hello())
        return 1;
    for (unsigned n = 0; n < CRASHES; n++) {
        kern_return_t kr = one_crash(n);

        if (kr != KERN_SUCCESS) {
            printf("crash %u: %s\n", n, usrd_error_text(kr));
            return 1;
        }
        usrd_sleep(PAUSE_MS);
    }
    bench_spread("restart.crash_to_ready", ready, CRASHES);
    for (unsigned k = 0; k < STEPS; k++) {
        snprintf(name, sizeof name, "restart.step.%s", step_names[k]);
        bench_say(name, "", bench_median(steps[k], CRASHES));
    }
    bench_say("restart.background", "", bench_median(background, CRASHES));
    bench_say("restart.crash_to_served", "", bench_median(served, CRASHES));
    return 0;
}

/* The worst of several, which begin at different phases of the watchdog and
 * of the kernel's clock. */
static kern_return_t hangs(const char *name, enum bench_death how)
{
    uint64_t worst = 0;
    usrd_info_t info;
    usrd_name_t task;

    for (unsigned n = 0; n < HANGS; n++) {
        usrd_sleep(200);
        for (unsigned long end = usrd_now() + n * 5300; usrd_now() < end;)
            ;
        uint64_t began = bench_ticks(), stamp[BENCH_STAMPS];
        USRD_CHECK_RETURN(die(how));
        USRD_CHECK_RETURN(stamps(stamp));
        USRD_CHECK_RETURN(info_of(hello_index, task, info));
        uint64_t took = info[USRD_INFO_TSC_READY] - began;
        if (took > worst)
            worst = took;
    }
    bench_say(name, "", worst);
    return KERN_SUCCESS;
}

int bench_hang(void)
{
    if (find_hello())
        return 1;
    kern_return_t kr = hangs("hang.spinning_to_ready.worst", BENCH_SPIN);

    if (kr == KERN_SUCCESS)
        kr = hangs("hang.blocked_to_ready.worst", BENCH_BLOCK);
    if (kr != KERN_SUCCESS)
        printf("hang: %s\n", usrd_error_text(kr));
    return kr != KERN_SUCCESS;
}

/* Memory at rest; and the counter, beside the log's time of that line. */
int bench_boot(void)
{
    usrd_info_t info;
    usrd_name_t name;
    char figure[96];

    bench_say("boot.counter", "", bench_ticks());
    for (unsigned n = 0; info_of(n, name, info) == KERN_SUCCESS; n++) {
        snprintf(figure, sizeof figure, "memory.%s", name);
        bench_say(figure, "", info[USRD_INFO_MEMORY_KB]);
        if (n == 0)
            bench_say("memory.kernel-ext", "", info[USRD_INFO_OWN_KB]);
    }
    return 0;
}

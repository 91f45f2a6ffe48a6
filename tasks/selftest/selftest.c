/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The self-test of an image: is what the project promises so on this machine?
 * Prints KTAP, then halts the machine with the verdict.
 *
 * An operator's task: it kills, hangs, stops and starts every driver there is.
 */
#include <device/userspace_driver_sdk.h>
#include <string.h>
#include <userspace_driver_operator.h>
#include <usrd/client.h>
#include <usrd/operator.h>

#include "../ktap.h"

#define WAIT_MS 5000

struct task {
    usrd_name_t name, cause;
    usrd_info_t info;
};

static bool task_at(unsigned index, struct task *t)
{
    mach_msg_type_number_t n = sizeof t->info / sizeof *t->info;

    return usrd_op_status(mach_task_self(), index, t->name, t->cause, t->info,
                          &n) == KERN_SUCCESS;
}

static bool find_task(const char *name, struct task *t)
{
    for (unsigned i = 0; task_at(i, t); i++)
        if (strcmp(t->name, name) == 0)
            return true;
    return false;
}

/* Wait until NAME is ready in an incarnation after OLD. */
static bool wait_ready(const char *name, uint64_t old, struct task *t)
{
    unsigned long began = usrd_now();

    do {
        if (find_task(name, t) && t->info[USRD_INFO_STATE] == USRD_TASK_READY &&
            t->info[USRD_INFO_INCARNATION] > old)
            return true;
        usrd_sleep(10);
    } while (usrd_now() - began < WAIT_MS * 1000);
    return false;
}

static bool wait_state(const char *name, enum usrd_task_state state)
{
    unsigned long began = usrd_now();
    struct task t;

    do {
        if (find_task(name, &t) && t.info[USRD_INFO_STATE] == state)
            return true;
        usrd_sleep(10);
    } while (usrd_now() - began < WAIT_MS * 1000);
    return false;
}

static bool reads(mach_port_t device)
{
    char data[64];
    size_t got = 0;

    return usrd_read(device, 0, 0, data, sizeof data, &got) == KERN_SUCCESS &&
           got > 0;
}

static void test_open(mach_port_t *hello)
{
    mach_port_t other = MACH_PORT_NULL;

    ktap_ok(usrd_open("hello", D_READ | D_WRITE, hello) == KERN_SUCCESS,
            "hello opens");
    ktap_ok(usrd_open("nonsense", D_READ, &other) == D_NO_SUCH_DEVICE,
            "a device that nobody provides does not");
    ktap_ok(usrd_open("mem", D_READ, &other) == D_NO_SUCH_DEVICE,
            "the kernel's memory device does not");
    ktap_ok(reads(*hello), "hello can be read");
}

static void test_kill(mach_port_t hello)
{
    struct task t;

    find_task("hello", &t);
    uint64_t old = t.info[USRD_INFO_INCARNATION];
    ktap_ok(usrd_op_kill(mach_task_self(), "hello") == KERN_SUCCESS,
            "hello can be killed");
    ktap_ok(wait_ready("hello", old, &t), "hello is replaced");
    ktap_ok(strcmp(t.cause, "operator") == 0, "the cause is the operator");
    ktap_ok(t.info[USRD_INFO_OUTAGE_US] < 1000000, "outage %luus",
            t.info[USRD_INFO_OUTAGE_US]);
    ktap_ok(reads(hello), "the handle that was open works");
}

static void test_hang(mach_port_t hello)
{
    struct task t;

    find_task("hello", &t);
    uint64_t old = t.info[USRD_INFO_INCARNATION];
    ktap_ok(usrd_op_hang(mach_task_self(), "hello") == KERN_SUCCESS,
            "hello can be hung");
    ktap_ok(reads(hello), "the next incarnation answers a waiting request");
    ktap_ok(wait_ready("hello", old, &t) && strncmp(t.cause, "hang", 4) == 0,
            "the cause is %s", t.cause);
}

static void test_stop(mach_port_t hello)
{
    char data[64];
    size_t got;

    ktap_ok(usrd_op_stop(mach_task_self(), "hello") == KERN_SUCCESS &&
                wait_state("hello", USRD_TASK_STOPPED),
            "hello can be stopped");
    ktap_ok(usrd_read(hello, 0, 0, data, sizeof data, &got) == D_DEVICE_DOWN,
            "its handle says so");
    ktap_ok(usrd_op_start(mach_task_self(), "hello") == KERN_SUCCESS &&
                usrd_wait("hello", WAIT_MS) == KERN_SUCCESS,
            "hello can be started again");
    ktap_ok(reads(hello), "its handle works again");
}

/* Kill every other driver once; ourselves and the shell are not drivers. */
static void test_others(void)
{
    struct task t, after = {0};

    for (unsigned i = 0; task_at(i, &t); i++) {
        if (t.info[USRD_INFO_STATE] != USRD_TASK_READY ||
            t.info[USRD_INFO_HEARTBEAT_US] == ~(uint64_t)0 ||
            strcmp(t.name, "flaky") == 0)
            continue;
        bool good = usrd_op_kill(mach_task_self(), t.name) == KERN_SUCCESS &&
                    wait_ready(t.name, t.info[USRD_INFO_INCARNATION], &after);
        ktap_ok(good, "%s is replaced in %luus", t.name,
                after.info[USRD_INFO_OUTAGE_US]);
    }
}

int main(void)
{
    mach_port_t hello;

    ktap_begin();
    test_open(&hello);
    test_kill(hello);
    test_hang(hello);
    test_stop(hello);
    test_others();
    ktap_ok(usrd_op_kill(mach_task_self(), "nobody") != KERN_SUCCESS,
            "a task that is not there cannot be killed");
    int status = ktap_end();
    usrd_sleep(200); /* let the log go out */
    usrd_op_halt(mach_task_self(), USRD_HALT, status);
    return status;
}

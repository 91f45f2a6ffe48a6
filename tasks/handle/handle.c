/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A test's operator that opens a device once and uses it through the deaths
 * of its driver: handle TASK DEVICE.
 *
 * It writes the lines "first", "after kill", "queued", "after stop", which the
 * other end of the device sees if there is one.
 */
#include <device/userspace_driver_sdk.h>
#include <string.h>
#include <userspace_driver_operator.h>
#include <usrd/client.h>
#include <usrd/operator.h>

#include "../ktap.h"

/* A write is answered when the driver has the bytes; what it has not sent
 * when it dies is lost, and not what this is about. */
#define SENT_MS 50

static const char *task, *device_name;
static mach_port_t device;

static bool status_of(usrd_info_t info, usrd_name_t cause)
{
    usrd_name_t name;

    for (unsigned i = 0;; i++) {
        mach_msg_type_number_t n = sizeof(usrd_info_t) / sizeof *info;
        if (usrd_op_status(mach_task_self(), i, name, cause, info, &n) !=
            KERN_SUCCESS)
            return false;
        if (strcmp(name, task) == 0)
            return true;
    }
}

static uint64_t incarnation(void)
{
    usrd_info_t info = {0};
    usrd_name_t cause;

    status_of(info, cause);
    return info[USRD_INFO_INCARNATION];
}

static bool wait_for(enum usrd_task_state state, uint64_t least)
{
    usrd_info_t info;
    usrd_name_t cause;

    for (int i = 0; i < 500; i++) {
        if (status_of(info, cause) && info[USRD_INFO_STATE] == state &&
            info[USRD_INFO_INCARNATION] >= least)
            return true;
        usrd_sleep(10);
    }
    return false;
}

static kern_return_t put(const char *line)
{
    size_t written = 0;
    kern_return_t kr = usrd_write(device, 0, 0, line, strlen(line), &written);

    return kr == KERN_SUCCESS && written < strlen(line) ? D_IO_ERROR : kr;
}

static void after_kill(void)
{
    uint64_t before = incarnation();

    usrd_sleep(SENT_MS);
    ktap_ok(usrd_op_kill(mach_task_self(), task) == KERN_SUCCESS &&
                wait_for(USRD_TASK_READY, before + 1),
            "%s is killed and replaced", task);
    ktap_ok(put("after kill\n") == KERN_SUCCESS,
            "the same handle takes a write");
}

/* A hung driver receives nothing: the request stays in the handle's queue
 * when its watchdog ends it, and the next incarnation finds it there. */
static void queued(void)
{
    uint64_t before = incarnation();

    usrd_sleep(SENT_MS);
    ktap_ok(usrd_op_hang(mach_task_self(), task) == KERN_SUCCESS, "%s hangs",
            task);
    ktap_ok(put("queued\n") == KERN_SUCCESS, "the queued write is answered");
    ktap_ok(incarnation() == before + 1, "by the next incarnation");
}

static void while_stopped(void)
{
    usrd_sleep(SENT_MS);
    ktap_ok(usrd_op_stop(mach_task_self(), task) == KERN_SUCCESS &&
                wait_for(USRD_TASK_STOPPED, 0),
            "%s stops", task);
    ktap_ok(put("lost\n") == D_DEVICE_DOWN,
            "while it is stopped the handle says D_DEVICE_DOWN");
    ktap_ok(usrd_op_start(mach_task_self(), task) == KERN_SUCCESS &&
                wait_for(USRD_TASK_READY, 0),
            "%s starts again", task);
    ktap_ok(put("after stop\n") == KERN_SUCCESS,
            "the same handle takes a write");
}

int main(int argc, char **argv)
{
    task = argc > 1 ? argv[1] : "uart";
    device_name = argc > 2 ? argv[2] : task;
    ktap_begin();
    if (ktap_ok(usrd_open(device_name, D_READ | D_WRITE, &device) ==
                    KERN_SUCCESS,
                "%s opens", device_name)) {
        ktap_ok(put("first\n") == KERN_SUCCESS, "it takes a write");
        after_kill();
        queued();
        while_stopped();
    }
    return ktap_end();
}

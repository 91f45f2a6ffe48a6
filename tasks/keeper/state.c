/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Suspended and resumed; what a driver's status says. */
#include "keeper.h"

#include <device/device_request.h>
#include <userspace_driver_operator.h>

#define SAID (USRD_STATUS_IDLE | USRD_STATUS_BUSY | USRD_STATUS_ERROR)
#define RUNNING USRD_STATUS_RUNNING
#define SUSPENDED USRD_STATUS_SUSPENDED
#define RECOVERING USRD_STATUS_RECOVERING

static kern_return_t suspend(void)
{
    return usrd_op_suspend(mach_task_self(), "knob");
}

static kern_return_t resume(void)
{
    return usrd_op_resume(mach_task_self(), "knob");
}

static kern_return_t read_some(mach_port_t device)
{
    char data[8];
    size_t got;

    return usrd_read(device, 0, 0, data, sizeof data, &got);
}

/* A read that knob never answers, and the answer to it: 0 when there is none
 * yet. */
static mach_port_t wait_for_ever(mach_port_t device)
{
    mach_port_t reply = mach_reply_port();

    device_read_request_inband(device, reply, 0, KNOB_NEVER, 8);
    return reply;
}

static kern_return_t answer_to(mach_port_t reply)
{
    struct {
        mach_msg_header_t head;
        mach_msg_type_t type;
        kern_return_t result;
        char room[256];
    } msg;

    return mach_msg(&msg.head, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, sizeof msg,
                    reply, 50, MACH_PORT_NULL) == MACH_MSG_SUCCESS
               ? msg.result
               : 0;
}

void test_suspend(void)
{
    mach_port_t device = opened("knob"), other, reply = wait_for_ever(device);

    ktap_ok(set(device, 0, 5) == KERN_SUCCESS, "a handle takes a setting");
    ktap_ok(resume() == KERN_FAILURE, "what runs cannot be resumed");
    ktap_ok(answer_to(reply) == 0, "a read waits");
    ktap_ok(suspend() == KERN_SUCCESS, "knob is suspended");
    ktap_ok(answer_to(reply) == D_DEVICE_DOWN, "which is answered");
    ktap_ok(suspend() == KERN_FAILURE, "it cannot be suspended twice");
    ktap_ok(word(USRD_INFO_STATUS) & SUSPENDED, "its status says so");
    ktap_ok(read_some(device) == D_DEVICE_DOWN, "a read says D_DEVICE_DOWN");
    ktap_ok(usrd_open("knob", D_READ, &other) == D_DEVICE_DOWN, "and an open");
    usrd_sleep(1000);
    ktap_ok(word(USRD_INFO_INCARNATION) == 1, "its watchdog is content");

    ktap_ok(killed(), "it is killed and replaced");
    ktap_ok(word(USRD_INFO_STATUS) & SUSPENDED, "and suspended still");
    ktap_ok(read_some(device) == D_DEVICE_DOWN, "a read says D_DEVICE_DOWN");
    ktap_ok(resume() == KERN_SUCCESS, "it is resumed");
    ktap_ok(read_some(device) == KERN_SUCCESS, "the handle works again");
    ktap_ok(get(device, 0) == 5, "with its setting");
    ktap_ok(count_of(device, KNOB_SUSPENDS) == 2 &&
                count_of(device, KNOB_RESUMES) == 2,
            "both devices heard of both, once");
    ktap_ok(!(word(USRD_INFO_STATUS) & SUSPENDED), "its status says so");

    ktap_ok(suspend() == KERN_SUCCESS &&
                usrd_op_stop(mach_task_self(), "knob") == KERN_SUCCESS &&
                reaches(USRD_TASK_STOPPED, 0),
            "one that is suspended can be stopped");
    ktap_ok(suspend() == KERN_FAILURE && resume() == KERN_FAILURE,
            "then it cannot be suspended, or resumed");
    ktap_ok(usrd_op_start(mach_task_self(), "knob") == KERN_SUCCESS &&
                reaches(USRD_TASK_READY, 0) &&
                read_some(device) == KERN_SUCCESS,
            "a start is without it");
    ktap_ok(usrd_op_suspend(mach_task_self(), "keeper") == KERN_FAILURE,
            "who is no driver cannot be suspended");
    ktap_ok(usrd_op_suspend(mach_task_self(), "nobody") == KERN_INVALID_NAME,
            "nor who is not there");
}

void test_status(void)
{
    mach_port_t device = opened("knob");
    bool busy = false;

    ktap_ok(shows(RUNNING | USRD_STATUS_IDLE, ~0u), "it runs and is idle");
    for (int i = 0; i < 100 && !busy; i++) {
        read_some(device);
        usrd_sleep(10);
        busy = word(USRD_INFO_STATUS) == (RUNNING | USRD_STATUS_BUSY);
    }
    ktap_ok(busy, "it is busy when it has requests");
    ktap_ok(shows(RUNNING | USRD_STATUS_IDLE, ~0u), "and idle afterwards");

    ktap_ok(set(device, KNOB_SAY, USRD_STATUS_BUSY) == KERN_SUCCESS &&
                shows(RUNNING | USRD_STATUS_BUSY, ~0u),
            "it says that it is busy");
    usrd_sleep(500);
    ktap_ok(shows(RUNNING | USRD_STATUS_BUSY, ~0u), "that holds");
    set(device, KNOB_SAY, (int)(SUSPENDED | RECOVERING | USRD_STATUS_IDLE));
    ktap_ok(
        shows(RUNNING | USRD_STATUS_IDLE, ~0u),
        "it cannot say that it is suspended, or recovering, or not running");
    set(device, KNOB_SAY, 0);

    ktap_ok(set(device, KNOB_HEALTH, KERN_FAILURE) == KERN_SUCCESS &&
                shows(USRD_STATUS_ERROR, USRD_STATUS_ERROR),
            "a failed health check is an error");
    ktap_ok(set(device, KNOB_HEALTH, KERN_SUCCESS) == KERN_SUCCESS &&
                shows(RUNNING | USRD_STATUS_IDLE, ~0u),
            "until it passes");
    ktap_ok(suspend() == KERN_SUCCESS && shows(SUSPENDED, SUSPENDED) &&
                resume() == KERN_SUCCESS && shows(0, SUSPENDED),
            "suspended, and not any more");

    for (int i = 0; i < 3; i++)
        set(device, KNOB_ERROR, i);
    usrd_sleep(20);
    ktap_ok(word(USRD_INFO_ERRORS) == 3, "three errors are counted");

    ktap_ok(killed(), "the first restart is at once");
    usrd_op_kill(mach_task_self(), "knob");
    ktap_ok(reaches(USRD_TASK_BACKOFF, 0) &&
                word(USRD_INFO_STATUS) == RECOVERING,
            "the second is delayed: recovering");
    ktap_ok(reaches(USRD_TASK_READY, 3) && shows(RUNNING, RUNNING | RECOVERING),
            "and ready");
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Settings of handles, and the filter of one. */
#include "keeper.h"

#include <device/device.h>

#define MANY 33 /* one more handle with settings than a client may have */

void test_settings(void)
{
    mach_port_t a = opened("knob"), b = opened("knob"), once = opened("knob");
    int words[3] = {5, 6, 7};

    ktap_ok(set(a, 0, 1) == KERN_SUCCESS && set(a, 1, 2) == KERN_SUCCESS &&
                set(a, 0, 3) == KERN_SUCCESS,
            "a handle takes settings");
    ktap_ok(usrd_set_status(b, 2, words, 3) == KERN_SUCCESS &&
                set(b, 3, 4) == KERN_SUCCESS,
            "another takes others");
    ktap_ok(set(b, KNOB_SPEED, 9600) == KERN_SUCCESS &&
                set(a, KNOB_SPEED, 19200) == KERN_SUCCESS &&
                set(b, 4, 8) == KERN_SUCCESS &&
                set(a, KNOB_SPEED, 38400) == KERN_SUCCESS,
            "both set the device's speed");
    ktap_ok(set(b, KNOB_ACT, 0) == KERN_SUCCESS &&
                count_of(b, KNOB_ACTIONS) == 1,
            "an action is done");
    ktap_ok(set(once, KNOB_ONCE, 0) == KERN_SUCCESS,
            "what will be refused is taken");

    ktap_ok(killed(), "knob is killed");
    ktap_ok(get(a, 0) == 3 && get(a, 1) == 2, "one has its settings");
    ktap_ok(get(b, 2) == 5 && get(b, 3) == 4 && get(b, 4) == 8,
            "the other its own");
    ktap_ok(get(b, 0) == 0 && get(a, 2) == 0, "neither has the other's");
    ktap_ok(get(a, KNOB_SPEED) == 38400, "the speed is what was set last");
    ktap_ok(count_of(b, KNOB_ACTIONS) == 0, "the action was not repeated");
    ktap_ok(set(once, 0, 1) == D_INVALID_SIZE,
            "what was refused is the answer of that handle");
    ktap_ok(count_of(a, KNOB_OPENS) == 3 && count_of(a, KNOB_CLOSES) == 1,
            "the device that was opened for it is closed");

    ktap_ok(set(a, KNOB_LATER, 77) == KERN_SUCCESS, "one is taken later");
    ktap_ok(killed() && killed(), "knob is killed twice");
    ktap_ok(get(a, 0) == 77 && get(a, 1) == 2, "it came after the others");
    usrd_close(a), usrd_close(b), usrd_close(once);
}

/* 64 words for each handle, a quarter of all handles for each client. */
void test_full(void)
{
    static mach_port_t many[MANY];
    int words[64] = {11};
    mach_port_t a = opened("knob"), b = opened("knob");

    ktap_ok(usrd_set_status(a, 1, words, 63) == D_NO_MEMORY,
            "63 words of a flavor are too many");
    ktap_ok(usrd_set_status(a, 1, words, 62) == KERN_SUCCESS, "62 are not");
    ktap_ok(usrd_set_status(a, 1, words, 62) == KERN_SUCCESS, "again");
    ktap_ok(set(a, 2, 1) == D_NO_MEMORY, "then there is no room for another");
    ktap_ok(set(b, 2, 1) == KERN_SUCCESS, "but with another handle");
    ktap_ok(set(a, 1, 12) == KERN_SUCCESS && set(a, 2, 13) == KERN_SUCCESS,
            "and where the first became shorter");
    ktap_ok(killed() && get(a, 1) == 12 && get(a, 2) == 13 && get(b, 2) == 1,
            "after a restart all is there");
    usrd_close(a), usrd_close(b);

    for (int round = 0; round < 2; round++) {
        unsigned taken = 0;
        for (unsigned i = 0; i < MANY; i++) {
            many[i] = opened("knob");
            taken += set(many[i], 0, 100 + (int)i) == KERN_SUCCESS;
        }
        ktap_ok(taken == MANY - 1, "%u of %u handles keep something", taken,
                MANY);
        ktap_ok(killed() && get(many[0], 0) == 100 &&
                    get(many[MANY - 2], 0) == 100 + MANY - 2,
                "the first and the last have it after a restart");
        ktap_ok(get(many[MANY - 1], 0) == 0, "the one too many has not");
        for (unsigned i = 0; i < MANY; i++)
            usrd_close(many[i]);
        usrd_sleep(200);
    }
}

static bool rung(mach_port_t port)
{
    struct {
        mach_msg_header_t head;
        char room[64];
    } msg;

    return mach_msg(&msg.head, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, sizeof msg,
                    port, 100, MACH_PORT_NULL) == MACH_MSG_SUCCESS &&
           msg.head.msgh_id == KNOB_RING;
}

static mach_port_t new_port(void)
{
    mach_port_t port;

    mach_port_allocate(mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &port);
    mach_port_insert_right(mach_task_self(), port, port,
                           MACH_MSG_TYPE_MAKE_SEND);
    return port;
}

static void give_up(mach_port_t port)
{
    mach_port_destroy(mach_task_self(), port);
}

static bool filter_is(mach_port_t device, int priority, int count, int sum)
{
    int words[4];
    natural_t n = 4;

    return usrd_get_status(device, KNOB_RING, words, &n) == KERN_SUCCESS &&
           words[1] == priority && words[2] == count && words[3] == sum;
}

static kern_return_t filter_on(mach_port_t device, mach_port_t port,
                               int priority, filter_t *words, unsigned n)
{
    return device_set_filter(device, port, MACH_MSG_TYPE_COPY_SEND, priority,
                             words, n);
}

void test_filter(void)
{
    mach_port_t port = new_port(), other = new_port();
    filter_t filter[] = {1, 20, 300};
    uint64_t before = word(USRD_INFO_PORTS);
    mach_port_t a = opened("knob"), b;

    ktap_ok(filter_on(a, other, 1, filter, 1) == KERN_SUCCESS,
            "a filter is set");
    ktap_ok(filter_on(a, port, 3, filter, 3) == KERN_SUCCESS, "and another");
    ktap_ok(filter_is(a, 3, 3, 321) && rung(port), "the other is in force");
    ktap_ok(killed(), "knob is killed");
    ktap_ok(filter_is(a, 3, 3, 321), "its filter is in force again");
    ktap_ok(rung(port) && !rung(other), "and what passes comes to its port");

    b = opened("knob");
    ktap_ok(filter_on(b, port, 5, filter, 2) == KERN_SUCCESS,
            "another handle has the same port");
    usrd_close(b);
    usrd_sleep(100);
    ktap_ok(killed() && filter_is(a, 3, 3, 321) && rung(port),
            "its end leaves the port to the first");
    ktap_ok(filter_on(a, mach_task_self(), 1, filter, 1) == D_NO_MEMORY,
            "a port of kernel-ext is not kept");

    give_up(port);
    ktap_ok(killed() && filter_is(a, 0, 0, 0),
            "without a receiver there is no filter");
    usrd_close(a);
    usrd_sleep(500);
    ktap_ok(word(USRD_INFO_PORTS) == before,
            "kernel-ext has %lu port names, as before: %lu",
            word(USRD_INFO_PORTS), before);
    give_up(other);
}

/* The first of several handles is deadly when it is opened again. */
void test_poison(void)
{
    mach_port_t poison = opened("knob"), good = opened("knob");

    ktap_ok(set(poison, KNOB_POISON, 1) == KERN_SUCCESS &&
                set(good, 0, 42) == KERN_SUCCESS,
            "both handles take a setting");
    ktap_ok(killed() && reaches(USRD_TASK_READY, 4), "knob dies three times");
    ktap_ok(set(poison, 0, 1) == KERN_SUCCESS, "the deadly handle is open");
    ktap_ok(get(good, 0) == 42, "the other has its setting");
    ktap_ok(killed(), "knob is killed");
    ktap_ok(get(poison, 0) == 1 && get(good, 0) == 42, "all is well");
    ktap_ok(word(USRD_INFO_INCARNATION) == 5, "and it did not die again");
}

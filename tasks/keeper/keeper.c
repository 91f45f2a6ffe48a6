/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A test's operator and client of knob: what a handle was told survives
 * knob's deaths, and what knob's status says.  keeper TEST.
 */
#include "keeper.h"

#include <string.h>
#include <userspace_driver_operator.h>

#define STEP_MS 10
#define STEPS 300

static const char *watched = "knob";

void watch(const char *task)
{
    watched = task;
}

static bool status_of(usrd_info_t info)
{
    usrd_name_t name, cause;

    for (unsigned i = 0;; i++) {
        mach_msg_type_number_t n = sizeof(usrd_info_t) / sizeof *info;
        if (usrd_op_status(mach_task_self(), i, name, cause, info, &n) !=
            KERN_SUCCESS)
            return false;
        if (strcmp(name, watched) == 0)
            return true;
    }
}

uint64_t word(enum usrd_info which)
{
    usrd_info_t info = {0};

    return status_of(info) ? info[which] : 0;
}

bool reaches(enum usrd_task_state state, uint64_t incarnation)
{
    usrd_info_t info;

    for (int i = 0; i < STEPS; i++) {
        if (status_of(info) && info[USRD_INFO_STATE] == state &&
            info[USRD_INFO_INCARNATION] >= incarnation)
            return true;
        usrd_sleep(STEP_MS);
    }
    return false;
}

bool shows(unsigned bits, unsigned mask)
{
    for (int i = 0; i < STEPS; i++) {
        if ((word(USRD_INFO_STATUS) & mask) == bits)
            return true;
        usrd_sleep(STEP_MS);
    }
    return false;
}

bool killed(void)
{
    uint64_t before = word(USRD_INFO_INCARNATION);

    return usrd_op_kill(mach_task_self(), watched) == KERN_SUCCESS &&
           reaches(USRD_TASK_READY, before + 1);
}

mach_port_t opened(const char *name)
{
    mach_port_t device = MACH_PORT_NULL;
    kern_return_t kr = usrd_open(name, D_READ | D_WRITE, &device);

    if (kr != KERN_SUCCESS)
        printf("%s: %s\n", name, usrd_error_text(kr));
    return device;
}

kern_return_t set(mach_port_t device, unsigned flavor, int value)
{
    return usrd_set_status(device, flavor, &value, 1);
}

int get(mach_port_t device, unsigned flavor)
{
    int words[KNOB_COUNT_WORDS];
    natural_t n = KNOB_COUNT_WORDS;

    return usrd_get_status(device, flavor, words, &n) == KERN_SUCCESS ? words[0]
                                                                      : -1;
}

int count_of(mach_port_t device, enum knob_count which)
{
    int words[KNOB_COUNT_WORDS];
    natural_t n = KNOB_COUNT_WORDS;

    return usrd_get_status(device, KNOB_COUNTS, words, &n) == KERN_SUCCESS
               ? words[which]
               : -1;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } tests[] = {
        {"settings", test_settings}, {"full", test_full},
        {"filter", test_filter},     {"poison", test_poison},
        {"suspend", test_suspend},   {"status", test_status},
        {"leak", test_leak},         {"late", test_late},
        {"uart", test_uart},         {"rtc", test_rtc},
    };

    ktap_begin();
    for (unsigned i = 0; argc > 1 && i < sizeof tests / sizeof *tests; i++)
        if (strcmp(tests[i].name, argv[1]) == 0) {
            tests[i].run();
            return ktap_end();
        }
    ktap_ok(false, "there is no such test");
    return ktap_end();
}

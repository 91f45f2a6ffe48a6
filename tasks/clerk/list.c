/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a client is told of drivers. */
#include <string.h>

#include <mach/mach.h>
#include <userspace_driver.h>
#include <usrd/client.h>

#include "../crowd/crowd.h"
#include "clerk.h"

#define PATIENCE 100 /* times 100 ms */

static struct usrd_driver_entry entry;

static bool find(const char *name)
{
    for (unsigned n = 0; usrd_driver_list(n, &entry) == KERN_SUCCESS; n++)
        if (strcmp(entry.info.name, name) == 0)
            return true;
    return false;
}

static bool has_device(const char *name)
{
    for (unsigned n = 0; n < entry.n_devices; n++)
        if (strcmp(entry.devices[n], name) == 0)
            return true;
    return false;
}

static void info(const char *name, usrd_words_t words)
{
    ktap_ok(usrd_msg_device_info(mach_task_self(), name, words) == KERN_SUCCESS,
            "%s may be asked about", name);
}

static void rates(void)
{
    usrd_sleep(1500);
    find("rtc");
    ktap_ok(entry.usage.uptime_seconds >= 1, "it has been up for %us",
            entry.usage.uptime_seconds);
    ktap_ok(entry.usage.memory_kb > 8 && entry.usage.memory_kb < 1024,
            "it has %uK", entry.usage.memory_kb);
    ktap_ok(entry.usage.cpu_percent <= 5, "takes %u%%",
            entry.usage.cpu_percent);
}

/* The image has hello, rtc, and hello killed by the scenario when this says
 * so; needs= has hello alone. */
void clerk_list(int argc, char **argv)
{
    usrd_words_t words;
    mach_port_t device;
    unsigned generation = 0;
    char text[16];
    size_t got;

    (void)argc, (void)argv;
    ktap_ok(usrd_open("hello", D_READ, &device) == KERN_SUCCESS &&
                usrd_read(device, 0, 0, text, sizeof text, &got) ==
                    KERN_SUCCESS,
            "hello opens and is read");
    ktap_ok(find("hello") &&
                strcmp(entry.info.description, "remembers a line") == 0,
            "hello is in the list: \"%s\"", entry.info.description);
    ktap_ok(entry.info.version_major == 1 && entry.info.version_minor == 0 &&
                entry.info.capabilities == USRD_CAP_CHAR_DEVICE &&
                entry.info.resource_limits[USRD_RESOURCE_CPU] == 60 &&
                entry.info.resource_limits[USRD_RESOURCE_MEMORY] == 0,
            "its version, capabilities and limits");
    ktap_ok(entry.state == USRD_TASK_READY && entry.generation == 1 &&
                entry.usage.recovery_count == 0,
            "ready, the first time");
    ktap_ok(has_device("hello"), "with its device");
    ktap_ok(find("rtc") && has_device("rtc") &&
                (entry.info.capabilities & USRD_CAP_INTERRUPT),
            "so is rtc, which needs= does not name");
    ktap_ok(!find(clerk_name), "who is no driver is not");
    ktap_ok(usrd_driver_list(~0u, &entry) == KERN_INVALID_ARGUMENT,
            "the list has an end");
    rates();
    ktap_ok(find("hello") && entry.usage.avg_response_time > 0 &&
                entry.usage.avg_response_time < 1000,
            "hello answers in %uus", entry.usage.avg_response_time);
    info("hello", words);
    ktap_ok(words[USRD_DEVICE_STATE] == USRD_TASK_READY &&
                words[USRD_DEVICE_CLASS] == USRD_CAP_CHAR_DEVICE &&
                words[USRD_DEVICE_GENERATION] == 1 &&
                words[USRD_DEVICE_HANDLES] == 1,
            "ready, its class, the first generation, one handle");
    expect(KERN_NO_ACCESS,
           usrd_msg_device_info(mach_task_self(), "rtc", words));
    expect(KERN_NO_ACCESS,
           usrd_msg_device_info(mach_task_self(), "console", words));
    expect(D_NO_SUCH_DEVICE,
           usrd_msg_device_info(mach_task_self(), "nothing", words));
    printf("kill hello\n");
    for (int n = 0; n < PATIENCE && generation < 2; n++) {
        usrd_sleep(100);
        usrd_msg_device_info(mach_task_self(), "hello", words);
        generation = words[USRD_DEVICE_GENERATION];
    }
    ktap_ok(generation == 2, "its death moves the generation");
    ktap_ok(find("hello") && entry.generation == 2 &&
                entry.usage.recovery_count == 1,
            "and the list");
}

/* crowd unregisters while its device is open, registers again, and exits. */
void clerk_leave(int argc, char **argv)
{
    mach_port_t device, again;
    natural_t words = 2;
    int status[2];

    (void)argc, (void)argv;
    expect(KERN_SUCCESS, usrd_open("crowd", D_READ, &device));
    expect(KERN_SUCCESS, usrd_get_status(device, CROWD_COST, status, &words));
    ktap_ok(find("crowd"), "crowd is in the list");
    expect(KERN_SUCCESS, usrd_set_status(device, CROWD_LEAVE, NULL, 0));
    usrd_sleep(100);
    expect(D_DEVICE_DOWN, usrd_get_status(device, CROWD_COST, status, &words));
    expect(D_NO_SUCH_DEVICE, usrd_open("crowd", D_READ, &again));
    ktap_ok(!find("crowd"), "it is not in the list any more");
    usrd_sleep(1000);
    ktap_ok(find("crowd"), "it is again");
    expect(KERN_SUCCESS, usrd_open("crowd", D_READ, &again));
    words = 2;
    expect(KERN_SUCCESS, usrd_get_status(again, CROWD_COST, status, &words));
    expect(D_DEVICE_DOWN, usrd_get_status(device, CROWD_COST, status, &words));
}

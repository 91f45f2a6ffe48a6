/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The list of drivers: what each says it is, and what it uses. */
#include <stdio.h>
#include <string.h>
#include <usrd/client.h>

#include "shell.h"

static struct usrd_driver_entry entry;

static const char *capabilities(char text[128])
{
    static const char *const words[] = {
        "block", "char", "network", "graphics", "audio", "input",   "storage",
        "usb",   "pci",  "irq",     "dma",      "power", "hotplug",
    };

    text[0] = '\0';
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
        if (entry.info.capabilities & 1u << i) {
            strcat(text, text[0] ? "," : "");
            strcat(text, words[i]);
        }
    return text[0] ? text : "-";
}

void show_drivers(void)
{
    char version[16], reply[16], text[128];

    say("%-12s %-7s %3s %7s %4s %4s %6s %7s %6s %s\n", "DRIVER", "VERSION",
        "GEN", "MEMORY", "CPU", "OPS", "IRQ/s", "REPLY", "ERRORS", "IS");
    for (unsigned i = 0; usrd_driver_list(i, &entry) == KERN_SUCCESS; i++) {
        snprintf(version, sizeof version, "%u.%u", entry.info.version_major,
                 entry.info.version_minor);
        say("%-12s %-7s %3u %6uK %3u%% %4u %6u %7s %6u %s\n", entry.info.name,
            version, entry.generation, entry.usage.memory_kb,
            entry.usage.cpu_percent, entry.usage.io_ops_active,
            entry.usage.interrupt_rate,
            duration(entry.usage.avg_response_time, reply),
            entry.usage.error_count, capabilities(text));
    }
}

static void show_limits(void)
{
    static const char *const names[] = {"memory",   "cpu",        "io-ops",
                                        "irq-rate", "op-timeout", "bandwidth"};
    static const char *const units[] = {"K", "%", "", "/s", "ms", "K/s"};
    char text[160] = "";
    size_t n = 0;

    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if (entry.info.resource_limits[i])
            n += (size_t)snprintf(text + n, sizeof text - n, " %s=%u%s",
                                  names[i], entry.info.resource_limits[i],
                                  units[i]);
    say("  limits     %s\n", n ? text : " -");
}

/* Nothing, if the task is no driver. */
void show_driver(const char *name)
{
    char text[128];
    unsigned i = 0;

    do {
        if (usrd_driver_list(i++, &entry) != KERN_SUCCESS)
            return;
    } while (strcmp(entry.info.name, name) != 0);

    say("  driver      %u.%u, %s\n", entry.info.version_major,
        entry.info.version_minor,
        entry.info.description[0] ? entry.info.description : "-");
    say("  is          %s\n", capabilities(text));
    show_limits();
    say("  uses        CPU %u%%, %u operations, %u interrupts/s\n",
        entry.usage.cpu_percent, entry.usage.io_ops_active,
        entry.usage.interrupt_rate);
    say("  replies in  %s\n", duration(entry.usage.avg_response_time, text));
    say("  devices    ");
    for (i = 0; i < entry.n_devices; i++)
        say(" %s", entry.devices[i]);
    say(entry.n_devices ? "\n" : " -\n");
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What is on the PCI bus, and who has it: lspci. */
#include <mach/mach.h>
#include <stdio.h>
#include <userspace_driver_operator.h>

#include "pci_names.h"
#include "shell.h"

#define COMMAND_MASTER 0x0004u /* PCI 3.0, 6.2.2 */

static void show_class(unsigned class)
{
    char text[PCI_NAME_MAX];
    const char *name =
        pci_member_name(PCI_CLASS(class >> 16), class >> 8 & 0xff, text);

    if (name)
        say("%s", name);
    else if ((name = pci_group_name(PCI_CLASS(class >> 16), text)))
        say("%s [%04x]", name, class >> 8);
    else
        say("Class [%04x]", class >> 8);
}

static void show_device(unsigned vendor, unsigned device)
{
    char text[PCI_NAME_MAX];

    if (!pci_group_name(PCI_VENDOR(vendor), text)) {
        say("Device %04x:%04x", vendor, device);
        return;
    }
    say("%s ", text);
    if (pci_member_name(PCI_VENDOR(vendor), device, text))
        say("%s", text);
    else
        say("Device %04x", device);
}

/* As lspci has it, and after it the task. */
static void show_function(const usrd_info_t f, const char *owner)
{
    unsigned at = (unsigned)f[USRD_PCI_ADDRESS];

    say("%02x:%02x.%x ", at >> 8, at >> 3 & 31, at & 7);
    show_class((unsigned)f[USRD_PCI_CLASS]);
    say(": ");
    show_device((unsigned)(f[USRD_PCI_ID] >> 16), f[USRD_PCI_ID] & 0xffff);
    if (f[USRD_PCI_REVISION])
        say(" (rev %02x)", (unsigned)f[USRD_PCI_REVISION]);
    say("%s%s\n", owner[0] ? " - " : "", owner);
}

static void show_size(uint64_t size)
{
    if (size >> 20)
        say("%luM\n", (unsigned long)(size >> 20));
    else if (size >> 10)
        say("%luK\n", (unsigned long)(size >> 10));
    else
        say("%lu\n", (unsigned long)size);
}

static void show_more(const usrd_info_t f)
{
    char text[PCI_NAME_MAX];
    unsigned class = (unsigned)f[USRD_PCI_CLASS];

    say("\t[%04x:%04x] class %06x", (unsigned)(f[USRD_PCI_ID] >> 16),
        (unsigned)(f[USRD_PCI_ID] & 0xffff), class);
    if (pci_member_name(PCI_SUBCLASS(class >> 8), class & 0xff, text))
        say(" (%s)", text);
    if (f[USRD_PCI_LINE] != USRD_PCI_NO_LINE)
        say(", interrupt line %lu", (unsigned long)f[USRD_PCI_LINE]);
    say("%s\n",
        f[USRD_PCI_COMMAND] & COMMAND_MASTER ? ", masters the bus" : "");
    for (unsigned n = 0; n < 6; n++) {
        if (!f[USRD_PCI_BAR_SIZE(n)])
            continue;
        say("\tBAR %u: %s at 0x%lx, size ", n,
            f[USRD_PCI_BAR_IO(n)] ? "I/O ports" : "memory",
            (unsigned long)f[USRD_PCI_BAR(n)]);
        show_size(f[USRD_PCI_BAR_SIZE(n)]);
    }
}

void show_pci(int more)
{
    usrd_info_t info;
    usrd_name_t owner;

    for (unsigned n = 0;; n++) {
        mach_msg_type_number_t count = sizeof info / sizeof info[0];
        if (usrd_op_pci_list(mach_task_self(), n, info, &count, owner) !=
            KERN_SUCCESS)
            return;
        show_function(info, owner);
        if (more)
            show_more(info);
    }
}

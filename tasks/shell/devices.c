/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Devices: the list, reading, writing; and errors in words. */
#include <mach/mach.h>
#include <stdio.h>
#include <string.h>
#include <userspace_driver_operator.h>
#include <usrd/client.h>

#include "shell.h"

#define ASK_MS 60000u /* what is asked may take its time */

const char *error_text(int error)
{
    switch (error) {
    case KERN_SUCCESS:
        return "accepted";
    case KERN_NO_ACCESS:
        return "not allowed";
    case KERN_FAILURE:
        return "not in this state";
    case KERN_RESOURCE_SHORTAGE:
        return "it is too busy now";
    case MIG_SERVER_DIED:
        return "the driver died meanwhile";
    case MACH_SEND_TIMED_OUT:
    case MACH_RCV_TIMED_OUT:
        return "no answer";
    case D_IO_ERROR:
        return "input/output error";
    case D_WOULD_BLOCK:
        return "nothing there now";
    case D_NO_SUCH_DEVICE:
        return "no such device; devices lists them";
    case D_DEVICE_DOWN:
        return "its driver is down";
    case D_INVALID_OPERATION:
        return "the device cannot do that";
    case D_INVALID_SIZE:
        return "wrong size";
    case D_READ_ONLY:
        return "it cannot be written";
    }
    return usrd_error_text(error);
}

void show_devices(void)
{
    usrd_name_t name, driver;
    unsigned handles;

    say("%-16s %-16s %s\n", "DEVICE", "TASK", "HANDLES");
    for (unsigned i = 0; usrd_op_device(mach_task_self(), i, name, driver,
                                        &handles) == KERN_SUCCESS;
         i++)
        say("%-16s %-16s %u\n", name, driver, handles);
}

static mach_port_t open_device(const char *name, dev_mode_t mode)
{
    mach_port_t device = MACH_PORT_NULL;
    kern_return_t kr = usrd_open(name, mode | D_NOWAIT, &device);

    if (kr == D_SUCCESS)
        return device;
    say("%s: %s\n", name,
        kr == D_WOULD_BLOCK ? "not ready yet" : error_text(kr));
    return MACH_PORT_NULL;
}

/* Bytes that a terminal would act on are shown as \xNN. */
static void show_bytes(const char *data, size_t size)
{
    char last = '\n';

    for (size_t i = 0; i < size; i++) {
        last = data[i];
        if (last == '\n' || (last >= ' ' && last <= '~'))
            say("%c", last);
        else
            say("\\x%02x", (unsigned char)last);
    }
    if (last != '\n')
        say("\n");
}

void read_device(const char *name, unsigned size)
{
    mach_port_t device = open_device(name, D_READ);
    static char data[READ_MAX];
    size_t n = 0;

    if (device == MACH_PORT_NULL)
        return;
    kern_return_t kr = usrd_read(device, D_NOWAIT, 0, data, size, &n);
    if (kr != D_SUCCESS)
        say("%s: %s\n", name, error_text(kr));
    else
        show_bytes(data, n);
    usrd_close(device);
}

void write_device(const char *name, const char *text)
{
    mach_port_t device = open_device(name, D_WRITE);
    char line[128];
    size_t written = 0;

    if (device == MACH_PORT_NULL)
        return;
    size_t size = snprintf(line, sizeof line, "%s\n", text);
    kern_return_t kr = usrd_write(device, D_NOWAIT, 0, line, size, &written);
    if (kr != D_SUCCESS)
        say("%s: %s\n", name, error_text(kr));
    else if (written < size)
        say("%s: took %lu of %lu bytes\n", name, (unsigned long)written,
            (unsigned long)size);
    usrd_close(device);
}

/* A write, and what there is to read of its outcome. */
void ask_device(const char *name, const char *text)
{
    mach_port_t device = open_device(name, D_READ | D_WRITE);
    static char data[READ_MAX];
    unsigned before = usrd_set_timeout(ASK_MS);
    size_t n = 0;

    if (device != MACH_PORT_NULL) {
        kern_return_t kr = usrd_write(device, 0, 0, text, strlen(text), &n);
        while (kr == D_SUCCESS &&
               (kr = usrd_read(device, 0, 0, data, sizeof data, &n)) ==
                   D_SUCCESS &&
               n > 0)
            show_bytes(data, n);
        if (kr != D_SUCCESS)
            say("%s: %s\n", name, error_text(kr));
        usrd_close(device);
    }
    usrd_set_timeout(before);
}

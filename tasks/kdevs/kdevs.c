/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * kdevs [denied]: what kdev=console,rd0 allows, and what it does not; or that
 * nothing is allowed without it.  rd0 is a copy of a file, whose first bytes
 * it prints; Mach counts its records of 512 bytes.
 */
#include <device/device.h>
#include <mach/mach.h>
#include <string.h>
#include <usrd/client.h>

#include "../ktap.h"

#define RECORD 512
#define MOST 32768 /* that may be read at a time */

static void result(kern_return_t kr, kern_return_t expected, const char *what)
{
    ktap_ok(kr == expected, "%s: %s", what, usrd_error_text(kr));
}

static int denied(void)
{
    static const char *const names[] = {"console", "rd0", "rd1", "mem", "irq"};
    mach_port_t device = MACH_PORT_NULL;

    for (unsigned n = 0; n < 3; n++)
        result(usrd_open(names[n], D_READ, &device), KERN_NO_ACCESS, names[n]);
    for (unsigned n = 3; n < 5; n++)
        result(usrd_open(names[n], D_READ, &device), D_NO_SUCH_DEVICE,
               names[n]);
    return ktap_end();
}

static void ramdisk(mach_port_t rd0)
{
    static char data[MOST], again[MOST], line[100];
    int size[DEV_GET_SIZE_COUNT] = {0};
    natural_t words = DEV_GET_SIZE_COUNT;
    size_t got = 0;

    kern_return_t kr = usrd_get_status(rd0, DEV_GET_SIZE, size, &words);
    ktap_ok(kr == KERN_SUCCESS && size[DEV_GET_SIZE_RECORD_SIZE] == RECORD,
            "rd0 has %d bytes in records of %d", size[DEV_GET_SIZE_DEVICE_SIZE],
            size[DEV_GET_SIZE_RECORD_SIZE]);
    kr = usrd_read(rd0, 0, 0, data, 2 * RECORD, &got);
    ktap_ok(kr == KERN_SUCCESS && got == 2 * RECORD, "two records of it");
    memcpy(line, data, sizeof line - 1);
    printf("begins=%s\n", strtok(line, "\n"));
    kr = usrd_read(rd0, 0, 0, again, 100, &got);
    ktap_ok(kr == KERN_SUCCESS && got == 100 && memcmp(data, again, 100) == 0,
            "the same in-band");
    kr = usrd_read(rd0, 0, 1, again, 100, &got);
    ktap_ok(kr == KERN_SUCCESS && memcmp(data + RECORD, again, 100) == 0,
            "from the second record");
    result(usrd_read(rd0, 0, 0, again, MOST + 1, &got), D_INVALID_SIZE,
           "more than 32 KiB at a time");

    memset(data, 'w', 128);
    kr = usrd_write(rd0, 0, 1, data, 128, &got);
    ktap_ok(kr == KERN_SUCCESS && got == 128, "a write: %s, %u bytes",
            usrd_error_text(kr), (unsigned)got);
    kr = usrd_read(rd0, 0, 1, again, 128, &got);
    ktap_ok(kr == KERN_SUCCESS && memcmp(data, again, 128) == 0,
            "is there when it is read");
}

static void others(mach_port_t rd0)
{
    static char data[RECORD];
    mach_port_t object = MACH_PORT_NULL, rd1;
    int word = 0;
    size_t n;

    result(usrd_write(rd0, 0, 0, data, sizeof data, &n), D_INVALID_OPERATION,
           "a write out of line");
    result(device_map(rd0, VM_PROT_READ, 0, 4096, &object, 0),
           D_INVALID_OPERATION, "device_map");
    result(usrd_set_status(rd0, 1, &word, 1), D_INVALID_OPERATION,
           "set_status");
    result(usrd_open("rd1", D_READ, &rd1), KERN_NO_ACCESS,
           "rd1, which its line has not");
}

int main(int argc, char **argv)
{
    mach_port_t console, rd0;
    size_t n;

    ktap_begin();
    if (argc > 1 && strcmp(argv[1], "denied") == 0)
        return denied();
    result(usrd_open("console", D_READ | D_WRITE, &console), KERN_SUCCESS,
           "console");
    kern_return_t kr = usrd_write(console, 0, 0, "to the console\n", 15, &n);
    ktap_ok(kr == KERN_SUCCESS && n == 15, "what is written to it");
    if (usrd_open("rd0", D_READ | D_WRITE, &rd0) != KERN_SUCCESS)
        return 1;
    ramdisk(rd0);
    others(rd0);
    result(device_close(rd0), KERN_SUCCESS, "device_close");
    usrd_close(rd0);
    result(usrd_open("rd0", D_READ, &rd0), KERN_SUCCESS,
           "closes it for nobody else");
    return ktap_end();
}

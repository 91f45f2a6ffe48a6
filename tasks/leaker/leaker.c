/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A client of the tests that leaves everything open when it is killed: leaker
 * open|read|write|many.  It opens knob fifty times, uses each handle and closes
 * half of them; then it waits for what the word says, and is never answered.
 */
#include <device/device_request.h>
#include <mach/mach.h>
#include <string.h>

#include <device/userspace_driver_sdk.h>
#include <usrd/client.h>

#include "../knob/knob.h"

#define HANDLES 50
#define LARGE 8192 /* bytes: out of line */
#define MANY 12    /* requests at a time */

static char data[LARGE];

static kern_return_t use(mach_port_t device)
{
    size_t n;

    USRD_CHECK_RETURN(usrd_read(device, 0, 0, data, 16, &n));
    USRD_CHECK_RETURN(usrd_read(device, 0, 0, data, LARGE, &n));
    USRD_CHECK_RETURN(usrd_write(device, 0, 0, data, 16, &n));
    return usrd_write(device, 0, 0, data, LARGE, &n);
}

static void wait_many(mach_port_t device)
{
    for (int i = 0; i < MANY; i++)
        device_read_request(device, mach_reply_port(), 0, KNOB_NEVER, LARGE);
    usrd_sleep(~0u / 1000);
}

int main(int argc, char **argv)
{
    mach_port_t device[HANDLES], slow;
    const char *word = argc > 1 ? argv[1] : "";
    size_t n;

    usrd_set_timeout(0);
    for (int i = 0; i < HANDLES; i++) {
        USRD_CHECK_RETURN(usrd_open("knob", D_READ | D_WRITE, &device[i]));
        USRD_CHECK_RETURN(use(device[i]));
        usrd_set_status(device[i], 0, &i, 1); /* 32 of them are kept */
    }
    for (int i = 0; i < HANDLES; i += 2)
        usrd_close(device[i]);
    if (strcmp(word, "open") == 0)
        while (usrd_open("slow", D_READ, &slow) == KERN_SUCCESS)
            usrd_close(slow);
    else if (strcmp(word, "read") == 0)
        usrd_read(device[1], 0, KNOB_NEVER, data, LARGE, &n);
    else if (strcmp(word, "write") == 0)
        usrd_write(device[1], 0, KNOB_NEVER, data, LARGE, &n);
    else
        wait_many(device[1]);
    return 1;
}

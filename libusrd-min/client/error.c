/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Words for the results of client calls. */
#include <stdio.h>

#include <mach/mach.h>

#include <usrd/client.h>

static const struct {
    kern_return_t code;
    const char *text;
} names[] = {
    {KERN_SUCCESS, "success"},
    {KERN_INVALID_ARGUMENT, "KERN_INVALID_ARGUMENT"},
    {KERN_NO_ACCESS, "KERN_NO_ACCESS"},
    {D_IO_ERROR, "D_IO_ERROR"},
    {D_WOULD_BLOCK, "D_WOULD_BLOCK"},
    {D_NO_SUCH_DEVICE, "D_NO_SUCH_DEVICE"},
    {D_ALREADY_OPEN, "D_ALREADY_OPEN"},
    {D_DEVICE_DOWN, "D_DEVICE_DOWN"},
    {D_INVALID_OPERATION, "D_INVALID_OPERATION"},
    {D_INVALID_RECNUM, "D_INVALID_RECNUM"},
    {D_INVALID_SIZE, "D_INVALID_SIZE"},
    {D_NO_MEMORY, "D_NO_MEMORY"},
    {D_READ_ONLY, "D_READ_ONLY"},
    {MIG_SERVER_DIED, "MIG_SERVER_DIED"},
    {MIG_BAD_ID, "MIG_BAD_ID"},
    {MIG_BAD_ARGUMENTS, "MIG_BAD_ARGUMENTS"},
    {MACH_SEND_INVALID_DEST, "MACH_SEND_INVALID_DEST"},
    {MACH_SEND_TIMED_OUT, "MACH_SEND_TIMED_OUT"},
    {MACH_RCV_TIMED_OUT, "MACH_RCV_TIMED_OUT"},
};

const char *usrd_error_text(kern_return_t result)
{
    static char number[16];

    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].code == result)
            return names[i].text;
    snprintf(number, sizeof number, "%d", (int)result);
    return number;
}

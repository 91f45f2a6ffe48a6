/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * dice DEVICE: reads random numbers, in short pieces and in long ones, and says
 * what it got, for the host to judge.  A read that its driver died with is
 * asked again. */
#include <mach/mig_errors.h>
#include <stdio.h>
#include <string.h>
#include <usrd/client.h>

#define SHORT 32u
#define SHORTS 64u
#define LONG 65536u
#define LONGS 4u

static mach_port_t device;

static kern_return_t get(void *data, size_t size)
{
    size_t got = 0;
    kern_return_t kr;

    memset(data, 0, size);
    do
        kr = usrd_read(device, 0, 0, data, size, &got);
    while (kr == MIG_SERVER_DIED);
    return kr == KERN_SUCCESS && got != size ? D_IO_ERROR : kr;
}

static int fail(kern_return_t kr)
{
    printf("read: %s\n", usrd_error_text(kr));
    return 1;
}

static int shorts(void)
{
    unsigned char data[SHORT];
    char text[2 * SHORT + 1];

    for (unsigned n = 0; n < SHORTS; n++) {
        kern_return_t kr = get(data, sizeof data);
        if (kr != KERN_SUCCESS)
            return fail(kr);
        for (unsigned k = 0; k < SHORT; k++)
            sprintf(text + 2 * k, "%02x", data[k]);
        printf("%s\n", text);
        usrd_sleep(10); /* the log takes a hundred lines a second */
    }
    return 0;
}

/* How many bits are set, and how many bytes are as in the read before. */
static int longs(void)
{
    static unsigned char data[LONG], before[LONG];

    for (unsigned n = 0; n < LONGS; n++) {
        unsigned ones = 0, same = 0;
        kern_return_t kr = get(data, sizeof data);
        if (kr != KERN_SUCCESS)
            return fail(kr);
        for (unsigned k = 0; k < LONG; k++) {
            ones += (unsigned)__builtin_popcount(data[k]);
            same += data[k] == before[k];
        }
        memcpy(before, data, sizeof data);
        printf("bytes=%u ones=%u same=%u\n", LONG, ones, same);
    }
    return 0;
}

int main(int argc, char **argv)
{
    static char more[LONG + 1];

    usrd_set_timeout(0);
    if (usrd_open(argc > 1 ? argv[1] : "random", D_READ, &device) !=
        KERN_SUCCESS)
        return 1;
    if (get(more, sizeof more) != D_INVALID_SIZE || shorts() || longs())
        return 1;
    return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A client that reads a device and writes back what it read.
 *
 * echo DEVICE BYTES: that many, then says so and exits.  The other end checks
 * what came back.
 */
#include <device/userspace_driver_sdk.h>
#include <stdio.h>
#include <stdlib.h>
#include <usrd/client.h>

static kern_return_t write_all(mach_port_t device, const char *data,
                               size_t size)
{
    while (size > 0) {
        size_t written = 0;
        kern_return_t kr = usrd_write(device, 0, 0, data, size, &written);
        if (kr != KERN_SUCCESS)
            return kr;
        data += written;
        size -= written;
    }
    return KERN_SUCCESS;
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "uart";
    unsigned long bytes = argc > 2 ? strtoul(argv[2], NULL, 0) : 1 << 20;
    unsigned long done = 0, began;
    static char data[4096];
    mach_port_t device;
    kern_return_t kr = usrd_open(name, D_READ | D_WRITE, &device);

    if (kr != KERN_SUCCESS) {
        printf("open %s failed: %s\n", name, usrd_error_text(kr));
        return 1;
    }
    usrd_set_timeout(0); /* the other end decides when it sends */
    printf("echoing %s\n", name);
    began = usrd_now();
    while (done < bytes) {
        size_t got = 0;
        kr = usrd_read(device, 0, 0, data, sizeof data, &got);
        if (kr == KERN_SUCCESS)
            kr = write_all(device, data, got);
        if (kr != KERN_SUCCESS) {
            printf("after %lu bytes: %s\n", done, usrd_error_text(kr));
            return 1;
        }
        done += got;
    }
    printf("echoed %lu bytes in %lums\n", done, (usrd_now() - began) / 1000);
    return 0;
}

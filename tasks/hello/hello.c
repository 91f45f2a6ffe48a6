/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * hello: a character device that remembers one line.  It needs no hardware,
 * and is the smallest driver there is: copy it to begin another.
 *
 * Left out: reading from the middle (recnum is ignored), more than one line.
 */
#include <device/userspace_driver_sdk.h>

#include <string.h>

#define HELLO_LINE 128

static struct {
    char text[HELLO_LINE]; /* what was written last */
    vm_size_t length;
    unsigned reads, writes; /* since this incarnation began */
} hello;

/* From an unknown state to a working one: here, a greeting. */
static kern_return_t hello_init(usrd_driver_t driver)
{
    (void)driver;
    strcpy(hello.text, "hello, world\n");
    hello.length = strlen(hello.text);
    return KERN_SUCCESS;
}

static kern_return_t hello_open(usrd_driver_t driver, const char *name,
                                dev_mode_t mode, void **context)
{
    (void)driver, (void)name, (void)mode, (void)context;
    return KERN_SUCCESS;
}

/* What is read is a copy that the SDK frees once it was sent. */
static kern_return_t hello_read(usrd_driver_t driver, void *context,
                                dev_mode_t mode, recnum_t recnum,
                                vm_size_t bytes_wanted, void **data,
                                vm_size_t *bytes_read)
{
    vm_size_t n = bytes_wanted < hello.length ? bytes_wanted : hello.length;

    (void)context, (void)mode, (void)recnum;
    if (n > 0) {
        *data = usrd_malloc(driver, n);
        if (!*data)
            return D_NO_MEMORY;
        memcpy(*data, hello.text, n);
    }
    *bytes_read = n;
    hello.reads++;
    return KERN_SUCCESS;
}

static kern_return_t hello_write(usrd_driver_t driver, void *context,
                                 dev_mode_t mode, recnum_t recnum, void *data,
                                 vm_size_t bytes_to_write,
                                 vm_size_t *bytes_written)
{
    (void)driver, (void)context, (void)mode, (void)recnum;
    if (bytes_to_write > sizeof hello.text)
        return D_INVALID_SIZE;
    memcpy(hello.text, data, bytes_to_write);
    hello.length = bytes_to_write;
    hello.writes++;
    *bytes_written = bytes_to_write;
    return KERN_SUCCESS;
}

/* DEV_GET_SIZE, as for any device; flavour 1 counts. */
#define HELLO_COUNTS 1

static kern_return_t hello_get_status(usrd_driver_t driver, void *context,
                                      dev_flavor_t flavor, dev_status_t status,
                                      natural_t *count)
{
    (void)driver, (void)context;
    if (*count < 2)
        return D_INVALID_SIZE;
    switch (flavor) {
    case DEV_GET_SIZE:
        status[DEV_GET_SIZE_DEVICE_SIZE] = 0;
        status[DEV_GET_SIZE_RECORD_SIZE] = 1;
        break;
    case HELLO_COUNTS:
        status[0] = (int)hello.reads;
        status[1] = (int)hello.writes;
        break;
    default:
        return D_INVALID_OPERATION;
    }
    *count = 2;
    return KERN_SUCCESS;
}

static struct usrd_driver_callbacks hello_callbacks = {
    .device_open = hello_open,
    .device_read = hello_read,
    .device_write = hello_write,
    .device_get_status = hello_get_status,
    .driver_init = hello_init,
};

int main(void)
{
    usrd_driver_t driver =
        usrd_driver_create("hello", "remembers a line", 1, 0,
                           USRD_CAP_CHAR_DEVICE, &hello_callbacks);

    if (usrd_driver_register(driver, mach_task_self()) != USRD_SUCCESS ||
        usrd_driver_add_device(driver, "hello", USRD_CAP_CHAR_DEVICE, NULL) !=
            USRD_SUCCESS)
        return 1;
    return usrd_exit_code(usrd_driver_run(driver));
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * null-driver: three devices without hardware, to use all of the API once.
 *     null          reads as empty, takes what is written
 *     zero          reads as zeroes, or as what NULL_FILL says
 *     null-control  a written word is a command; see commands[]
 * Its module line needs provides=null,zero,null-control.
 */
#include <device/userspace_driver_sdk.h>

#include <assert.h>
#include <string.h>

#include "null-driver.h"

#define MEMORY_KB 1024 /* of the whole task */
#define OPERATIONS 4

struct null_device {
    const char *name;
    unsigned opens, reads, writes, bytes;
};

static struct null_device devices[] = {
    {.name = "null"}, {.name = "zero"}, {.name = "null-control"}};
#define DEVICES (sizeof devices / sizeof devices[0])
#define NULL_DEVICE (&devices[0])
#define ZERO_DEVICE (&devices[1])
#define CONTROL_DEVICE (&devices[2])

static unsigned char fill;
static char *scratch; /* from init to shutdown, to have some memory in use */
#define SCRATCH_KB 16

static kern_return_t null_init(usrd_driver_t driver)
{
    fill = 0;
    if (!usrd_driver_check_resource_limit(driver, USRD_RESOURCE_MEMORY,
                                          SCRATCH_KB))
        return D_NO_MEMORY;
    scratch = usrd_malloc(driver, SCRATCH_KB * 1024);
    if (!scratch)
        return D_NO_MEMORY;
    USRD_CHECK_RETURN(USRD_UPDATE_MEMORY_USAGE(driver, SCRATCH_KB));
    return usrd_driver_set_status(driver, USRD_STATUS_IDLE);
}

static void null_shutdown(usrd_driver_t driver)
{
    usrd_dump_stats(driver);
    usrd_free(driver, scratch, SCRATCH_KB * 1024);
    scratch = NULL;
    for (unsigned i = 0; i < DEVICES; i++)
        usrd_driver_remove_device(driver, devices[i].name);
}

static kern_return_t null_open(usrd_driver_t driver, const char *name,
                               dev_mode_t mode, void **context)
{
    struct null_device *dev = usrd_driver_get_device_context(driver, name);

    (void)mode;
    if (!dev)
        return D_NO_SUCH_DEVICE;
    dev->opens++;
    *context = dev;
    return KERN_SUCCESS;
}

static kern_return_t null_close(usrd_driver_t driver, void *context)
{
    struct null_device *dev = context;

    usrd_log(driver, USRD_LOG_DEBUG, "%s is closed", dev->name);
    return KERN_SUCCESS;
}

static kern_return_t null_read(usrd_driver_t driver, void *context,
                               dev_mode_t mode, recnum_t recnum,
                               vm_size_t bytes_wanted, void **data,
                               vm_size_t *bytes_read)
{
    struct null_device *dev = context;

    (void)mode, (void)recnum;
    dev->reads++;
    *bytes_read = 0;
    if (dev != ZERO_DEVICE || bytes_wanted == 0)
        return KERN_SUCCESS;
    *data = usrd_malloc(driver, bytes_wanted);
    if (!*data)
        return D_NO_MEMORY;
    memset(*data, fill, bytes_wanted);
    *bytes_read = bytes_wanted;
    dev->bytes += (unsigned)bytes_wanted;
    return KERN_SUCCESS;
}

/* Each level once. */
static void log_all(usrd_driver_t driver)
{
    usrd_log(driver, USRD_LOG_ERROR, "level %d: error", USRD_LOG_ERROR);
    usrd_log(driver, USRD_LOG_WARNING, "level %d: warning", USRD_LOG_WARNING);
    usrd_log(driver, USRD_LOG_INFO, "level %d: info", USRD_LOG_INFO);
    usrd_log(driver, USRD_LOG_DEBUG, "level %d: debug", USRD_LOG_DEBUG);
    USRD_LOG_ERROR_IF(driver, fill == 0, "fill is %u", fill);
    USRD_LOG_ERROR_IF(driver, fill != 0, "fill is not 0");
}

static void report(usrd_driver_t driver)
{
    usrd_driver_report_error(driver, 42, "as it was told");
}

static void remove_zero(usrd_driver_t driver)
{
    usrd_driver_remove_device(driver, ZERO_DEVICE->name);
}

static void crash(usrd_driver_t driver)
{
    static int *volatile nowhere;

    (void)driver;
    *nowhere = 1;
}

static void fail(usrd_driver_t driver)
{
    assert(driver == NULL);
}

static void stop(usrd_driver_t driver)
{
    usrd_driver_stop(driver);
}

static const struct {
    const char *word;
    void (*run)(usrd_driver_t driver);
} commands[] = {
    {"log", log_all},        {"report", report}, {"stats", usrd_dump_stats},
    {"remove", remove_zero}, {"crash", crash},   {"stop", stop},
    {"assert", fail},
};

static kern_return_t command(usrd_driver_t driver, const char *text, size_t n)
{
    while (n > 0 && text[n - 1] == '\n')
        n--;
    for (unsigned i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strlen(commands[i].word) == n &&
            memcmp(commands[i].word, text, n) == 0) {
            commands[i].run(driver);
            return KERN_SUCCESS;
        }
    return D_INVALID_OPERATION;
}

static kern_return_t null_write(usrd_driver_t driver, void *context,
                                dev_mode_t mode, recnum_t recnum, void *data,
                                vm_size_t bytes_to_write,
                                vm_size_t *bytes_written)
{
    struct null_device *dev = context;

    (void)mode, (void)recnum;
    if (dev == ZERO_DEVICE)
        return D_READ_ONLY;
    if (dev == CONTROL_DEVICE)
        USRD_CHECK_RETURN(command(driver, data, bytes_to_write));
    dev->writes++;
    dev->bytes += (unsigned)bytes_to_write;
    *bytes_written = bytes_to_write;
    return KERN_SUCCESS;
}

static kern_return_t null_get_status(usrd_driver_t driver, void *context,
                                     dev_flavor_t flavor, dev_status_t status,
                                     natural_t *count)
{
    const struct null_device *dev = context;

    (void)driver;
    if (flavor == NULL_FILL && *count >= 1) {
        status[0] = fill;
        *count = 1;
        return KERN_SUCCESS;
    }
    if (flavor != NULL_STATS)
        return D_INVALID_OPERATION;
    if (*count < NULL_STATS_WORDS)
        return D_INVALID_SIZE;
    status[NULL_STATS_OPENS] = (int)dev->opens;
    status[NULL_STATS_READS] = (int)dev->reads;
    status[NULL_STATS_WRITES] = (int)dev->writes;
    status[NULL_STATS_BYTES] = (int)dev->bytes;
    *count = NULL_STATS_WORDS;
    return KERN_SUCCESS;
}

static kern_return_t null_set_status(usrd_driver_t driver, void *context,
                                     dev_flavor_t flavor, dev_status_t status,
                                     natural_t count)
{
    (void)driver;
    if (flavor != NULL_FILL || context != ZERO_DEVICE)
        return D_INVALID_OPERATION;
    if (count != 1)
        return D_INVALID_SIZE;
    fill = (unsigned char)status[0];
    return KERN_SUCCESS;
}

/* Nothing can be wrong with nothing, but for its memory. */
static kern_return_t null_health(usrd_driver_t driver)
{
    (void)driver;
    return scratch ? KERN_SUCCESS : KERN_FAILURE;
}

static kern_return_t null_suspend(usrd_driver_t driver, void *context)
{
    const struct null_device *dev = context;

    usrd_log(driver, USRD_LOG_INFO, "%s is suspended", dev->name);
    return KERN_SUCCESS;
}

static kern_return_t null_resume(usrd_driver_t driver, void *context)
{
    const struct null_device *dev = context;

    usrd_log(driver, USRD_LOG_INFO, "%s is resumed", dev->name);
    return KERN_SUCCESS;
}

int main(void)
{
    static struct usrd_driver_callbacks callbacks = USRD_CALLBACKS(
        null_init, null_shutdown, null_open, null_close, null_read, null_write);
    const struct usrd_driver_info info = USRD_DRIVER_INFO(
        "null-driver", "three devices of nothing", 1, 0, USRD_CAP_CHAR_DEVICE);

    callbacks.device_get_status = null_get_status;
    callbacks.device_set_status = null_set_status;
    callbacks.driver_health_check = null_health;
    callbacks.device_suspend = null_suspend;
    callbacks.device_resume = null_resume;

    usrd_driver_t driver =
        usrd_driver_create(info.name, info.description, info.version_major,
                           info.version_minor, info.capabilities, &callbacks);
    if (!driver)
        return 1;
    USRD_CHECK_RETURN(USRD_SET_MEMORY_LIMIT(driver, MEMORY_KB));
    USRD_CHECK_RETURN(USRD_SET_IO_LIMIT(driver, OPERATIONS));
    USRD_CHECK_RETURN(usrd_driver_register(driver, mach_task_self()));
    for (unsigned i = 0; i < DEVICES; i++)
        USRD_CHECK_RETURN(usrd_driver_add_device(
            driver, devices[i].name, USRD_CAP_CHAR_DEVICE, &devices[i]));
    kern_return_t kr = usrd_driver_run(driver);
    usrd_driver_unregister(driver);
    usrd_driver_destroy(driver);
    return usrd_exit_code(kr);
}

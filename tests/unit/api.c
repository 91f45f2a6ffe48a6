/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The driver API to the letter: names, values, types and order are fixed, for
 * a driver is portable source.  Most of this is held by the compiler. */
#include <stddef.h>

#include <device/userspace_driver_sdk.h>

#include "tap.h"

#define IS(name, value) _Static_assert((name) == (value), #name)

IS(USRD_CAP_NONE, 0);
IS(USRD_CAP_BLOCK_DEVICE, 0x1);
IS(USRD_CAP_CHAR_DEVICE, 0x2);
IS(USRD_CAP_NETWORK, 0x4);
IS(USRD_CAP_GRAPHICS, 0x8);
IS(USRD_CAP_AUDIO, 0x10);
IS(USRD_CAP_INPUT, 0x20);
IS(USRD_CAP_STORAGE, 0x40);
IS(USRD_CAP_USB, 0x80);
IS(USRD_CAP_PCI, 0x100);
IS(USRD_CAP_INTERRUPT, 0x200);
IS(USRD_CAP_DMA, 0x400);
IS(USRD_CAP_POWER_MGMT, 0x800);
IS(USRD_CAP_HOTPLUG, 0x1000);
IS(USRD_STATUS_RUNNING, 0x1);
IS(USRD_STATUS_IDLE, 0x2);
IS(USRD_STATUS_BUSY, 0x4);
IS(USRD_STATUS_ERROR, 0x8);
IS(USRD_STATUS_SUSPENDED, 0x10);
IS(USRD_STATUS_RECOVERING, 0x20);
IS(USRD_RESOURCE_MEMORY, 0);
IS(USRD_RESOURCE_CPU, 1);
IS(USRD_RESOURCE_IO_OPS, 2);
IS(USRD_RESOURCE_INTERRUPTS, 3);
IS(USRD_RESOURCE_TIMEOUT, 4);
IS(USRD_RESOURCE_BANDWIDTH, 5);
IS(USRD_SUCCESS, 0);
IS(USRD_ERROR_INVALID_DRIVER, 1);
IS(USRD_ERROR_DRIVER_EXISTS, 2);
IS(USRD_ERROR_NO_RESOURCES, 3);
IS(USRD_ERROR_NOT_REGISTERED, 4);
IS(USRD_ERROR_DEVICE_BUSY, 5);
IS(USRD_ERROR_TIMEOUT, 6);
IS(USRD_ERROR_PERMISSION_DENIED, 7);
IS(USRD_ERROR_DRIVER_CRASHED, 8);
IS(USRD_LOG_ERROR, 0);
IS(USRD_LOG_WARNING, 1);
IS(USRD_LOG_INFO, 2);
IS(USRD_LOG_DEBUG, 3);
IS(USRD_MAX_DRIVER_NAME, 64);
IS(USRD_MAX_DRIVER_DESC, 128);
IS(USRD_MAX_DEVICE_NAME, 64);
IS(USRD_MAX_DRIVERS, 256);
IS(USRD_MAX_DEVICES_PER_DRIVER, 32);
IS(USRD_TOKEN_INVALID, 0);
IS(sizeof(usrd_token_t), 4);
IS(sizeof(driver_status_t), 4);

#define MEMBER(type, member, at) IS(offsetof(struct type, member), at)

MEMBER(usrd_driver_info, name, 0);
MEMBER(usrd_driver_info, description, 64);
MEMBER(usrd_driver_info, version_major, 192);
MEMBER(usrd_driver_info, version_minor, 196);
MEMBER(usrd_driver_info, capabilities, 200);
MEMBER(usrd_driver_info, resource_limits, 204);
IS(sizeof(struct usrd_driver_info), 236);
MEMBER(usrd_resource_usage, memory_kb, 0);
MEMBER(usrd_resource_usage, cpu_percent, 4);
MEMBER(usrd_resource_usage, io_ops_active, 8);
MEMBER(usrd_resource_usage, interrupt_rate, 12);
MEMBER(usrd_resource_usage, avg_response_time, 16);
MEMBER(usrd_resource_usage, error_count, 20);
MEMBER(usrd_resource_usage, recovery_count, 24);
MEMBER(usrd_resource_usage, uptime_seconds, 28);
MEMBER(usrd_driver_callbacks, device_open, 0);
MEMBER(usrd_driver_callbacks, device_close, 8);
MEMBER(usrd_driver_callbacks, device_read, 16);
MEMBER(usrd_driver_callbacks, device_write, 24);
MEMBER(usrd_driver_callbacks, device_get_status, 32);
MEMBER(usrd_driver_callbacks, device_set_status, 40);
MEMBER(usrd_driver_callbacks, driver_init, 48);
MEMBER(usrd_driver_callbacks, driver_shutdown, 56);
MEMBER(usrd_driver_callbacks, driver_health_check, 64);
MEMBER(usrd_driver_callbacks, device_suspend, 72);
MEMBER(usrd_driver_callbacks, device_resume, 80);

#define TYPE(name, ...)                                                   \
    _Static_assert(__builtin_types_compatible_p(__typeof__(name),         \
                                                __typeof__(__VA_ARGS__)), \
                   #name)
#define RETURNS(type, name, ...) TYPE(name, type(__VA_ARGS__))
#define KERN(name, ...) RETURNS(kern_return_t, name, __VA_ARGS__)

RETURNS(usrd_driver_t, usrd_driver_create, const char *, const char *, unsigned,
        unsigned, unsigned, struct usrd_driver_callbacks *);
RETURNS(void, usrd_driver_destroy, usrd_driver_t);
KERN(usrd_driver_register, usrd_driver_t, mach_port_t);
KERN(usrd_driver_unregister, usrd_driver_t);
KERN(usrd_driver_run, usrd_driver_t);
KERN(usrd_driver_stop, usrd_driver_t);
KERN(usrd_driver_set_resource_limits, usrd_driver_t, unsigned, unsigned);
KERN(usrd_driver_update_resource_usage, usrd_driver_t, unsigned, unsigned);
RETURNS(boolean_t, usrd_driver_check_resource_limit, usrd_driver_t, unsigned,
        unsigned);
KERN(usrd_driver_add_device, usrd_driver_t, const char *, unsigned, void *);
KERN(usrd_driver_remove_device, usrd_driver_t, const char *);
RETURNS(void *, usrd_driver_get_device_context, usrd_driver_t, const char *);
KERN(usrd_driver_set_status, usrd_driver_t, unsigned);
KERN(usrd_driver_heartbeat, usrd_driver_t);
KERN(usrd_driver_report_error, usrd_driver_t, unsigned, const char *);
RETURNS(void *, usrd_malloc, usrd_driver_t, size_t);
RETURNS(void, usrd_free, usrd_driver_t, void *, size_t);
RETURNS(void *, usrd_dma_alloc, usrd_driver_t, size_t, vm_offset_t *);
RETURNS(void, usrd_dma_free, usrd_driver_t, void *, size_t, vm_offset_t);
RETURNS(void, usrd_log, usrd_driver_t, int, const char *, ...);
RETURNS(void, usrd_dump_stats, usrd_driver_t);
KERN(usrd_driver_register_interrupt, usrd_driver_t, int,
     void (*)(usrd_driver_t, int));
KERN(usrd_driver_unregister_interrupt, usrd_driver_t, int);
KERN(usrd_driver_ack_interrupt, usrd_driver_t, int);

#define CALLBACK(member, ret, ...) \
    TYPE(((struct usrd_driver_callbacks *)0)->member, ret (*)(__VA_ARGS__))
#define FIELD(type, member, ...) TYPE(((struct type *)0)->member, __VA_ARGS__)

CALLBACK(device_open, kern_return_t, usrd_driver_t, const char *, dev_mode_t,
         void **);
CALLBACK(device_close, kern_return_t, usrd_driver_t, void *);
CALLBACK(device_read, kern_return_t, usrd_driver_t, void *, dev_mode_t,
         recnum_t, vm_size_t, void **, vm_size_t *);
CALLBACK(device_write, kern_return_t, usrd_driver_t, void *, dev_mode_t,
         recnum_t, void *, vm_size_t, vm_size_t *);
CALLBACK(device_get_status, kern_return_t, usrd_driver_t, void *, dev_flavor_t,
         dev_status_t, natural_t *);
CALLBACK(device_set_status, kern_return_t, usrd_driver_t, void *, dev_flavor_t,
         dev_status_t, natural_t);
CALLBACK(driver_init, kern_return_t, usrd_driver_t);
CALLBACK(driver_shutdown, void, usrd_driver_t);
CALLBACK(driver_health_check, kern_return_t, usrd_driver_t);
CALLBACK(device_suspend, kern_return_t, usrd_driver_t, void *);
CALLBACK(device_resume, kern_return_t, usrd_driver_t, void *);
FIELD(usrd_driver_info, name, char[64]);
FIELD(usrd_driver_info, description, char[128]);
FIELD(usrd_driver_info, capabilities, unsigned);
FIELD(usrd_driver_info, resource_limits, unsigned[8]);
FIELD(usrd_resource_usage, uptime_seconds, unsigned);
IS(sizeof(struct usrd_resource_usage), 32);
TYPE(usrd_token_t, unsigned);

/* As they are spelt: another definition of the same may follow. */
static const struct {
    const char *is, *should;
} spelt[] = {
#define SPELT(macro, text)   \
    {                        \
        AS_TEXT(macro), text \
    }
#define AS_TEXT(macro) AS_TEXT_(macro)
#define AS_TEXT_(macro) #macro
    SPELT(USRD_CAP_NONE, "0x00000000"),
    SPELT(USRD_CAP_BLOCK_DEVICE, "0x00000001"),
    SPELT(USRD_CAP_CHAR_DEVICE, "0x00000002"),
    SPELT(USRD_CAP_NETWORK, "0x00000004"),
    SPELT(USRD_CAP_GRAPHICS, "0x00000008"),
    SPELT(USRD_CAP_AUDIO, "0x00000010"),
    SPELT(USRD_CAP_INPUT, "0x00000020"),
    SPELT(USRD_CAP_STORAGE, "0x00000040"),
    SPELT(USRD_CAP_USB, "0x00000080"),
    SPELT(USRD_CAP_PCI, "0x00000100"),
    SPELT(USRD_CAP_INTERRUPT, "0x00000200"),
    SPELT(USRD_CAP_DMA, "0x00000400"),
    SPELT(USRD_CAP_POWER_MGMT, "0x00000800"),
    SPELT(USRD_CAP_HOTPLUG, "0x00001000"),
    SPELT(USRD_RESOURCE_BANDWIDTH, "5"),
};

/* What the macros call, in place of the SDK. */
static unsigned set_type, set_value, updated, logged;

kern_return_t usrd_driver_set_resource_limits(usrd_driver_t driver,
                                              unsigned type, unsigned limit)
{
    (void)driver;
    set_type = type;
    set_value = limit;
    return USRD_SUCCESS;
}

kern_return_t usrd_driver_update_resource_usage(usrd_driver_t driver,
                                                unsigned type, unsigned usage)
{
    (void)driver;
    set_type = type;
    updated = usage;
    return USRD_ERROR_NO_RESOURCES;
}

void usrd_log(usrd_driver_t driver, int level, const char *format, ...)
{
    (void)driver, (void)format;
    logged += level == USRD_LOG_ERROR;
}

static void macros(void)
{
    EQ(USRD_SET_MEMORY_LIMIT(NULL, 7), USRD_SUCCESS, "a limit of memory");
    EQ(set_type, USRD_RESOURCE_MEMORY, "is memory's");
    EQ(set_value, 7, "in KB");
    EQ(USRD_SET_IO_LIMIT(NULL, 3), USRD_SUCCESS, "a limit of operations");
    EQ(set_type, USRD_RESOURCE_IO_OPS, "is operations'");
    EQ(set_value, 3, "as many");
    EQ(USRD_UPDATE_MEMORY_USAGE(NULL, 9), USRD_ERROR_NO_RESOURCES, "usage");
    EQ(set_type, USRD_RESOURCE_MEMORY, "is memory's");
    EQ(updated, 9, "in KB");
    if (set_value == 3)
        USRD_LOG_ERROR_IF(NULL, set_value == 4, "no");
    else
        USRD_LOG_ERROR_IF(NULL, 1, "no: it is a statement");
    EQ(logged, 0, "no error, no line");
    USRD_LOG_ERROR_IF(NULL, set_value == 3, "with %u and %s", 1u, "more");
    USRD_LOG_ERROR_IF(NULL, 1, "alone");
    EQ(logged, 2, "a line of an error");
    for (unsigned i = 0; i < sizeof spelt / sizeof spelt[0]; i++)
        STR(spelt[i].is, spelt[i].should, "spelt as everywhere");
}

static kern_return_t init(usrd_driver_t driver)
{
    (void)driver;
    return KERN_SUCCESS;
}

static kern_return_t passes_on(kern_return_t result)
{
    USRD_CHECK_RETURN(result);
    return 77;
}

int main(void)
{
    struct usrd_driver_info info =
        USRD_DRIVER_INFO("dev", "a device", 1, 2, USRD_CAP_NETWORK);
    struct usrd_driver_callbacks call =
        USRD_CALLBACKS(init, NULL, NULL, NULL, NULL, NULL);

    STR(info.description, "a device", "USRD_DRIVER_INFO");
    EQ(info.version_minor, 2, "its version");
    EQ(info.resource_limits[USRD_RESOURCE_MEMORY], 1024, "memory");
    EQ(info.resource_limits[USRD_RESOURCE_CPU], 50, "processor");
    EQ(info.resource_limits[USRD_RESOURCE_IO_OPS], 16, "operations");
    EQ(info.resource_limits[USRD_RESOURCE_INTERRUPTS], 1000, "interrupts");
    EQ(info.resource_limits[USRD_RESOURCE_TIMEOUT], 5000, "time-out");
    OK(call.driver_init == init && !call.device_read, "USRD_CALLBACKS");
    EQ(passes_on(KERN_SUCCESS), 77, "USRD_CHECK_RETURN goes on");
    EQ(passes_on(KERN_FAILURE), KERN_FAILURE, "or returns");
    macros();
    return tap_end();
}

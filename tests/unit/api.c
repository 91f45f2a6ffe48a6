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
    return tap_end();
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The constants and structures of the driver API.  Names and values are fixed:
 * a driver written for this API is portable source.  In brackets: the section
 * of the framework document, as in userspace_driver_sdk.h. */
#ifndef DEVICE_USERSPACE_DRIVER_TYPES_H
#define DEVICE_USERSPACE_DRIVER_TYPES_H

#include <mach/boolean.h>
#include <mach/kern_return.h>
#include <mach/port.h>
#include <mach/std_types.h>
#include <mach/vm_prot.h>

#include <device/device_types.h>

#include <stddef.h>

/* Sizes, with the terminating zero where they are of names.
 * [Driver Registration Protocol] */
#define USRD_MAX_DRIVER_NAME 64
#define USRD_MAX_DRIVER_DESC 128
#define USRD_MAX_DEVICE_NAME 64
#define USRD_MAX_DRIVERS 256
#define USRD_MAX_DEVICES_PER_DRIVER 32

/* What a driver is (usrd_driver_create).  BLOCK_DEVICE to HOTPLUG are
 * declarations, checked against the callbacks; INTERRUPT, PCI and DMA are
 * refused at registration unless the module line grants them.
 * [Driver Capabilities] */
#define USRD_CAP_NONE 0x00000000
#define USRD_CAP_BLOCK_DEVICE 0x00000001
#define USRD_CAP_CHAR_DEVICE 0x00000002
#define USRD_CAP_NETWORK 0x00000004
#define USRD_CAP_GRAPHICS 0x00000008
#define USRD_CAP_AUDIO 0x00000010
#define USRD_CAP_INPUT 0x00000020
#define USRD_CAP_STORAGE 0x00000040
#define USRD_CAP_USB 0x00000080
#define USRD_CAP_PCI 0x00000100
#define USRD_CAP_INTERRUPT 0x00000200
#define USRD_CAP_DMA 0x00000400
#define USRD_CAP_POWER_MGMT 0x00000800
#define USRD_CAP_HOTPLUG 0x00001000

/* How it fares: a set of bits.  RUNNING and SUSPENDED are the operator's to
 * change, RECOVERING is from a death to the next "ready"; of the rest see
 * usrd_driver_set_status().  [Health Monitoring] */
typedef unsigned int driver_status_t;
#define USRD_STATUS_RUNNING 0x00000001
#define USRD_STATUS_IDLE 0x00000002
#define USRD_STATUS_BUSY 0x00000004
#define USRD_STATUS_ERROR 0x00000008
#define USRD_STATUS_SUSPENDED 0x00000010
#define USRD_STATUS_RECOVERING 0x00000020

/* Resources, and the unit of their limits.  [Resource Management] */
#define USRD_RESOURCE_MEMORY 0     /* KB */
#define USRD_RESOURCE_CPU 1        /* percent */
#define USRD_RESOURCE_IO_OPS 2     /* concurrent operations */
#define USRD_RESOURCE_INTERRUPTS 3 /* a second */
#define USRD_RESOURCE_TIMEOUT 4    /* ms an operation */
#define USRD_RESOURCE_BANDWIDTH 5  /* KB a second */
#define USRD_RESOURCE_RESERVED1 6
#define USRD_RESOURCE_RESERVED2 7

/* Errors.  They share KERN_SUCCESS with Mach's; a device operation may also
 * return Mach's D_* codes, which the client sees as they are.
 * [Driver Registration Protocol] */
#define USRD_SUCCESS 0
#define USRD_ERROR_INVALID_DRIVER 1
#define USRD_ERROR_DRIVER_EXISTS 2
#define USRD_ERROR_NO_RESOURCES 3
#define USRD_ERROR_NOT_REGISTERED 4
#define USRD_ERROR_DEVICE_BUSY 5
#define USRD_ERROR_TIMEOUT 6
#define USRD_ERROR_PERMISSION_DENIED 7
#define USRD_ERROR_DRIVER_CRASHED 8

/* Severities (usrd_log).  [Driver SDK] */
#define USRD_LOG_ERROR 0
#define USRD_LOG_WARNING 1
#define USRD_LOG_INFO 2
#define USRD_LOG_DEBUG 3

/* exit() with this: the device is not there, so do not start again.  Of a driver
 * that was ready this is believed when its PCI function is gone; else it is a
 * failure like others.  [Ours] */
#define USRD_EXIT_ABSENT 69

/* The program has come to its end and does not know why.  [Ours] */
#define USRD_EXIT_SOFTWARE 70

/* A registration's number.  Here it is the control port that identifies, and
 * no function takes a token.  [Driver Registration Protocol 1] */
typedef unsigned int usrd_token_t;
#define USRD_TOKEN_INVALID 0

/* [Driver Development 1] */
typedef struct usrd_driver *usrd_driver_t;

/* What a driver says of itself.  [Driver Registration Protocol 1] */
struct usrd_driver_info {
    char name[USRD_MAX_DRIVER_NAME];
    char description[USRD_MAX_DRIVER_DESC];
    unsigned int version_major;
    unsigned int version_minor;
    unsigned int capabilities;
    unsigned int resource_limits[8]; /* by USRD_RESOURCE_* */
};

/* How it does; usrd_driver_list() fills it in.  [Resource Monitoring] */
struct usrd_resource_usage {
    unsigned int memory_kb;
    unsigned int cpu_percent;
    unsigned int io_ops_active;
    unsigned int interrupt_rate;    /* a second */
    unsigned int avg_response_time; /* us */
    unsigned int error_count;
    unsigned int recovery_count;
    unsigned int uptime_seconds;
};

struct usrd_ring_request;

/* What a driver does.  All callbacks are called from usrd_driver_run(), one
 * at a time and under no lock, and must not block for longer than half the
 * watchdog (usrd_poll() and the calls of <usrd/client.h> send heartbeats while
 * they wait).  A member that is NULL is an operation that the device does not
 * have; its clients get D_INVALID_OPERATION.
 *
 * CONTEXT is what device_open stored; until it does, the device's own from
 * usrd_driver_add_device().  What a callback returns is what the client gets:
 * KERN_SUCCESS or D_*; or MIG_NO_REPLY after usrd_defer().
 * [Callback Implementation; Driver Registration Protocol 3] */
struct usrd_driver_callbacks {
    /* A client opened NAME, or, after a restart, had it open before. */
    kern_return_t (*device_open)(usrd_driver_t driver, const char *name,
                                 dev_mode_t mode, void **context);
    /* The last right to the handle is gone, or the device.  What it returns
     * is for nobody. */
    kern_return_t (*device_close)(usrd_driver_t driver, void *context);
    /* At most BYTES_WANTED bytes from record RECNUM; MODE is 0 or D_NOWAIT.
     * On success *DATA is usrd_malloc()'s and belongs to the SDK, or NULL with
     * *BYTES_READ 0. */
    kern_return_t (*device_read)(usrd_driver_t driver, void *context,
                                 dev_mode_t mode, recnum_t recnum,
                                 vm_size_t bytes_wanted, void **data,
                                 vm_size_t *bytes_read);
    /* *BYTES_WRITTEN may be less.  DATA is gone after the callback has
     * returned.  A write longer than the driver's memory limit does not come
     * here: its client gets D_NO_MEMORY. */
    kern_return_t (*device_write)(usrd_driver_t driver, void *context,
                                  dev_mode_t mode, recnum_t recnum, void *data,
                                  vm_size_t bytes_to_write,
                                  vm_size_t *bytes_written);
    /* FLAVOR is the device's.  *COUNT: in, how many words STATUS has room for;
     * out, how many are in it. */
    kern_return_t (*device_get_status)(usrd_driver_t driver, void *context,
                                       dev_flavor_t flavor, dev_status_t status,
                                       natural_t *count);
    kern_return_t (*device_set_status)(usrd_driver_t driver, void *context,
                                       dev_flavor_t flavor, dev_status_t status,
                                       natural_t count);
    /* Once a run, before the first request: bring the device from an unknown
     * state to a working one.  D_NO_SUCH_DEVICE: it is not there. */
    kern_return_t (*driver_init)(usrd_driver_t driver);
    /* Once a run, on the way out of usrd_driver_run(). */
    void (*driver_shutdown)(usrd_driver_t driver);
    /* Before each heartbeat; a failure is reported as USRD_STATUS_ERROR. */
    kern_return_t (*driver_health_check)(usrd_driver_t driver);
    /* For each device of the driver, with the device's own context, when the
     * operator says so; in between requests are answered D_DEVICE_DOWN, and
     * after a restart in between device_suspend is called again. */
    kern_return_t (*device_suspend)(usrd_driver_t driver, void *context);
    kern_return_t (*device_resume)(usrd_driver_t driver, void *context);

    /* Ours, beyond the framework document. */

    /* A client wants what FILTER (COUNT of its units) lets through sent to
     * PORT, a send right that belongs to the driver on success. */
    kern_return_t (*device_set_filter)(usrd_driver_t driver, void *context,
                                       mach_port_t port, int priority,
                                       const unsigned short *filter,
                                       natural_t count);
    /* A client's device_map of SIZE bytes from OFFSET, for PROT (VM_PROT_*).
     * *MEMORY is where byte OFFSET is: in memory of usrd_share_alloc(), at
     * the beginning of a page, with SIZE bytes there.  The client may map
     * those pages, rounded up to whole ones, until it ends, with PROT at most
     * (so check PROT); it may change them at any time, and finds them as they
     * were after a restart.  Answer at once: this cannot be deferred. */
    kern_return_t (*device_map)(usrd_driver_t driver, void *context,
                                vm_prot_t prot, vm_offset_t offset,
                                vm_size_t size, void **memory);
    /* A request of a ring (<usrd/ring.h>), for a device that has rings.
     * *REQUEST is gone when this has returned; its buffer is the driver's until
     * it is answered.  KERN_SUCCESS: usrd_ring_complete() answers it, or did
     * already.  D_WOULD_BLOCK: there is no room now; it comes again after the
     * next message, an interrupt for one, or usrd_ring_complete(), else with
     * the next heartbeat.  Anything else is the client's answer.  It cannot be
     * deferred. */
    kern_return_t (*device_ring)(usrd_driver_t driver, void *context,
                                 const struct usrd_ring_request *request);
    /* After some of them, before anything else comes: tell the device. */
    void (*device_ring_end)(usrd_driver_t driver);
    /* Nobody has the ring any more; device_close follows when all that was
     * taken of it is answered.  For a driver whose requests may wait for ever:
     * answer them, when the device does not have them any more. */
    void (*device_ring_close)(usrd_driver_t driver, void *context);
};

#endif

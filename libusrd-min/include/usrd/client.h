/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Using a device: open it by name, read, write, status.  For programs and for
 * drivers that use another driver's device.  The protocol is Mach's own
 * (<device/device.defs>), so device_read() and its like (<device/device.h>)
 * work, too: what device_map() gives is for vm_map(), and packets come to the
 * port that device_set_filter() was given.
 *
 * Every call waits for the device, no longer than usrd_set_timeout() says, and
 * sends heartbeats meanwhile where the task's watchdog runs.  Calls return
 * KERN_SUCCESS, what the driver answered (D_*), or what the message met:
 *     MACH_SEND_TIMED_OUT, MACH_RCV_TIMED_OUT   the device did not answer
 *     D_DEVICE_DOWN        the driver was stopped, or given up
 *     D_IO_ERROR, MIG_SERVER_DIED   as follows
 *
 * A device that was open stays open across a restart of its driver, and what
 * was queued on it is served by the next incarnation; where that one refuses to
 * open it, it is gone: MACH_SEND_INVALID_DEST, until it is opened anew.  What becomes of a
 * request that the driver had in hand when it died is for the class of the
 * device to say, as its driver declared it (usrd_driver_add_device):
 *     block, storage       run again, before the call returns and so before
 *                          any request that depends on it.  That is "at least
 *                          once": the first run may have been carried out.
 *                          D_IO_ERROR when two incarnations died with it of
 *                          themselves, for it may be what kills them
 *     network              dropped, as a wire may: a write counts as sent, a
 *                          read waits for the next packet; status as for block
 *     character, all else  MIG_SERVER_DIED: whether it was carried out is
 *                          unknown
 * A driver that lives and yet drops a request gives MIG_SERVER_DIED in each
 * class.  That is so for devices that usrd_open() opened, 32 of them at a time;
 * for others, and for device_read() and its like, it is MIG_SERVER_DIED. */
#ifndef USRD_CLIENT_H
#define USRD_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#include <mach/kern_return.h>
#include <mach/port.h>
#include <mach/std_types.h>

#include <device/userspace_driver_types.h>

#include <usrd/types.h>

/* How long each of the following calls may wait, in ms; 0: for ever.  At
 * first 10,000.  Returns what it was. */
unsigned usrd_set_timeout(unsigned ms);

/* Open NAME, which needs= must allow, for MODE: D_READ, D_WRITE, and D_NOWAIT
 * not to wait for a driver that is not ready (D_WOULD_BLOCK).
 * D_NO_SUCH_DEVICE: there is none; KERN_NO_ACCESS: needs= does not allow it;
 * D_IO_ERROR: two incarnations of the driver died of it. */
kern_return_t usrd_open(const char *name, dev_mode_t mode, mach_port_t *device);

/* Wait until NAME can be opened, for at most MS milliseconds.  D_WOULD_BLOCK:
 * it cannot as yet; D_DEVICE_DOWN: its driver is stopped, or given up;
 * D_NO_SUCH_DEVICE and KERN_NO_ACCESS, at once: it never will. */
kern_return_t usrd_wait(const char *name, unsigned ms);

/* The driver hears of it when the last right to the handle is gone. */
kern_return_t usrd_close(mach_port_t device);

/* Up to SIZE bytes from record RECNUM (0 for a stream); *GOT of them came.
 * MODE is 0 or D_NOWAIT: D_WOULD_BLOCK when there is nothing. */
kern_return_t usrd_read(mach_port_t device, dev_mode_t mode, recnum_t recnum,
                        void *data, size_t size, size_t *got);

/* *WRITTEN may be less than SIZE. */
kern_return_t usrd_write(mach_port_t device, dev_mode_t mode, recnum_t recnum,
                         const void *data, size_t size, size_t *written);

/* *COUNT: in, how many words STATUS has room for (at most DEV_STATUS_MAX);
 * out, how many came.  FLAVOR is the device's. */
kern_return_t usrd_get_status(mach_port_t device, dev_flavor_t flavor,
                              int *status, natural_t *count);
kern_return_t usrd_set_status(mach_port_t device, dev_flavor_t flavor,
                              const int *status, natural_t count);

/* One driver, as usrd_driver_list() finds it. */
struct usrd_driver_entry {
    /* What it said at registration, with the limits that are in force for it
     * (0: none).  The name is its task's. */
    struct usrd_driver_info info;
    /* Of its present incarnation, 0 while there is none; errors and
     * recoveries since boot.  Measured by kernel-ext and the kernel, but for
     * io_ops_active and avg_response_time, which are the driver's word as of
     * its last heartbeat: requests that it has deferred; microseconds from
     * a request to its answer, of the deferred ones and a sample of the others.
     * memory_kb is resident, pages shared with its template included.
     * cpu_percent and interrupt_rate are over the time since somebody last
     * asked, at least half a second; the first time since it began. */
    struct usrd_resource_usage usage;
    enum usrd_task_state state;
    driver_status_t status; /* USRD_STATUS_*; RECOVERING while it is replaced */
    unsigned generation;    /* 1 + its deaths since boot */
    unsigned n_devices;
    char devices[USRD_MAX_DEVICES_PER_DRIVER][USRD_MAX_DEVICE_NAME];
};

/* The driver at INDEX, 0 and up, in the order of the module lines: what has
 * registered and not unregistered, be it failed or stopped by now.
 * KERN_INVALID_ARGUMENT past the last.  Any task may ask; waits for kernel-ext
 * only.  (Driver registry: list.) */
kern_return_t usrd_driver_list(unsigned index, struct usrd_driver_entry *entry);

/* Say that DRIVER, in its incarnation GENERATION (usrd_driver_list), does not do
 * what it should: it is replaced, and WHY is in the log.  For a task whose module
 * line has complains=DRIVER, else KERN_NO_ACCESS.  KERN_ABORTED: that incarnation
 * is over already, or not ready yet; nothing was done.  Waits for kernel-ext
 * only.  (Ours.) */
kern_return_t usrd_complain(const char *driver, unsigned generation,
                            const char *why);

/* Sleep for MS milliseconds (in steps of the kernel's clock, 10 ms), with
 * heartbeats. */
void usrd_sleep(unsigned ms);

/* How many requests of this task were run again since it started. */
unsigned usrd_retries(void);

/* A word for a result of these calls: "D_DEVICE_DOWN", or its number. */
const char *usrd_error_text(kern_return_t result);

#endif

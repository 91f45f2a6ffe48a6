/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The driver API.  A driver creates itself from a table of callbacks,
 * registers, adds its devices, and hands over to usrd_driver_run(): see
 * tasks/hello/ for the whole of one.
 *
 * A task is one driver with one thread.  All functions are for that thread,
 * in main or in a callback.  Unless it says otherwise a function does not
 * block but for the answer of kernel-ext, which waits for nobody; those that
 * return kern_return_t return USRD_SUCCESS or a USRD_ERROR_*, whose prefix is
 * left out below: INVALID_DRIVER where DRIVER is none, or an argument is none
 * that the function takes.
 *
 * In brackets: the section of GNU Mach's user-space driver framework document
 * that a declaration is from.  [Ours] is beyond it. */
#ifndef DEVICE_USERSPACE_DRIVER_SDK_H
#define DEVICE_USERSPACE_DRIVER_SDK_H

#include <device/userspace_driver_types.h>

#include <mach/mach.h>

#include <stdint.h>

/* -- The driver ---------------------------------------------------------- */

/* The task's driver.  NAME and DESCRIPTION (or NULL) are copied, CALLBACKS must
 * stay.  CAPABILITIES is a set of USRD_CAP_*.  NULL when NAME is empty, too
 * long (USRD_MAX_DRIVER_NAME) or not printable without blanks, DESCRIPTION too
 * long, there is a driver already, or a declared device class (BLOCK_DEVICE to
 * STORAGE) lacks its callbacks: each wants device_open and one of device_read,
 * device_write and device_get_status; BLOCK_DEVICE, STORAGE and INPUT
 * device_read; NETWORK device_write and device_read or device_set_filter.
 * Sends no message.  [Driver Development 1; Driver Capabilities] */
usrd_driver_t usrd_driver_create(const char *name, const char *description,
                                 unsigned int version_major,
                                 unsigned int version_minor,
                                 unsigned int capabilities,
                                 struct usrd_driver_callbacks *callbacks);

/* Unregisters it if need be; then another can be created.  What usrd_malloc()
 * gave stays the caller's.  Does nothing in a callback.
 * [Driver Development 1] */
void usrd_driver_destroy(usrd_driver_t driver);

/* Announce it.  REGISTRY is mach_task_self().  The watchdog runs from now on.
 * INVALID_DRIVER: REGISTRY is another port, the description is not printable
 * ASCII, or a capability is unknown; DRIVER_EXISTS: it is registered already;
 * PERMISSION_DENIED: the module line does not provide the name, lacks
 * the grant for INTERRUPT, PCI or DMA, or has a lower limit; NO_RESOURCES:
 * there are USRD_MAX_DRIVERS.  The log says what was wrong.
 * [Driver Development 3; Driver Registration Protocol 1] */
kern_return_t usrd_driver_register(usrd_driver_t driver, mach_port_t registry);

/* Its devices and interrupts vanish, device_close is called for what is open,
 * and clients get an error.  Rings are unmapped at once: in a callback, the
 * request's data is not there any more.  It may register again, or exit; what
 * was open is opened again by the task's next incarnation.  NOT_REGISTERED.
 * [Driver Registration Protocol 1] */
kern_return_t usrd_driver_unregister(usrd_driver_t driver);

/* driver_init, "ready", then requests, interrupts and heartbeats until
 * usrd_driver_stop() or the operator's stop, then driver_shutdown, and what is
 * still deferred is answered D_DEVICE_DOWN.  Blocks until then.  Returns what
 * driver_init returned if that failed (driver_shutdown is not called then);
 * NOT_REGISTERED before usrd_driver_register(); DEVICE_BUSY from a callback.
 * It may be called again.  [Driver Development 4] */
kern_return_t usrd_driver_run(usrd_driver_t driver);

/* Have usrd_driver_run() return after the present callback; when it does not
 * run, nothing.  Sends no message, does not block.  [Driver Development 4] */
kern_return_t usrd_driver_stop(usrd_driver_t driver);

/* What main returns for usrd_driver_run()'s RESULT: 0, which rests, but
 * USRD_EXIT_SOFTWARE, which restarts, if the driver is registered and nobody has
 * told it to stop; USRD_EXIT_ABSENT for D_NO_SUCH_DEVICE, else 1.  [Ours] */
int usrd_exit_code(kern_return_t result);

/* -- Limits and accounting ----------------------------------------------- */

/* Before registering: a limit for itself, in the unit of TYPE
 * (USRD_RESOURCE_*); 0 is the module line's.  It may be lower than that, never
 * above: usrd_driver_register() then fails.  INVALID_DRIVER: it is registered,
 * too.  Sends no message.  [Driver Development 2; Resource Management] */
kern_return_t usrd_driver_set_resource_limits(usrd_driver_t driver,
                                              unsigned int type,
                                              unsigned int limit);

/* The driver's own book-keeping: USAGE is the present figure, in the unit of
 * TYPE.  NO_RESOURCES when it is above the limit.  No enforcement rests on it;
 * operations and interrupts are counted by the SDK itself, and memory anew at
 * each usrd_malloc() and usrd_free().  Sends no message.
 * [Resource Monitoring] */
kern_return_t usrd_driver_update_resource_usage(usrd_driver_t driver,
                                                unsigned int type,
                                                unsigned int usage);

/* Would AMOUNT more stay within the limit?  FALSE if DRIVER or TYPE is none.
 * Sends no message.  [Resource Management] */
boolean_t usrd_driver_check_resource_limit(usrd_driver_t driver,
                                           unsigned int type,
                                           unsigned int amount);

/* -- Devices ------------------------------------------------------------- */

/* Let clients open NAME (one namespace for the whole system; provides= says
 * which names a task may use).  TYPE is its USRD_CAP_* class, which a client's
 * retries go by, 0 for the driver's own; CONTEXT is the driver's.
 * NOT_REGISTERED; DRIVER_EXISTS: it has that device; PERMISSION_DENIED: the
 * name is not the task's to use; NO_RESOURCES: it has
 * USRD_MAX_DEVICES_PER_DRIVER.  [Driver Registration Protocol 2] */
kern_return_t usrd_driver_add_device(usrd_driver_t driver, const char *name,
                                     unsigned int type, void *context);

/* Let clients open NAME, which is COUNT records from FIRST of the device OF of
 * another driver: who opens it has that part of OF open, its driver's requests
 * and its rings, counted from 0.  OF may be such a part itself; at most four of
 * them make one.  This driver is not asked.  It needs needs= for OF; its clients
 * need NAME only.  Within OF, if OF is a part; else it is OF's driver that knows.
 * OF's driver answers DEV_GET_SIZE or DEV_GET_RECORDS at once.  What could reach
 * past the part does not come to it: device_map, device_set_filter, and
 * device_set_status but for one without words.  INVALID_DRIVER: COUNT is 0, it
 * is not within OF, or one of five; else as usrd_driver_add_device().
 * usrd_driver_remove_device() takes it away.  [Ours] */
kern_return_t usrd_driver_add_window(usrd_driver_t driver, const char *name,
                                     const char *of, uint64_t first,
                                     uint64_t count);

/* Nobody can open NAME any more; device_close is called for each of its
 * handles, and their clients get an error.  NOT_REGISTERED: there is no such
 * device.  [Driver Registration Protocol 2] */
kern_return_t usrd_driver_remove_device(usrd_driver_t driver, const char *name);

/* As usrd_driver_add_device() was given it; NULL when there is no such device.
 * Sends no message.  [Driver SDK] */
void *usrd_driver_get_device_context(usrd_driver_t driver, const char *name);

/* -- Deferred answers [Ours] --------------------------------------------- */

/* A request to be answered later; 0 is none. */
typedef unsigned int usrd_op_t;

/* In a device_* callback: keep the request that it is called for and return
 * MIG_NO_REPLY.  With as many kept as USRD_RESOURCE_IO_OPS allows, 32 at most,
 * the loop takes no further request until one is answered; interrupts go on.
 * A read that waits for input is one, too.  0: there is no request, or it is
 * kept already.  A write's data is gone when the callback returns. */
usrd_op_t usrd_defer(usrd_driver_t driver);

/* Answer it, once.  RESULT goes to the client.  DATA and COUNT: for a read
 * usrd_malloc()'s bytes, which then belong to the SDK; for a write NULL and
 * the bytes written; for get_status the words, copied, and their number; else
 * NULL and 0.  If the client is gone, that is all.  INVALID_DRIVER: there is no
 * such request, DATA was not taken. */
kern_return_t usrd_complete(usrd_op_t op, kern_return_t result, void *data,
                            vm_size_t count);

/* Does its client still wait?  Not when the client died or gave its handle up,
 * or the driver was suspended: then usrd_complete() only ends it, and input
 * that came meanwhile is better kept for somebody else. */
boolean_t usrd_op_waits(usrd_op_t op);

/* -- Settings [Ours] ----------------------------------------------------- */

/* What a client sets with device_set_status or device_set_filter is kept for
 * as long as it has the handle: after a restart the driver is told it again,
 * after device_open and before any request, in the order in which it was set;
 * of several handles, the one that was told something last comes last.
 * A client may keep 62 words of one flavor, 64 with two for each flavor in all;
 * past that it gets D_NO_MEMORY, although the driver has taken the setting. */

/* In a device_set_status callback (or device_set_filter): this was an action,
 * not a setting: do not repeat it after a restart. */
void usrd_dont_keep(usrd_driver_t driver);

/* -- Interrupts ---------------------------------------------------------- */

/* Have HANDLER called for each interrupt of LINE, which irq= or a pci=
 * function must grant; for a driver that declared USRD_CAP_INTERRUPT.
 * The line is masked until it is acknowledged: by the handler, or after it has
 * returned.  NOT_REGISTERED; DEVICE_BUSY: the line has a handler;
 * PERMISSION_DENIED: it is not granted, or the capability not declared.
 * [Driver SDK; Driver Capabilities] */
kern_return_t usrd_driver_register_interrupt(
    usrd_driver_t driver, int line,
    void (*handler)(usrd_driver_t driver, int line));

/* HANDLER is not called any more.  NOT_REGISTERED: LINE has none. */
kern_return_t usrd_driver_unregister_interrupt(usrd_driver_t driver, int line);

/* Let the next interrupt of LINE through, before the handler returns.  Nothing
 * when it was acknowledged already.  NOT_REGISTERED: LINE has no handler.
 * Does not block. */
kern_return_t usrd_driver_ack_interrupt(usrd_driver_t driver, int line);

/* For a PCI function on LINE, the task's first there, whose interrupt ends when
 * WIDTH bytes (1, 2 or 4) at OFFSET of its memory BAR number BAR are read:
 * kernel-ext reads them itself at each interrupt, with the line masked for no
 * longer than that, and need not be told that the handler is done, which makes
 * an interrupt cost half as much.  A value of 0 or all ones is not the
 * function's interrupt.  While many interrupts wait for the driver, or with
 * irq-rate=, the next is held back as for others.  From now on the driver reads
 * the register no more but asks usrd_driver_interrupt_status().  Of several
 * calls the last holds, until the handler is unregistered.
 * NOT_REGISTERED: LINE has no handler; INVALID_DRIVER: there is no such
 * register, then interrupts come as before.  [Ours] */
kern_return_t usrd_driver_quiet_by_read(usrd_driver_t driver, int line,
                                        unsigned bar, uint64_t offset,
                                        unsigned width);

/* What that register has said since this was last asked, all of it or'ed; 0:
 * nothing, or there is no such register.  Sends no message.  [Ours] */
uint32_t usrd_driver_interrupt_status(usrd_driver_t driver, int line);

/* -- Status -------------------------------------------------------------- */

/* How the driver sees itself: IDLE, BUSY and ERROR go out with the next
 * heartbeat, until it says otherwise; the other bits are not its own and are
 * ignored.  With neither IDLE nor BUSY it is BUSY when it had a request since
 * the last heartbeat or has one now; ERROR is also a failed health check.
 * Sends no message.  [Health Monitoring] */
kern_return_t usrd_driver_set_status(usrd_driver_t driver, unsigned int status);

/* Alive.  usrd_driver_run() does it by itself; a callback that works for
 * longer than half the watchdog has to.  A program that is no driver passes
 * NULL; its watchdog runs from the first on.  Does not wait for an answer.  A
 * hundred in 100 ms are a flood: nothing of the task's is answered until these
 * are over.  [Health Monitoring] */
kern_return_t usrd_driver_heartbeat(usrd_driver_t driver);

/* Count an error and log CODE, which is the driver's, and TEXT (or NULL), which
 * is cut at 127 bytes; errors=N/DUR of the module line may end the task.  Does
 * not wait for an answer.  [Health Monitoring; Resource Monitoring] */
kern_return_t usrd_driver_report_error(usrd_driver_t driver, unsigned int code,
                                       const char *text);

/* One line of the log at LEVEL, USRD_LOG_* (INFO if it is another), with the
 * task and its incarnation before it; cut at 127 bytes, rate-limited.  DRIVER
 * may be NULL.  printf() and stderr end in the log, too, at INFO and
 * WARNING, in pieces of 72 bytes.  Does not wait for an answer.  [Driver SDK] */
void usrd_log(usrd_driver_t driver, int level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* What the SDK has counted, in one line of the log: requests, interrupts,
 * deferred requests, errors, memory, age.  [Driver SDK] */
void usrd_dump_stats(usrd_driver_t driver);

/* 1 for the first run of this task's program since boot, then 2, 3 ...
 * [Ours] */
unsigned int usrd_incarnation(void);

/* -- Memory -------------------------------------------------------------- */

/* SIZE bytes, as malloc() has them.  NULL when that would pass the driver's
 * memory limit, or there is none, or DRIVER is no driver.
 * [Driver Development 2; Resource Monitoring] */
void *usrd_malloc(usrd_driver_t driver, size_t size);

/* DATA is usrd_malloc()'s, or NULL; SIZE is not needed.
 * [Resource Monitoring] */
void usrd_free(usrd_driver_t driver, void *data, size_t size);

/* SIZE bytes, in whole pages, that outlive the driver: the N-th call in an
 * incarnation gets the N-th share of the task, the same pages at the same
 * address each time, with what was last written there; zero at first.  It is
 * never given back, counts as the task's memory, and is what device_map lets
 * clients into.  NULL: more than 1 MiB, the seventeenth, not the SIZE of the
 * incarnation before, or past the memory limit.  [Ours] */
void *usrd_share_alloc(usrd_driver_t driver, vm_size_t size);

/* SIZE bytes for a device to read and write, with *PHYSICAL their address on
 * the bus, below 4 GiB; contiguous there, so 4 MiB at most.  Aligned to the
 * next power of two from SIZE, 64 at least and 4096 at most: what fits into a
 * page does not cross one.
 *
 * It comes out of dma= of the module line, which belongs to the task: the same
 * calls get the same memory in each incarnation.  It is zero when the machine
 * starts, and never cleared again: after a restart it holds what it did, and
 * the device may be using it until it is reset.
 *
 * NULL: there is not as much left, the module line has no dma=, or the driver
 * was not created with USRD_CAP_DMA; before usrd_driver_register(), too.
 * Sends no message.  [Driver SDK; Driver Capabilities] */
void *usrd_dma_alloc(usrd_driver_t driver, size_t size, vm_offset_t *physical);

/* Give back what was allocated last; anything else stays allocated until the
 * next incarnation.  [Driver SDK] */
void usrd_dma_free(usrd_driver_t driver, void *data, size_t size,
                   vm_offset_t physical);

/* -- Waiting [Ours] ------------------------------------------------------ */

/* Wait until CONDITION holds, for at most MS milliseconds: did it?  Sends
 * heartbeats; serves no request meanwhile.  For a device that needs longer,
 * usrd_defer() and its interrupt. */
#define usrd_poll(condition, ms)                                            \
    __extension__({                                                         \
        struct usrd_wait usrd_wait_ = usrd_wait_start(ms);                  \
        boolean_t usrd_met_;                                                \
        while (!(usrd_met_ = !!(condition)) && usrd_wait_more(&usrd_wait_)) \
            ;                                                               \
        usrd_met_;                                                          \
    })

/* For usrd_poll(). */
struct usrd_wait {
    unsigned long start, end; /* us */
};
struct usrd_wait usrd_wait_start(unsigned int ms);
boolean_t usrd_wait_more(struct usrd_wait *wait);

/* Microseconds of a steady clock, from an arbitrary start. */
unsigned long usrd_now(void);

/* -- Short forms --------------------------------------------------------- */

/* Initialiser of a struct usrd_driver_info, with the limits to begin with:
 * advice, until usrd_driver_set_resource_limits() is called with them.
 * [Driver Registration Protocol 1] */
#define USRD_DRIVER_INFO(name_, desc_, major_, minor_, caps_)           \
    {                                                                   \
        .name = name_, .description = desc_, .version_major = (major_), \
        .version_minor = (minor_), .capabilities = (caps_),             \
        .resource_limits = {                                            \
            [USRD_RESOURCE_MEMORY] = 1024,                              \
            [USRD_RESOURCE_CPU] = 50,                                   \
            [USRD_RESOURCE_IO_OPS] = 16,                                \
            [USRD_RESOURCE_INTERRUPTS] = 1000,                          \
            [USRD_RESOURCE_TIMEOUT] = 5000                              \
        }                                                               \
    }

/* Initialiser of a struct usrd_driver_callbacks; the other members are NULL.
 * [Callback Implementation] */
#define USRD_CALLBACKS(init_, shutdown_, open_, close_, read_, write_) \
    {                                                                  \
        .device_open = (open_), .device_close = (close_),              \
        .device_read = (read_), .device_write = (write_),              \
        .driver_init = (init_), .driver_shutdown = (shutdown_)         \
    }

/* In a function that returns kern_return_t: return what CALL does, unless that
 * is KERN_SUCCESS.  [Driver SDK] */
#define USRD_CHECK_RETURN(call)          \
    do {                                 \
        kern_return_t usrd_kr_ = (call); \
        if (usrd_kr_ != KERN_SUCCESS)    \
            return usrd_kr_;             \
    } while (0)

/* If COND, usrd_log() at level ERROR: a format and its arguments.
 * [Driver SDK] */
#define USRD_LOG_ERROR_IF(driver, cond, ...)                 \
    do {                                                     \
        if (cond)                                            \
            usrd_log((driver), USRD_LOG_ERROR, __VA_ARGS__); \
    } while (0)

/* usrd_driver_set_resource_limits(): KB, and operations at a time.
 * [Driver Development 2] */
#define USRD_SET_MEMORY_LIMIT(driver, kb) \
    usrd_driver_set_resource_limits((driver), USRD_RESOURCE_MEMORY, (kb))
#define USRD_SET_IO_LIMIT(driver, ops) \
    usrd_driver_set_resource_limits((driver), USRD_RESOURCE_IO_OPS, (ops))

/* usrd_driver_update_resource_usage(): KB.  [Resource Monitoring] */
#define USRD_UPDATE_MEMORY_USAGE(driver, kb) \
    usrd_driver_update_resource_usage((driver), USRD_RESOURCE_MEMORY, (kb))

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The CMOS clock of a PC: time of day, alarm, periodic interrupt.
 *
 * Device: Motorola MC146818A (data sheet of 1988) and its descendants, ports
 * 0x70-0x71, IRQ 8.  QEMU: always there; -rtc base=... sets it.
 * Left out: setting the time, the square wave, the rest of the CMOS memory.
 */
#include <device/userspace_driver_sdk.h>
#include <stdio.h>
#include <string.h>
#include <usrd/io.h>

#include "rtc.h"
#include "rtc_clock.h"

#define RTC_FIRST_PORT 0x70
#define RTC_LAST_PORT 0x71
#define RTC_IRQ 8
#define RTC_WAITERS 8

static struct {
    int alarms, periods;           /* interrupts since the start */
    usrd_op_t waiter[RTC_WAITERS]; /* reads that wait for the next one */
    unsigned n_waiters;
} rtc;

/* As much of TEXT as was wanted, in memory that a read may return. */
static void *copy_of(usrd_driver_t driver, const char *text, vm_size_t wanted,
                     vm_size_t *n)
{
    *n = strlen(text) < wanted ? strlen(text) : wanted;
    void *data = *n > 0 ? usrd_malloc(driver, *n) : NULL;
    if (data == NULL)
        *n = 0;
    return data ? memcpy(data, text, *n) : NULL;
}

static void rtc_irq(usrd_driver_t driver, int line)
{
    struct rtc_cause cause = rtc_clock_cause();
    const char *text = cause.alarm ? "alarm\n" : "periodic\n";
    (void)line;

    rtc.alarms += cause.alarm;
    rtc.periods += cause.periodic;
    if (!cause.alarm && !cause.periodic)
        return;
    for (unsigned i = 0; i < rtc.n_waiters; i++) {
        vm_size_t n = 0;
        void *data = copy_of(driver, text, SIZE_MAX, &n);
        usrd_complete(rtc.waiter[i], data ? D_SUCCESS : D_NO_MEMORY, data, n);
    }
    rtc.n_waiters = 0;
}

/* Drop those who no longer wait. */
static void prune(void)
{
    unsigned n = 0;

    for (unsigned i = 0; i < rtc.n_waiters; i++)
        if (usrd_op_waits(rtc.waiter[i]))
            rtc.waiter[n++] = rtc.waiter[i];
        else
            usrd_complete(rtc.waiter[i], D_IO_ERROR, NULL, 0);
    rtc.n_waiters = n;
}

static kern_return_t rtc_init(usrd_driver_t driver)
{
    if (!usrd_granted(USRD_GRANT_IOPORTS, RTC_FIRST_PORT, RTC_LAST_PORT))
        return USRD_ERROR_PERMISSION_DENIED;
    if (!rtc_clock_probe()) {
        usrd_log(driver, USRD_LOG_ERROR, "no running clock at 0x70");
        return D_NO_SUCH_DEVICE;
    }
    rtc_clock_reset();
    return usrd_driver_register_interrupt(driver, RTC_IRQ, rtc_irq);
}

static void rtc_shutdown(usrd_driver_t driver)
{
    (void)driver;
    rtc_clock_reset();
}

static kern_return_t rtc_open(usrd_driver_t driver, const char *name,
                              dev_mode_t mode, void **context)
{
    (void)driver, (void)name, (void)mode;
    *context = &rtc;
    return KERN_SUCCESS;
}

static kern_return_t rtc_read(usrd_driver_t driver, void *context,
                              dev_mode_t mode, recnum_t recnum,
                              vm_size_t wanted, void **data, vm_size_t *got)
{
    int t[RTC_TIME_WORDS];
    char text[64];
    (void)context;

    if (recnum == RTC_READ_EVENT) {
        if (mode & D_NOWAIT)
            return D_WOULD_BLOCK;
        prune();
        if (rtc.n_waiters == RTC_WAITERS)
            return D_NO_MEMORY;
        rtc.waiter[rtc.n_waiters] = usrd_defer(driver);
        if (rtc.waiter[rtc.n_waiters] == 0)
            return D_NO_MEMORY;
        rtc.n_waiters++;
        return MIG_NO_REPLY;
    }
    if (recnum != RTC_READ_TEXT)
        return D_INVALID_RECNUM;
    if (!rtc_clock_read(t))
        return D_IO_ERROR;
    snprintf(text, sizeof text, "%04d-%02d-%02d %02d:%02d:%02d\n",
             t[RTC_TIME_YEAR], t[RTC_TIME_MONTH], t[RTC_TIME_DAY],
             t[RTC_TIME_HOUR], t[RTC_TIME_MINUTE], t[RTC_TIME_SECOND]);
    *data = copy_of(driver, text, wanted, got);
    return *data != NULL || wanted == 0 ? KERN_SUCCESS : D_NO_MEMORY;
}

static kern_return_t rtc_get_status(usrd_driver_t driver, void *context,
                                    dev_flavor_t flavor, dev_status_t status,
                                    natural_t *count)
{
    (void)driver, (void)context;

    switch (flavor) {
    case DEV_GET_SIZE:
        if (*count < DEV_GET_SIZE_COUNT)
            return D_INVALID_SIZE;
        status[DEV_GET_SIZE_DEVICE_SIZE] = 0;
        status[DEV_GET_SIZE_RECORD_SIZE] = 1;
        *count = DEV_GET_SIZE_COUNT;
        return KERN_SUCCESS;
    case RTC_TIME:
        if (*count < RTC_TIME_WORDS)
            return D_INVALID_SIZE;
        *count = RTC_TIME_WORDS;
        return rtc_clock_read(status) ? KERN_SUCCESS : D_IO_ERROR;
    case RTC_EVENTS:
        if (*count < 2)
            return D_INVALID_SIZE;
        status[0] = rtc.alarms;
        status[1] = rtc.periods;
        *count = 2;
        return KERN_SUCCESS;
    }
    return D_INVALID_OPERATION;
}

static kern_return_t rtc_set_status(usrd_driver_t driver, void *context,
                                    dev_flavor_t flavor, dev_status_t status,
                                    natural_t count)
{
    (void)driver, (void)context;

    if (flavor == RTC_ALARM && count == 0)
        rtc_clock_stop_alarm();
    else if (flavor == RTC_ALARM && count == 3)
        return rtc_clock_set_alarm(status) ? KERN_SUCCESS : D_INVALID_SIZE;
    else if (flavor == RTC_RATE && count == 1)
        return rtc_clock_set_rate(status[0]) ? KERN_SUCCESS : D_INVALID_SIZE;
    else
        return D_INVALID_OPERATION;
    return KERN_SUCCESS;
}

static struct usrd_driver_callbacks rtc_callbacks = {
    .driver_init = rtc_init,
    .driver_shutdown = rtc_shutdown,
    .device_open = rtc_open,
    .device_read = rtc_read,
    .device_get_status = rtc_get_status,
    .device_set_status = rtc_set_status,
};

int main(void)
{
    usrd_driver_t driver = usrd_driver_create(
        "rtc", "CMOS clock", 1, 0, USRD_CAP_CHAR_DEVICE | USRD_CAP_INTERRUPT,
        &rtc_callbacks);

    if (driver == NULL)
        return 1;
    USRD_CHECK_RETURN(usrd_driver_register(driver, mach_task_self()));
    USRD_CHECK_RETURN(
        usrd_driver_add_device(driver, "rtc", USRD_CAP_CHAR_DEVICE, NULL));
    return usrd_exit_code(usrd_driver_run(driver));
}

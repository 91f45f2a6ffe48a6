/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Lines for the log.  kernel-ext adds time, task and incarnation, and drops
 * what comes too fast. */
#include <stdarg.h>
#include <stdio.h>

#include "driver.h"
#include "userspace_driver.h"

void usrd_log(usrd_driver_t driver, int level, const char *format, ...)
{
    usrd_text_t text;
    va_list args;

    (void)driver;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (level < USRD_LOG_ERROR || level > USRD_LOG_DEBUG)
        level = USRD_LOG_INFO;
    usrd_msg_log(mach_task_self(), (unsigned)level, text);
}

void usrd_dump_stats(usrd_driver_t driver)
{
    unsigned long oldest_us;

    if (!usrd_is_driver(driver))
        return;
    usrd_log(driver, USRD_LOG_INFO,
             "stats requests=%lu interrupts=%u deferred=%u errors=%u "
             "memory=%luKB up=%lus",
             driver->requests, driver->interrupts, usrd_ops_count(&oldest_us),
             driver->errors, (unsigned long)(driver->memory + 1023) / 1024,
             (usrd_now() - driver->started) / 1000000);
}

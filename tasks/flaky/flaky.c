/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A driver that breaks, each incarnation in another way: so the default image
 * shows what a restart looks like, and how a task is given up, with nothing
 * typed.  It serves no hardware.
 */
#include <device/userspace_driver_sdk.h>
#include <stdlib.h>
#include <string.h>

/* Heartbeats that it sees through before it breaks; with watchdog=200ms there
 * are ten a second. */
#define FLAKY_GOOD_BEATS 4

static void null_pointer(void)
{
    *(volatile int *)0 = 1;
}

static void division(void)
{
    unsigned low = 1, high = 0;

    /* In C the compiler would know what 1 / x is, and not divide. */
    __asm__ volatile("divl %2" : "+a"(low), "+d"(high) : "r"(0));
}

static void endless_loop(void)
{
    for (volatile unsigned i = 0;; i++)
        ;
}

static void instruction(void)
{
    __asm__ volatile("ud2");
}

static void gives_up(void)
{
    exit(1);
}

static void (*const ways[])(void) = {
    null_pointer, endless_loop, division, abort, instruction, gives_up,
};

static unsigned beats;

static kern_return_t flaky_health(usrd_driver_t driver)
{
    (void)driver;
    if (++beats > FLAKY_GOOD_BEATS)
        ways[(usrd_incarnation() - 1) % (sizeof ways / sizeof *ways)]();
    return KERN_SUCCESS;
}

static kern_return_t flaky_open(usrd_driver_t driver, const char *name,
                                dev_mode_t mode, void **context)
{
    (void)driver, (void)name, (void)mode;
    *context = &beats;
    return KERN_SUCCESS;
}

/* How many heartbeats it has behind it. */
static kern_return_t flaky_read(usrd_driver_t driver, void *context,
                                dev_mode_t mode, recnum_t recnum,
                                vm_size_t wanted, void **data, vm_size_t *got)
{
    (void)mode, (void)recnum;
    *got = wanted < sizeof beats ? wanted : sizeof beats;
    *data = *got ? usrd_malloc(driver, *got) : NULL;
    if (*got && *data == NULL)
        return D_NO_MEMORY;
    memcpy(*data, context, *got);
    return KERN_SUCCESS;
}

static struct usrd_driver_callbacks flaky_callbacks = {
    .device_open = flaky_open,
    .device_read = flaky_read,
    .driver_health_check = flaky_health,
};

int main(void)
{
    usrd_driver_t driver =
        usrd_driver_create("flaky", "breaks on purpose", 1, 0,
                           USRD_CAP_CHAR_DEVICE, &flaky_callbacks);

    if (driver == NULL)
        return 1;
    USRD_CHECK_RETURN(usrd_driver_register(driver, mach_task_self()));
    USRD_CHECK_RETURN(
        usrd_driver_add_device(driver, "flaky", USRD_CAP_CHAR_DEVICE, NULL));
    return usrd_exit_code(usrd_driver_run(driver));
}

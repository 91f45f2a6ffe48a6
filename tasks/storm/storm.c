/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A test's driver that has as many interrupts as it is told: an HPET timer in
 * periodic mode, on line 5.  storm [RATE]: and lowers its irq-rate to that.
 *
 * Device: IA-PC HPET 1.0a (October 2004), section 2.3; its timer 2.
 * QEMU: -global hpet.hpet-intcap=0x20 (the line may be 5).
 */
#include <device/userspace_driver_sdk.h>
#include <stdlib.h>
#include <usrd/io.h>

#include "storm.h"

#define LINE 5
#define HPET 0xfed00000
#define HPET_SIZE 0x1000

/* Registers, 2.3.2 */
#define CAPABILITIES 0x00 /* bits 32-63: a count in femtoseconds */
#define CONFIGURATION 0x10
#define CONFIGURATION_ENABLE 0x1
#define COUNTER 0xf0
#define TIMER 0x140 /* configuration of timer 2 */
#define TIMER_ENABLE 0x4
#define TIMER_PERIODIC 0x8
#define TIMER_SET 0x40 /* the next write sets comparator and period */
#define TIMER_ROUTE(line) ((line) << 9)
#define COMPARATOR 0x148

static void *hpet;
static unsigned handled;

static void storm_irq(usrd_driver_t driver, int line)
{
    (void)driver, (void)line;
    handled++; /* an edge: there is nothing to clear */
}

static void set_rate(unsigned rate)
{
    usrd_wr64(hpet, TIMER, 0);
    if (rate == 0)
        return;
    uint64_t period =
        1000000000000000 / (usrd_rd64(hpet, CAPABILITIES) >> 32) / rate;
    usrd_wr64(hpet, TIMER,
              TIMER_ENABLE | TIMER_PERIODIC | TIMER_SET | TIMER_ROUTE(LINE));
    usrd_wr64(hpet, COMPARATOR, usrd_rd64(hpet, COUNTER) + period);
    usrd_wr64(hpet, COMPARATOR, period);
}

static kern_return_t storm_init(usrd_driver_t driver)
{
    USRD_CHECK_RETURN(usrd_mmio_map(HPET, HPET_SIZE, &hpet));
    if (usrd_rd64(hpet, CAPABILITIES) >> 32 == 0)
        return D_NO_SUCH_DEVICE;
    set_rate(0);
    usrd_wr64(hpet, CONFIGURATION, CONFIGURATION_ENABLE);
    return usrd_driver_register_interrupt(driver, LINE, storm_irq);
}

static kern_return_t storm_open(usrd_driver_t driver, const char *name,
                                dev_mode_t mode, void **context)
{
    (void)driver, (void)name, (void)mode, (void)context;
    return KERN_SUCCESS;
}

static kern_return_t storm_get_status(usrd_driver_t driver, void *context,
                                      dev_flavor_t flavor, dev_status_t status,
                                      natural_t *count)
{
    (void)driver, (void)context;
    if (flavor != STORM_COUNT || *count < 1)
        return D_INVALID_OPERATION;
    *status = (int)handled;
    *count = 1;
    return KERN_SUCCESS;
}

static kern_return_t storm_set_status(usrd_driver_t driver, void *context,
                                      dev_flavor_t flavor, dev_status_t status,
                                      natural_t count)
{
    (void)driver, (void)context;
    if (flavor != STORM_RATE || count != 1)
        return D_INVALID_OPERATION;
    set_rate((unsigned)*status);
    return KERN_SUCCESS;
}

static struct usrd_driver_callbacks callbacks = {
    .driver_init = storm_init,
    .device_open = storm_open,
    .device_get_status = storm_get_status,
    .device_set_status = storm_set_status,
};

int main(int argc, char **argv)
{
    usrd_driver_t driver = usrd_driver_create(
        "storm", "an HPET timer", 1, 0,
        USRD_CAP_CHAR_DEVICE | USRD_CAP_INTERRUPT, &callbacks);

    if (argc > 1)
        usrd_driver_set_resource_limits(driver, USRD_RESOURCE_INTERRUPTS,
                                        (unsigned)atoi(argv[1]));
    USRD_CHECK_RETURN(usrd_driver_register(driver, mach_task_self()));
    USRD_CHECK_RETURN(
        usrd_driver_add_device(driver, "storm", USRD_CAP_CHAR_DEVICE, NULL));
    return usrd_exit_code(usrd_driver_run(driver));
}

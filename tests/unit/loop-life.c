/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A driver in the SDK's loop from its making to its end: what kernel-ext has
 * it do, its limits, its interrupts, its devices. */
#include "loop_driver.h"

static void heartbeats(void)
{
    reset();
    QUEUE_TO(USRD_PORT_SERVICE, usrd_service_probe(9));
    run();
    EQ(seen.probes, 1, "a probe checks the driver's health");
    OK(mach_find(4805) >= 0, "and is answered by a heartbeat");
    OK(usrd_task.status & USRD_STATUS_ERROR, "which says what came of it");
}

/* For the crash report. */
static void traced(void)
{
    reset();
    memset(&driver->trace, 0, sizeof driver->trace);
    for (int n = 0; n < 5; n++)
        QUEUE_TO(USRD_PORT_SERVICE, usrd_service_probe(9));
    QUEUE(1, device_read_request_inband(9, 3, 0, 0, 1));
    QUEUE(1, device_read_request_inband(9, 3, 0, 0, 1));
    run();
    EQ(driver->trace.count, 4, "five probes, two reads and stop are four");
    EQ(driver->trace.ids[0], 4846, "a probe");
    EQ(driver->trace.ids[2], 2805, "a read");
}

static void suspended(void)
{
    reset();
    QUEUE_TO(USRD_PORT_SERVICE, usrd_service_suspend(9));
    QUEUE(1, device_read_request_inband(9, 3, 0, 0, 1));
    QUEUE_TO(USRD_PORT_SERVICE, usrd_service_resume(9));
    QUEUE(2, device_read_request(9, 3, 0, 0, 1));
    run();
    EQ(answered(2905), D_DEVICE_DOWN, "suspended");
    EQ(answered(2904), KERN_SUCCESS, "resumed");
}

static void limits(void)
{
    void *most = usrd_malloc(driver, 60 * 1024);

    OK(most != NULL, "memory within the limit");
    OK(usrd_malloc(driver, 10 * 1024) == NULL, "and not past it");
    usrd_free(driver, most, 60 * 1024);
    EQ(driver->memory, 0, "freed");
    EQ(usrd_driver_set_resource_limits(driver, 0, 1), USRD_ERROR_INVALID_DRIVER,
       "a limit is set before registering");
    OK(!usrd_driver_check_resource_limit(driver, USRD_RESOURCE_MEMORY, 65),
       "65 KB more are too much");
    OK(usrd_driver_check_resource_limit(driver, USRD_RESOURCE_MEMORY, 64),
       "64 KB are not");
}

static boolean_t ack_early;

static void on_interrupt(usrd_driver_t d, int line)
{
    seen.interrupts += line == 3;
    if (ack_early)
        usrd_driver_ack_interrupt(d, line);
}

static unsigned count_sent(int id)
{
    unsigned n = 0;

    for (int k = 0; k < mach_n_sent; k++)
        n += mach_sent[k].head.msgh_id == id;
    return n;
}

static void interrupts(void)
{
    EQ(usrd_driver_register_interrupt(driver, 3, on_interrupt), USRD_SUCCESS,
       "a line is registered");
    EQ(usrd_driver_register_interrupt(driver, 3, on_interrupt),
       USRD_ERROR_DEVICE_BUSY, "once");
    EQ(usrd_driver_register_interrupt(driver, 64, on_interrupt),
       USRD_ERROR_INVALID_DRIVER, "there is no line 64");
    for (ack_early = 0; ack_early < 2; ack_early++) {
        reset();
        QUEUE_TO(USRD_PORT_SERVICE, usrd_service_interrupt(9, 3));
        QUEUE_TO(USRD_PORT_SERVICE, usrd_service_interrupt(9, 64));
        run();
        EQ(seen.interrupts, 1, "its handler is called");
        EQ(count_sent(4811), 1, "and it is acknowledged once");
    }
    for (unsigned answer = 0; answer < 2; answer++) {
        reset();
        QUEUE_TO(USRD_PORT_SERVICE,
                 usrd_service_interrupt_status(9, 3, 5, answer));
        QUEUE_TO(USRD_PORT_SERVICE,
                 usrd_service_interrupt_status(9, 3, 8, answer));
        QUEUE_TO(USRD_PORT_SERVICE,
                 usrd_service_interrupt_status(9, 64, 1, answer));
        ack_early = FALSE;
        run();
        EQ(seen.interrupts, 2, "one whose device is quiet");
        EQ(count_sent(4811), 2 * answer, "is acknowledged where it is asked");
        EQ(usrd_driver_interrupt_status(driver, 3), 13, "with what was read");
        EQ(usrd_driver_interrupt_status(driver, 3), 0, "once");
    }
    EQ(usrd_driver_quiet_by_read(driver, 4, 0, 0, 1), USRD_ERROR_NOT_REGISTERED,
       "a register is of a line that it has");
    EQ(usrd_driver_unregister_interrupt(driver, 3), USRD_SUCCESS, "given up");
    reset();
    QUEUE_TO(USRD_PORT_SERVICE, usrd_service_interrupt(9, 3));
    run();
    EQ(seen.interrupts, 0, "one that comes late is not handled");
    EQ(count_sent(4811), 1, "but acknowledged, or the line stays masked");
}

static void closed(void)
{
    reset();
    QUEUE(1, device_close(9));
    QUEUE(2, device_read_request_inband(9, 3, 0, 0, 1));
    QUEUE_TO(USRD_PORT_SERVICE, usrd_service_close(9, HANDLE));
    run();
    EQ(seen.closes, 1, "closed once, by the client or by kernel-ext");
    EQ(answered(2905), D_NO_SUCH_DEVICE, "then it is no device");
    EQ(count_sent(4813), 1, "close_done is sent, once");
}

/* While its open is deferred; the driver answers that all the same. */
static void removed(void)
{
    reset();
    seen.defer = TRUE;
    remove_it = TRUE;
    QUEUE_TO(USRD_PORT_SERVICE,
             usrd_service_open(9, HANDLE, D_READ, "dev", 0, 0));
    QUEUE_TO(USRD_PORT_SERVICE, usrd_service_probe(9));
    QUEUE(1, device_read_request_inband(9, 3, 0, 0, 1));
    run();
    EQ(seen.opens, 1, "opened");
    EQ(seen.closes, 1, "and closed, for the device is gone");
    EQ(seen.reads, 0, "no callback comes for it");
    EQ(answered(2905), D_NO_SUCH_DEVICE, "a client hears so");
}

/* What may not be, beside what may. */
static void made(void)
{
    char longest[USRD_MAX_DRIVER_NAME + 1];

    usrd_task.tsc_khz = 1000000;
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    OK(!usrd_driver_create(longest, "", 1, 0, 0, &callbacks), "name too long");
    OK(!usrd_driver_create("", "", 1, 0, 0, &callbacks), "no name");
    OK(!usrd_driver_create("dev", "", 1, 0, USRD_CAP_CHAR_DEVICE,
                           &(struct usrd_driver_callbacks){0}),
       "a device that nothing can be done with");
    driver =
        usrd_driver_create("dev", "", 1, 0, USRD_CAP_CHAR_DEVICE, &callbacks);
    OK(driver != NULL, "created");
    EQ(usrd_driver_run(driver), USRD_ERROR_NOT_REGISTERED, "not registered");
    EQ(usrd_driver_register(driver, mach_task_self()), USRD_SUCCESS,
       "registered");
    EQ(usrd_driver_register(driver, mach_task_self()), USRD_ERROR_DRIVER_EXISTS,
       "once");
    EQ(usrd_driver_add_device(driver, "dev", USRD_CAP_CHAR_DEVICE, NULL),
       USRD_SUCCESS, "a device");
    EQ(usrd_driver_add_device(driver, "dev", USRD_CAP_CHAR_DEVICE, NULL),
       USRD_ERROR_DRIVER_EXISTS, "not twice");
}

int main(void)
{
    made();
    open_it();
    heartbeats();
    traced();
    suspended();
    limits();
    interrupts();
    closed();
    removed();
    EQ(usrd_driver_add_device(driver, "dev", USRD_CAP_CHAR_DEVICE, NULL),
       USRD_SUCCESS, "it comes back");
    open_it();
    usrd_driver_destroy(driver);
    EQ(seen.closes, 1, "an open handle is closed on the way out");
    OK(!usrd_is_driver(driver), "destroyed");
    return tap_end();
}

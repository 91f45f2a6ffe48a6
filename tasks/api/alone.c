/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a driver can be told without a client. */
#include <stdlib.h>
#include <string.h>
#include <userspace_driver.h>

#include "parts.h"

static unsigned inits, shutdowns;
static kern_return_t nested;
static usrd_driver_t d;

static kern_return_t init_and_stop(usrd_driver_t driver)
{
    inits++;
    nested = usrd_driver_run(driver);
    return usrd_driver_stop(driver);
}

static void on_shutdown(usrd_driver_t driver)
{
    usrd_driver_destroy(driver); /* not from a callback: ignored */
    shutdowns++;
}

static kern_return_t opened(usrd_driver_t driver, const char *name,
                            dev_mode_t mode, void **context)
{
    (void)driver, (void)name, (void)mode, (void)context;
    return KERN_SUCCESS;
}

static kern_return_t written(usrd_driver_t driver, void *context,
                             dev_mode_t mode, recnum_t recnum, void *data,
                             vm_size_t bytes, vm_size_t *done)
{
    (void)driver, (void)context, (void)mode, (void)recnum, (void)data;
    *done = bytes;
    return KERN_SUCCESS;
}

static struct usrd_driver_callbacks callbacks =
    USRD_CALLBACKS(init_and_stop, on_shutdown, opened, NULL, NULL, written);

static usrd_driver_t make(const char *name, const char *text, unsigned caps)
{
    return usrd_driver_create(name, text, 1, 2, caps, &callbacks);
}

static void create(void)
{
    static struct usrd_driver_callbacks none;
    char text[USRD_MAX_DRIVER_DESC + 1];

    /* Too long. */
    memset(text, 'x', sizeof text);
    text[USRD_MAX_DRIVER_DESC] = '\0';
    SO(!make("api", text, 0));
    text[USRD_MAX_DRIVER_NAME] = '\0';
    SO(!make(text, "", 0));
    /* No name, a blank, a control character; no callbacks. */
    SO(!make("", "", 0) && !make(NULL, "", 0));
    SO(!make("a pi", "", 0) && !make("api\n", "", 0));
    SO(!usrd_driver_create("api", "", 1, 0, 0, NULL));
    /* Each class wants some of them, none wants none. */
    for (unsigned caps = 1; caps < USRD_CAP_USB; caps *= 2)
        SO(!usrd_driver_create("api", "", 1, 0, caps, &none));
    d = usrd_driver_create("api", NULL, 1, 0, USRD_CAP_NONE, &none);
    SO(d != NULL);
    /* A task is one driver, at a time. */
    SO(!make("api", "", 0));
    usrd_driver_destroy(d);
    usrd_driver_destroy(d);
    d = make("api", "", USRD_CAP_CHAR_DEVICE);
    SO(d != NULL);
}

/* What is no driver is refused, and not looked into. */
static void no_driver(usrd_driver_t no)
{
    vm_offset_t physical = 1;

    IS(USRD_ERROR_INVALID_DRIVER, usrd_driver_register(no, mach_task_self()));
    IS(USRD_ERROR_INVALID_DRIVER, usrd_driver_unregister(no));
    IS(USRD_ERROR_INVALID_DRIVER, usrd_driver_run(no));
    IS(USRD_ERROR_INVALID_DRIVER, usrd_driver_stop(no));
    IS(USRD_ERROR_INVALID_DRIVER, usrd_driver_set_resource_limits(no, 0, 1));
    IS(USRD_ERROR_INVALID_DRIVER, usrd_driver_update_resource_usage(no, 0, 1));
    IS(FALSE, usrd_driver_check_resource_limit(no, 0, 1));
    IS(USRD_ERROR_INVALID_DRIVER, usrd_driver_add_device(no, "api", 2, NULL));
    IS(USRD_ERROR_INVALID_DRIVER,
       usrd_driver_add_window(no, "api", "hello", 0, 1));
    IS(USRD_ERROR_INVALID_DRIVER, usrd_driver_remove_device(no, "api"));
    SO(!usrd_driver_get_device_context(no, "api")); /* it has no context */
    IS(USRD_ERROR_INVALID_DRIVER, usrd_driver_set_status(no, 1));
    IS(USRD_ERROR_INVALID_DRIVER, usrd_driver_report_error(no, 1, "x"));
    SO(!usrd_malloc(no, 1)); /* and no memory */
    SO(!usrd_dma_alloc(no, 4096, &physical) && physical == 0);
    IS(USRD_ERROR_INVALID_DRIVER,
       usrd_driver_register_interrupt(no, LINE_IRQ, (void *)exit));
    IS(USRD_ERROR_INVALID_DRIVER, usrd_driver_unregister_interrupt(no, 5));
    IS(USRD_ERROR_INVALID_DRIVER, usrd_driver_ack_interrupt(no, 5));
    usrd_dump_stats(no);
    usrd_driver_destroy(no);
}

static void unregistered(void)
{
    IS(USRD_ERROR_NOT_REGISTERED, usrd_driver_run(d));
    IS(USRD_ERROR_NOT_REGISTERED, usrd_driver_unregister(d));
    IS(USRD_ERROR_NOT_REGISTERED, usrd_driver_add_device(d, "api", 2, NULL));
    IS(USRD_ERROR_NOT_REGISTERED,
       usrd_driver_add_window(d, "api", "hello", 0, 1));
    IS(USRD_ERROR_NOT_REGISTERED, usrd_driver_remove_device(d, "api"));
    IS(USRD_ERROR_NOT_REGISTERED,
       usrd_driver_register_interrupt(d, LINE_IRQ, (void *)exit));
}

/* A driver that says so is refused; the next may be another. */
static void refused(const char *name, unsigned caps, unsigned memory_kb)
{
    usrd_driver_destroy(d);
    d = make(name, "", caps);
    USRD_SET_MEMORY_LIMIT(d, memory_kb);
    IS(USRD_ERROR_PERMISSION_DENIED, usrd_driver_register(d, mach_task_self()));
}

static void do_register(void)
{
    mach_port_t other = mach_reply_port();
    usrd_words_t limits = {0}, settings;

    IS(USRD_ERROR_INVALID_DRIVER, usrd_driver_register(d, MACH_PORT_NULL));
    IS(USRD_ERROR_INVALID_DRIVER, usrd_driver_register(d, MACH_PORT_DEAD));
    mach_port_insert_right(mach_task_self(), other, other,
                           MACH_MSG_TYPE_MAKE_SEND);
    IS(USRD_ERROR_INVALID_DRIVER, usrd_driver_register(d, other));
    refused("hello", USRD_CAP_CHAR_DEVICE, 0);
    refused("api", USRD_CAP_PCI, 0);
    refused("api", USRD_CAP_DMA, 0);
    refused("api", USRD_CAP_NONE, LINE_MEMORY_KB + 1);
    usrd_driver_destroy(d);
    d = make("api", "the API's test",
             USRD_CAP_CHAR_DEVICE | USRD_CAP_INTERRUPT);
    IS(USRD_ERROR_INVALID_DRIVER, usrd_driver_set_resource_limits(d, 6, 1));
    IS(USRD_SUCCESS, USRD_SET_MEMORY_LIMIT(d, LINE_MEMORY_KB - 1024));
    IS(USRD_SUCCESS, usrd_driver_register(d, mach_task_self()));
    IS(USRD_ERROR_DRIVER_EXISTS, usrd_driver_register(d, mach_task_self()));
    IS(USRD_ERROR_DRIVER_EXISTS, usrd_msg_register(mach_task_self(), "api", "",
                                                   0, 0, limits, 0, settings));
    IS(USRD_ERROR_INVALID_DRIVER, USRD_SET_IO_LIMIT(d, 1));
}

static void limits(void)
{
    unsigned kb = LINE_MEMORY_KB - 1024;

    IS(TRUE, usrd_driver_check_resource_limit(d, USRD_RESOURCE_MEMORY, kb));
    IS(FALSE,
       usrd_driver_check_resource_limit(d, USRD_RESOURCE_MEMORY, kb + 1));
    IS(USRD_SUCCESS, USRD_UPDATE_MEMORY_USAGE(d, kb));
    IS(TRUE, usrd_driver_check_resource_limit(d, USRD_RESOURCE_MEMORY, 0));
    IS(FALSE, usrd_driver_check_resource_limit(d, USRD_RESOURCE_MEMORY, 1));
    IS(USRD_ERROR_NO_RESOURCES, USRD_UPDATE_MEMORY_USAGE(d, kb + 1));
    IS(USRD_SUCCESS, USRD_UPDATE_MEMORY_USAGE(d, 0));
    IS(TRUE,
       usrd_driver_check_resource_limit(d, USRD_RESOURCE_IO_OPS, LINE_IO_OPS));
    IS(FALSE, usrd_driver_check_resource_limit(d, USRD_RESOURCE_IO_OPS,
                                               LINE_IO_OPS + 1));
    IS(TRUE, usrd_driver_check_resource_limit(d, USRD_RESOURCE_CPU, 1000));
    IS(USRD_ERROR_INVALID_DRIVER, usrd_driver_update_resource_usage(d, 6, 1));
    IS(FALSE, usrd_driver_check_resource_limit(d, 6, 0));
}

/* Up to the limit, again and again. */
static void memory(void)
{
    vm_offset_t physical = 1;
    bool good = true;

    SO(!usrd_malloc(d, (LINE_MEMORY_KB - 1024) * 1024 +
                           1));      /* more than the limit is refused */
    SO(!usrd_malloc(d, ~(size_t)0)); /* however much more */
    for (int round = 0; round < 20; round++) {
        char *a = usrd_malloc(d, 200 * 1024), *b = usrd_malloc(d, 100);
        good = good && a && b && !usrd_malloc(d, 900 * 1024);
        usrd_free(d, a, 200 * 1024);
        usrd_free(d, b, 100);
    }
    SO(good); /* what was freed can be had again */
    usrd_free(d, NULL, 0);
    SO(!usrd_dma_alloc(d, 4096, &physical) && physical == 0);
    usrd_dma_free(d, NULL, 0, 0);
}

static void devices(void)
{
    char name[USRD_MAX_DEVICE_NAME + 1];
    int here;

    memset(name, 'x', sizeof name);
    name[USRD_MAX_DEVICE_NAME] = '\0';
    IS(USRD_ERROR_INVALID_DRIVER, usrd_driver_add_device(d, name, 2, NULL));
    IS(USRD_ERROR_INVALID_DRIVER, usrd_driver_add_device(d, "", 2, NULL));
    IS(USRD_ERROR_INVALID_DRIVER, usrd_driver_add_device(d, NULL, 2, NULL));
    IS(USRD_ERROR_INVALID_DRIVER, usrd_driver_add_window(d, "api", NULL, 0, 1));
    IS(USRD_ERROR_INVALID_DRIVER,
       usrd_driver_add_window(d, name, "hello", 0, 1));
    IS(USRD_ERROR_PERMISSION_DENIED,
       usrd_driver_add_window(d, "api", "hello", 0, 1)); /* needs= lacks it */
    IS(USRD_SUCCESS, usrd_driver_add_device(d, "api", 0, NULL));
    IS(USRD_SUCCESS, usrd_driver_remove_device(d, "api"));
    IS(USRD_ERROR_INVALID_DRIVER, usrd_driver_add_device(d, "a pi", 2, NULL));
    IS(USRD_ERROR_PERMISSION_DENIED,
       usrd_driver_add_device(d, "hello", USRD_CAP_CHAR_DEVICE, NULL));
    IS(USRD_SUCCESS,
       usrd_driver_add_device(d, "api", USRD_CAP_CHAR_DEVICE, &here));
    IS(USRD_ERROR_DRIVER_EXISTS,
       usrd_driver_add_device(d, "api", USRD_CAP_CHAR_DEVICE, NULL));
    SO(usrd_driver_get_device_context(d, "api") == &here);
    SO(!usrd_driver_get_device_context(d, "other") &&
       !usrd_driver_get_device_context(d, NULL));
    IS(USRD_ERROR_NOT_REGISTERED, usrd_driver_remove_device(d, "other"));
    IS(USRD_ERROR_INVALID_DRIVER, usrd_driver_remove_device(d, NULL));
    IS(USRD_SUCCESS, usrd_driver_remove_device(d, "api"));
    IS(USRD_ERROR_NOT_REGISTERED, usrd_driver_remove_device(d, "api"));
    SO(!usrd_driver_get_device_context(d, "api")); /* removed: no context */
}

static void on_interrupt(usrd_driver_t driver, int line)
{
    (void)driver, (void)line;
}

static void interrupts(void)
{
    IS(USRD_ERROR_INVALID_DRIVER,
       usrd_driver_register_interrupt(d, -1, on_interrupt));
    IS(USRD_ERROR_INVALID_DRIVER,
       usrd_driver_register_interrupt(d, LINE_IRQ, NULL));
    IS(USRD_ERROR_PERMISSION_DENIED,
       usrd_driver_register_interrupt(d, LINE_IRQ + 1, on_interrupt));
    IS(USRD_ERROR_NOT_REGISTERED, usrd_driver_ack_interrupt(d, LINE_IRQ));
    IS(USRD_SUCCESS, usrd_driver_register_interrupt(d, LINE_IRQ, on_interrupt));
    IS(USRD_ERROR_DEVICE_BUSY,
       usrd_driver_register_interrupt(d, LINE_IRQ, on_interrupt));
    IS(USRD_SUCCESS, usrd_driver_ack_interrupt(d, LINE_IRQ));
    IS(USRD_SUCCESS, usrd_driver_unregister_interrupt(d, LINE_IRQ));
    IS(USRD_ERROR_NOT_REGISTERED,
       usrd_driver_unregister_interrupt(d, LINE_IRQ));
    IS(USRD_SUCCESS, usrd_driver_register_interrupt(d, LINE_IRQ, on_interrupt));
}

static void status(void)
{
    IS(USRD_SUCCESS, usrd_driver_set_status(d, USRD_STATUS_IDLE));
    IS(USRD_SUCCESS, usrd_driver_heartbeat(d));
    IS(USRD_SUCCESS, usrd_driver_heartbeat(NULL));
    IS(USRD_SUCCESS, usrd_driver_report_error(d, 7, "a test's error"));
    IS(USRD_SUCCESS, usrd_driver_report_error(d, 8, NULL));
    usrd_log(d, 99, "a level that there is not is %s", "info");
    SO(usrd_incarnation() == 1); /* this is the first incarnation */
    SO(usrd_defer(d) == 0);      /* there is no request to defer */
    IS(USRD_ERROR_INVALID_DRIVER, usrd_complete(0, 0, NULL, 0));
    IS(USRD_ERROR_INVALID_DRIVER, usrd_complete(0x101, 0, NULL, 0));
}

/* The loop runs until it is told to stop, from driver_init on. */
static void run(void)
{
    IS(USRD_SUCCESS, usrd_driver_stop(d)); /* before it runs: forgotten */
    IS(USRD_SUCCESS, usrd_driver_run(d));
    SO(inits == 1 && shutdowns == 1);     /* one init and one shutdown a run */
    SO(nested == USRD_ERROR_DEVICE_BUSY); /* it does not run twice */
    SO(usrd_exit_code(usrd_driver_run(d)) == 0);
    SO(inits == 2 && shutdowns == 2); /* it can run again */
}

/* All that the driver had is there for the next. */
static void over(void)
{
    IS(USRD_SUCCESS, usrd_driver_add_device(d, "api", 2, NULL));
    usrd_driver_destroy(d);
    d = make("api", "", USRD_CAP_CHAR_DEVICE | USRD_CAP_INTERRUPT);
    IS(USRD_SUCCESS, usrd_driver_register(d, mach_task_self()));
    IS(USRD_SUCCESS, usrd_driver_add_device(d, "api", 2, NULL));
    IS(USRD_SUCCESS, usrd_driver_register_interrupt(d, LINE_IRQ, on_interrupt));
    SO(usrd_exit_code(KERN_SUCCESS) ==
       USRD_EXIT_SOFTWARE); /* not told to end */
    IS(USRD_SUCCESS, usrd_driver_unregister(d));
    IS(USRD_ERROR_NOT_REGISTERED, usrd_driver_unregister(d));
    usrd_driver_destroy(d);
    SO(usrd_exit_code(KERN_SUCCESS) == 0 && /* it is registered no more */
       usrd_exit_code(D_NO_SUCH_DEVICE) == USRD_EXIT_ABSENT &&
       usrd_exit_code(D_IO_ERROR) == 1);
}

void alone(void)
{
    create();
    group("create");
    no_driver(NULL);
    no_driver((usrd_driver_t)8);
    group("what is no driver");
    unregistered();
    group("not registered");
    do_register();
    group("registration");
    limits();
    group("limits");
    memory();
    group("memory");
    devices();
    group("devices");
    interrupts();
    group("interrupts");
    status();
    group("status");
    run();
    group("the loop");
    over();
    group("the end");
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A driver that dies as it is told: die WAY [CODE] [after=MS] [in=PLACE] [once].
 *
 * Without after= it dies as soon as it is ready; with it, at a heartbeat
 * when so much time has passed, and serves its device until then; with in=,
 * when it is told to open, read, close, suspend, resume or stop.  once: only
 * the first incarnation does.
 *
 * A read of its device answers the number of its incarnation, so that a test
 * sees who served it.
 */
#include <device/userspace_driver_sdk.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <userspace_driver.h>
#include <usrd/client.h>

static int code; /* of exit() */
static usrd_driver_t self;

static void null_pointer(void)
{
    *(volatile int *)0 = 1;
}

static void wild_jump(void)
{
    ((void (*)(void))0x666000)();
}

/* To where no address can be, and whose low half is less than a page: the stock
 * kernel looks there for an instruction, and panics. */
static void low_half(void)
{
    ((void (*)(void))0x2d00d0a000000000ul)();
}

static void bad_instruction(void)
{
    __asm__ volatile("ud2");
}

static void division(void)
{
    unsigned low = 1, high = 0;

    /* In C the compiler would know what 1 / x is, and not divide. */
    __asm__ volatile("divl %2" : "+a"(low), "+d"(high) : "r"(0));
}

static int overflow(volatile char *above, unsigned long depth)
{
    volatile char frame[1024];

    frame[0] = *above;
    return depth > 0 ? overflow(frame, depth - 1) + frame[0] : 0;
}

static void stack(void)
{
    volatile char top = 0;

    overflow(&top, 1 << 30); /* KiB */
}

/* Frame and stack where no crash report may read. */
static void lost_stack(void)
{
    __asm__ volatile("mov %0, %%rbp; mov %0, %%rsp; ud2"
                     :
                     : "r"(0xffffffff80000000ul));
}

/* A frame whose caller's frame is itself. */
static void looped_stack(void)
{
    volatile unsigned long frame[2];

    frame[0] = (unsigned long)frame;
    frame[1] = (unsigned long)looped_stack;
    __asm__ volatile("mov %0, %%rbp; ud2" : : "r"(frame));
}

static void exits(void)
{
    exit(code);
}

static void spins(void)
{
    for (volatile unsigned i = 0;; i++)
        ;
}

/* Wait for a message that nobody can send. */
static void blocks(void)
{
    mach_msg_header_t msg;
    mach_port_t port = mach_reply_port();

    for (;;)
        mach_msg(&msg, MACH_RCV_MSG, 0, sizeof msg, port, MACH_MSG_TIMEOUT_NONE,
                 MACH_PORT_NULL);
}

static void terminates(void)
{
    kern_return_t kr = task_terminate(mach_task_self());

    fprintf(stderr, "still here: task_terminate returned %d\n", kr);
    blocks();
}

/* Heartbeats, but never ready: only ready-timeout= helps. */
static void dawdles(void)
{
    for (;;)
        usrd_sleep(50);
}

/* Reports an error at each heartbeat; errors= acts on that. */
static void complains(void)
{
    usrd_driver_report_error(self, 5, "it smells of smoke");
}

static const struct way {
    const char *name;
    void (*die)(void);
    bool in_init; /* before it is ready */
} ways[] = {
    {"null", null_pointer, false},
    {"jump", wild_jump, false},
    {"low-half", low_half, false},
    {"ud2", bad_instruction, false},
    {"div0", division, false},
    {"stack", stack, false},
    {"abort", abort, false},
    {"exit", exits, false},
    {"spin", spins, false},
    {"block", blocks, false},
    {"terminate", terminates, false},
    {"lost-stack", lost_stack, false},
    {"looped-stack", looped_stack, false},
    {"never-ready", dawdles, true},
    {"init-crash", null_pointer, true},
    {"init-exit", exits, true},
    {"errors", complains, false},
    {"none", NULL, false},
};

static const struct way *way = ways;
static unsigned long began, after; /* us */
static const char *place = "heartbeat";
static bool once;

static bool due(void)
{
    return way->die != NULL && !(once && usrd_incarnation() > 1);
}

static void arrive(const char *here)
{
    if (due() && strcmp(place, here) == 0 && usrd_now() - began >= after)
        way->die();
}

static kern_return_t die_init(usrd_driver_t driver)
{
    (void)driver;
    began = usrd_now();
    if (way->in_init && due())
        way->die();
    return KERN_SUCCESS;
}

static kern_return_t die_health(usrd_driver_t driver)
{
    (void)driver;
    arrive("heartbeat");
    return KERN_SUCCESS;
}

static void die_shutdown(usrd_driver_t driver)
{
    (void)driver;
    arrive("stop");
}

static kern_return_t die_open(usrd_driver_t driver, const char *name,
                              dev_mode_t mode, void **context)
{
    (void)driver, (void)name, (void)mode;
    *context = NULL;
    arrive("open");
    return KERN_SUCCESS;
}

static kern_return_t die_close(usrd_driver_t driver, void *context)
{
    (void)driver, (void)context;
    arrive("close");
    return KERN_SUCCESS;
}

static kern_return_t die_suspend(usrd_driver_t driver, void *context)
{
    (void)driver, (void)context;
    arrive("suspend");
    return KERN_SUCCESS;
}

static kern_return_t die_resume(usrd_driver_t driver, void *context)
{
    (void)driver, (void)context;
    arrive("resume");
    return KERN_SUCCESS;
}

static kern_return_t die_read(usrd_driver_t driver, void *context,
                              dev_mode_t mode, recnum_t recnum,
                              vm_size_t wanted, void **data, vm_size_t *got)
{
    char text[16];
    vm_size_t n = snprintf(text, sizeof text, "%u\n", usrd_incarnation());
    (void)context, (void)mode, (void)recnum;

    arrive("read");
    *got = wanted < n ? wanted : n;
    *data = *got > 0 ? usrd_malloc(driver, *got) : NULL;
    if (*data != NULL)
        memcpy(*data, text, *got);
    return *data != NULL || *got == 0 ? KERN_SUCCESS : D_NO_MEMORY;
}

static struct usrd_driver_callbacks die_callbacks = {
    .driver_init = die_init,
    .driver_shutdown = die_shutdown,
    .device_open = die_open,
    .device_close = die_close,
    .device_suspend = die_suspend,
    .device_resume = die_resume,
    .device_read = die_read,
    .driver_health_check = die_health,
};

static bool parse(int argc, char **argv)
{
    const struct way *end = ways + sizeof ways / sizeof *ways;

    if (argc < 2)
        return false;
    while (way < end && strcmp(way->name, argv[1]) != 0)
        way++;
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "once") == 0)
            once = true;
        else if (strncmp(argv[i], "after=", 6) == 0)
            after = strtoul(argv[i] + 6, NULL, 10) * 1000;
        else if (strncmp(argv[i], "in=", 3) == 0)
            place = argv[i] + 3;
        else
            code = atoi(argv[i]);
    }
    return way < end;
}

int main(int argc, char **argv)
{
    if (!parse(argc, argv)) {
        fprintf(stderr, "usage: die WAY [CODE] [after=MS] [in=PLACE] [once]\n");
        return 1;
    }
    /* argv[0] is the task's name: several of us may be there. */
    self = usrd_driver_create(argv[0], "dies as it is told", 1, 0,
                              USRD_CAP_CHAR_DEVICE, &die_callbacks);
    if (self == NULL)
        return 1;
    USRD_CHECK_RETURN(usrd_driver_register(self, mach_task_self()));
    USRD_CHECK_RETURN(
        usrd_driver_add_device(self, argv[0], USRD_CAP_CHAR_DEVICE, NULL));
    if (after == 0 && strcmp(place, "heartbeat") == 0 && !way->in_init &&
        due()) {
        usrd_msg_ready(mach_task_self());
        way->die();
    }
    return usrd_exit_code(usrd_driver_run(self));
}

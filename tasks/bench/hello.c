/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * hello as it is, linked with stamps at its steps and ways to die (ld --wrap,
 * task.ninja).  What that adds to a restart is some dozen instructions; its
 * page is one that start-up writes anyway. */
#include <string.h>

#include <device/userspace_driver_sdk.h>
#include <mach/mach.h>
#include <userspace_driver.h>

#include "bench.h"

uint64_t bench_stamp[BENCH_STAMPS] __attribute__((section(".bss.hot")));

/* The entry point: no register but these two matters to _start. */
__asm__(".globl bench_entry\n"
        "bench_entry:\n"
        "  rdtsc\n"
        "  shl $32, %rdx\n"
        "  or %rdx, %rax\n"
        "  mov %rax, bench_stamp\n"
        "  jmp _start\n");

int __real_main(void);
int __wrap_main(void);
usrd_driver_t __real_usrd_driver_create(const char *, const char *, unsigned,
                                        unsigned, unsigned,
                                        struct usrd_driver_callbacks *);
usrd_driver_t __wrap_usrd_driver_create(const char *, const char *, unsigned,
                                        unsigned, unsigned,
                                        struct usrd_driver_callbacks *);
kern_return_t __real_usrd_driver_register(usrd_driver_t, mach_port_t);
kern_return_t __wrap_usrd_driver_register(usrd_driver_t, mach_port_t);
kern_return_t __real_usrd_msg_ready(mach_port_t);
kern_return_t __wrap_usrd_msg_ready(mach_port_t);

int __wrap_main(void)
{
    bench_stamp[BENCH_MAIN] = bench_ticks();
    return __real_main();
}

kern_return_t __wrap_usrd_driver_register(usrd_driver_t driver,
                                          mach_port_t control)
{
    kern_return_t kr = __real_usrd_driver_register(driver, control);

    bench_stamp[BENCH_REGISTERED] = bench_ticks();
    return kr;
}

kern_return_t __wrap_usrd_msg_ready(mach_port_t control)
{
    bench_stamp[BENCH_ANNOUNCES] = bench_ticks();
    kern_return_t kr = __real_usrd_msg_ready(control);
    bench_stamp[BENCH_RUNS] = bench_ticks();
    return kr;
}

/* ---- its device ---- */

static kern_return_t (*hello_status)(usrd_driver_t, void *, dev_flavor_t,
                                     dev_status_t, natural_t *)
    __attribute__((section(".bss.hot")));

static kern_return_t status(usrd_driver_t driver, void *context,
                            dev_flavor_t flavor, dev_status_t words,
                            natural_t *count)
{
    if (flavor != BENCH_STATUS)
        return hello_status(driver, context, flavor, words, count);
    if (*count < BENCH_STAMPS * 2)
        return D_INVALID_SIZE;
    memcpy(words, bench_stamp, sizeof bench_stamp);
    *count = BENCH_STAMPS * 2;
    return KERN_SUCCESS;
}

static kern_return_t die(usrd_driver_t driver, void *context,
                         dev_flavor_t flavor, const dev_status_t words,
                         natural_t count)
{
    mach_msg_header_t msg;

    (void)driver, (void)context, (void)words, (void)count;
    switch ((enum bench_death)flavor) {
    case BENCH_CRASH:
        *(volatile char *)(BENCH_ADDRESS | bench_ticks()) = 0;
        break;
    case BENCH_SPIN:
        for (;;)
            __asm__ volatile("");
    case BENCH_BLOCK:
        mach_msg(&msg, MACH_RCV_MSG, 0, sizeof msg, mach_reply_port(), 0,
                 MACH_PORT_NULL);
        break;
    }
    return D_INVALID_OPERATION;
}

usrd_driver_t __wrap_usrd_driver_create(const char *name, const char *text,
                                        unsigned major, unsigned minor,
                                        unsigned caps,
                                        struct usrd_driver_callbacks *call)
{
    hello_status = call->device_get_status;
    call->device_get_status = status;
    call->device_set_status = die;
    return __real_usrd_driver_create(name, text, major, minor, caps, call);
}

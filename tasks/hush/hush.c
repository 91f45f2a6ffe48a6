/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * hush: what a driver gets by usrd_driver_quiet_by_read(), and what it cannot do
 * with it.  The function is QEMU's `edu` (-device edu), which is not quiet by
 * being read: so what it names here are the wrong registers.
 *
 * hush silent: only how long many interrupts take, when the register that it
 * named says nothing of them. */
#include <device/userspace_driver_sdk.h>

#include <stdio.h>
#include <string.h>
#include <usrd/client.h>
#include <usrd/io.h>
#include <usrd/pci.h>

#include "../edu/edu_regs.h"
#include "../ktap.h"
#include "userspace_driver.h"

#define NO_REGISTER 0x30 /* reads as all ones */
#define MANY 200         /* interrupts */
#define FEW 3
#define CAUSE 5u
#define ONCE 1
#define SOON 50000 /* us */

static usrd_driver_t driver;
static struct usrd_pci_function edu;
static void *registers;
static unsigned interrupts, until;
static uint32_t status;
static boolean_t timed; /* hush silent */
static unsigned long began, raised;

static void hangs(usrd_driver_t who, int line)
{
    (void)who, (void)line;
    for (;;)
        continue;
}

static kern_return_t name(unsigned bar, uint64_t offset, unsigned width)
{
    return usrd_driver_quiet_by_read(driver, edu.line, bar, offset, width);
}

/* Raise CAUSE, which asserts the line until there were MOST interrupts. */
static void raise(uint32_t cause, unsigned most)
{
    interrupts = 0;
    status = 0;
    until = most;
    usrd_wr32(registers, EDU_INT_RAISE, cause);
}

static void stays(void)
{
    ktap_ok(status == CAUSE, "line asserted all the time: %u interrupts",
            interrupts);
    name(0, NO_REGISTER, 4);
    raise(CAUSE, FEW);
}

/* One more message in our own queue, where kernel-ext's come. */
static boolean_t post(void)
{
    mach_msg_header_t m = {
        .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_MAKE_SEND, 0),
        .msgh_size = sizeof m,
        .msgh_remote_port = USRD_PORT_SERVICE,
    };
    return mach_msg(&m, MACH_SEND_MSG | MACH_SEND_TIMEOUT, sizeof m, 0,
                    MACH_PORT_NULL, 0, MACH_PORT_NULL) == MACH_MSG_SUCCESS;
}

static void silent(void)
{
    ktap_ok(status == 0,
            "a register that says nothing keeps no interrupt from it");
    name(0, EDU_INT_STATUS, 4);
    while (post())
        continue;
    raise(CAUSE, ONCE);
    for (raised = usrd_now(); usrd_now() - raised < SOON / 10;)
        continue;
}

static void full(void)
{
    unsigned long took = usrd_now() - raised;

    ktap_ok(status == CAUSE && took < SOON,
            "what finds the queue full comes with the clock: %lu us", took);
    ktap_end();
    usrd_driver_unregister_interrupt(driver, edu.line);
    usrd_driver_register_interrupt(driver, edu.line, hangs);
    name(0, EDU_INT_STATUS, 4);
    raise(CAUSE, 1);
}

static void interrupted(usrd_driver_t who, int line)
{
    status |= usrd_driver_interrupt_status(who, line);
    if (++interrupts < until)
        return;
    usrd_wr32(registers, EDU_INT_ACK, ~0u);
    if (began)
        printf("%u interrupts in %lums\n", interrupts,
               (usrd_now() - began) / 1000);
    else if (until == MANY)
        stays();
    else if (until == ONCE)
        full();
    else
        silent();
}

static void names(void)
{
    uint64_t size = edu.bars[0].size;

    ktap_ok(usrd_driver_quiet_by_read(driver, edu.line, 0, EDU_INT_STATUS, 4) ==
                USRD_ERROR_NOT_REGISTERED,
            "a register is of a line that was registered");
    ktap_ok(usrd_msg_intr_quiet(mach_task_self(), (unsigned)edu.line, 0,
                                EDU_INT_STATUS, 4) == KERN_INVALID_ARGUMENT,
            "which kernel-ext sees to itself");
    usrd_driver_register_interrupt(driver, edu.line, interrupted);
    ktap_ok(name(1, 0, 4) != USRD_SUCCESS && name(6, 0, 4) != USRD_SUCCESS,
            "and of a BAR that is there,");
    ktap_ok(name(0, size, 1) != USRD_SUCCESS &&
                name(0, size - 2, 4) != USRD_SUCCESS &&
                name(0, ~0ull, 1) != USRD_SUCCESS &&
                name(0, 0 - edu.bars[0].first, 4) != USRD_SUCCESS,
            "within it,");
    ktap_ok(name(0, 0, 3) != USRD_SUCCESS && name(0, 2, 4) != USRD_SUCCESS &&
                name(0, 0, 0) != USRD_SUCCESS,
            "and one that can be read at once");
    ktap_ok(usrd_msg_intr_quiet(mach_task_self(), 16, 0, 0, 4) ==
                    KERN_INVALID_ARGUMENT &&
                usrd_msg_intr_quiet(mach_task_self(), 4, 0, 0, 4) ==
                    KERN_INVALID_ARGUMENT,
            "of no line but its own");
    ktap_ok(name(0, size - 4, 4) == USRD_SUCCESS, "the last one is one");
}

static void time(void)
{
    usrd_driver_register_interrupt(driver, edu.line, interrupted);
    name(0, NO_REGISTER, 4);
    began = usrd_now();
    raise(CAUSE, MANY);
}

static kern_return_t init(usrd_driver_t who)
{
    if (usrd_pci_get(0, &edu) != KERN_SUCCESS ||
        usrd_pci_map(&edu, 0, &registers) != USRD_SUCCESS)
        return D_NO_SUCH_DEVICE;
    usrd_wr32(registers, EDU_INT_ACK, ~0u);
    if (usrd_incarnation() > 1)
        return usrd_driver_stop(who);
    if (timed) {
        time();
        return KERN_SUCCESS;
    }
    ktap_begin();
    names();
    ktap_ok(name(0, EDU_INT_STATUS, 4) == USRD_SUCCESS, "so is its status");
    raise(CAUSE, MANY);
    return KERN_SUCCESS;
}

static struct usrd_driver_callbacks callbacks = {
    .driver_init = init,
};

int main(int argc, char **argv)
{
    timed = argc > 1 && strcmp(argv[1], "silent") == 0;
    driver = usrd_driver_create("hush", NULL, 1, 0,
                                USRD_CAP_PCI | USRD_CAP_INTERRUPT, &callbacks);
    if (usrd_driver_register(driver, mach_task_self()) != USRD_SUCCESS)
        return 1;
    return usrd_exit_code(usrd_driver_run(driver));
}

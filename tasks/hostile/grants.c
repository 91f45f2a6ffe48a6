/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Attacks on what module lines grant. */
#include "hostile.h"

#include <string.h>
#include <userspace_driver.h>
#include <userspace_driver_operator.h>
#include <usrd/client.h>
#include <usrd/io.h>
#include <usrd/operator.h>

static void try_port(uint16_t port)
{
    inb(GRANTED_PORT_FIRST);
    inb(GRANTED_PORT_LAST);
    ktap_ok(true, "0x%x to 0x%x can be read", GRANTED_PORT_FIRST,
            GRANTED_PORT_LAST);
    inb(port);
    ktap_ok(false, "0x%x cannot", port);
}

void attack_port_below(void)
{
    try_port(GRANTED_PORT_FIRST - 1);
}

void attack_port_above(void)
{
    try_port(GRANTED_PORT_LAST + 1);
}

void attack_irq(void)
{
    mach_port_t self = mach_task_self();
    usrd_words_t none = {0}, settings;

    ktap_ok(usrd_msg_intr_register(self, GRANTED_IRQ) != KERN_SUCCESS,
            "not before it registered as a driver");
    expect(KERN_SUCCESS,
           usrd_msg_register(self, "hostile", "", 0, USRD_CAP_INTERRUPT, none,
                             0, settings));
    expect(KERN_SUCCESS, usrd_msg_intr_register(self, GRANTED_IRQ));
    for (unsigned line = 0; line < 18; line++)
        if (line != GRANTED_IRQ)
            ktap_ok(usrd_msg_intr_register(self, line) != KERN_SUCCESS,
                    "line %u is refused", line);
    ktap_ok(usrd_msg_intr_register(self, ~0u) != KERN_SUCCESS,
            "line 4294967295 is refused");
    /* "Done" for a line that is not ours, or that did not interrupt, is
     * without an effect; it has no answer. */
    usrd_msg_intr_done(self, GRANTED_IRQ);
    usrd_msg_intr_done(self, 8);
    expect(KERN_SUCCESS, usrd_msg_intr_unregister(self, GRANTED_IRQ));
}

static bool maps(uint64_t physical, uint64_t size)
{
    void *base;

    return usrd_mmio_map(physical, size, &base) == KERN_SUCCESS;
}

void attack_mmio(void)
{
    void *base = NULL;
    unsigned times = 1;

    if (ktap_ok(usrd_mmio_map(GRANTED_MMIO, GRANTED_MMIO_SIZE, &base) ==
                    KERN_SUCCESS,
                "the granted window is mapped"))
        ktap_ok(usrd_rd32(base, 0) >> 16 == 0x8086, "and it is the HPET");
    ktap_ok(!maps(GRANTED_MMIO - 4096, 4096), "not the page below");
    ktap_ok(!maps(GRANTED_MMIO + 4096, 4096), "not the page above");
    ktap_ok(!maps(GRANTED_MMIO, GRANTED_MMIO_SIZE + 4096), "not beyond it");
    ktap_ok(!maps(GRANTED_MMIO, ~(uint64_t)0), "not round the end");
    ktap_ok(!maps(GRANTED_MMIO, 0), "not nothing");
    ktap_ok(!maps(0xfee00000, 4096), "not the local APIC");
    ktap_ok(!maps(0x100000, 4096), "not memory");
    ktap_ok(!maps(0xb8000, 4096), "not the screen");
    while (times < 5000 && maps(GRANTED_MMIO, 4096))
        times++;
    ktap_ok(times > 100 && times < 5000, "and not for ever: %u times", times);
}

void attack_names(void)
{
    static const char *const kernel[] = {"mem",   "irq",     "com0", "kmsg",
                                         "kbd",   "mbinfo",  "rd0",  "time",
                                         "mouse", "console", "kd",   ""};
    mach_port_t self = mach_task_self(), device = MACH_PORT_NULL;
    usrd_words_t none = {0}, settings;

    for (unsigned i = 0; i < sizeof kernel / sizeof *kernel; i++)
        ktap_ok(usrd_open(kernel[i], D_READ | D_WRITE, &device) != KERN_SUCCESS,
                "the kernel's \"%s\" does not open", kernel[i]);
    ktap_ok(usrd_open("rtc", D_READ, &device) == KERN_NO_ACCESS,
            "nor what needs= does not name");
    ktap_ok(usrd_msg_register(self, "hello", "", 0, 0, none, 0, settings) !=
                KERN_SUCCESS,
            "another's driver name is refused");
    expect(KERN_SUCCESS,
           usrd_msg_register(self, "hostile", "", 0, USRD_CAP_CHAR_DEVICE, none,
                             0, settings));
    ktap_ok(usrd_msg_add_device(self, "hello", USRD_CAP_CHAR_DEVICE) !=
                KERN_SUCCESS,
            "another's device name is refused");
    ktap_ok(usrd_msg_add_device(self, "console", USRD_CAP_CHAR_DEVICE) !=
                KERN_SUCCESS,
            "and the kernel's");
    ktap_ok(usrd_msg_add_device(self, "", USRD_CAP_CHAR_DEVICE) != KERN_SUCCESS,
            "and none");
    expect(KERN_SUCCESS,
           usrd_msg_add_device(self, "hostile", USRD_CAP_CHAR_DEVICE));
    ktap_ok(usrd_msg_remove_device(self, "hello") != KERN_SUCCESS,
            "another's device is not ours to remove");
    expect(KERN_SUCCESS, usrd_msg_remove_device(self, "hostile"));
    expect(KERN_SUCCESS, usrd_msg_unregister(self));
}

/* What operator=read allows. */
static void operators_reads(kern_return_t wanted)
{
    mach_port_t self = mach_task_self();
    usrd_name_t name, cause;
    usrd_info_t info;
    usrd_page_t page;
    unsigned handles, n[4] = {48, 48, 48, 48}, size = sizeof page;

    expect(wanted, usrd_op_status(self, 0, name, cause, info, &n[0]));
    expect(wanted, usrd_op_grants(self, "hello", page, &size));
    expect(wanted, usrd_op_device(self, 0, name, cause, &handles));
    expect(wanted, usrd_op_pci_list(self, 0, info, &n[1], name));
    expect(wanted, usrd_op_outages(self, info, &n[2]));
    /* Nobody has died. */
    expect(wanted == KERN_SUCCESS ? KERN_INVALID_ARGUMENT : wanted,
           usrd_op_death(self, 0, name, cause, info, &n[3]));
}

static void operators_commands(void)
{
    mach_port_t self = mach_task_self();

    expect(KERN_NO_ACCESS, usrd_op_start(self, "hello"));
    expect(KERN_NO_ACCESS, usrd_op_stop(self, "hello"));
    expect(KERN_NO_ACCESS, usrd_op_restart(self, "hello"));
    expect(KERN_NO_ACCESS, usrd_op_kill(self, "hello"));
    expect(KERN_NO_ACCESS, usrd_op_hang(self, "hello"));
    expect(KERN_NO_ACCESS, usrd_op_suspend(self, "hello"));
    expect(KERN_NO_ACCESS, usrd_op_resume(self, "hello"));
    expect(KERN_NO_ACCESS, usrd_op_log_level(self, 0));
    expect(KERN_NO_ACCESS, usrd_op_halt(self, USRD_REBOOT, 0));
}

void attack_operator(void)
{
    operators_reads(KERN_NO_ACCESS);
    operators_commands();
}

/* As a task with operator=read. */
void attack_reader(void)
{
    operators_reads(KERN_SUCCESS);
    operators_commands();
}

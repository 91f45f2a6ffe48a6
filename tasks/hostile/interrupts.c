/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Attacks by acknowledging: interrupts of the HPET's timer 2 on the line that
 * is granted (QEMU: -global hpet.hpet-intcap=0x20).  IA-PC HPET 1.0a, 2.3. */
#include "hostile.h"

#include <userspace_driver.h>
#include <usrd/client.h>
#include <usrd/io.h>

#define CAPABILITIES 0x00 /* bits 32-63: a count in femtoseconds */
#define CONFIGURATION 0x10
#define COUNTER 0xf0
#define TIMER 0x140
#define TIMER_PERIODIC 0x4c /* enabled, and the next write sets the period */
#define COMPARATOR 0x148

#define INTERRUPT 4842 /* kernel-ext to a driver */
#define RATE 50        /* a second */
#define COUNT 20

static void *hpet;

static void timer(bool on)
{
    uint64_t period =
        1000000000000000 / (usrd_rd64(hpet, CAPABILITIES) >> 32) / RATE;

    usrd_wr64(hpet, TIMER, 0);
    usrd_wr64(hpet, CONFIGURATION, 1);
    if (!on)
        return;
    usrd_wr64(hpet, TIMER, TIMER_PERIODIC | GRANTED_IRQ << 9);
    usrd_wr64(hpet, COMPARATOR, usrd_rd64(hpet, COUNTER) + period);
    usrd_wr64(hpet, COMPARATOR, period);
}

static bool interrupted(unsigned ms)
{
    static union {
        mach_msg_header_t head;
        char bytes[4096];
    } msg;
    kern_return_t kr = mach_msg(&msg.head, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0,
                                sizeof msg, USRD_PORT_SET, ms, MACH_PORT_NULL);
    return kr == KERN_SUCCESS && msg.head.msgh_id == INTERRUPT;
}

static void done(unsigned times)
{
    while (times-- > 0)
        usrd_msg_intr_done(mach_task_self(), GRANTED_IRQ);
}

/* So many interrupts, each acknowledged so often; in which time (ms). */
static unsigned take(unsigned count, unsigned often)
{
    unsigned long began = usrd_now();

    timer(true);
    for (unsigned i = 0; i < count; i++) {
        if (!interrupted(1000))
            return 0;
        done(often);
    }
    timer(false);
    while (interrupted(100)) /* the one that was under way */
        done(1);
    return (unsigned)((usrd_now() - began) / 1000);
}

static bool as_the_timer(unsigned ms)
{
    return ms >= (COUNT - 2) * 1000 / RATE && ms < 2 * COUNT * 1000 / RATE;
}

void attack_acknowledgements(void)
{
    mach_port_t self = mach_task_self();
    usrd_words_t none = {0}, settings;
    unsigned ms;

    expect(KERN_SUCCESS, usrd_mmio_map(GRANTED_MMIO, GRANTED_MMIO_SIZE, &hpet));
    expect(KERN_SUCCESS,
           usrd_msg_register(self, "hostile", "", 0, USRD_CAP_INTERRUPT, none,
                             0, settings));
    timer(false);
    expect(KERN_SUCCESS, usrd_msg_intr_register(self, GRANTED_IRQ));
    ms = take(COUNT, 1);
    ktap_ok(as_the_timer(ms), "%u interrupts take %u ms", COUNT, ms);
    if (usrd_incarnation() > 1)
        return;
    ms = take(COUNT, 3);
    ktap_ok(as_the_timer(ms), "each acknowledged three times, %u ms", ms);
    done(100); /* replayed, of none */
    ktap_ok(!interrupted(100), "100 acknowledgements of none make none");
    ms = take(COUNT, 1);
    ktap_ok(as_the_timer(ms), "and later ones take %u ms", ms);
    /* The last is never acknowledged. */
    timer(true);
    ktap_ok(interrupted(1000), "one more");
    ktap_ok(!interrupted(1000), "is the last until it is acknowledged");
    kernel_ext_answers();
    usrd_sleep(3000);
    ktap_ok(false, "who never acknowledges lives on");
}

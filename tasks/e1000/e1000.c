/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * e1000: Intel's gigabit Ethernet controllers 82540EM and 82574L, with QEMU
 *     -device e1000,netdev=...    pci=8086:100e
 *     -device e1000e,netdev=...   pci=8086:10d3
 * Intel's manuals 317453 (revision 4.0) and 82574L (revision 3.4).  What a
 * network device is to its clients is the library's (tasks/nic).
 *
 * Left out: tags of virtual LANs, frames longer than usual, segmentation by the
 * device, several queues, message interrupts, waking up. */
#include "e1000.h"
#include "nic.h"

static struct nic_device device;
static bool quiet; /* the cause is usrd_driver_interrupt_status()'s */

static void kick(void)
{
    e1000_receive_publish();
    e1000_transmit_publish();
}

static void poll(void)
{
    e1000_receive_collect();
    e1000_transmit_collect();
    nic_end();
}

static void check(void)
{
    if (!e1000_there())
        nic_give_up("the device is gone");
    e1000_receive_remind();
    e1000_transmit_remind();
}

/* kernel-ext reads the cause, which releases the line, or this does. */
static void interrupt(usrd_driver_t driver, int line)
{
    uint32_t cause = quiet ? usrd_driver_interrupt_status(driver, line)
                           : e1000_read(E1000_ICR);

    if (cause & E1000_INT_LSC)
        nic_link(e1000_link());
    poll();
    kick();
}

static kern_return_t find(usrd_driver_t driver)
{
    struct usrd_pci_function function;

    USRD_CHECK_RETURN(e1000_find(&function));
    USRD_CHECK_RETURN(e1000_read_address(device.address));
    USRD_CHECK_RETURN(e1000_receive_init(driver));
    USRD_CHECK_RETURN(e1000_transmit_init(driver));
    USRD_CHECK_RETURN(
        usrd_driver_register_interrupt(driver, function.line, interrupt));
    quiet = usrd_driver_quiet_by_read(driver, function.line, 0, E1000_ICR, 4) ==
            USRD_SUCCESS;
    return KERN_SUCCESS;
}

/* It cannot transfer yet: not since this incarnation began, nor after stop(). */
static kern_return_t start(void)
{
    e1000_reset();
    e1000_receive_start();
    e1000_transmit_start();
    e1000_set_up(device.address);
    nic_link(e1000_link());
    return usrd_pci_master(0, TRUE);
}

static void stop(void)
{
    if (usrd_pci_master(0, FALSE) != KERN_SUCCESS)
        nic_give_up("the device cannot be stopped");
    e1000_reset();
}

static struct nic_device device = {
    .description = "Intel gigabit Ethernet",
    .find = find,
    .start = start,
    .stop = stop,
    .send = e1000_send,
    .receive = e1000_receive,
    .kick = kick,
    .promiscuous = e1000_promiscuous,
    .poll = poll,
    .check = check,
    .mtu = 1500,
    .buffer_min = E1000_FRAME_MOST,
    .features = USRD_NET_CAN_SUM | USRD_NET_CHECKS,
};

int main(int argc, char **argv)
{
    return nic_main(argc, argv, &device);
}

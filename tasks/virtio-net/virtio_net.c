/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * virtio-net: a virtio network device (virtio 1.2 §5.1), with QEMU
 *     -device virtio-net-pci,disable-legacy=on,netdev=...
 * and, without disable-legacy, pci=1af4:1000.
 *
 * The class of network devices is tasks/nic; here is what the device is, and
 * how it is started and stopped.
 *
 * Left out: segmentation by the device, several pairs of queues, tables of
 * addresses and VLANs, notifications that coalesce. */
#include <stddef.h>

#include <linux/virtio_ids.h>

#include "net.h"

#define WANTED                                                               \
    (FEATURE(NET_F_CSUM) | FEATURE(NET_F_GUEST_CSUM) | FEATURE(NET_F_MTU) |  \
     FEATURE(NET_F_MAC) | FEATURE(NET_F_MRG_RXBUF) | FEATURE(NET_F_STATUS) | \
     FEATURE(NET_F_CTRL_VQ) | FEATURE(NET_F_CTRL_RX) |                       \
     FEATURE(RING_F_EVENT_IDX))

#define CONFIG(width, field)           \
    virtio_pci_config##width(&net.pci, \
                             offsetof(struct virtio_net_config, field))
#define ENTRIES 256u /* of a queue: two a frame */
#define COMMANDS 8u
#define ANSWER_TIME 100 /* ms, for a command */

struct net net;

/* ---- §5.1.6.5: commands ---- */

struct command {
    struct virtio_net_ctrl_hdr head;
    uint8_t on, answer;
    uint8_t unused[12];
};

static struct {
    struct command *commands;
    vm_offset_t physical;
    unsigned next;
} control;

static bool has_control(void)
{
    return net_has(FEATURE(NET_F_CTRL_VQ)) && net_has(FEATURE(NET_F_CTRL_RX));
}

static void collect_control(void)
{
    uint32_t written;
    void *c;

    while (virtqueue_get(&net.control.ring, &c, &written))
        if (((struct command *)c)->answer != VIRTIO_NET_OK)
            usrd_driver_report_error(net.pci.driver, 2,
                                     "the device refuses a command");
}

/* Nobody waits for its answer, but who needs its place. */
static void set(uint8_t command, bool on)
{
    unsigned n = control.next++ % COMMANDS;
    struct command *c = &control.commands[n];
    uint64_t at = control.physical + n * sizeof *c;
    const struct virtqueue_segment s[] = {
        {at, sizeof c->head},
        {at + offsetof(struct command, on), 1},
        {at + offsetof(struct command, answer), 1},
    };

    usrd_poll((collect_control(), net.control.ring.in_flight < COMMANDS),
              ANSWER_TIME);
    *c = (struct command){.head = {VIRTIO_NET_CTRL_RX, command},
                          .on = on,
                          .answer = VIRTIO_NET_ERR};
    if (!virtqueue_add(&net.control.ring, s, 2, 1, c))
        nic_give_up("the device answers no command");
    if (virtqueue_publish(&net.control.ring))
        virtio_pci_notify(&net.control);
}

static void promiscuous(bool on)
{
    if (has_control())
        set(VIRTIO_NET_CTRL_RX_PROMISC, on);
}

/* ---- Start and stop ---- */

static void read_link(void)
{
    nic_link(!net_has(FEATURE(NET_F_STATUS)) ||
             (CONFIG(16, status) & VIRTIO_NET_S_LINK_UP));
}

/* §5.1.4; without an address of its own it has one that nobody else has made
 * up on this wire. */
static void read_config(void)
{
    static const uint8_t made_up[USRD_NET_ADDRESS] = {0x02, 0x75, 0x73,
                                                      0x72, 0x64, 0x00};

    for (unsigned n = 0; n < USRD_NET_ADDRESS; n++)
        net_device.address[n] =
            net_has(FEATURE(NET_F_MAC))
                ? virtio_pci_config8(
                      &net.pci, offsetof(struct virtio_net_config, mac) + n)
                : made_up[n];
    net_device.mtu = net_has(FEATURE(NET_F_MTU)) ? CONFIG(16, mtu) : 1500;
    net_device.features =
        (net_has(FEATURE(NET_F_CSUM)) ? USRD_NET_CAN_SUM : 0) |
        (net_has(FEATURE(NET_F_GUEST_CSUM)) ? USRD_NET_CHECKS : 0) |
        (net_has(FEATURE(NET_F_MRG_RXBUF)) ? USRD_NET_MERGES : 0);
}

static void interrupt(usrd_driver_t driver, int line)
{
    unsigned why = virtio_pci_isr(&net.pci);

    (void)driver, (void)line;
    if (!net.running)
        return;
    if (why & VIRTIO_ISR_CONFIG) {
        if (virtio_pci_failed(&net.pci))
            nic_give_up("the device wants to be reset");
        read_link();
    }
    net_collect();
    nic_end();
}

static kern_return_t take_memory(usrd_driver_t driver)
{
    net.headers =
        usrd_dma_alloc(driver, NET_HEADERS * sizeof(net_header), &net.physical);
    control.commands = usrd_dma_alloc(driver, COMMANDS * sizeof(struct command),
                                      &control.physical);
    if (!net.headers || !control.commands)
        return D_NO_MEMORY;
    net.headers[NET_HEADERS - 1] = (net_header){0};
    return KERN_SUCCESS;
}

static kern_return_t find(usrd_driver_t driver)
{
    USRD_CHECK_RETURN(virtio_pci_find(&net.pci, driver, 0, VIRTIO_ID_NET));
    USRD_CHECK_RETURN(virtio_pci_begin(&net.pci, WANTED));
    read_config();
    if (net_device.mtu < 68) /* RFC 791 */
        return D_NO_SUCH_DEVICE;
    USRD_CHECK_RETURN(take_memory(driver));
    return virtio_pci_interrupt(&net.pci, interrupt);
}

static kern_return_t queue(struct virtio_queue *q, unsigned index,
                           unsigned size)
{
    return virtio_pci_queue(&net.pci, q, index, size, 0);
}

/* find() has begun it; stop() has ended that. */
static kern_return_t start(void)
{
    static bool again;

    if (again)
        USRD_CHECK_RETURN(virtio_pci_begin(&net.pci, WANTED));
    again = true;
    USRD_CHECK_RETURN(queue(&net.receive, 0, ENTRIES));
    USRD_CHECK_RETURN(queue(&net.send, 1, ENTRIES));
    if (has_control()) {
        USRD_CHECK_RETURN(queue(&net.control, 2, 4 * COMMANDS));
        virtqueue_interrupt_after(&net.control.ring, UINT16_MAX / 2);
    }
    net_frames_start();
    virtqueue_interrupt_after(&net.receive.ring, 1);
    USRD_CHECK_RETURN(virtio_pci_ready(&net.pci));
    net.running = true;
    read_link();
    if (has_control()) {
        set(VIRTIO_NET_CTRL_RX_PROMISC, false);
        set(VIRTIO_NET_CTRL_RX_ALLMULTI, true);
    }
    return KERN_SUCCESS;
}

static void stop(void)
{
    net.running = false;
    if (virtio_pci_reset(&net.pci) != KERN_SUCCESS)
        nic_give_up("the device does not reset");
}

static void check(void)
{
    if (virtio_pci_failed(&net.pci))
        nic_give_up("the device is gone, or wants to be reset");
    virtio_pci_remind(&net.receive);
    virtio_pci_remind(&net.send);
}

static void poll(void)
{
    net_collect();
    nic_end();
}

struct nic_device net_device = {
    .description = "virtio network",
    .find = find,
    .start = start,
    .stop = stop,
    .send = net_send,
    .receive = net_receive,
    .kick = net_kick,
    .promiscuous = promiscuous,
    .poll = poll,
    .check = check,
};

int main(int argc, char **argv)
{
    return nic_main(argc, argv, &net_device);
}

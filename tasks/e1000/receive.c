/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Receiving: each buffer is a descriptor, and holds a whole frame. */
#include "e1000.h"
#include "nic.h"

#include <string.h>

static struct {
    struct e1000_receive *descriptors;
    vm_offset_t physical;
    unsigned first, count; /* in hand */
    unsigned published;    /* the device's tail */
    bool skips;            /* the rest of a frame that was too long */
    struct {
        unsigned id;
        uint64_t physical;
    } buffers[E1000_QUEUE];
} rx;

kern_return_t e1000_receive_init(usrd_driver_t driver)
{
    rx.descriptors = usrd_dma_alloc(
        driver, E1000_QUEUE * sizeof(struct e1000_receive), &rx.physical);
    return rx.descriptors ? KERN_SUCCESS : D_NO_MEMORY;
}

void e1000_receive_start(void)
{
    /* Nothing of before: should an index go wrong, the device writes to what
     * its descriptors say, and most machines have no IOMMU. */
    memset(rx.descriptors, 0, E1000_QUEUE * sizeof *rx.descriptors);
    rx.first = rx.count = rx.published = 0;
    rx.skips = false;
    e1000_write(E1000_RDBAL, (uint32_t)rx.physical);
    e1000_write(E1000_RDBAH, (uint32_t)(rx.physical >> 32));
    e1000_write(E1000_RDLEN, E1000_QUEUE * sizeof(struct e1000_receive));
}

static unsigned after(unsigned n, unsigned more)
{
    return (n + more) % E1000_QUEUE;
}

bool e1000_receive(unsigned id, uint64_t physical, uint32_t bytes)
{
    unsigned n = after(rx.first, rx.count);

    (void)bytes;
    if (rx.count == E1000_QUEUE - 1)
        return false;
    rx.buffers[n].id = id;
    rx.buffers[n].physical = physical;
    rx.descriptors[n] = (struct e1000_receive){.address = physical};
    rx.count++;
    return true;
}

void e1000_receive_publish(void)
{
    unsigned tail = after(rx.first, rx.count);

    if (tail != rx.published)
        e1000_write(E1000_RDT, tail);
    rx.published = tail;
}

void e1000_receive_remind(void)
{
    e1000_write(E1000_RDT, rx.published);
}

/* Were the sums of IP and what is in it looked at, and right? */
static bool checked(const struct e1000_receive *d)
{
    return (d->status & (E1000_RX_IGNORE | E1000_RX_TCP | E1000_RX_IP)) ==
               (E1000_RX_TCP | E1000_RX_IP) &&
           !(d->errors & (E1000_RX_BAD_TCP | E1000_RX_BAD_IP));
}

/* No frame that the device lets through is longer than a buffer.  If one is,
 * its pieces are dropped. */
static bool is_whole(const struct e1000_receive *d)
{
    bool end = d->status & E1000_RX_END, whole = end && !rx.skips;

    rx.skips = !end;
    return whole;
}

void e1000_receive_collect(void)
{
    while (rx.count) {
        unsigned n = rx.first;
        const struct e1000_receive *d = &rx.descriptors[n];

        if (!(__atomic_load_n(&d->status, __ATOMIC_ACQUIRE) & E1000_RX_DONE))
            break;
        rx.descriptors[n].address = 0;
        rx.first = after(n, 1);
        rx.count--;
        if (is_whole(d))
            nic_received(rx.buffers[n].id, d->length,
                         checked(d) ? USRD_NET_CHECKED : 0);
        else
            e1000_receive(rx.buffers[n].id, rx.buffers[n].physical, 0);
    }
}

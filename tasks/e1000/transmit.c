/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Sending: a frame is a descriptor, and before it one that says what is summed,
 * where that changes. */
#include "e1000.h"
#include "nic.h"

static struct {
    struct e1000_transmit *descriptors;
    vm_offset_t physical;
    unsigned first, count; /* descriptors in hand, */
    unsigned waiting;      /* frames that they are of */
    unsigned published;    /* the device's tail */
    bool interrupts;       /* when it has sent */
    uint64_t sum;          /* what the device was told last; 0: nothing */
    struct {
        unsigned id;
        unsigned length;      /* its descriptors, of which this is the first */
        kern_return_t result; /* when they are done */
    } frames[E1000_QUEUE];
} tx;

kern_return_t e1000_transmit_init(usrd_driver_t driver)
{
    tx.descriptors = usrd_dma_alloc(
        driver, E1000_QUEUE * sizeof(struct e1000_transmit), &tx.physical);
    return tx.descriptors ? KERN_SUCCESS : D_NO_MEMORY;
}

void e1000_transmit_start(void)
{
    tx.first = tx.count = tx.waiting = tx.published = 0;
    tx.interrupts = false;
    tx.sum = 0;
    e1000_write(E1000_TDBAL, (uint32_t)tx.physical);
    e1000_write(E1000_TDBAH, (uint32_t)(tx.physical >> 32));
    e1000_write(E1000_TDLEN, E1000_QUEUE * sizeof(struct e1000_transmit));
}

static unsigned after(unsigned n, unsigned more)
{
    return (n + more) % E1000_QUEUE;
}

static struct e1000_transmit *next(void)
{
    return &tx.descriptors[after(tx.first, tx.count++)];
}

static void tell_sum(uint64_t sum)
{
    *next() = (struct e1000_transmit){
        .sum.start = (uint8_t)USRD_NET_CHECKSUM_START(sum),
        .sum.at = (uint8_t)USRD_NET_CHECKSUM_AT(sum),
        .command = E1000_TX_FORMAT | E1000_TX_REPORT,
    };
    tx.sum = sum;
}

/* A frame whose sum is past what a descriptor can say is not sent, and answered
 * in its turn. */
bool e1000_send(unsigned id, uint64_t physical, uint32_t bytes,
                uint64_t offload)
{
    unsigned first = after(tx.first, tx.count);
    bool can = USRD_NET_CHECKSUM_AT(offload) <= E1000_SUM_MOST;
    unsigned tells = offload && (offload != tx.sum || !can);

    if (tx.count + tells + can > E1000_QUEUE - 1)
        return false;
    if (tells)
        tell_sum(can ? offload : 0);
    if (can)
        *next() = (struct e1000_transmit){
            .address = physical,
            .command = bytes | E1000_TX_DATA | E1000_TX_END | E1000_TX_FCS |
                       E1000_TX_REPORT | E1000_TX_FORMAT,
            .status = offload ? E1000_TX_SUM : 0,
        };
    tx.waiting++;
    tx.frames[first].id = id;
    tx.frames[first].length = tells + can;
    tx.frames[first].result = can ? KERN_SUCCESS : D_INVALID_OPERATION;
    return true;
}

/* That a frame was sent is no news to wake for, until clients are short of
 * buffers: then what is done is answered, and the rest interrupts. */
void e1000_transmit_publish(void)
{
    unsigned tail = after(tx.first, tx.count), soon = nic_sent_soon();

    if (tail != tx.published)
        e1000_write(E1000_TDT, tail);
    tx.published = tail;
    if (tx.waiting >= soon)
        e1000_transmit_collect();
    if (tx.interrupts != (tx.waiting >= soon))
        e1000_write(tx.interrupts ? E1000_IMC : E1000_IMS, E1000_INT_TXDW);
    tx.interrupts = tx.waiting >= soon;
}

void e1000_transmit_remind(void)
{
    e1000_write(E1000_TDT, tx.published);
}

void e1000_transmit_collect(void)
{
    while (tx.count) {
        unsigned n = tx.first, length = tx.frames[n].length;
        const uint32_t *status = &tx.descriptors[after(n, length - 1)].status;

        if (!(__atomic_load_n(status, __ATOMIC_ACQUIRE) & E1000_TX_DONE))
            break;
        tx.first = after(n, length);
        tx.count -= length;
        tx.waiting--;
        nic_sent(tx.frames[n].id, tx.frames[n].result);
    }
}

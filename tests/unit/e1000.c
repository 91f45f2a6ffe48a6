/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The queues of tasks/e1000 with a controller that does as it should, a
 * descriptor after the other and at any time: each frame is answered once, in
 * order, summed as it was asked for, and no descriptor is written while it is
 * the controller's. */
#include "e1000.h"
#include "nic.h"

#include <stdlib.h>

#include "tap.h"

#define STEPS 400000u
#define FAR USRD_NET_CHECKSUM(300, 316) /* past what a descriptor can say */
#define BUFFER(id) (0x10000u + (id)*4096u)

static uint32_t registers[0x6000 / 4];
void *e1000_base = registers;

static _Alignas(4096) struct e1000_receive receives[E1000_QUEUE];
static _Alignas(4096) struct e1000_transmit transmits[E1000_QUEUE];
static unsigned allocated;
static uint64_t state = 0x2545f4914f6cdd1d;

static unsigned below(unsigned n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)((state >> 32) % n);
}

void *usrd_dma_alloc(usrd_driver_t driver, size_t size, vm_offset_t *physical)
{
    (void)driver, (void)size;
    *physical = 0x5000;
    return allocated++ ? (void *)transmits : (void *)receives;
}

/* ---- What was asked, and what came ---- */

static struct {
    bool used[NIC_SENDS], sent[NIC_SENDS]; /* asked; the controller sent it */
    uint32_t bytes[NIC_SENDS];
    uint64_t offloads[NIC_SENDS];
    unsigned asked, answered, refused, order;
} out;

static struct {
    bool used[NIC_RECEIVES], whole[NIC_RECEIVES];
    uint32_t bytes[NIC_RECEIVES];
    bool checked[NIC_RECEIVES];
    unsigned filled, answered;
} in;

static const char *wrong;

static void claim(bool good, const char *what)
{
    if (!good && !wrong)
        wrong = what;
}

void nic_sent(unsigned id, kern_return_t result)
{
    claim(id < NIC_SENDS && out.used[id], "an answer of nothing asked");
    claim(result == KERN_SUCCESS ? out.sent[id] : out.offloads[id] == FAR,
          "answered too early, or wrongly");
    out.used[id] = false;
    out.answered += result == KERN_SUCCESS;
    out.refused += result != KERN_SUCCESS;
}

void nic_received(unsigned id, uint32_t bytes, uint64_t flags)
{
    claim(id < NIC_RECEIVES && in.used[id] && in.whole[id], "no frame of that");
    claim(bytes == in.bytes[id], "bytes");
    claim(flags == (in.checked[id] ? USRD_NET_CHECKED : 0), "checked");
    in.used[id] = false;
    in.answered++;
}

static unsigned soon = 1;

unsigned nic_sent_soon(void)
{
    return soon;
}

/* ---- The controller ---- */

static unsigned tdh, rdh;
static uint64_t context;
static unsigned pieces; /* of the present frame that are still to come */

static unsigned reg(unsigned at)
{
    return registers[at / 4];
}

static void device_sends(unsigned most)
{
    while (most-- && tdh != reg(E1000_TDT)) {
        struct e1000_transmit *d = &transmits[tdh];

        tdh = (tdh + 1) % E1000_QUEUE;
        claim(!(d->status & E1000_TX_DONE), "sent twice");
        if (!(d->command & E1000_TX_DATA)) {
            context = USRD_NET_CHECKSUM(d->sum.start, d->sum.at);
            d->status |= E1000_TX_DONE;
            continue;
        }
        unsigned id = (unsigned)(d->address - BUFFER(0)) / 4096;
        claim(id < NIC_SENDS && out.used[id] && !out.sent[id], "whose is it?");
        claim((d->command & 0xffff) == out.bytes[id], "bytes to send");
        claim((d->status & E1000_TX_SUM) ? out.offloads[id] == context
                                         : out.offloads[id] == 0,
              "how it is summed");
        out.sent[id] = true;
        d->status |= E1000_TX_DONE;
    }
}

static void device_receives(void)
{
    if (rdh == reg(E1000_RDT))
        return;
    struct e1000_receive *d = &receives[rdh];
    unsigned id = (unsigned)(d->address - BUFFER(0)) / 4096;

    rdh = (rdh + 1) % E1000_QUEUE;
    claim(id < NIC_RECEIVES && in.used[id], "whose buffer?");
    claim(!d->status, "it is the driver's");
    bool first = !pieces;
    if (first)
        pieces = below(20) ? 1 : 2 + below(3);
    in.whole[id] = first && pieces == 1;
    in.bytes[id] = d->length = (uint16_t)(60 + below(1400));
    unsigned sums = below(5);
    d->errors = sums == 1 ? E1000_RX_BAD_TCP : sums == 2 ? E1000_RX_BAD_IP : 0;
    d->status = E1000_RX_DONE | (sums < 3   ? E1000_RX_TCP | E1000_RX_IP
                                 : sums < 4 ? E1000_RX_IP
                                            : E1000_RX_IGNORE);
    in.checked[id] = sums == 0;
    if (--pieces == 0)
        d->status |= E1000_RX_END;
    in.filled += in.whole[id];
}

/* ---- The library ---- */

static void ask_send(void)
{
    unsigned id = below(NIC_SENDS);
    static const uint64_t kinds[] = {0, USRD_NET_CHECKSUM(34, 50),
                                     USRD_NET_CHECKSUM(34, 40), FAR};
    uint64_t offload = kinds[below(4)];

    if (out.used[id])
        return;
    out.used[id] = true;
    out.sent[id] = false;
    out.bytes[id] = 60 + below(1454);
    out.offloads[id] = offload;
    if (e1000_send(id, BUFFER(id), out.bytes[id], offload))
        out.asked++;
    else
        out.used[id] = false;
}

static void ask_receive(void)
{
    unsigned id = below(NIC_RECEIVES);

    if (in.used[id])
        return;
    in.used[id] = true;
    claim(e1000_receive(id, BUFFER(id), 1536), "room for all buffers");
}

static void step(void)
{
    switch (below(8)) {
    case 0:
    case 1:
        ask_send();
        break;
    case 2:
    case 3:
        ask_receive();
        break;
    case 4:
        device_sends(below(40));
        break;
    case 5:
        device_receives();
        break;
    case 6:
        e1000_receive_collect();
        e1000_receive_publish();
        break;
    case 7:
        soon = 1 + below(NIC_SENDS);
        e1000_transmit_publish();
    }
}

/* All that was asked and given comes out at the end. */
static void drain(void)
{
    for (unsigned n = 0; n < 300; n++) {
        e1000_transmit_publish();
        device_sends(E1000_QUEUE);
    }
    e1000_transmit_collect();
    e1000_receive_collect();
}

/* With nothing in hand it asks for no interrupt, else for one. */
static void interrupts(void)
{
    registers[E1000_IMS / 4] = registers[E1000_IMC / 4] = 0;
    out.used[0] = true;
    out.sent[0] = false;
    out.offloads[0] = 0;
    out.bytes[0] = 60;
    e1000_send(0, BUFFER(0), 60, 0);
    e1000_transmit_publish();
    EQ(registers[E1000_IMS / 4], E1000_INT_TXDW,
       "what is not sent at once is waited for by an interrupt");
    device_sends(1);
    e1000_transmit_publish();
    EQ(registers[E1000_IMC / 4], E1000_INT_TXDW, "until it was");
    out.used[0] = true;
    out.sent[0] = true;
    registers[E1000_IMS / 4] = 0;
    e1000_transmit_publish();
    EQ(registers[E1000_IMS / 4], 0, "and no longer");
    soon = 2;
    out.used[0] = true;
    out.sent[0] = false;
    out.answered = 0;
    e1000_send(0, BUFFER(0), 60, 0);
    e1000_transmit_publish();
    device_sends(1);
    e1000_transmit_publish();
    EQ(registers[E1000_IMS / 4] + out.answered, 0,
       "while nobody is short of buffers it is no news");
    e1000_transmit_collect();
    EQ(out.answered, 1, "but said when somebody looks");
}

int main(void)
{
    e1000_receive_init(NULL);
    e1000_transmit_init(NULL);
    memset(receives, 0xa5, sizeof receives);
    memset(transmits, 0xa5, sizeof transmits);
    e1000_receive_start();
    e1000_transmit_start();
    interrupts();
    out.used[0] = false;
    out.answered = 0;
    for (unsigned n = 0; n < STEPS && !wrong; n++)
        step();
    drain();
    STR(wrong ? wrong : "good", "good", "each frame as it was asked for");
    EQ(out.answered + out.refused, out.asked, "each sent frame is answered");
    OK(out.refused > 1000, "%u with sums too far behind", out.refused);
    EQ(in.answered, in.filled, "and each received one");
    OK(in.answered > 10000, "%u were", in.answered);
    return tap_end();
}

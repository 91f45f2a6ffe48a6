/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A network device: echoes (ICMP) that QEMU's own host 10.0.2.2 answers, by
 * ring.  A wire may lose frames and double them, and who uses one has
 * checksums: a frame that fails them is damaged, one that passes them and is
 * not what was sent is wrong. */
#include <device/net_status.h>
#include <mach/mach.h>
#include <usrd/net.h>
#include <usrd/ring.h>

#include "load.h"

#define BUFFER 2048u
#define READS 6u /* buffers that wait for frames; one more to send from */
#define ICMP 34u /* where its header begins, */
#define DATA 42u /* and its data */
#define PEER 0x0a000202u

static struct usrd_ring *ring;
static uint8_t address[USRD_NET_ADDRESS];
static uint32_t host;
static unsigned sequence;
static bool sending, echoed;

static uint8_t *buffer(unsigned n)
{
    return (uint8_t *)usrd_ring_data(ring) + n * BUFFER;
}

static void put16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static unsigned get16(const uint8_t *at)
{
    return (unsigned)at[0] << 8 | at[1];
}

static void put32(uint8_t *at, uint32_t value)
{
    put16(at, value >> 16);
    put16(at + 2, value & 0xffff);
}

static unsigned sum(const uint8_t *at, unsigned bytes)
{
    uint32_t total = bytes % 2 ? (uint32_t)at[bytes - 1] << 8 : 0;

    for (unsigned n = 0; n + 1 < bytes; n += 2)
        total += get16(at + n);
    total = (total & 0xffff) + (total >> 16);
    return ~((total & 0xffff) + (total >> 16)) & 0xffff;
}

static unsigned length_of(unsigned number)
{
    return 8 + number * 37 % 300;
}

static uint8_t content(unsigned number, unsigned n)
{
    return (uint8_t)(number * 31 + n);
}

static void header(uint8_t *f, unsigned type)
{
    static const uint8_t gateway[] = {0x52, 0x55, 10, 0, 2, 2};

    memset(f, 0, DATA);
    memcpy(f, gateway, 6);
    memcpy(f + 6, address, 6);
    put16(f + 12, type);
}

/* So that the peer knows where we are. */
static unsigned ask(uint8_t *f)
{
    header(f, 0x806);
    memset(f, 0xff, 6);
    put16(f + 14, 1);
    put16(f + 16, 0x800);
    put16(f + 18, 0x604);
    put16(f + 20, 1);
    memcpy(f + 22, address, 6);
    put32(f + 28, host);
    put32(f + 38, PEER);
    return 42;
}

static unsigned echo(uint8_t *f, unsigned number)
{
    unsigned bytes = length_of(number);

    header(f, 0x800);
    put16(f + 14, 0x4500);
    put16(f + 16, 20 + 8 + bytes);
    put16(f + 22, 0x4001); /* time to live, ICMP */
    put32(f + 26, host);
    put32(f + 30, PEER);
    put16(f + 24, sum(f + 14, 20));
    f[ICMP] = 8;
    put16(f + ICMP + 4, host & 0xffff);
    put16(f + ICMP + 6, number & 0xffff);
    for (unsigned n = 0; n < bytes; n++)
        f[DATA + n] = content(number, n);
    put16(f + ICMP + 2, sum(f + ICMP, 8 + bytes));
    return DATA + bytes;
}

/* What has come; only an echo to us is looked at. */
static void received(const uint8_t *f, unsigned size)
{
    if (size < DATA || get16(f + 12) != 0x800 || f[14] != 0x45 || f[23] != 1 ||
        memcmp(f, address, 6) != 0)
        return;
    unsigned all = get16(f + 16), bytes = all - 28;
    if (all < 28 || 14 + all > size || sum(f + 14, 20) ||
        sum(f + ICMP, all - 20)) {
        load_counts.damaged++;
        return;
    }
    if (f[ICMP])
        return;
    unsigned number = get16(f + ICMP + 6);
    bool good = bytes == length_of(number);
    for (unsigned n = 0; good && n < bytes; n++)
        good = f[DATA + n] == content(number, n);
    if (!good)
        load_wrong("echo", number);
    else if (number == (sequence & 0xffff))
        echoed = true;
}

static void post(unsigned n)
{
    usrd_ring_post(ring, USRD_RING_READ, 0, BUFFER, n * BUFFER, n);
}

static void look(void)
{
    struct usrd_ring_result r;

    while (usrd_ring_poll(ring, &r)) {
        if (r.cookie >= READS) {
            sending = false;
            load_counts.lost += r.result == D_IO_ERROR;
            load_counts.down += r.result == D_DEVICE_DOWN;
            if (r.result != KERN_SUCCESS && r.result != D_IO_ERROR &&
                r.result != D_DEVICE_DOWN)
                load_error("send", usrd_error_text(r.result));
            continue;
        }
        if (r.result == KERN_SUCCESS)
            received(buffer((unsigned)r.cookie), USRD_NET_BYTES(r.count));
        else if (r.result != D_DEVICE_DOWN)
            load_error("receive", usrd_error_text(r.result));
        post((unsigned)r.cookie);
    }
}

static bool set_up(const char *device)
{
    int words[2] = {0};
    natural_t count = 2;
    unsigned since = load_generation();
    kern_return_t kr = usrd_ring_open(device, D_READ | D_WRITE, 8,
                                      (READS + 1) * BUFFER + 2048, &ring);

    if (kr != KERN_SUCCESS) {
        load_error("open", usrd_error_text(kr));
        return false;
    }
    kr = usrd_get_status(usrd_ring_handle(ring), NET_ADDRESS, words, &count);
    if (!load_took("status", kr, since, false)) {
        usrd_ring_close(ring);
        return false;
    }
    for (unsigned n = 0; n < 2; n++)
        words[n] = (int)__builtin_bswap32((uint32_t)words[n]);
    memcpy(address, words, sizeof address);
    return true;
}

static void open_it(const char *device)
{
    while (!set_up(device))
        usrd_sleep(50);
    for (unsigned n = 0; n < READS; n++)
        post(n);
    sending = false;
}

int load_echo(const char *device, unsigned number)
{
    host = 0x0a000200u | number;
    open_it(device);
    for (;;) {
        uint8_t *f = buffer(READS);
        if (!sending) {
            sequence++;
            unsigned size = sequence % 32 == 1 ? ask(f) : echo(f, sequence);
            usrd_ring_post(ring, USRD_RING_WRITE, 0, size, READS * BUFFER,
                           READS);
            sending = true;
            echoed = false;
        }
        usrd_ring_submit(ring);
        usrd_sleep(10);
        look();
        if (!load_heard(echoed, "receive", "no echo comes")) {
            usrd_ring_close(ring);
            open_it(device);
        }
        load_round(echoed);
        echoed = false;
    }
}

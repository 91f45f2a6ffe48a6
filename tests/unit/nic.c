/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The class of network devices, with a device that is this test: who gets which
 * frame, in whose buffers, copied or not; what is sent, summed up and refused;
 * what becomes of it all when the device is stopped. */
#include "nic_sdk.h"

static struct net_rcv_msg message;
static unsigned messages;
static mach_msg_return_t message_result;

mach_msg_return_t mach_msg(mach_msg_header_t *head, mach_msg_option_t option,
                           mach_msg_size_t send, mach_msg_size_t receive,
                           mach_port_t from, mach_msg_timeout_t ms,
                           mach_port_t notify)
{
    (void)receive, (void)from, (void)ms, (void)notify;
    OK((option & MACH_SEND_TIMEOUT) && send <= sizeof message,
       "a message that waits for nobody");
    memcpy(&message, head, send);
    messages++;
    return message_result;
}

/* ---- The device ---- */

static struct {
    char *data;
    uint32_t bytes;
    bool busy;
} in[NIC_RECEIVES];
static unsigned n_in, starts, stops, sends, kicks;
static bool promiscuous, out[NIC_SENDS], full;
static uint64_t offload;

static kern_return_t find(usrd_driver_t driver);

static kern_return_t start(void)
{
    starts++;
    promiscuous = false;
    return KERN_SUCCESS;
}

static void stop(void)
{
    stops++;
    memset(in, 0, sizeof in);
    memset(out, 0, sizeof out);
    n_in = 0;
}

static bool do_send(unsigned id, uint64_t physical, uint32_t bytes,
                    uint64_t what)
{
    (void)physical, (void)bytes;
    if (full)
        return false;
    out[id] = true;
    offload = what;
    sends++;
    return true;
}

static bool receive(unsigned id, uint64_t physical, uint32_t bytes)
{
    if (full)
        return false;
    in[id].data = (char *)physical;
    in[id].bytes = bytes;
    in[id].busy = true;
    n_in++;
    return true;
}

static void kick(void)
{
    kicks++;
}

static void be_promiscuous(bool on)
{
    promiscuous = on;
}

static struct nic_device device = {
    .description = "test",
    .find = find,
    .start = start,
    .stop = stop,
    .send = do_send,
    .receive = receive,
    .kick = kick,
    .promiscuous = be_promiscuous,
};

static kern_return_t find(usrd_driver_t driver)
{
    (void)driver;
    memcpy(device.address, "\2\0\0\0\0\1", 6);
    device.mtu = 1500;
    device.features = USRD_NET_CAN_SUM | USRD_NET_MERGES;
    return KERN_SUCCESS;
}

/* The device puts a frame, or a part of one, into a buffer. */
static bool put_part(const uint8_t *bytes, uint32_t n, uint64_t flags)
{
    unsigned id = 0;

    while (id < NIC_RECEIVES && !(in[id].busy && in[id].bytes >= n))
        id++;
    if (id == NIC_RECEIVES)
        return false;
    memcpy(in[id].data, bytes, n);
    in[id].busy = false;
    n_in--;
    nic_received(id, n, flags);
    return true;
}

static bool put(const uint8_t *bytes, uint32_t n, uint64_t flags)
{
    bool done = put_part(bytes, n, flags);

    nic_end();
    return done;
}

static void all_sent(void)
{
    for (unsigned id = 0; id < NIC_SENDS; id++)
        if (out[id]) {
            out[id] = false;
            nic_sent(id, KERN_SUCCESS);
        }
    nic_end();
}

/* ---- Clients ---- */

static char memory[8][64][2048];

static void *open_one(bool ring)
{
    void *context = NULL;

    opens_ring = ring;
    call->device_open(NULL, "eth0", 0, &context);
    return context;
}

static kern_return_t ask(void *c, enum usrd_ring_op op, unsigned id,
                         uint32_t bytes, uint64_t record)
{
    struct usrd_ring_request q = {
        .id = id,
        .op = op,
        .record = record,
        .count = bytes,
        .data = memory[id / 64 % 8][id % 64],
        .physical = (uint64_t)memory[id / 64 % 8][id % 64],
        .slots = 64,
    };
    kern_return_t kr = call->device_ring(NULL, c, &q);

    call->device_ring_end(NULL);
    return kr;
}

/* Was ID answered last? */
static bool answered(unsigned id, kern_return_t result, uint64_t count)
{
    const struct answered *a = &answers[(n_answers - 1) % 1000];

    return n_answers > 0 && a->id == id && a->result == result &&
           a->count == count;
}

static void close_ring(void *c)
{
    call->device_ring_close(NULL, c);
    call->device_close(NULL, c);
}

static kern_return_t set_address(void *c, const char *address)
{
    uint8_t raw[8] = {0};
    int words[2];

    memcpy(raw, address, 6);
    for (unsigned n = 0; n < 2; n++)
        words[n] = (int)((uint32_t)raw[4 * n] << 24 | raw[4 * n + 1] << 16 |
                         raw[4 * n + 2] << 8 | raw[4 * n + 3]);
    return call->device_set_status(NULL, c, NET_ADDRESS, words, 2);
}

static uint8_t frame[1514];

static void make(const char *to)
{
    for (unsigned n = 0; n < sizeof frame; n++)
        frame[n] = (uint8_t)(n * 7);
    memcpy(frame, to, 6);
}

#define MINE "\2\0\0\0\0\1"
#define OTHER "\2\0\0\0\0\2"
#define ALL "\377\377\377\377\377\377"

/* ---- Tests ---- */

static void test_one(void)
{
    void *c = open_one(true);

    EQ(ask(c, USRD_RING_READ, 3, 63, 0), D_INVALID_SIZE, "a buffer too small");
    device.buffer_min = 1522;
    EQ(ask(c, USRD_RING_READ, 3, 1521, 0), D_INVALID_SIZE, "for this device");
    EQ(n_in, 0, "which does not get it");
    EQ(ask(c, USRD_RING_READ, 3, 1522, 0), KERN_SUCCESS, "a buffer");
    device.buffer_min = 0;
    EQ(n_in, 1, "is the device's at once");
    make(OTHER);
    put(frame, 60, 0);
    OK(n_answers == 0 && n_in == 1, "another's frame: it stays posted");
    make(MINE);
    put(frame, 100, USRD_NET_CHECKED);
    OK(answered(3, KERN_SUCCESS, 100 | USRD_NET_CHECKED), "a frame, checked");
    OK(memcmp(memory[0][3], frame, 100) == 0, "in the client's buffer");
    ask(c, USRD_RING_READ, 4, 1536, 0);
    make(ALL);
    put(frame, 60, 0);
    OK(answered(4, KERN_SUCCESS, 60), "one to all");
    ask(c, USRD_RING_READ, 5, 1536, 0);
    make(MINE);
    frame[50] = frame[51] = 0;
    put(frame, 60, USRD_NET_CHECKED | USRD_NET_CHECKSUM(14, 50));
    OK(nic_checksum((uint8_t *)memory[0][5] + 14, 46) == 0xffff,
       "a sum that the device left out");
    ask(c, USRD_RING_READ, 6, 1536, 0);
    put(frame, 60, USRD_NET_CHECKSUM(59, 4000));
    OK(answered(6, KERN_SUCCESS, 60), "nowhere: it is not written");
    close_ring(c);
    EQ(stops, 0, "nothing was with the device");
}

static void test_send(void)
{
    void *c = open_one(true);
    unsigned before = sends;

    EQ(ask(c, USRD_RING_WRITE, 1, 13, 0), D_INVALID_SIZE, "too short");
    EQ(ask(c, USRD_RING_WRITE, 1, 1515, 0), D_INVALID_SIZE, "too long");
    EQ(ask(c, USRD_RING_FLUSH, 1, 0, 0), D_INVALID_OPERATION, "no flush");
    EQ(ask(c, USRD_RING_WRITE, 1, 60, 1), D_INVALID_SIZE, "no such record");
    EQ(ask(c, USRD_RING_WRITE, 1, 60, USRD_NET_CHECKSUM(34, 59)),
       D_INVALID_SIZE, "a sum past the end");
    EQ(ask(c, USRD_RING_WRITE, 1, 60, USRD_NET_CHECKSUM(34, 20)),
       D_INVALID_SIZE, "before its start");
    EQ(ask(c, USRD_RING_WRITE, 1, 60, USRD_NET_CHECKSUM(3, 40)), D_INVALID_SIZE,
       "over the header");
    EQ(sends - before, 0, "none of that was sent");
    EQ(ask(c, USRD_RING_WRITE, 1, 60, USRD_NET_CHECKSUM(34, 58)), KERN_SUCCESS,
       "a sum, allowed");
    EQ(offload, USRD_NET_CHECKSUM(34, 58), "by the device");
    device.features &= ~USRD_NET_CAN_SUM;
    EQ(ask(c, USRD_RING_WRITE, 2, 60, USRD_NET_CHECKSUM(34, 58)),
       D_INVALID_OPERATION, "by one that cannot");
    device.features |= USRD_NET_CAN_SUM;
    all_sent();
    OK(answered(1, KERN_SUCCESS, 60), "sent");
    full = true;
    EQ(ask(c, USRD_RING_WRITE, 2, 60, 0), D_WOULD_BLOCK, "no room");
    full = false;
    unsigned n = 0;
    while (ask(c, USRD_RING_WRITE, 100 + n, 60, 0) == KERN_SUCCESS)
        n++;
    OK(n > 64 && n < NIC_SENDS, "%u at a time", n);
    EQ(nic_sent_soon(), 1, "then the device is to say what it has sent");
    all_sent();
    OK(nic_sent_soon() > 64, "else there is time");
    for (unsigned k = 0; k < 16; k++)
        ask(c, USRD_RING_WRITE, 100 + k, 60, 0);
    EQ(nic_sent_soon(), 1, "with a quarter of the slots there is not");
    call->device_ring_close(NULL, c);
    all_sent();
    call->device_close(NULL, c);
}

static void test_message_write(void)
{
    void *c = open_one(false);
    vm_size_t written;
    unsigned later = 0;

    deferred = completed = 0;
    for (unsigned n = 0; n < 40; n++) {
        kern_return_t kr =
            call->device_write(NULL, c, 0, 0, frame, 60, &written);
        later += kr == MIG_NO_REPLY;
        OK(kr == MIG_NO_REPLY || kr == KERN_SUCCESS, "a write");
    }
    EQ(later, 32, "as many are answered later as the SDK keeps");
    all_sent();
    EQ(completed, 32, "when they were sent");
    call->device_write(NULL, c, 0, 0, frame, 60, &written);
    call->device_close(NULL, c);
    all_sent(); /* its client is gone */
    EQ(call->device_write(NULL, c, 0, 0, frame, 1515, &written), D_INVALID_SIZE,
       "too long");
}

static void test_sharing(void)
{
    void *a = open_one(true), *b = open_one(true), *m = open_one(false);
    uint16_t all[] = {NETF_IN, NETF_PUSHLIT, 1};
    unsigned n = n_answers;

    EQ(set_address(b, "\1\0\0\0\0\2"), D_INVALID_OPERATION, "a group's");
    EQ(set_address(b, OTHER), KERN_SUCCESS, "an address of its own");
    OK(promiscuous, "for which the device lets all in");
    for (unsigned k = 0; k < 16; k++)
        ask(a, USRD_RING_READ, k, 1536, 0);
    EQ(n_in, 16, "the primary's buffers are the device's");
    make(OTHER);
    put(frame, 60, 0);
    EQ(n_answers, n, "the other has none: the frame waits");
    ask(b, USRD_RING_READ, 66, 64, 0);
    OK(answered(66, KERN_SUCCESS, 60) && memcmp(memory[1][2], frame, 60) == 0,
       "for the next");
    for (unsigned k = 0; k < 40; k++) {
        frame[20] = (uint8_t)k;
        put(frame, 60, 0);
    }
    EQ(((struct nic_client *)b)->missed, 8, "not too many of them");
    for (unsigned k = 0; k < 32; k++) {
        ask(b, USRD_RING_READ, 66, 64, 0);
        OK((uint8_t)memory[1][2][20] == k, "in their order");
    }
    n = n_answers;
    make(OTHER);
    ask(b, USRD_RING_READ, 64, 64, 0);
    ask(b, USRD_RING_READ, 65, 64, 0);
    EQ(n_in, 16, "the other's are not");
    put(frame, 100, USRD_NET_CHECKED);
    OK(answered(65, KERN_SUCCESS, 36 | USRD_NET_CHECKED) &&
           memcmp(memory[1][0], frame, 64) == 0 &&
           memcmp(memory[1][1], frame + 64, 36) == 0,
       "into as many as it takes");
    EQ(n_answers, n + 2, "and not to the primary");
    EQ(call->device_set_filter(NULL, m, 77, 0, all, 3), KERN_SUCCESS,
       "a third has a filter");
    make(MINE);
    messages = 0;
    put(frame, 1514, 0);
    OK(messages == 1 && message.packet_type.msgt_number == 1504 &&
           memcmp(message.header, frame, 14) == 0 &&
           memcmp(message.packet + 4, frame + 14, 1500) == 0,
       "and a message");
    OK(answers[(n_answers - 1) % 1000].count == 1514,
       "besides the primary's answer");
    message_result = MACH_SEND_INVALID_DEST;
    put(frame, 60, 0);
    put(frame, 60, 0);
    EQ(messages, 2, "whose receiver is gone has no filter");
    message_result = MACH_MSG_SUCCESS;

    /* Frames in several buffers. */
    put_part(frame, 600, USRD_NET_MORE);
    put_part(frame + 600, 300, 0);
    OK(answers[(n_answers - 2) % 1000].count == (600 | USRD_NET_MORE) &&
           answers[(n_answers - 1) % 1000].count == 300,
       "a frame in two buffers");
    call->device_set_filter(NULL, m, 77, 0, all, 3);

    close_ring(a);
    EQ(stops, 1, "the primary's end stops the device");
    EQ(starts, 2, "and starts it again");
    OK(promiscuous, "as it was");
    EQ(n_in, 8, "the next has none: the driver's own, for others");
    n = n_answers;
    for (unsigned k = 64; k < 80; k++)
        ask(b, USRD_RING_READ, k, 1536, 0);
    EQ(n_in, 16, "of the next's it keeps as many back as there are own");
    make(OTHER);
    for (unsigned k = 0; k < 16; k++)
        put(frame, 60 + k, 0);
    EQ(n_answers - n, 16, "and gets all its frames");
    make(MINE);
    for (unsigned k = 64; k < 70; k++)
        ask(b, USRD_RING_READ, k, 1536, 0);
    messages = 0;
    for (unsigned k = 0; k < 50; k++)
        OK(put(frame, 60, 0), "the device has a buffer");
    EQ(messages, 50, "and the third all that are its");
    call->device_suspend(NULL, NULL);
    OK(n_in == 0 && stops == 2, "suspended: the device is still");
    call->device_resume(NULL, NULL);
    OK(n_in > 0 && promiscuous && starts == 3, "and goes on");
    close_ring(b);
    call->device_close(NULL, m);
}

static void test_status(void)
{
    void *c = open_one(true);
    int words[USRD_NET_INFO_WORDS];
    natural_t count = USRD_NET_INFO_WORDS;

    EQ(call->device_get_status(NULL, c, NET_STATUS, words, &count),
       KERN_SUCCESS, "status");
    OK(count == NET_STATUS_COUNT && words[1] == 1514 && words[4] == 6,
       "of an Ethernet");
    count = 1;
    EQ(call->device_get_status(NULL, c, NET_ADDRESS, words, &count),
       D_INVALID_SIZE, "no room for it");
    count = 2;
    call->device_get_status(NULL, c, NET_ADDRESS, words, &count);
    OK(words[0] == 0x02000000 && words[1] == 0x00010000, "its address");
    count = USRD_NET_INFO_WORDS;
    call->device_get_status(NULL, c, USRD_NET_INFO, words, &count);
    OK(words[USRD_NET_INFO_PRIMARY] == 1 && words[USRD_NET_INFO_MTU] == 1500,
       "what is told of it");
    EQ(call->device_get_status(NULL, c, 1, words, &count), D_INVALID_OPERATION,
       "nothing else");
    close_ring(c);
}

int main(void)
{
    char *argv[] = {"nic", NULL};

    EQ(nic_main(1, argv, &device), 0, "it starts");
    test_one();
    test_send();
    test_message_write();
    test_sharing();
    test_status();
    return tap_end();
}

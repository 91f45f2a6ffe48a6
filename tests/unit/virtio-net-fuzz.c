/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * virtio-net with a device that answers anything: what it had, what it had not,
 * frames of any length in any number of buffers, headers that are noise.  Its
 * clients are good.  The sanitizers watch, a process a seed; each ends well, or
 * gives the device up. */
#include <sys/wait.h>

#include "../../tasks/virtio-net/net.h"
#include "nic_sdk.h"

#define SEEDS 300
#define STEPS 600
#define ENTRIES 256u

static unsigned percent; /* of answers that break the rules */

mach_msg_return_t mach_msg(mach_msg_header_t *head, mach_msg_option_t option,
                           mach_msg_size_t send, mach_msg_size_t receive,
                           mach_port_t from, mach_msg_timeout_t ms,
                           mach_port_t notify)
{
    (void)head, (void)option, (void)send, (void)receive, (void)from, (void)ms;
    (void)notify;
    return MACH_MSG_SUCCESS;
}

static unsigned below(unsigned n)
{
    return n ? (unsigned)random() % n : 0;
}

/* ---- virtio_net.c, as far as frames.c knows it ---- */

struct net net;
static void *rings[2];
static uint16_t taken[2]; /* by the device, of what is available */

void virtio_pci_notify(const struct virtio_queue *q)
{
    (void)q;
}

static kern_return_t find(usrd_driver_t driver)
{
    vm_offset_t physical;

    net_device.mtu = 1500;
    net_device.features = USRD_NET_MERGES;
    memcpy(net_device.address, "\2\0\0\0\0\1", 6);
    net.pci.features = below(4) ? FEATURE(NET_F_MRG_RXBUF) : 0;
    net.headers =
        usrd_dma_alloc(driver, NET_HEADERS * sizeof(net_header), &net.physical);
    for (unsigned n = 0; n < 2; n++)
        rings[n] = usrd_dma_alloc(driver, virtqueue_layout(ENTRIES, 0).bytes,
                                  &physical);
    return KERN_SUCCESS;
}

static kern_return_t start(void)
{
    virtqueue_init(&net.receive.ring, ENTRIES, 0, true, rings[0],
                   (uint64_t)rings[0]);
    virtqueue_init(&net.send.ring, ENTRIES, 0, true, rings[1],
                   (uint64_t)rings[1]);
    net_frames_start();
    memset(taken, 0, sizeof taken);
    return KERN_SUCCESS;
}

static void stop(void)
{
}

static void promiscuous(bool on)
{
    (void)on;
}

static void poll(void)
{
    net_collect();
    nic_end();
}

struct nic_device net_device = {
    .description = "fuzzed",
    .find = find,
    .start = start,
    .stop = stop,
    .send = net_send,
    .receive = net_receive,
    .kick = net_kick,
    .promiscuous = promiscuous,
    .poll = poll,
};

/* ---- The device ---- */

/* The header that the chain begins with becomes noise, mostly a good one. */
static void put_header(const struct vring_desc *d)
{
    net_header *h = (net_header *)d->addr;

    for (unsigned n = 0; n < sizeof *h; n++)
        ((uint8_t *)h)[n] = (uint8_t)below(256);
    h->num_buffers = (uint16_t)(below(100) < percent ? below(300)
                                : below(4)           ? 1
                                                     : 1 + below(8));
}

/* It fills what it was given, no more: that is the bus's to see to. */
static void use(unsigned n, struct virtqueue *q)
{
    uint16_t idx = q->available->idx, at = taken[n];
    if (at == idx)
        return;
    uint32_t head = q->available->ring[taken[n]++ % ENTRIES];
    const struct vring_desc *d = &q->descriptors[head % ENTRIES];
    uint32_t most = d->len + q->descriptors[d->next % ENTRIES].len;
    uint32_t length = below(8) ? 72 + below(1500) : 12 + below(most - 11);
    if (n == 0) {
        uint8_t *data = (uint8_t *)q->descriptors[d->next % ENTRIES].addr;
        put_header(d);
        data[0] = (uint8_t)(below(3) ? 0xff : 2);
        data[q->descriptors[d->next % ENTRIES].len - 1] = 1;
    }
    struct vring_used_elem *e = &q->used->ring[q->used->idx % ENTRIES];
    e->id = below(100) < percent ? below(70000) : head;
    e->len = below(100) < percent ? (uint32_t)random()
             : length < most      ? length
                                  : most;
    q->used->idx++;
}

/* ---- Clients ---- */

static void *clients[2];

static void post(unsigned c)
{
    static unsigned turn;
    unsigned n = turn++ % 64, bytes = below(3) ? 2048 : 64 + below(500);
    char *data = malloc(bytes); /* to the byte */
    struct usrd_ring_request q = {
        .id = c * 64 + n + 1,
        .op = below(2) ? USRD_RING_READ : USRD_RING_WRITE,
        .count = bytes,
        .data = data,
        .physical = (uint64_t)data,
        .slots = 64,
    };

    if (call->device_ring(NULL, clients[c], &q) == KERN_SUCCESS && below(2))
        call->device_ring_end(NULL);
}

static void open_ring(unsigned c)
{
    opens_ring = true;
    call->device_open(NULL, "eth0", 0, &clients[c]);
}

static void run(unsigned seed)
{
    char *argv[] = {"nic", NULL};

    srandom(seed);
    percent = seed % 3 ? below(3) : 0;
    nic_main(1, argv, &net_device);
    open_ring(0);
    open_ring(1);
    for (unsigned n = 0; n < STEPS; n++) {
        switch (below(8)) {
        case 0:
        case 1:
            post(below(2));
            break;
        case 2:
            poll();
            break;
        case 3:
            use(1, &net.send.ring);
            break;
        case 4:
            if (below(40) == 0) {
                unsigned c = below(2);
                call->device_ring_close(NULL, clients[c]);
                call->device_close(NULL, clients[c]);
                open_ring(c);
            }
            break;
        default:
            use(0, &net.receive.ring);
        }
    }
}

int main(void)
{
    unsigned ends[2] = {0}, wrong = 0;

    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        int status = 0;
        fflush(stdout);
        pid_t child = fork();
        if (child == 0) {
            if (!freopen("/dev/null", "w", stdout))
                _exit(1);
            run(seed);
            _exit(0);
        }
        waitpid(child, &status, 0);
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
            ends[0]++;
        else if (WIFEXITED(status) && WEXITSTATUS(status) == GAVE_UP &&
                 seed % 3)
            ends[1]++;
        else
            printf("# seed %u: status %d\n", seed, status), wrong++;
    }
    OK(wrong == 0 && ends[1] >= SEEDS / 10,
       "%u devices, %u given up, none of those that keep the rules", SEEDS,
       ends[1]);
    return tap_end();
}

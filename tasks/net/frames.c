/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A network device's ring as lwIP's interface.
 *
 * A received frame is not copied: a custom pbuf says where it lies in the ring,
 * and its buffer is posted again when lwIP or the program frees it.  There are
 * more buffers than are posted; when so many are kept that there would be too
 * few to post, frames are copied out of the ring; and where there is no memory
 * for that any more, because connections wait for peers that do not read, small
 * ones still are: acknowledgements, new connections, questions.  What is sent
 * is copied once, which puts its pieces together.
 *
 * As many buffers are posted as a window of TCP has segments, since some devices
 * drop what they have none for; but a frame that is to be sent goes first, so
 * that each of a burst of questions can be answered. */
#include <string.h>

#include <device/net_status.h>
#include <lwip/etharp.h>
#include <lwip/priv/tcp_priv.h>
#include <lwip/timeouts.h>
#include <netif/ethernet.h>
#include <usrd/client.h>
#include <usrd/net.h>

#include "inside.h"

enum {
    BUFFER = 2048, /* bytes; the longest frame has 1514 */
    SLOTS = USRD_RING_SLOTS,
    POSTED = TCP_WND / TCP_MSS, /* of READ, at most: the rest is for WRITE */
    RECEIVES = 96,              /* buffers; those for sending follow them */
    SENDS = 32,
    MTU = 1500,
    SMALL = 576,     /* bytes: from the heap, if need be */
    SHORT = 200,     /* bytes; longer ones leave LEFT buffers to such, */
    LEFT = 4,        /* for acknowledgements, questions and their answers */
    REFUSED_MS = 50, /* until buffers are posted again that were refused */
};
#define SENDING (1ull << 32) /* in a cookie, beside the buffer's number */

struct net_counts net_count;

static struct usrd_ring *ring;
static struct netif *interface;
static uint8_t *data;      /* the ring's buffers */
static uint32_t epoch;     /* of the driver that we know */
static unsigned features;  /* the device's, USRD_NET_CAN_SUM and its kin */
static bool lost;          /* something since the last restart */
static bool refused;       /* TCP has something that there was no room for */
static bool moved = true;  /* something was sent since somebody asked */
static struct pbuf *begun; /* a frame that goes on in the next buffer */

/* Numbers of buffers that nobody has. */
static struct {
    unsigned n;
    uint8_t buffers[RECEIVES];
} to_post, to_send;
static unsigned posted;
static bool refusing; /* the driver refused a buffer a moment ago */

static struct pbuf_custom pbufs[RECEIVES];

/* ---- Receiving ---- */

static void release(struct pbuf *p)
{
    struct pbuf_custom *custom = (struct pbuf_custom *)p;

    to_post.buffers[to_post.n++] = (uint8_t)(custom - pbufs);
}

/* A driver that is suspended answers at once: we would do nothing else. */
static void post(void)
{
    if (refusing)
        return;
    for (; posted < POSTED && to_post.n > 0; posted++, to_post.n--) {
        unsigned n = to_post.buffers[to_post.n - 1];
        if (!usrd_ring_post(ring, USRD_RING_READ, 0, BUFFER, n * BUFFER, n))
            break;
    }
}

static void post_again(void *nothing)
{
    (void)nothing;
    refusing = false;
    post();
}

/* Buffer N with BYTES as a pbuf, or a copy of it; NULL: there is no memory. */
static struct pbuf *wrap(unsigned n, uint16_t bytes)
{
    uint8_t *frame = data + n * BUFFER;

    if (to_post.n + posted >= POSTED) {
        pbufs[n].custom_free_function = release;
        return pbuf_alloced_custom(PBUF_RAW, bytes, PBUF_REF, &pbufs[n], frame,
                                   BUFFER);
    }
    struct pbuf *p = pbuf_alloc(PBUF_RAW, bytes, PBUF_POOL);
    if (!p && bytes <= SMALL)
        p = pbuf_alloc(PBUF_RAW, bytes, PBUF_RAM);
    if (p)
        pbuf_take(p, frame, bytes);
    release(&pbufs[n].pbuf);
    net_count.copied++;
    return p;
}

static void give(struct pbuf *p, bool checked)
{
    const u16_t sums = NETIF_CHECKSUM_CHECK_TCP | NETIF_CHECKSUM_CHECK_UDP;

    checked = checked && net_is_whole(p->payload, p->len);
    net_count.checked += checked;
    if (checked)
        interface->chksum_flags &= (u16_t)~sums;
    if (interface->input(p, interface) != ERR_OK)
        pbuf_free(p);
    interface->chksum_flags |= sums;
}

static void received(unsigned n, const struct usrd_ring_result *r)
{
    uint32_t bytes = USRD_NET_BYTES(r->count);

    posted--;
    if (r->result != KERN_SUCCESS && !refusing) {
        refusing = true;
        sys_timeout(REFUSED_MS, post_again, NULL);
    }
    if (r->result != KERN_SUCCESS || bytes < USRD_NET_HEADER ||
        bytes > BUFFER) {
        release(&pbufs[n].pbuf);
        return;
    }
    struct pbuf *p = wrap(n, (uint16_t)bytes);
    net_count.received++;
    net_count.dropped += !p;
    if (begun && p && begun->tot_len + bytes <= MTU + USRD_NET_HEADER) {
        pbuf_cat(begun, p);
        p = begun;
    } else if (begun)
        pbuf_free(begun);
    begun = NULL;
    if (p && (r->count & USRD_NET_MORE))
        begun = p;
    else if (p)
        give(p, (r->count & USRD_NET_CHECKED) != 0);
}

/* ---- Sending ---- */

/* For how many frames there are buffers and slots. */
static unsigned room(void)
{
    unsigned slots = SLOTS - posted - (SENDS - to_send.n);

    return to_send.n < slots ? to_send.n : slots;
}

static err_t output(struct netif *netif, struct pbuf *p)
{
    (void)netif;
    if (p->tot_len > MTU + USRD_NET_HEADER)
        return ERR_BUF;
    if (room() <= (p->tot_len > SHORT ? LEFT : 0)) {
        net_count.refused++;
        refused = true;
        return ERR_MEM;
    }
    unsigned n = to_send.buffers[--to_send.n];
    uint8_t *frame = data + n * BUFFER;
    size_t bytes = pbuf_copy_partial(p, frame, p->tot_len, 0);
    uint64_t record =
        features & USRD_NET_CAN_SUM ? net_offload(frame, bytes) : 0;
    usrd_ring_post(ring, USRD_RING_WRITE, record, bytes, n * BUFFER,
                   SENDING | n);
    net_count.sent++;
    return ERR_OK;
}

static void sent(unsigned n, kern_return_t result)
{
    to_send.buffers[to_send.n++] = (uint8_t)n;
    moved = true;
    if (result != KERN_SUCCESS) {
        net_count.lost++;
        lost = true;
    }
}

bool net_frames_stuck(void)
{
    bool stuck = !moved && to_send.n < SENDS;

    moved = false;
    return stuck;
}

/* ---- Both ---- */

static void look_for_restart(void)
{
    uint32_t now = usrd_ring_epoch(ring);

    if (now == epoch)
        return;
    epoch = now;
    net_count.restarts++;
    net_hasten(lost);
    lost = false;
}

bool net_frames_poll(unsigned budget)
{
    static struct usrd_ring_result came[SLOTS];
    struct usrd_ring_result r;
    unsigned n = 0;
    bool some = false;

    /* What was sent first: what came may be answered, which needs the room. */
    for (; budget > 0 && n < SLOTS && usrd_ring_poll(ring, &r); budget--) {
        some = true;
        if (r.cookie & SENDING)
            sent((unsigned)(r.cookie & 0xff), r.result);
        else
            came[n++] = r;
    }
    for (unsigned k = 0; k < n; k++)
        received((unsigned)came[k].cookie, &came[k]);
    look_for_restart();
    if (refused && room() > LEFT) {
        refused = false;
        tcp_txnow();
    }
    post();
    return some;
}

const struct net_counts *net_counts(void)
{
    return &net_count;
}

struct usrd_ring *net_ring_of_nic(void)
{
    return ring;
}

/* ---- At first ---- */

/* NET_ADDRESS is two words, as a wire has them. */
static kern_return_t agree_on_address(const struct net_words *w,
                                      uint8_t *address)
{
    int words[2] = {0, 0};
    natural_t count = 2;
    mach_port_t handle = usrd_ring_handle(ring);

    if (w->has_mac) {
        memcpy(words, w->mac, 6);
        words[0] = (int)lwip_htonl((u32_t)words[0]);
        words[1] = (int)lwip_htonl((u32_t)words[1]);
        memcpy(address, w->mac, 6);
        return usrd_set_status(handle, NET_ADDRESS, words, 2);
    }
    kern_return_t kr = usrd_get_status(handle, NET_ADDRESS, words, &count);
    words[0] = (int)lwip_ntohl((u32_t)words[0]);
    words[1] = (int)lwip_ntohl((u32_t)words[1]);
    memcpy(address, words, 6);
    return kr;
}

static err_t set_up(struct netif *netif)
{
    netif->name[0] = 'e';
    netif->name[1] = 'n';
    netif->mtu = MTU;
    netif->hwaddr_len = 6;
    netif->output = etharp_output;
    netif->linkoutput = output;
    netif->flags |=
        NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET;
    u16_t sums = NETIF_CHECKSUM_ENABLE_ALL;
    if (features & USRD_NET_CAN_SUM)
        sums &= (u16_t) ~(NETIF_CHECKSUM_GEN_TCP | NETIF_CHECKSUM_GEN_UDP);
    NETIF_SET_CHECKSUM_CTRL(netif, sums);
    return ERR_OK;
}

kern_return_t net_frames_open(const struct net_words *w, struct netif *netif)
{
    int info[USRD_NET_INFO_WORDS] = {0};
    natural_t count = USRD_NET_INFO_WORDS;
    kern_return_t kr = usrd_ring_open(w->device, D_READ | D_WRITE, SLOTS,
                                      (RECEIVES + SENDS) * BUFFER, &ring);

    if (kr != KERN_SUCCESS)
        return kr;
    kr = usrd_get_status(usrd_ring_handle(ring), USRD_NET_INFO, info, &count);
    if (kr == KERN_SUCCESS)
        kr = agree_on_address(w, netif->hwaddr);
    if (kr != KERN_SUCCESS)
        return kr;
    features = (unsigned)info[USRD_NET_INFO_FEATURES];
    epoch = usrd_ring_epoch(ring);
    data = usrd_ring_data(ring);
    for (unsigned n = 0; n < RECEIVES; n++)
        release(&pbufs[n].pbuf);
    for (unsigned n = 0; n < SENDS; n++)
        to_send.buffers[to_send.n++] = (uint8_t)(RECEIVES + n);
    interface = netif;
    netif_add(netif, &w->address, &w->mask, &w->via, NULL, set_up,
              ethernet_input);
    post();
    return KERN_SUCCESS;
}

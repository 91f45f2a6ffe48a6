/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * tasks/virtio/virtqueue.c with a device that keeps to the rules, one request
 * after the other in its hands; then with one that does not: what it writes is
 * noise, in the used ring and everywhere else. */
#include "virtqueue.h"

#include <stdlib.h>

#include "tap.h"

#define SIZE 16u
#define MOST 6u
#define PHYSICAL 0x100000u
#define ROUNDS 300000u

static _Alignas(16) char memory[16384];
static struct virtqueue q;
static struct virtqueue_layout layout;
static uint64_t state = 0x9e3779b97f4a7c15;

/* What the driver asked for, and whether it is still to be answered. */
static struct request {
    bool in_flight;
    unsigned readable, writable;
    uint32_t bytes; /* that the device may write */
    struct virtqueue_segment s[MOST];
} requests[SIZE];

static unsigned below(unsigned n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)((state >> 32) % n);
}

static void begin(unsigned most, bool event_index)
{
    layout = virtqueue_layout(SIZE, most);
    memset(memory, 0xa5, sizeof memory);
    memset(requests, 0, sizeof requests);
    virtqueue_init(&q, SIZE, most, event_index, memory, PHYSICAL);
}

/* ---- The device's side ---- */

static struct vring_avail *available(void)
{
    return (struct vring_avail *)(memory + layout.available);
}

static struct vring_used *used(void)
{
    return (struct vring_used *)(memory + layout.used);
}

static uint16_t *wish(void) /* of the device's: avail_event */
{
    return (uint16_t *)&used()->ring[SIZE];
}

/* The chain at HEAD is that of a request in flight: which?  NULL: of none. */
static struct request *chain(unsigned head)
{
    const struct vring_desc *d = (struct vring_desc *)memory, *at = &d[head];
    const struct vring_desc *table = d;
    unsigned n = 0;
    struct request *r = NULL;

    if (at->flags & VRING_DESC_F_INDIRECT) {
        if (at->addr < PHYSICAL + layout.tables ||
            at->addr + at->len > PHYSICAL + layout.bytes ||
            at->flags != VRING_DESC_F_INDIRECT)
            return NULL;
        at = table =
            (const struct vring_desc *)(memory + (at->addr - PHYSICAL));
    }
    for (unsigned k = 0; k < SIZE; k++)
        if (requests[k].in_flight && requests[k].s[0].address == at->addr)
            r = &requests[k];
    for (; r; at = &table[at->next], n++) {
        bool more = at->flags & VRING_DESC_F_NEXT;
        bool writes = at->flags & VRING_DESC_F_WRITE;
        if (at->addr != r->s[n].address || at->len != r->s[n].length ||
            writes != (n >= r->readable) ||
            more != (n + 1 < r->readable + r->writable))
            return NULL;
        if (!more)
            return r;
    }
    return NULL;
}

static struct held {
    unsigned head;
    struct request *request;
} held[SIZE];
static unsigned n_held;
static uint16_t taken;

/* Take all that is there; returns how many chains were wrong. */
static unsigned take(void)
{
    unsigned wrong = 0;

    for (; taken != available()->idx; taken++) {
        struct held h = {available()->ring[taken % SIZE], NULL};
        h.request = h.head < SIZE ? chain(h.head) : NULL;
        if (h.request)
            held[n_held++] = h;
        else
            wrong++;
    }
    *wish() = taken;
    return wrong;
}

/* The N-th of those that it has.  Returns whether it interrupts. */
static bool give(unsigned n, uint32_t bytes)
{
    uint16_t before = used()->idx;

    used()->ring[before % SIZE] = (struct vring_used_elem){held[n].head, bytes};
    used()->idx++;
    held[n] = held[--n_held];
    return vring_need_event(available()->ring[SIZE], used()->idx, before);
}

/* ---- The driver's side ---- */

static bool post(struct request *r, unsigned readable, unsigned writable)
{
    static uint64_t next = 0x10000000;

    r->readable = readable;
    r->writable = writable;
    r->bytes = 0;
    for (unsigned n = 0; n < readable + writable; n++) {
        r->s[n] = (struct virtqueue_segment){next += 4096, 1 + below(4096)};
        r->bytes += n >= readable ? r->s[n].length : 0;
    }
    return r->in_flight = virtqueue_add(&q, r->s, readable, writable, r);
}

static struct request *idle(void)
{
    for (unsigned n = 0; n < SIZE; n++)
        if (!requests[n].in_flight)
            return &requests[n];
    return NULL;
}

/* Requests of all shapes, more than the 16-bit indexes count, answered in any
 * order: each once, with its cookie and length. */
static void obey(unsigned most, bool event_index, const char *what)
{
    unsigned wrong = 0, answers = 0, added = 0, refused = 0;
    uint32_t said[SIZE] = {0};

    begin(most, event_index);
    n_held = taken = 0;
    for (unsigned n = 0; n < ROUNDS; n++) {
        struct request *r = idle();
        unsigned count = 1 + below(MOST), readable = below(count + 1);
        if (r && post(r, readable, count - readable))
            added++;
        else
            refused++;
        if (below(3) == 0) {
            virtqueue_publish(&q);
            wrong += take();
        }
        while (n_held && below(2)) {
            unsigned which = below(n_held);
            uint32_t bytes = below(5000);
            said[held[which].request - requests] = bytes;
            give(which, bytes);
        }
        void *cookie;
        uint32_t written;
        while (virtqueue_get(&q, &cookie, &written)) {
            r = cookie;
            uint32_t want = said[r - requests];
            wrong +=
                !r->in_flight || written != (want < r->bytes ? want : r->bytes);
            r->in_flight = false;
            answers++;
        }
    }
    OK(wrong == 0 && !q.broken && answers + q.in_flight == added &&
           answers > 70000,
       "%s: %u requests, %u refused for want of room, %u wrong", what, added,
       refused, wrong);
}

static void wishes(void)
{
    void *cookie;
    uint32_t written;

    begin(MOST, true);
    n_held = taken = 0;
    OK(!virtqueue_publish(&q), "nothing new: nothing to tell");
    post(&requests[0], 1, 1);
    OK(virtqueue_publish(&q), "the first is told");
    post(&requests[1], 1, 1);
    OK(!virtqueue_publish(&q), "not the second, which it did not ask for");
    take();
    for (unsigned n = 2; n < 10; n++)
        post(&requests[n], 1, 1);
    OK(virtqueue_publish(&q), "eight more once it asked for them");
    take();
    OK(!virtqueue_interrupt_after(&q, 7), "seven are waited for");
    unsigned interrupts = 0;
    for (unsigned n = 0; n < 6; n++)
        interrupts += give(0, 0);
    EQ(interrupts, 0, "six do not interrupt");
    OK(give(0, 0), "the seventh does");
    OK(virtqueue_interrupt_after(&q, 1), "and is there to be taken");
    unsigned got = 0;
    while (virtqueue_get(&q, &cookie, &written))
        got++;
    EQ(got, 7, "all seven are");
    OK(!virtqueue_interrupt_after(&q, 1) && give(0, 0), "then each interrupts");

    begin(MOST, false);
    post(&requests[0], 1, 0);
    OK(virtqueue_publish(&q), "without the event index each is told");
    used()->flags = VRING_USED_F_NO_NOTIFY;
    post(&requests[1], 1, 0);
    OK(!virtqueue_publish(&q), "unless it does not want to hear");
}

static void room(void)
{
    unsigned n = 0;

    begin(MOST, true);
    while (n < SIZE && post(&requests[n], 2, 4))
        n++;
    EQ(n, SIZE, "with tables there is an entry for each request");
    OK(!post(&(struct request){0}, 1, 0), "and no more");
    begin(0, true);
    for (n = 0; n < SIZE && post(&requests[n], 2, 3); n++)
        ;
    EQ(n, 3, "without, for three of five segments");
    OK(post(&requests[3], 1, 0), "and one of one");
    OK(!post(&requests[4], 0, 1), "and no more");
}

/* ---- A device that breaks the rules ---- */

static bool broken_by(uint32_t id, uint16_t ahead)
{
    void *cookie;
    uint32_t written;

    begin(MOST, true);
    post(&requests[0], 1, 1);
    post(&requests[1], 1, 1);
    virtqueue_publish(&q);
    used()->ring[0] = (struct vring_used_elem){id, 1};
    used()->idx = ahead;
    while (virtqueue_get(&q, &cookie, &written))
        ;
    return q.broken && !virtqueue_get(&q, &cookie, &written) &&
           !virtqueue_add(&q, requests[2].s, 1, 0, NULL);
}

static void rules(void)
{
    unsigned head;

    begin(MOST, true);
    post(&requests[0], 1, 1);
    virtqueue_publish(&q);
    head = available()->ring[0];
    OK(!broken_by(head, 1), "an answer that it may give");
    OK(broken_by(SIZE, 1), "an entry that there is not");
    OK(broken_by(UINT32_MAX, 1), "nor this");
    OK(broken_by(head + 5, 1), "one that it does not have");
    OK(broken_by(head, 3) && q.in_flight == 2,
       "more answers than requests: none is believed");
    OK(broken_by(head, 0xffff), "an index that went back");
    begin(MOST, true);
    post(&requests[0], 1, 1);
    post(&requests[1], 1, 1);
    virtqueue_publish(&q);
    used()->ring[0] = used()->ring[1] = (struct vring_used_elem){head, 0};
    used()->idx = 2;
    void *cookie;
    uint32_t written;
    OK(virtqueue_get(&q, &cookie, &written) &&
           !virtqueue_get(&q, &cookie, &written) && q.broken,
       "the same answer twice");
}

/* It writes anywhere that it can.  Each request comes back once or never. */
static void noise(void)
{
    unsigned lost = 0, answers = 0, resets = 0;

    for (unsigned n = 0; n < ROUNDS; n++) {
        if (n == 0 || q.broken || below(50) == 0) {
            begin(below(2) ? MOST : 0, below(2));
            resets++;
        }
        struct request *r = idle();
        unsigned count = 1 + below(MOST), readable = below(count + 1);
        if (r)
            post(r, readable, count - readable);
        virtqueue_publish(&q);
        for (unsigned k = below(4); k > 0; k--)
            memory[below((unsigned)layout.bytes)] = (char)below(256);
        if (below(2))
            used()->idx = (uint16_t)(q.seen + below(3));
        if (below(2))
            used()->ring[q.seen % SIZE].id = below(SIZE + 1);
        void *cookie;
        uint32_t written;
        while (virtqueue_get(&q, &cookie, &written)) {
            r = cookie;
            lost += r < requests || r >= requests + SIZE || !r->in_flight ||
                    written > r->bytes;
            r->in_flight = false;
            answers++;
        }
        virtqueue_interrupt_after(&q, 1 + below(SIZE));
        unsigned in_flight = 0;
        for (unsigned k = 0; k < SIZE; k++)
            in_flight += requests[k].in_flight;
        lost += in_flight != q.in_flight;
    }
    OK(lost == 0 && answers > 1000 && resets > 1000,
       "noise: %u answers, %u resets, %u that should not have been", answers,
       resets, lost);
}

int main(void)
{
    obey(MOST, true, "tables, event index");
    obey(0, true, "chains, event index");
    obey(4, false, "short tables, flags");
    wishes();
    room();
    rules();
    noise();
    return tap_end();
}

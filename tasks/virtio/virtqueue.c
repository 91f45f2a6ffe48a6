/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A split virtqueue; sections are those of virtio 1.2.  Its numbers are
 * little-endian, as this machine's. */
#include "virtqueue.h"

#include <stdatomic.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "virtio's order");

/* What the device writes, and what it reads, each once and as a whole. */
#define READ(field) __atomic_load_n(&(field), __ATOMIC_ACQUIRE)
#define WRITE(field, value) \
    __atomic_store_n(&(field), (value), __ATOMIC_RELEASE)

static size_t round_up(size_t n, size_t to)
{
    return (n + to - 1) & ~(to - 1);
}

/* §2.7: alignments of 16, 2 and 4; the indexes of §2.7.10 end the rings. */
struct virtqueue_layout virtqueue_layout(unsigned size, unsigned most)
{
    struct virtqueue_layout l;

    l.available = size * sizeof(struct vring_desc);
    l.used = round_up(l.available + sizeof(struct vring_avail) +
                          (size + 1) * sizeof(uint16_t),
                      VRING_USED_ALIGN_SIZE);
    l.tables =
        round_up(l.used + sizeof(struct vring_used) +
                     size * sizeof(struct vring_used_elem) + sizeof(uint16_t),
                 VRING_DESC_ALIGN_SIZE);
    l.bytes = l.tables + (size_t)size * most * sizeof(struct vring_desc);
    return l;
}

void virtqueue_init(struct virtqueue *q, unsigned size, unsigned most,
                    bool event_index, void *memory, uint64_t physical)
{
    struct virtqueue_layout l = virtqueue_layout(size, most);
    char *base = memory;

    memset(memory, 0, l.tables); /* a table is written before it is read */
    memset(q, 0, sizeof *q);
    q->size = size;
    q->most = most;
    q->event_index = event_index;
    q->descriptors = memory;
    q->available = (struct vring_avail *)(base + l.available);
    q->used = (struct vring_used *)(base + l.used);
    q->tables = (struct vring_desc *)(base + l.tables);
    q->tables_at = physical + l.tables;
    q->n_free = (uint16_t)size;
    for (unsigned n = 0; n < size; n++)
        q->entries[n].next = (uint16_t)(n + 1);
}

/* §2.7.10: where the device says which request it wants to hear of, and where
 * the driver says at which answer. */
static uint16_t *available_event(struct virtqueue *q)
{
    return (uint16_t *)&q->used->ring[q->size];
}

static uint16_t *used_event(struct virtqueue *q)
{
    return &q->available->ring[q->size];
}

static uint16_t take_free(struct virtqueue *q)
{
    uint16_t n = q->first_free;

    q->first_free = q->entries[n].next;
    q->n_free--;
    return n;
}

static struct vring_desc descriptor(const struct virtqueue_segment *s,
                                    bool writable, bool more, unsigned next)
{
    return (struct vring_desc){
        .addr = s->address,
        .len = s->length,
        .flags = (uint16_t)((writable ? VRING_DESC_F_WRITE : 0) |
                            (more ? VRING_DESC_F_NEXT : 0)),
        .next = (uint16_t)(more ? next : 0),
    };
}

/* §2.7.5.3: one entry, and all segments in its own table. */
static unsigned add_indirect(struct virtqueue *q,
                             const struct virtqueue_segment *s,
                             unsigned readable, unsigned count)
{
    uint16_t head = take_free(q);
    size_t at = (size_t)head * q->most;

    for (unsigned n = 0; n < count; n++)
        q->tables[at + n] =
            descriptor(&s[n], n >= readable, n + 1 < count, n + 1);
    q->descriptors[head] = (struct vring_desc){
        .addr = q->tables_at + at * sizeof(struct vring_desc),
        .len = (uint32_t)(count * sizeof(struct vring_desc)),
        .flags = VRING_DESC_F_INDIRECT,
    };
    q->entries[head].count = 1;
    return head;
}

/* §2.7.5: an entry a segment. */
static unsigned add_chain(struct virtqueue *q,
                          const struct virtqueue_segment *s, unsigned readable,
                          unsigned count)
{
    uint16_t head = q->first_free;

    for (unsigned n = 0; n < count; n++) {
        uint16_t at = take_free(q);
        q->descriptors[at] = descriptor(&s[n], n >= readable, n + 1 < count,
                                        q->entries[at].next);
    }
    q->entries[head].count = (uint16_t)count;
    return head;
}

bool virtqueue_add(struct virtqueue *q, const struct virtqueue_segment *s,
                   unsigned readable, unsigned writable, void *cookie)
{
    unsigned count = readable + writable, head;
    uint32_t bytes = 0;

    if (q->broken || count == 0 || q->n_free == 0)
        return false;
    if (count > 1 && count <= q->most)
        head = add_indirect(q, s, readable, count);
    else if (count <= q->n_free)
        head = add_chain(q, s, readable, count);
    else
        return false;
    for (unsigned n = readable; n < count; n++)
        bytes += s[n].length;
    q->entries[head].cookie = cookie;
    q->entries[head].writable = bytes;
    q->available->ring[q->posted++ % q->size] = (uint16_t)head;
    q->in_flight++;
    return true;
}

/* §2.7.13.3: the index after what it covers; §2.7.13.4.1: the device's wish
 * is read after the index is out, behind a full fence. */
bool virtqueue_publish(struct virtqueue *q)
{
    uint16_t before = q->published;

    if (q->posted == before)
        return false;
    WRITE(q->available->idx, q->posted);
    q->published = q->posted;
    atomic_thread_fence(memory_order_seq_cst);
    if (q->event_index)
        return vring_need_event(READ(*available_event(q)), q->posted, before);
    return !(READ(q->used->flags) & VRING_USED_F_NO_NOTIFY);
}

/* Back to the free ones, the whole chain: as it was linked, which the links
 * of the entries still say. */
static void release(struct virtqueue *q, uint16_t head)
{
    uint16_t last = head, count = q->entries[head].count;

    for (unsigned n = 1; n < count; n++)
        last = q->entries[last].next;
    q->entries[last].next = q->first_free;
    q->first_free = head;
    q->n_free = (uint16_t)(q->n_free + count);
    q->entries[head].count = 0;
    q->in_flight--;
}

/* §2.7.14.  The device cannot have used more than it has, nor what it does not
 * have. */
bool virtqueue_get(struct virtqueue *q, void **cookie, uint32_t *written)
{
    uint16_t done = (uint16_t)(READ(q->used->idx) - q->seen);

    if (done == 0 || q->broken)
        return false;
    struct vring_used_elem *used = &q->used->ring[q->seen % q->size];
    uint32_t head = READ(used->id), length = READ(used->len);
    if (done > q->in_flight || head >= q->size || q->entries[head].count == 0) {
        q->broken = true;
        return false;
    }
    *cookie = q->entries[head].cookie;
    *written =
        length < q->entries[head].writable ? length : q->entries[head].writable;
    q->seen++;
    release(q, (uint16_t)head);
    return true;
}

/* §2.7.7.1: the wish first, then a look at what is done, or an interrupt that
 * came between the two is lost. */
bool virtqueue_interrupt_after(struct virtqueue *q, unsigned after)
{
    if (q->event_index) {
        WRITE(*used_event(q), (uint16_t)(q->seen + after - 1));
        atomic_thread_fence(memory_order_seq_cst);
    }
    return !q->broken && READ(q->used->idx) != q->seen;
}

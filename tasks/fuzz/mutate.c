/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A valid message, with something wrong. */
#include "fuzz.h"

#include <string.h>

#define HEADER sizeof(mach_msg_header_t)
#define ROUND(n) (((n) + 7) & ~7u)

unsigned find_items(union message *m, unsigned *offsets)
{
    unsigned n = 0;
    uint64_t at = HEADER;

    while (n < ITEMS_MAX && at + 8 <= m->head.msgh_size) {
        const mach_msg_type_t *t = item_at(m, (unsigned)at);
        uint64_t bytes = ((uint64_t)t->msgt_number * t->msgt_size + 7) / 8;
        offsets[n++] = (unsigned)at;
        at += 8 + (t->msgt_inline ? (bytes + 7) & ~7ull : 8);
    }
    return n;
}

static void id(union message *m)
{
    static const unsigned short first[] = {64,   2000, 2400, 2600, 2800,
                                           2900, 3000, 3200, 3600, 3800,
                                           4000, 4200, 4800, 4840, 4870};

    switch (below(4)) {
    case 0:
        m->head.msgh_id = (int)number();
        break;
    case 1:
        m->head.msgh_id = first[below(15)] + (int)below(40);
        break;
    default:
        m->head.msgh_id += (int)below(21) - 10;
    }
}

static void shorter(union message *m)
{
    unsigned body = (m->head.msgh_size - (unsigned)HEADER) / 8;

    if (body > 0)
        m->head.msgh_size -= 8 * (1 + below(body));
}

static void noise(char *p, unsigned n)
{
    for (unsigned i = 0; i + 4 <= n; i += 4) {
        uint32_t word = below(~0u);
        memcpy(p + i, &word, 4);
    }
}

/* A little, a lot, or about as much as somebody's buffer holds. */
static void longer(union message *m)
{
    static const unsigned edge[] = {1024, 4096, 4352, 8192, FUZZ_LONGEST};
    unsigned size = m->head.msgh_size, end;

    if (once_in(4))
        end = edge[below(5)] - 8 * below(4);
    else
        end = size + 8 * (1 + below(once_in(2) ? 3 : 200));
    if (end > FUZZ_LONGEST || end <= size)
        return;
    if (once_in(2))
        memset(m->bytes + size, 0, end - size);
    else
        noise(m->bytes + size, end - size);
    m->head.msgh_size = end;
}

static mach_msg_type_t *some_item(union message *m)
{
    unsigned offsets[ITEMS_MAX], n = find_items(m, offsets);

    return n > 0 ? item_at(m, offsets[below(n)]) : NULL;
}

static void descriptor(union message *m)
{
    mach_msg_type_t *t = some_item(m);

    if (!t)
        return;
    switch (below(7)) {
    case 0:
        t->msgt_name = once_in(2) ? 8 + below(16) : below(256);
        break;
    case 1:
        t->msgt_size = once_in(2) ? 8u << below(5) : number();
        break;
    case 2:
    case 3:
        t->msgt_number = once_in(2) ? t->msgt_number + below(5) - 2 : number();
        break;
    case 4:
        t->msgt_inline = !t->msgt_inline;
        break;
    case 5:
        t->msgt_longform = !t->msgt_longform;
        break;
    case 6:
        if (once_in(2))
            t->msgt_deallocate = !t->msgt_deallocate;
        else
            t->msgt_unused = below(32);
    }
}

/* A number for which the size of the last item is the same in 32 bits. */
static void wrap(union message *m)
{
    unsigned offsets[ITEMS_MAX], n = find_items(m, offsets);
    mach_msg_type_t *t = n > 0 ? item_at(m, offsets[n - 1]) : NULL;

    if (t && t->msgt_size == 8)
        t->msgt_number = -below(8);
    else if (t && t->msgt_size >= 16)
        t->msgt_number += (1u << 31) / (t->msgt_size / 16u) * (1 + below(3));
}

/* Numbers, and strings without an end. */
static void value(union message *m)
{
    mach_msg_type_t *t = some_item(m);
    char *p = (char *)(t + 1);

    if (!t || p + 8 > m->bytes + m->head.msgh_size)
        return;
    unsigned room = (unsigned)(m->bytes + m->head.msgh_size - p);
    unsigned bytes = t->msgt_number * t->msgt_size / 8;
    if (bytes > room)
        bytes = room;
    if (bytes > 8) {
        memset(p, once_in(2) ? 'A' : (int)below(256), bytes);
        return;
    }
    uint64_t v = number();
    if (once_in(4))
        v |= (uint64_t)number() << 32;
    memcpy(p, &v, bytes);
}

static void complex(union message *m)
{
    m->head.msgh_bits ^= MACH_MSGH_BITS_COMPLEX;
}

/* Put an item with N bytes of DATA in the place of another, or at the end. */
static void put(union message *m, mach_msg_type_t type, const void *data,
                unsigned n)
{
    unsigned offsets[ITEMS_MAX], items = find_items(m, offsets);
    unsigned size = m->head.msgh_size, k = below(items + 1);
    unsigned at = k < items ? offsets[k] : size;
    unsigned next = k + 1 < items ? offsets[k + 1] : size;

    if (next < at || next > size || once_in(8))
        next = at;
    if (at + 8 + ROUND(n) + size - next > FUZZ_LONGEST)
        return;
    memmove(m->bytes + at + 8 + ROUND(n), m->bytes + next, size - next);
    memcpy(m->bytes + at, &type, 8);
    memset(m->bytes + at + 8, 0, ROUND(n));
    memcpy(m->bytes + at + 8, data, n);
    m->head.msgh_size = size - (next - at) + 8 + ROUND(n);
}

static unsigned right_type(void)
{
    return MACH_MSG_TYPE_MOVE_RECEIVE + below(6);
}

static void rights(union message *m)
{
    uint64_t names[4];
    mach_msg_type_t type = {.msgt_name = right_type(),
                            .msgt_size = 64,
                            .msgt_number = once_in(2) ? 1 : below(5),
                            .msgt_inline = TRUE};

    for (unsigned i = 0; i < 4; i++)
        names[i] = pool_right();
    put(m, type, names, type.msgt_number * 8);
    m->head.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
}

/* Arrays of rights out of line lie at the start of the pool's memory. */
static void array(union message *m)
{
    mach_port_t *names = (mach_port_t *)memory;
    vm_address_t at = memory + (once_in(4) ? 4 * below(8) : 0);
    mach_msg_type_t type = {.msgt_name = right_type(),
                            .msgt_size = 32,
                            .msgt_number = below(17),
                            .msgt_longform = once_in(2),
                            .msgt_deallocate = once_in(8)};

    for (unsigned i = 0; i < 32; i++)
        names[i] = pool_right();
    put(m, type, &at, 8);
    m->head.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
}

static void out_of_line(union message *m)
{
    vm_address_t at = memory + (once_in(2) ? below(MEMORY) : 0);
    mach_msg_type_t type = {.msgt_name = below(16),
                            .msgt_size = 8,
                            .msgt_number =
                                once_in(4) ? number() : below(MEMORY / 2),
                            .msgt_longform = once_in(2),
                            .msgt_deallocate = once_in(8)};

    if (once_in(8))
        at = number();
    put(m, type, &at, 8);
    m->head.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
}

/* An item more, with nothing wrong about it. */
static void item(union message *m)
{
    uint64_t v = number();
    mach_msg_type_t type = {.msgt_name = MACH_MSG_TYPE_INTEGER_32,
                            .msgt_size = 32,
                            .msgt_number = 1,
                            .msgt_inline = TRUE};

    put(m, type, &v, 4);
}

static void body(union message *m)
{
    noise(m->bytes + HEADER, m->head.msgh_size - (unsigned)HEADER);
}

/* No right to reply, or one that nobody will answer. */
static void reply(union message *m)
{
    static const unsigned char types[] = {
        0, MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND,
        MACH_MSG_TYPE_MAKE_SEND_ONCE, MACH_MSG_TYPE_MOVE_SEND_ONCE};
    unsigned type = types[below(5)];

    m->head.msgh_bits =
        (m->head.msgh_bits & ~(unsigned)MACH_MSGH_BITS_LOCAL_MASK) |
        MACH_MSGH_BITS(0, type);
    m->head.msgh_local_port = type ? pool_right() : MACH_PORT_NULL;
}

static void destination(union message *m)
{
    if (once_in(8))
        m->head.msgh_bits ^= MACH_MSGH_BITS(1u << below(3), 0);
}

void mutate(union message *m)
{
    static void (*const all[])(union message *) = {
        id,    id,    shorter, longer, descriptor,  descriptor, descriptor,
        wrap,  value, value,   item,   out_of_line, complex,    rights,
        array, body,  reply,   reply,  destination,
    };

    for (unsigned n = 1 + below(3); n > 0; n--)
        all[below(sizeof all / sizeof *all)](m);
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Packet filters: bpf.c has one language, here is Mach's own stack machine of
 * <device/net_status.h>, and what is the same for both. */
#include "filter.h"

#include <string.h>

#include <device/net_status.h>

#define HEADER 14u

/* Word N as the kernel lays a packet out: its length, its type, and what is
 * behind the header.  Words are as they are in memory. */
static bool packet_word(const struct nic_view *v, uint32_t n, uint16_t *word)
{
    uint32_t at = n == 1 ? HEADER - 2 : HEADER + 2 * (n - 2);

    if (n == 0) {
        *word = (uint16_t)(v->bytes - HEADER + sizeof(struct packet_header));
        return true;
    }
    if (n >= NET_RCV_MAX || at + 2 > v->bytes)
        return false;
    memcpy(word, v->frame + at, sizeof *word);
    return true;
}

static bool header_word(const struct nic_view *v, uint32_t n, uint16_t *word)
{
    if (n >= HEADER / 2)
        return false;
    memcpy(word, v->frame + 2 * n, sizeof *word);
    return true;
}

static uint16_t apply(unsigned op, uint16_t a, uint16_t b)
{
    switch (op) {
    case NETF_EQ:
        return a == b;
    case NETF_NEQ:
        return a != b;
    case NETF_LT:
        return a < b;
    case NETF_LE:
        return a <= b;
    case NETF_GT:
        return a > b;
    case NETF_GE:
        return a >= b;
    case NETF_AND:
        return a & b;
    case NETF_OR:
        return a | b;
    case NETF_XOR:
        return a ^ b;
    case NETF_LSH:
        return (uint16_t)(b < 16 ? a << b : 0);
    case NETF_RSH:
        return (uint16_t)(b < 16 ? a >> b : 0);
    case NETF_ADD:
        return (uint16_t)(a + b);
    }
    return (uint16_t)(a - b); /* NETF_SUB */
}

/* Does the operator end the program, and with WHAT? */
static bool cuts(unsigned op, uint16_t a, uint16_t b, bool *what)
{
    *what = op == NETF_COR || op == NETF_CNAND;
    return (op == NETF_COR || op == NETF_CNOR) == (a == b);
}

static bool is_cut(unsigned op)
{
    return op >= NETF_COR && op <= NETF_CNAND;
}

struct stack {
    uint16_t words[NET_FILTER_STACK_DEPTH];
    unsigned depth;
};

/* What ARG pushes; LITERAL is the program's next word. */
static bool operand(struct stack *s, unsigned arg, const struct nic_view *v,
                    uint16_t literal, uint16_t *word)
{
    if (arg >= NETF_PUSHSTK) {
        arg -= NETF_PUSHSTK;
        if (arg < s->depth)
            *word = s->words[s->depth - 1 - arg];
        return arg < s->depth;
    }
    if (arg >= NETF_PUSHHDR)
        return header_word(v, arg - NETF_PUSHHDR, word);
    if (arg >= NETF_PUSHWORD)
        return packet_word(v, arg - NETF_PUSHWORD, word);
    if (arg == NETF_PUSHIND || arg == NETF_PUSHHDRIND) {
        if (s->depth == 0)
            return false;
        uint16_t at = s->words[--s->depth];
        return arg == NETF_PUSHIND ? packet_word(v, at, word)
                                   : header_word(v, at, word);
    }
    *word = arg == NETF_PUSHLIT ? literal : 0;
    return arg == NETF_PUSHLIT || arg == NETF_PUSHZERO;
}

/* Words 1 and up, on a stack that holds a 1 at first.  Where the stack or the
 * packet has no such word it is refused. */
static bool own_run(const struct nic_filter *f, const struct nic_view *v)
{
    struct stack s = {.words = {1}, .depth = 1};
    bool what;

    for (unsigned at = 1; at < f->n; at++) {
        unsigned arg = NETF_ARG(f->words[at]);
        unsigned op = f->words[at] & NETF_TYPE_MASK;
        if (arg != NETF_NOPUSH) {
            uint16_t word;
            at += arg == NETF_PUSHLIT;
            if (!operand(&s, arg, v, f->words[at], &word) ||
                s.depth == NET_FILTER_STACK_DEPTH)
                return false;
            s.words[s.depth++] = word;
        }
        if (op == NETF_NOP)
            continue;
        if (s.depth < 2)
            return false;
        s.depth -= 2;
        uint16_t a = s.words[s.depth], b = s.words[s.depth + 1];
        if (!is_cut(op))
            s.words[s.depth++] = apply(op, a, b);
        else if (cuts(op, a, b, &what))
            return what;
    }
    return s.depth > 0 && s.words[s.depth - 1] != 0;
}

static bool own_ok(const struct nic_filter *f)
{
    for (unsigned at = 1; at < f->n; at++) {
        if ((f->words[at] & NETF_TYPE_MASK) > NETF_SUB)
            return false;
        at += NETF_ARG(f->words[at]) == NETF_PUSHLIT;
        if (at >= f->n)
            return false;
    }
    return true;
}

/* ---- Both ---- */

bool nic_filter_set(struct nic_filter *f, const uint16_t *words, unsigned count)
{
    struct nic_filter new = {.n = count};

    if (count == 0 || count > NIC_FILTER_WORDS)
        return false;
    memcpy(new.words, words, count * sizeof *words);
    new.bpf = (words[0] & NETF_TYPE_MASK) == NETF_BPF;
    if (!new.bpf && (words[0] & NETF_TYPE_MASK))
        return false;
    if (!(new.bpf ? nic_bpf_ok : own_ok)(&new))
        return false;
    *f = new;
    return true;
}

uint32_t nic_filter_run(const struct nic_filter *f, const uint8_t *frame,
                        uint32_t bytes)
{
    const struct nic_view v = {frame, bytes};

    if (bytes < HEADER)
        return 0;
    uint32_t most = bytes - HEADER, keep = most;
    if (f->n && f->bpf)
        keep = nic_bpf_run(f, &v);
    else if (f->n && !own_run(f, &v))
        keep = 0;
    return keep < most ? keep : most;
}

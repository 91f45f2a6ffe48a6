/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Packet filters: the Berkeley Packet Filter of <device/bpf.h>, without Mach's
 * matching of keys, and Mach's own stack machine of <device/net_status.h>.
 *
 * A BPF program sees the frame from its header on.  Jumps go forward, so that a
 * program ends after as many steps as it has instructions.  A load past the
 * end of the frame, or a division by zero, refuses the frame. */
#include "filter.h"

#include <string.h>

#include <device/net_status.h>

#define HEADER 14u

/* ---- Bytes of the frame ---- */

struct view {
    const uint8_t *frame;
    uint32_t bytes;
};

static bool load(const struct view *v, uint64_t at, unsigned width, uint32_t *a)
{
    uint32_t value = 0;

    if (at + width > v->bytes)
        return false;
    for (unsigned n = 0; n < width; n++)
        value = value << 8 | v->frame[at + n];
    *a = value;
    return true;
}

/* ---- BPF ---- */

static unsigned width(unsigned code)
{
    return BPF_SIZE(code) == BPF_W ? 4 : BPF_SIZE(code) == BPF_H ? 2 : 1;
}

static bool load_ok(const struct bpf_insn *i)
{
    bool x = BPF_CLASS(i->code) == BPF_LDX;

    if (i->code > 0xff || BPF_SIZE(i->code) == 0x18)
        return false;
    switch (BPF_MODE(i->code)) {
    case BPF_IMM:
    case BPF_LEN:
        return BPF_SIZE(i->code) == BPF_W;
    case BPF_MEM:
        return BPF_SIZE(i->code) == BPF_W && (unsigned)i->k < BPF_MEMWORDS;
    case BPF_ABS:
    case BPF_IND:
        return !x;
    case BPF_MSH:
        return x && BPF_SIZE(i->code) == BPF_B;
    }
    return false;
}

static bool alu_ok(const struct bpf_insn *i)
{
    unsigned op = BPF_OP(i->code);

    if (op == BPF_DIV && BPF_SRC(i->code) == BPF_K)
        return i->k != 0;
    return op <= BPF_NEG;
}

/* LEFT: the instructions that follow. */
static bool jump_ok(const struct bpf_insn *i, unsigned left)
{
    if (BPF_OP(i->code) == BPF_JA)
        return (unsigned)i->k < left;
    return BPF_OP(i->code) <= BPF_JSET && i->jt < left && i->jf < left;
}

static bool instruction_ok(const struct bpf_insn *i, unsigned left)
{
    switch (BPF_CLASS(i->code)) {
    case BPF_LD:
    case BPF_LDX:
        return load_ok(i);
    case BPF_ST:
    case BPF_STX:
        return (unsigned)i->k < BPF_MEMWORDS;
    case BPF_ALU:
        return i->code <= 0xff && alu_ok(i);
    case BPF_JMP:
        return i->code <= 0xff && jump_ok(i, left);
    case BPF_RET:
        return i->code == (BPF_RET | BPF_K) || i->code == (BPF_RET | BPF_A);
    default:
        return i->code == (BPF_MISC | BPF_TAX) ||
               i->code == (BPF_MISC | BPF_TXA);
    }
}

static const struct bpf_insn *program(const struct nic_filter *f)
{
    return (const struct bpf_insn *)f->words;
}

/* The first instruction is Mach's: kind and direction. */
static bool bpf_ok(const struct nic_filter *f)
{
    const struct bpf_insn *i = program(f);
    unsigned n = f->n * sizeof *f->words / sizeof *i;

    if (f->n * sizeof *f->words % sizeof *i || n < 2)
        return false;
    for (unsigned at = 1; at < n; at++)
        if (!instruction_ok(&i[at], n - 1 - at))
            return false;
    return BPF_CLASS(i[n - 1].code) == BPF_RET;
}

static bool alu(unsigned op, uint32_t *a, uint32_t b)
{
    switch (op) {
    case BPF_ADD:
        *a += b;
        return true;
    case BPF_SUB:
        *a -= b;
        return true;
    case BPF_MUL:
        *a *= b;
        return true;
    case BPF_DIV:
        if (b == 0)
            return false;
        *a /= b;
        return true;
    case BPF_OR:
        *a |= b;
        return true;
    case BPF_AND:
        *a &= b;
        return true;
    case BPF_LSH:
        *a = b < 32 ? *a << b : 0;
        return true;
    case BPF_RSH:
        *a = b < 32 ? *a >> b : 0;
        return true;
    }
    *a = -*a; /* BPF_NEG */
    return true;
}

static bool holds(unsigned op, uint32_t a, uint32_t b)
{
    switch (op) {
    case BPF_JEQ:
        return a == b;
    case BPF_JGT:
        return a > b;
    case BPF_JGE:
        return a >= b;
    }
    return (a & b) != 0; /* BPF_JSET */
}

struct machine {
    uint32_t a, x, memory[BPF_MEMWORDS];
};

/* FALSE: there is no such byte. */
static bool bpf_load(struct machine *m, const struct bpf_insn *i,
                     const struct view *v)
{
    uint32_t *to = BPF_CLASS(i->code) == BPF_LD ? &m->a : &m->x;
    uint32_t k = (uint32_t)i->k;

    switch (BPF_MODE(i->code)) {
    case BPF_IMM:
        *to = k;
        return true;
    case BPF_LEN:
        *to = v->bytes;
        return true;
    case BPF_MEM:
        *to = m->memory[k];
        return true;
    case BPF_ABS:
        return load(v, k, width(i->code), to);
    case BPF_IND:
        return load(v, (uint64_t)k + m->x, width(i->code), to);
    }
    if (!load(v, k, 1, to)) /* BPF_MSH: the length of an IP header */
        return false;
    *to = (*to & 0xf) * 4;
    return true;
}

/* What the program returns. */
static uint32_t bpf_run(const struct nic_filter *f, const struct view *v)
{
    const struct bpf_insn *i = program(f) + 1;
    struct machine m = {0};

    for (;; i++) {
        uint32_t k = (uint32_t)i->k;
        uint32_t b = BPF_SRC(i->code) == BPF_X ? m.x : k;
        switch (BPF_CLASS(i->code)) {
        case BPF_LD:
        case BPF_LDX:
            if (!bpf_load(&m, i, v))
                return 0;
            break;
        case BPF_ST:
            m.memory[k] = m.a;
            break;
        case BPF_STX:
            m.memory[k] = m.x;
            break;
        case BPF_ALU:
            if (!alu(BPF_OP(i->code), &m.a, b))
                return 0;
            break;
        case BPF_JMP:
            if (BPF_OP(i->code) == BPF_JA)
                i += k;
            else
                i += holds(BPF_OP(i->code), m.a, b) ? i->jt : i->jf;
            break;
        case BPF_RET:
            return BPF_RVAL(i->code) == BPF_A ? m.a : k;
        default:
            if (BPF_MISCOP(i->code) == BPF_TAX)
                m.x = m.a;
            else
                m.a = m.x;
        }
    }
}

/* ---- Mach's own ---- */

/* Word N as the kernel lays a packet out: its length, its type, and what is
 * behind the header.  Words are as they are in memory. */
static bool packet_word(const struct view *v, uint32_t n, uint16_t *word)
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

static bool header_word(const struct view *v, uint32_t n, uint16_t *word)
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
static bool operand(struct stack *s, unsigned arg, const struct view *v,
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
static bool own_run(const struct nic_filter *f, const struct view *v)
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
    if (!(new.bpf ? bpf_ok : own_ok)(&new))
        return false;
    *f = new;
    return true;
}

uint32_t nic_filter_run(const struct nic_filter *f, const uint8_t *frame,
                        uint32_t bytes)
{
    const struct view v = {frame, bytes};

    if (bytes < HEADER)
        return 0;
    uint32_t most = bytes - HEADER, keep = most;
    if (f->n && f->bpf)
        keep = bpf_run(f, &v);
    else if (f->n && !own_run(f, &v))
        keep = 0;
    return keep < most ? keep : most;
}

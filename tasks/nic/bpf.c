/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The Berkeley Packet Filter of <device/bpf.h>, without Mach's matching of keys.
 *
 * A program sees the frame from its header on.  Jumps go forward, so that it
 * ends after as many steps as it has instructions.  A load past the end of the
 * frame, or a division by zero, refuses the frame. */
#include <device/net_status.h>

#include "filter.h"

static bool load(const struct nic_view *v, uint64_t at, unsigned width,
                 uint32_t *a)
{
    uint32_t value = 0;

    if (at + width > v->bytes)
        return false;
    for (unsigned n = 0; n < width; n++)
        value = value << 8 | v->frame[at + n];
    *a = value;
    return true;
}

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
bool nic_bpf_ok(const struct nic_filter *f)
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
                     const struct nic_view *v)
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
uint32_t nic_bpf_run(const struct nic_filter *f, const struct nic_view *v)
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

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Packet filters: programs that are refused, what programs let through, and
 * programs that are noise, over frames that are noise. */
#include <stdlib.h>

#include <device/net_status.h>

#include "../../tasks/nic/filter.h"
#include "tap.h"

#define N(array) (sizeof(array) / sizeof *(array))
#define HEAD BPF_STMT(BPF_BEGIN | BPF_IN, 0)
#define ALL BPF_STMT(BPF_RET | BPF_K, 2000)
#define NONE BPF_STMT(BPF_RET | BPF_K, 0)

static uint8_t frame[1514];
static struct nic_filter f;

static void make_frame(unsigned type)
{
    for (unsigned n = 0; n < sizeof frame; n++)
        frame[n] = (uint8_t)n;
    frame[12] = (uint8_t)(type >> 8);
    frame[13] = (uint8_t)type;
    frame[14] = 0x45;
}

static bool set(const struct bpf_insn *i, unsigned n)
{
    return nic_filter_set(&f, (const uint16_t *)i,
                          (unsigned)(n * sizeof *i / sizeof(uint16_t)));
}

#define SET(...)                                    \
    ({                                              \
        const struct bpf_insn p_[] = {__VA_ARGS__}; \
        set(p_, N(p_));                             \
    })

static uint32_t run(uint32_t bytes)
{
    /* To the byte, so that a read past it is seen. */
    uint8_t *copy = malloc(bytes ? bytes : 1);
    memcpy(copy, frame, bytes);
    uint32_t keep = nic_filter_run(&f, copy, bytes);
    free(copy);
    return keep;
}

/* What the Hurd's pfinet asks a network device for. */
static void test_pfinet(void)
{
    make_frame(0x0800);
    OK(SET(BPF_STMT(NETF_IN | NETF_BPF, 0),
           BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
           BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x0806, 2, 0),
           BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x0800, 1, 0),
           BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x86dd, 0, 1),
           BPF_STMT(BPF_RET | BPF_K, 1500), NONE),
       "pfinet's program is taken");
    EQ(run(1514), 1500, "IPv4 passes whole");
    EQ(run(60), 46, "a short one, too");
    make_frame(0x0806);
    EQ(run(60), 46, "ARP");
    make_frame(0x86dd);
    EQ(run(60), 46, "IPv6");
    make_frame(0x88b5);
    EQ(run(60), 0, "nothing else");
    EQ(run(13), 0, "nor what is no frame");
    const uint16_t own[] = {NETF_IN, NETF_PUSHLIT | NETF_NOP, 1};
    OK(nic_filter_set(&f, own, N(own)), "its other program is taken");
    EQ(run(60), 46, "and takes all");
}

static void test_instructions(void)
{
    make_frame(0x0800);
    SET(HEAD, BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 14),
        BPF_STMT(BPF_LD | BPF_B | BPF_IND, 14),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 34, 0, 1), ALL, NONE);
    EQ(run(60), 46, "behind an IP header");
    SET(HEAD, BPF_STMT(BPF_LD | BPF_IMM, 10), BPF_STMT(BPF_ST, 3),
        BPF_STMT(BPF_LDX | BPF_MEM, 3), BPF_STMT(BPF_ALU | BPF_MUL | BPF_X, 0),
        BPF_STMT(BPF_ALU | BPF_DIV | BPF_K, 4),
        BPF_STMT(BPF_ALU | BPF_ADD | BPF_K, 4),
        BPF_STMT(BPF_ALU | BPF_LSH | BPF_K, 2),
        BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 1),
        BPF_STMT(BPF_ALU | BPF_SUB | BPF_K, 8),
        BPF_STMT(BPF_ALU | BPF_OR | BPF_K, 1),
        BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xff),
        BPF_STMT(BPF_RET | BPF_A, 0));
    EQ(run(1514), 51, "arithmetic");
    SET(HEAD, BPF_STMT(BPF_LD | BPF_LEN, 0), BPF_STMT(BPF_MISC | BPF_TAX, 0),
        BPF_STMT(BPF_LD | BPF_IMM, 5), BPF_STMT(BPF_MISC | BPF_TXA, 0),
        BPF_STMT(BPF_ALU | BPF_NEG, 0), BPF_STMT(BPF_ALU | BPF_NEG, 0),
        BPF_STMT(BPF_RET | BPF_A, 0));
    EQ(run(60), 46, "the length, there and back");
    SET(HEAD, BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 56), ALL);
    EQ(run(60), 46, "the last word of a frame");
    EQ(run(59), 0, "past the end there is nothing");
    SET(HEAD, BPF_STMT(BPF_LDX | BPF_IMM, -2),
        BPF_STMT(BPF_LD | BPF_B | BPF_IND, 4), ALL);
    EQ(run(60), 0, "nor round the corner");
    SET(HEAD, BPF_STMT(BPF_LD | BPF_IMM, 5), BPF_STMT(BPF_LDX | BPF_IMM, 0),
        BPF_STMT(BPF_ALU | BPF_DIV | BPF_X, 0), ALL);
    EQ(run(60), 0, "a division by zero takes nothing");
    SET(HEAD, BPF_STMT(BPF_LD | BPF_IMM, 1), BPF_STMT(BPF_LDX | BPF_IMM, 99),
        BPF_STMT(BPF_ALU | BPF_LSH | BPF_X, 0), BPF_STMT(BPF_RET | BPF_A, 0));
    EQ(run(60), 0, "a shift too far leaves none");
    SET(HEAD, BPF_STMT(BPF_JMP | BPF_JA, 1), NONE, ALL);
    EQ(run(60), 46, "a jump");
}

static void test_refused(void)
{
    OK(!SET(HEAD), "a program that is only its head");
    OK(!SET(HEAD, BPF_STMT(BPF_LD | BPF_IMM, 1)), "one without an end");
    OK(!SET(HEAD, BPF_STMT(BPF_JMP | BPF_JA, 1), ALL), "a jump past the end");
    OK(!SET(HEAD, BPF_STMT(BPF_JMP | BPF_JA, -1), ALL), "backwards");
    OK(!SET(HEAD, BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 1), ALL),
       "a branch past it");
    OK(SET(HEAD, BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 0), ALL),
       "to it, allowed");
    OK(!SET(HEAD, BPF_STMT(BPF_ST, 16), ALL), "a seventeenth word of memory");
    OK(SET(HEAD, BPF_STMT(BPF_ST, 15), ALL), "the sixteenth, allowed");
    OK(!SET(HEAD, BPF_STMT(BPF_STX, -1), ALL), "one before the first");
    OK(!SET(HEAD, BPF_STMT(BPF_LD | BPF_MEM, 16), ALL), "to read it");
    OK(!SET(HEAD, BPF_STMT(BPF_ALU | BPF_DIV | BPF_K, 0), ALL),
       "a division by zero");
    OK(!SET(HEAD, BPF_STMT(BPF_ALU | 0xf0, 0), ALL), "no such operation");
    OK(!SET(HEAD, BPF_STMT(0xffff, 0), ALL), "no such instruction");
    OK(!SET(HEAD, BPF_RETMATCH(BPF_RET | BPF_MATCH_IMM, 0, 1), ALL),
       "Mach's matching of keys");
    OK(!SET(BPF_STMT(0xfc00, 0), ALL), "another language");
    const uint16_t odd[] = {NETF_BPF, 0, 0, 0, BPF_RET};
    OK(!nic_filter_set(&f, odd, N(odd)), "half an instruction");
    OK(!nic_filter_set(&f, odd, 0), "nothing");
    const uint16_t cut[] = {NETF_IN, NETF_PUSHLIT};
    OK(!nic_filter_set(&f, cut, N(cut)), "a literal that is not there");
}

#define OWN(...)                                      \
    ({                                                \
        const uint16_t p_[] = {NETF_IN, __VA_ARGS__}; \
        nic_filter_set(&f, p_, N(p_));                \
    })

static void test_own(void)
{
    make_frame(0x0800);
    OK(OWN(NETF_PUSHWORD + 1, NETF_PUSHLIT | NETF_EQ, 0x0008) && run(60) == 46,
       "its type, in the network's order");
    OK(OWN(NETF_PUSHHDR + 6, NETF_PUSHLIT | NETF_EQ, 0x0008) && run(60) == 46,
       "the same in the header");
    OK(OWN(NETF_PUSHWORD + 0, NETF_PUSHLIT | NETF_EQ, 50) && run(60) == 46,
       "its length");
    OK(OWN(NETF_PUSHWORD + 2, NETF_PUSHLIT | NETF_EQ, 0x0f45) && run(60) == 46,
       "its first word");
    OK(OWN(NETF_PUSHWORD + 100, NETF_PUSHLIT | NETF_NEQ, 0) && run(60) == 0,
       "a word that it has not");
    OK(OWN(NETF_PUSHLIT, 7, NETF_PUSHLIT | NETF_CAND, 8, NETF_PUSHLIT, 1) &&
           run(60) == 0,
       "cut short, refused");
    OK(OWN(NETF_PUSHLIT, 7, NETF_PUSHLIT | NETF_COR, 7, NETF_PUSHZERO) &&
           run(60) == 46,
       "cut short, taken");
    OK(OWN(NETF_NOPUSH | NETF_ADD) && run(60) == 0, "nothing to add");
}

static unsigned below(unsigned n)
{
    return (unsigned)rand() % n;
}

static void test_noise(void)
{
    unsigned taken[2] = {0}, passed = 0, wrong = 0;

    srand(1);
    for (unsigned n = 0; n < 300000; n++) {
        _Alignas(8) uint16_t words[NIC_FILTER_WORDS];
        unsigned count = below(NIC_FILTER_WORDS + 1), bytes = below(120);
        bool bpf = below(2);
        for (unsigned k = 0; k < count; k++)
            words[k] = below(3) ? (uint16_t)below(40) : (uint16_t)rand();
        if (bpf) { /* mostly of things that are instructions */
            struct bpf_insn *i = (struct bpf_insn *)words;
            count = below(8) * 4 + 8;
            for (unsigned k = 1; k < count / 4; k++)
                i[k] = (struct bpf_insn){
                    (unsigned short)below(0xb8), (unsigned char)below(3),
                    (unsigned char)below(3), (int)below(70)};
            i[count / 4 - 1] = (struct bpf_insn)ALL;
        }
        words[0] = bpf ? NETF_BPF : 0;
        for (unsigned k = 0; k < bytes; k++)
            frame[k] = (uint8_t)rand();
        if (!nic_filter_set(&f, words, count))
            continue;
        taken[bpf]++;
        uint32_t keep = run(bytes);
        passed += keep > 0;
        wrong += bytes < 14 ? keep > 0 : keep > bytes - 14;
    }
    OK(wrong == 0 && passed > 1000 && taken[0] > 1000 && taken[1] > 1000,
       "noise: %u programs of Mach's and %u of BPF, %u frames pass", taken[0],
       taken[1], passed);
}

int main(void)
{
    test_pfinet();
    test_instructions();
    test_refused();
    test_own();
    test_noise();
    return tap_end();
}

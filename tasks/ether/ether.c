/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * ether DEVICE WAY [WORD...]: a test's client of a network device, which sends
 * each frame of the test's own type back to where it came from.  WAY is `ring`
 * or `classic` (Mach's messages, in-band and out-of-line in turn), or `vandal`,
 * which writes anything into its ring.
 *     mac=XX:XX:XX:XX:XX:XX   set this address
 *     letter=C                put it into the second byte behind the header
 *     filter=N                take frames whose first byte there is N only
 *     slots=N bytes=N         of the ring, and of each of its buffers
 *     frames=N                end after so many
 *     unread                  by ring: post no buffer to receive, ever
 *     late                    open the device when others have
 * A frame that takes several buffers is answered with a short one that has its
 * length and the sum of its bytes.
 * The host judges. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <usrd/client.h>

#include "ether.h"

struct ether ether = {.letter = '-', .filter = -1, .slots = 32, .bytes = 2048};

bool ether_turn(uint8_t *frame, uint32_t bytes)
{
    uint8_t from[USRD_NET_ADDRESS];

    if (bytes < 18 || frame[12] != 0x88 || frame[13] != 0xb5)
        return false;
    memcpy(from, frame + 6, sizeof from);
    memcpy(frame + 6, ether.address, sizeof from);
    memcpy(frame, from, sizeof from);
    frame[15] = (uint8_t)ether.letter;
    return true;
}

/* NET_ADDRESS has its bytes in the network's order, in words. */
static void swap(int words[2])
{
    for (int n = 0; n < 2; n++)
        words[n] = (int)__builtin_bswap32((uint32_t)words[n]);
}

kern_return_t ether_address(mach_port_t device)
{
    int words[2] = {0};
    natural_t count = 2;
    kern_return_t kr;

    if (ether.own) {
        memcpy(words, ether.address, sizeof ether.address);
        swap(words);
        return usrd_set_status(device, NET_ADDRESS, words, 2);
    }
    kr = usrd_get_status(device, NET_ADDRESS, words, &count);
    swap(words);
    memcpy(ether.address, words, sizeof ether.address);
    return kr;
}

kern_return_t ether_filter(mach_port_t device, mach_port_t port)
{
    struct bpf_insn program[] = {
        BPF_STMT(BPF_BEGIN | BPF_IN, 0),
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 14),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ether.filter, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 4000),
        BPF_STMT(BPF_RET | BPF_K, 0),
    };

    if (ether.filter < 0)        /* all */
        program[1] = program[3]; /* at once */
    return device_set_filter(device, port, MACH_MSG_TYPE_MAKE_SEND, 0,
                             (filter_array_t)program,
                             sizeof program / (sizeof(filter_t)));
}

static bool word(const char *text)
{
    uint8_t *a = ether.address;

    if (strncmp(text, "mac=", 4) == 0) {
        ether.own = true;
        for (char *at = (char *)text + 4; a < ether.address + 6; at++)
            *a++ = (uint8_t)strtoul(at, &at, 16);
    } else if (strncmp(text, "letter=", 7) == 0) {
        ether.letter = text[7];
    } else if (strncmp(text, "filter=", 7) == 0) {
        ether.filter = atoi(text + 7);
    } else if (strncmp(text, "slots=", 6) == 0) {
        ether.slots = (unsigned)atoi(text + 6);
    } else if (strncmp(text, "bytes=", 6) == 0) {
        ether.bytes = (unsigned)atoi(text + 6);
    } else if (strncmp(text, "frames=", 7) == 0) {
        ether.frames = (unsigned)atoi(text + 7);
    } else if (strcmp(text, "unread") == 0) {
        ether.unread = true;
    } else if (strcmp(text, "late") == 0) {
        usrd_sleep(200);
    } else {
        return false;
    }
    return true;
}

void ether_say(mach_port_t device)
{
    int info[USRD_NET_INFO_WORDS];
    natural_t count = USRD_NET_INFO_WORDS;

    if (usrd_get_status(device, USRD_NET_INFO, info, &count) == KERN_SUCCESS)
        printf("got=%d sent=%d missed=%d bad=%d primary=%d all=%d nobody=%d\n",
               info[USRD_NET_INFO_MY_RECEIVED], info[USRD_NET_INFO_MY_SENT],
               info[USRD_NET_INFO_MY_MISSED], info[USRD_NET_INFO_MY_BAD],
               info[USRD_NET_INFO_PRIMARY], info[USRD_NET_INFO_RECEIVED],
               info[USRD_NET_INFO_NOBODY]);
}

int main(int argc, char **argv)
{
    for (int n = 3; n < argc; n++)
        if (!word(argv[n])) {
            printf("what is %s?\n", argv[n]);
            return 2;
        }
    if (argc < 3)
        return 2;
    if (strcmp(argv[2], "ring") == 0)
        return ether_ring(argv[1]);
    if (strcmp(argv[2], "vandal") == 0)
        return ether_vandal(argv[1]);
    return ether_classic(argv[1]);
}

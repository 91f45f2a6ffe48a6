/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A client's packet filter: a program in the language of <device/bpf.h>, or in
 * Mach's own of <device/net_status.h>, checked when it is set, so that it can
 * read nothing but the frame and its own memory, and ends.  No Mach call is
 * made here: the host fuzzes it. */
#ifndef NIC_FILTER_H
#define NIC_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#define NIC_FILTER_WORDS 128u /* NET_MAX_FILTER */

struct nic_filter {
    unsigned n; /* words; 0: none is set, all passes */
    bool bpf;
    _Alignas(8) uint16_t words[NIC_FILTER_WORDS];
};

/* Take COUNT words as device_set_filter() has them, the first with the kind and
 * the direction.  FALSE: they are no program. */
bool nic_filter_set(struct nic_filter *f, const uint16_t *words,
                    unsigned count);

/* Run it over an Ethernet frame of BYTES, its header's 14 or more: how many of
 * the bytes behind the header it lets through; 0: the frame is not for it. */
uint32_t nic_filter_run(const struct nic_filter *f, const uint8_t *frame,
                        uint32_t bytes);

/* bpf.c, for filter.c: is what F has such a program, and what it returns. */
struct nic_view {
    const uint8_t *frame;
    uint32_t bytes;
};
bool nic_bpf_ok(const struct nic_filter *f);
uint32_t nic_bpf_run(const struct nic_filter *f, const struct nic_view *v);

#endif

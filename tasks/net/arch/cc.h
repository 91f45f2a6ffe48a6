/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What lwIP asks of a compiler and its library: gcc and Newlib have all but
 * these. */
#ifndef NET_ARCH_CC_H
#define NET_ARCH_CC_H

#include <limits.h>
#include <stdint.h>

#ifndef SSIZE_MAX /* or lwIP makes a ssize_t of its own */
#define SSIZE_MAX LONG_MAX
#endif

uint32_t net_random(void); /* not for secrets */
void net_assert(const char *what, int line, const char *file)
    __attribute__((noreturn));

/* The sum of so many bytes as 16-bit words, as they lie in memory, folded and
 * not complemented. */
uint16_t net_checksum(const void *data, int bytes);

#define LWIP_CHKSUM net_checksum
#define LWIP_RAND() net_random()
#define LWIP_PLATFORM_ASSERT(what) net_assert(what, __LINE__, __FILE__)

#endif

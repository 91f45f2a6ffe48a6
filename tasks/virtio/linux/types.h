/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The types that the headers of linux-libc-dev ask for: their own
 * <linux/types.h> needs all of the host's. */
#ifndef VIRTIO_LINUX_TYPES_H
#define VIRTIO_LINUX_TYPES_H

#include <stdint.h>

#define __bitwise

typedef uint8_t __u8;
typedef uint16_t __u16, __le16;
typedef uint32_t __u32, __le32;
typedef uint64_t __u64, __le64;

#endif

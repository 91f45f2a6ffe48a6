/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * All that <linux/virtio_net.h> asks for of that header. */
#ifndef VIRTIO_LINUX_IF_ETHER_H
#define VIRTIO_LINUX_IF_ETHER_H

#define ETH_ALEN 6

#endif

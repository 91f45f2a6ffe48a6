/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * lwIP's heap, as pools: O(1), bounded, and nothing to fragment.  An
 * acknowledgement or a small answer; something between; a whole segment; and a
 * packet as long as there are, because an answer to a ping is as long as the
 * ping. */
LWIP_MALLOC_MEMPOOL_START
LWIP_MALLOC_MEMPOOL(256, 192)
LWIP_MALLOC_MEMPOOL(128, 640)
LWIP_MALLOC_MEMPOOL(768, 1664)
LWIP_MALLOC_MEMPOOL(2, 65792)
LWIP_MALLOC_MEMPOOL_END

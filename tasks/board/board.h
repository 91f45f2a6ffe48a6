/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The device "board": three pages of 32-bit words, kept across restarts.  A
 * flavour of get_status and set_status is the number of a word.  device_map
 * gives the pages; the last one for reading only. */
#ifndef BOARD_H
#define BOARD_H

#define BOARD_SIZE (3 * 4096)
#define BOARD_WRITABLE (2 * 4096)
#define BOARD_RUNS (BOARD_WRITABLE / 4) /* word: incarnations so far */
#define BOARD_SEEN 8                    /* word: for clients to count in */

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What clients of null-driver say: flavours of get_status and set_status. */
#ifndef NULL_DRIVER_H
#define NULL_DRIVER_H

/* get_status: of the device, in this incarnation. */
#define NULL_STATS 1
enum null_stats {
    NULL_STATS_OPENS,
    NULL_STATS_READS,
    NULL_STATS_WRITES,
    NULL_STATS_BYTES,
    NULL_STATS_WORDS,
};

/* Both: one word, the byte that "zero" consists of. */
#define NULL_FILL 2

#endif

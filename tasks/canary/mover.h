/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a mover says of itself when it is read. */
#ifndef MOVER_H
#define MOVER_H

#include <stdint.h>

#define MOVER_BYTES 2048u /* that its device moves at a time */
#define MOVER_RING (256 * 1024u)
#define MOVER_AT (MOVER_RING / 2) /* of the victim's buffer in it */

struct mover_state {
    uint64_t physical; /* of the buffer of the last request */
    uint32_t busy;     /* its device was told to write there, and has not yet */
    uint32_t run;      /* incarnation */
};

#endif

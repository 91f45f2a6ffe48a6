/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a client of crowd has to know. */
#ifndef CROWD_H
#define CROWD_H

/* get_status: two words, the ticks of the time-stamp counter that it took to
 * register and to add the last device. */
#define CROWD_COST 0x63000000

/* set_status: unregister for half a second, then come back. */
#define CROWD_LEAVE 0x63000001

#endif

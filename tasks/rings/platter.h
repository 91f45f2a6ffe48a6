/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the tests know of platter. */
#ifndef PLATTER_H
#define PLATTER_H

#define PLATTER_RECORD 512u
#define PLATTER_RECORDS 2048u
#define PLATTER_ROOM 12u /* requests that the device has room for */

/* Records that a request is not to be for. */
#define PLATTER_POISON 2047u /* kills the driver */
#define PLATTER_NEVER 2046u  /* is not answered before PLATTER_RELEASE */

#define PLATTER_GOES 2045u /* is answered, and the driver exits */

/* device_set_status. */
#define PLATTER_RELEASE 100

#endif

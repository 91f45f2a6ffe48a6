/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the clerk's files share: the errands, by file. */
#ifndef CLERK_H
#define CLERK_H

#include <usrd/types.h>

#include "../ktap.h"

extern const char *clerk_name; /* this task's */

/* One result: the call must have returned exactly that. */
#define expect(result, call) expect_result((result), (call), #call)
void expect_result(int wanted, int got, const char *call);

/* Send names and texts as they are in memory, all 64 or 128 bytes. */
extern bool clerk_raw;

typedef void errand(int argc, char **argv);

/* register.c */
errand clerk_register, clerk_limits, clerk_devices, clerk_capability;
/* list.c */
errand clerk_list, clerk_leave;
/* crowd.c */
errand clerk_crowd;

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Inside Newlib's system-call layer. */
#ifndef USRD_NEWLIB_H
#define USRD_NEWLIB_H

/* Log what was printed since the last end of line. */
void usrd_flush_lines(void);

/* End as abort() does. */
_Noreturn void usrd_abort(void);

#endif

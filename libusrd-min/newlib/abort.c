/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * In an object of its own: where only Newlib calls abort(), as assert() does,
 * the linker takes Newlib's, which raises a signal and so ends in kill(). */
#include <stdlib.h>

#include "newlib.h"

_Noreturn void abort(void)
{
    usrd_abort();
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What Newlib asks of kernel-ext: nothing.  All memory is there from the start,
 * so malloc, which the formatted output links in, gets none. */
#include <errno.h>
#include <stddef.h>

void *sbrk(ptrdiff_t n);

void *sbrk(ptrdiff_t n)
{
    (void)n;
    errno = ENOMEM;
    return (void *)-1;
}

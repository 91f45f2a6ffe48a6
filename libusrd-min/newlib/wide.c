/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Newlib's small printf refers to wide output, which is not built with it. */
#include <errno.h>
#include <stdio.h>
#include <wchar.h>

wint_t _fputwc_r(struct _reent *reent, wchar_t wc, FILE *file);

wint_t _fputwc_r(struct _reent *reent, wchar_t wc, FILE *file)
{
    (void)reent, (void)wc, (void)file;
    errno = EILSEQ;
    return WEOF;
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * For log.c alone: the text of one line.
 */
#ifndef KX_LINE_H
#define KX_LINE_H

#include <stdarg.h>

#include "log.h"

/* The line, without "\r\n", into OUT; returns its length. */
size_t kx_line_format(char out[KX_LOG_LINE], uint64_t us, char severity,
                      const char *task, unsigned incarnation, const char *verb,
                      const char *fmt, va_list ap)
    __attribute__((format(printf, 7, 0)));

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Values of module words: numbers, durations, sizes, names.
 *
 * All are strict: no sign, no blank, nothing left over, no overflow.
 */
#ifndef KX_VALUES_H
#define KX_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The number at *S, decimal or with 0x; *S is moved past its last digit.
 * False, with *S where it was, when there is none or it passes 64 bits. */
bool kx_scan_number(const char **s, uint64_t *n);

/* Exactly DIGITS hexadecimal digits at *S, at most 8. */
bool kx_scan_hex(const char **s, unsigned digits, uint32_t *n);

/* A whole string that is a number. */
bool kx_parse_number(const char *s, uint64_t *n);

/* A duration ("10ms", "5s", "2m", "100us", "1h", "0") in microseconds, or a
 * size ("64K", "1M", "1G") in bytes; false when it is neither.  Only a
 * duration of 0 goes without its unit. */
bool kx_parse_duration(const char *s, uint64_t *us);
bool kx_parse_size(const char *s, uint64_t *bytes);

/* Whether the N bytes at S can name a task or a device: a letter or digit,
 * then letters, digits, '.', '_' and '-'; shorter than KX_NAME_MAX. */
bool kx_name_ok(const char *s, size_t n);

#endif

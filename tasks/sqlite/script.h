/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Text that a device holds. */
#ifndef SQLITE_SCRIPT_H
#define SQLITE_SCRIPT_H

/* All of device NAME up to a byte 0, 1 MiB at most, ending with one; free() it.
 * NULL: it cannot be read, which is printed. */
char *script_read(const char *name);

#endif

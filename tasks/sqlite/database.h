/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * SQLite on a device: opening it, and running statements whose rows are text. */
#ifndef SQLITE_DATABASE_H
#define SQLITE_DATABASE_H

#include <sqlite3.h>

/* Start SQLite and open the database on DEVICE, which is made if the device is
 * new.  SQLITE_OK, or what it says; what it complains of, and what the device
 * answered, is printed. */
int database_open(const char *device, sqlite3 **db);

/* Run the statements of TEXT, up to the first that fails.  Each row is a LINE
 * with its columns between bars, and so is what went wrong.  SQLITE_OK, or the
 * first error. */
int database_run(sqlite3 *db, const char *text,
                 void (*line)(void *context, const char *line), void *context);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The accounts: see book.c.  SQLite's codes. */
#ifndef LEDGER_H
#define LEDGER_H

#include <sqlite3.h>
#include <stdbool.h>

int ledger_begin(sqlite3 *db); /* tables, if there are none */
int ledger_count(sqlite3 *db, unsigned long *transfers);

/* Transfer N, in a transaction: it is there when this is SQLITE_OK, and may be
 * there else. */
int ledger_transfer(sqlite3 *db, unsigned long n);

/* Are there exactly COUNT transfers, each as it must be, are the balances their
 * sum, and does SQLite find its file intact?  *WRONG: how much is not so. */
int ledger_check(sqlite3 *db, unsigned long count, unsigned long *wrong);

#endif

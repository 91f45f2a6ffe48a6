/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Transfers between accounts.  tests/harness/ledger.py knows the same rules. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger.h"

#define ACCOUNTS 64
#define NOTE_MOST 4095 /* mostly pages of its own, which are written once */

struct row {
    long from, to, amount;
    char note[NOTE_MOST + 1];
};

/* What transfer N is. */
static void make(unsigned long n, struct row *row)
{
    unsigned long r = n * 6364136223846793005ul + 1442695040888963407ul;
    size_t length = r >> 20 & 3 ? r >> 24 & 4095 : r >> 24 & 127;

    row->from = (long)(r >> 40 & 63);
    row->to = (long)(r >> 46 & 63);
    row->amount = (long)(r >> 52 & 1023);
    for (size_t i = 0; i < length; i++)
        row->note[i] = (char)('a' + (n + i * (r >> 56)) % 26);
    row->note[length] = '\0';
}

static int run(sqlite3 *db, const char *text)
{
    return sqlite3_exec(db, text, NULL, NULL, NULL);
}

int ledger_begin(sqlite3 *db)
{
    static const char tables[] =
        "PRAGMA cache_size = 16;" /* much of it comes from the disk */
        "BEGIN IMMEDIATE;"
        "CREATE TABLE IF NOT EXISTS account(id INTEGER PRIMARY KEY, balance);"
        "CREATE TABLE IF NOT EXISTS transfer(n INTEGER PRIMARY KEY,"
        " debit, credit, amount, note);"
        "CREATE INDEX IF NOT EXISTS by_note ON transfer(substr(note, 1, 24));"
        "WITH RECURSIVE ids(id) AS"
        " (SELECT 0 UNION ALL SELECT id + 1 FROM ids WHERE id < 63)"
        "INSERT OR IGNORE INTO account SELECT id, 0 FROM ids;"
        "COMMIT;";

    return run(db, tables);
}

/* What the first row of TEXT has first. */
static int number(sqlite3 *db, const char *text, unsigned long *n)
{
    sqlite3_stmt *s;
    int code = sqlite3_prepare_v2(db, text, -1, &s, NULL);

    if (code != SQLITE_OK)
        return code;
    if (sqlite3_step(s) == SQLITE_ROW)
        *n = (unsigned long)sqlite3_column_int64(s, 0);
    return sqlite3_finalize(s);
}

int ledger_count(sqlite3 *db, unsigned long *transfers)
{
    return number(db, "SELECT coalesce(max(n), 0) FROM transfer", transfers);
}

int ledger_transfer(sqlite3 *db, unsigned long n)
{
    static struct row row;

    make(n, &row);
    char *text = sqlite3_mprintf(
        "BEGIN IMMEDIATE;"
        "INSERT INTO transfer VALUES(%lu, %ld, %ld, %ld, %Q);"
        "UPDATE account SET balance = balance - %ld WHERE id = %ld;"
        "UPDATE account SET balance = balance + %ld WHERE id = %ld;"
        "COMMIT;",
        n, row.from, row.to, row.amount, row.note, row.amount, row.from,
        row.amount, row.to);
    int code = text ? run(db, text) : SQLITE_NOMEM;

    sqlite3_free(text);
    if (code != SQLITE_OK && !sqlite3_get_autocommit(db))
        run(db, "ROLLBACK"); /* what did not roll back by itself */
    return code;
}

static bool same(sqlite3_stmt *s, unsigned long n)
{
    static struct row row;

    make(n, &row);
    const char *note = (const char *)sqlite3_column_text(s, 4);
    return (unsigned long)sqlite3_column_int64(s, 0) == n &&
           sqlite3_column_int64(s, 1) == row.from &&
           sqlite3_column_int64(s, 2) == row.to &&
           sqlite3_column_int64(s, 3) == row.amount && note &&
           strcmp(note, row.note) == 0;
}

/* Rows, and what they come to; sums[] is by account. */
static int check_rows(sqlite3 *db, unsigned long count, long sums[ACCOUNTS],
                      unsigned long *wrong)
{
    sqlite3_stmt *s;
    unsigned long n = 0;
    int code = sqlite3_prepare_v2(
        db, "SELECT n, debit, credit, amount, note FROM transfer ORDER BY n",
        -1, &s, NULL);

    if (code != SQLITE_OK)
        return code;
    while (sqlite3_step(s) == SQLITE_ROW) {
        *wrong += !same(s, ++n);
        sums[sqlite3_column_int64(s, 1) & (ACCOUNTS - 1)] -=
            (long)sqlite3_column_int64(s, 3);
        sums[sqlite3_column_int64(s, 2) & (ACCOUNTS - 1)] +=
            (long)sqlite3_column_int64(s, 3);
    }
    *wrong += n != count;
    return sqlite3_finalize(s);
}

static int check_balances(sqlite3 *db, const long sums[ACCOUNTS],
                          unsigned long *wrong)
{
    sqlite3_stmt *s;
    unsigned n = 0;
    int code = sqlite3_prepare_v2(
        db, "SELECT id, balance FROM account ORDER BY id", -1, &s, NULL);

    if (code != SQLITE_OK)
        return code;
    for (; sqlite3_step(s) == SQLITE_ROW && n < ACCOUNTS; n++)
        *wrong += sqlite3_column_int64(s, 0) != n ||
                  sqlite3_column_int64(s, 1) != sums[n];
    *wrong += n != ACCOUNTS;
    return sqlite3_finalize(s);
}

/* One row, "ok", or one for each fault. */
static int integrity(void *wrong, int columns, char **value, char **names)
{
    (void)columns, (void)names;
    if (strcmp(value[0], "ok") != 0) {
        printf("integrity: %s\n", value[0]);
        ++*(unsigned long *)wrong;
    }
    return 0;
}

int ledger_check(sqlite3 *db, unsigned long count, unsigned long *wrong)
{
    long sums[ACCOUNTS] = {0};
    int code = check_rows(db, count, sums, wrong);

    if (code == SQLITE_OK)
        code = check_balances(db, sums, wrong);
    if (code == SQLITE_OK)
        code =
            sqlite3_exec(db, "PRAGMA integrity_check", integrity, wrong, NULL);
    return code;
}

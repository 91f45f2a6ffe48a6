/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * ledger DEVICE COMMITS [DRIVER DEATHS]: a load of transactions on a database,
 * for tests.  Goes on with what is there until it has made so many commits, and
 * DRIVER has died so often since boot; then looks at all that the database has.
 *
 * A transfer between two accounts is a row and two updates, all of which follow
 * from its number: whoever has the database can tell what it must be.  The last
 * line says how many transfers were acknowledged, and what was found.
 */
#include "ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <usrd/client.h>

#include "../sqlite/database.h"

#define SAY_EACH 20 /* a second has room for 50 lines */

static sqlite3 *db;
static unsigned long acknowledged, errors;

static unsigned deaths_of(const char *driver)
{
    static struct usrd_driver_entry entry;

    for (unsigned i = 0; usrd_driver_list(i, &entry) == KERN_SUCCESS; i++)
        if (strcmp(entry.info.name, driver) == 0)
            return entry.generation - 1;
    return 0;
}

/* An error is SQLite's to survive: then the same again, if it is not there. */
static int transfer(void)
{
    unsigned long there;

    for (int tries = 0; tries < 100; tries++) {
        int code = ledger_transfer(db, acknowledged + 1);
        if (code == SQLITE_OK) {
            acknowledged++;
            return SQLITE_OK;
        }
        errors++;
        printf("transfer=%lu: %s\n", acknowledged + 1, sqlite3_errstr(code));
        code = ledger_count(db, &there);
        if (code == SQLITE_OK && there == acknowledged + 1) {
            printf("transfer=%lu is there\n", there);
            acknowledged++;
            return SQLITE_OK;
        }
        usrd_sleep(20);
    }
    return SQLITE_ERROR;
}

static bool load(unsigned long commits, const char *driver, unsigned deaths)
{
    for (unsigned long n = 1;; n++) {
        if (transfer() != SQLITE_OK)
            return false;
        if (n % SAY_EACH == 0)
            printf("committed=%lu\n", acknowledged);
        if (n >= commits &&
            (!driver || (n % 8 == 0 && deaths_of(driver) >= deaths)))
            return true;
    }
}

int main(int argc, char **argv)
{
    const char *device = argc > 1 ? argv[1] : "vda";
    unsigned long commits = argc > 2 ? strtoul(argv[2], NULL, 0) : 1;
    const char *driver = argc > 4 ? argv[3] : NULL;
    unsigned deaths = driver ? (unsigned)strtoul(argv[4], NULL, 0) : 0;
    unsigned long before = 0, wrong = 0;
    bool loaded = false;

    int code = database_open(device, &db);
    if (code == SQLITE_OK)
        code = ledger_begin(db);
    if (code == SQLITE_OK)
        code = ledger_count(db, &acknowledged);
    before = acknowledged;
    if (code == SQLITE_OK)
        loaded = load(commits, driver, deaths);
    if (code == SQLITE_OK)
        code = ledger_check(db, acknowledged, &wrong);
    sqlite3_close(db);
    printf("before=%lu acknowledged=%lu errors=%lu\n", before, acknowledged,
           errors);
    printf("wrong=%lu deaths=%u %s\n", wrong, driver ? deaths_of(driver) : 0,
           code == SQLITE_OK && wrong == 0 && loaded ? "good" : "bad");
    return code != SQLITE_OK;
}

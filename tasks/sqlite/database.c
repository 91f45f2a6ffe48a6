/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Opening and running; see database.h. */
#include "database.h"

#include <stdio.h>

#include <device/userspace_driver_sdk.h>

#include "disk.h"
#include "store.h"

#define BEAT 1000 /* of SQLite's steps, a few hundred instructions each */

/* Statements take what they take; our watchdog hears of us meanwhile. */
static int beat(void *context)
{
    static unsigned long last;
    unsigned long now = usrd_now();

    (void)context;
    if (now - last > 100000) {
        last = now;
        usrd_driver_heartbeat(NULL);
    }
    return 0;
}

static void complain(void *context, int code, const char *text)
{
    (void)context;
    /* That a journal was found and rolled back is how it should be. */
    if (code != SQLITE_NOTICE_RECOVER_ROLLBACK)
        printf("sqlite: %s: %s\n", sqlite3_errstr(code), text);
}

static int store_start(const char *device)
{
    int error = disk_open(device);

    if (!error)
        error = store_open();
    if (error == STORE_FOREIGN)
        printf("%s has something else on it: zero its first 4 KiB\n", device);
    else if (error == STORE_SMALL)
        printf("%s is too small\n", device);
    return error ? SQLITE_CANTOPEN : SQLITE_OK;
}

int database_open(const char *device, sqlite3 **db)
{
    *db = NULL;
    int code = store_start(device);
    if (code != SQLITE_OK)
        return code;
    sqlite3_config(SQLITE_CONFIG_LOG, complain, NULL);
    code = sqlite3_open(device, db);
    if (code == SQLITE_OK)
        sqlite3_progress_handler(*db, BEAT, beat, NULL);
    return code;
}

static void row(sqlite3_stmt *s, void (*line)(void *, const char *),
                void *context)
{
    sqlite3_str *text = sqlite3_str_new(NULL);
    int columns = sqlite3_column_count(s);

    for (int i = 0; i < columns; i++) {
        const unsigned char *value = sqlite3_column_text(s, i);
        sqlite3_str_appendf(text, "%s%s", i ? "|" : "", value ? value : NULL);
    }
    char *whole = sqlite3_str_finish(text);
    line(context, whole ? whole : columns ? "Error: out of memory" : "");
    sqlite3_free(whole);
}

int database_run(sqlite3 *db, const char *text,
                 void (*line)(void *context, const char *line), void *context)
{
    sqlite3_stmt *s;
    int code = SQLITE_OK;

    while (code == SQLITE_OK && *text) {
        code = sqlite3_prepare_v2(db, text, -1, &s, &text);
        if (code != SQLITE_OK || !s)
            continue; /* the end, or a comment */
        while ((code = sqlite3_step(s)) == SQLITE_ROW)
            row(s, line, context);
        code = sqlite3_finalize(s);
    }
    if (code != SQLITE_OK) {
        char *why = sqlite3_mprintf("Error: %s", sqlite3_errmsg(db));
        line(context, why ? why : "Error: out of memory");
        sqlite3_free(why);
    }
    return code;
}

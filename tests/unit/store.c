/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * SQLite on tasks/sqlite's store, on a disk that loses power at a random
 * request, or fails some: what was acknowledged is there afterwards, and the
 * database is whole.
 *
 * The disk has a cache.  At a power cut any part of what was not flushed is
 * there; a write or a flush that fails may have done any part of its work. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../tasks/ledger/ledger.h"
#include "../../tasks/sqlite/disk.h"
#include "../../tasks/sqlite/store.h"
#include "tap.h"

#define BLOCKS 1536u
#define PIECE 32u /* smaller than a record */
#define CUTS 120u
#define TROUBLES 30u
#define TRANSFERS 12u
#define AFTER 16u /* requests */

static char stable[BLOCKS][DISK_BLOCK], cache[BLOCKS][DISK_BLOCK];
static bool dirty[BLOCKS];
static unsigned long requests, cut_at, fail_at; /* 0: never */
static unsigned trouble;   /* of 1,000 requests that fail */
static bool off, thorough; /* the latter: a flush that fails does all */

static unsigned random_below(unsigned n)
{
    static unsigned long seed = 4711;

    seed = seed * 6364136223846793005ul + 1442695040888963407ul;
    return (unsigned)(seed >> 33) % n;
}

/* ---- The disk ---- */

static void keep_some(void)
{
    for (unsigned b = 0; b < BLOCKS; b++) {
        for (unsigned at = 0; dirty[b] && at < DISK_BLOCK; at += PIECE)
            if (random_below(2))
                memcpy(stable[b] + at, cache[b] + at, PIECE);
    }
}

static void power_on(void)
{
    memcpy(cache, stable, sizeof cache);
    memset(dirty, 0, sizeof dirty);
    off = false;
    requests = 0;
}

static bool fails(void)
{
    requests++;
    if (!off && cut_at && requests == cut_at) {
        keep_some();
        off = true;
    }
    return off || requests == fail_at || random_below(1000) < trouble;
}

uint64_t disk_blocks(void)
{
    return BLOCKS;
}

int disk_read(uint64_t block, void *data)
{
    if (fails())
        return 5;
    memcpy(data, cache[block], DISK_BLOCK);
    return 0;
}

int disk_write(uint64_t block, const void *data)
{
    bool bad = fails();

    if (off)
        return 5;
    for (unsigned at = 0; at < DISK_BLOCK; at += PIECE)
        if (!bad || random_below(2))
            memcpy(cache[block] + at, (const char *)data + at, PIECE);
    dirty[block] = true;
    return bad ? 5 : 0;
}

int disk_flush(void)
{
    bool bad = fails();

    if (off)
        return 5;
    if (bad && !thorough && random_below(2)) {
        keep_some(); /* what else is in the cache stays there */
        return 5;
    }
    for (unsigned b = 0; b < BLOCKS; b++)
        if (dirty[b])
            memcpy(stable[b], cache[b], DISK_BLOCK);
    memset(dirty, 0, sizeof dirty);
    return bad ? 5 : 0;
}

/* ---- The database on it ---- */

static sqlite3 *start(void)
{
    sqlite3 *db = NULL;

    if (store_open() != 0 || sqlite3_open("disk0", &db) != SQLITE_OK) {
        sqlite3_close(db);
        return NULL;
    }
    sqlite3_exec(db, "PRAGMA cache_size = 4", NULL, NULL, NULL); /* spill */
    return db;
}

/* Some more after FROM; one that fails may be there.  *FAILED: how many. */
static unsigned long transfers(sqlite3 *db, unsigned long from,
                               unsigned *failed)
{
    unsigned long n = from, there;

    *failed = 0;
    for (unsigned i = 0; i < TRANSFERS && !off; i++) {
        if (ledger_transfer(db, n + 1) == SQLITE_OK) {
            n++;
            continue;
        }
        ++*failed;
        if (ledger_count(db, &there) == SQLITE_OK && there == n + 1)
            n++;
    }
    return n;
}

/* What there must be, beside one that may have made it; *ACKNOWLEDGED is then
 * what there is. */
static bool whole(unsigned long *acknowledged)
{
    unsigned long there = 0, wrong = 0;
    sqlite3 *db = start();
    bool good = db && ledger_count(db, &there) == SQLITE_OK &&
                (there == *acknowledged || there == *acknowledged + 1) &&
                ledger_check(db, there, &wrong) == SQLITE_OK && wrong == 0;

    if (!good)
        printf("# %lu acknowledged, %lu there, %lu wrong\n", *acknowledged,
               there, wrong);
    sqlite3_close(db);
    *acknowledged = there;
    return good;
}

/* How many requests that many transfers are, with opening. */
static unsigned long length(unsigned long from)
{
    static char was[BLOCKS][DISK_BLOCK];
    unsigned failed;

    memcpy(was, stable, sizeof was);
    power_on();
    sqlite3 *db = start();
    transfers(db, from, &failed);
    sqlite3_close(db);
    unsigned long n = requests;
    memcpy(stable, was, sizeof was);
    power_on();
    return n;
}

static void cuts(void)
{
    unsigned long acknowledged = 0;
    unsigned bad = 0, happened = 0;
    unsigned failed;

    for (unsigned i = 0; i < CUTS; i++) {
        unsigned long n = length(acknowledged);
        cut_at = 1 + random_below((unsigned)n);
        if (i % 2 && cut_at > AFTER) /* in the middle of coping with that */
            fail_at = cut_at - random_below(AFTER);
        sqlite3 *db = start();
        if (db)
            acknowledged = transfers(db, acknowledged, &failed);
        sqlite3_close(db);
        happened += off;
        cut_at = fail_at = 0;
        power_on();
        bad += !whole(&acknowledged);
    }
    OK(bad == 0, "%u of %u power cuts lost or broke something", bad, CUTS);
    OK(happened > CUTS / 2, "%u of them came in time", happened);
    OK(acknowledged > CUTS, "%lu transfers", acknowledged);
}

static void troubles(void)
{
    unsigned long acknowledged = 0, there = 0;
    unsigned bad = 0, errors = 0;
    unsigned failed;
    sqlite3 *db = start();

    ledger_count(db, &acknowledged);
    for (unsigned i = 0; i < TROUBLES; i++) {
        trouble = 20;
        acknowledged = transfers(db, acknowledged, &failed);
        errors += failed > 0;
        trouble = 0;
        if (ledger_count(db, &there) != SQLITE_OK || there < acknowledged ||
            there > acknowledged + 1)
            bad++;
        acknowledged = there;
        if (i % 2) { /* and now and then the power as well */
            keep_some();
            off = true;
            sqlite3_close(db);
            power_on();
            bad += !whole(&acknowledged);
            db = start();
        }
    }
    sqlite3_close(db);
    OK(errors > TROUBLES / 2, "%u transfers met an error", errors);
    OK(bad == 0, "%u times something acknowledged was lost, or broke", bad);
}

/* A deletion that was carried out and reported as failed: the file is there
 * again before anything is written that it is needed for. */
static void doubt(void)
{
    char data[DISK_BLOCK] = "before";

    memset(stable, 0, sizeof stable);
    power_on();
    OK(store_open() == 0 && store_create(STORE_JOURNAL) == 0 &&
           store_write(STORE_JOURNAL, data, sizeof data, 0) == 0 &&
           store_sync(STORE_JOURNAL) == 0,
       "a journal is on the disk");
    fail_at = requests + 2; /* its record, and the flush of that */
    thorough = true;
    OK(store_delete(STORE_JOURNAL) != 0, "it cannot be deleted");
    OK(store_exists(STORE_JOURNAL), "and so is there");
    OK(store_write(STORE_MAIN, data, sizeof data, 0) == 0, "a write later,");
    power_on();
    OK(store_open() == 0 && store_exists(STORE_JOURNAL) &&
           store_size(STORE_JOURNAL) == sizeof data,
       "and after a power cut, too");
    fail_at = 0;
    thorough = false;
}

/* What is not ours is not overwritten, a database of the host's is taken. */
static void devices(void)
{
    memset(stable, 0, sizeof stable);
    strcpy(stable[0], "a partition table");
    power_on();
    OK(store_open() == STORE_FOREIGN &&
           strcmp(stable[0], "a partition table") == 0,
       "a device with something else is left alone");
    memcpy(stable[0], "SQLite format 3\0\20\0", 18); /* pages of 4096 */
    stable[0][31] = 3;
    power_on();
    OK(store_open() == 0 && store_exists(STORE_MAIN) &&
           store_size(STORE_MAIN) == 3 * DISK_BLOCK,
       "a database from elsewhere has the size that it says");
    fail_at = requests + 1;
    OK(store_open() > 0, "a record that cannot be read is not passed over");
    fail_at = 0;
}

/* Two connections of a task exclude each other. */
static void locks(void)
{
    sqlite3 *db = start(), *other = NULL;

    OK(sqlite3_open("disk0", &other) == SQLITE_OK, "opened again");
    sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    EQ(ledger_transfer(other, 1000000), SQLITE_BUSY, "busy while it is used");
    sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    EQ(ledger_transfer(other, 1000000), SQLITE_OK, "and not afterwards");
    sqlite3_close(other);
    sqlite3_close(db);
}

int main(void)
{
    doubt();
    devices();
    memset(stable, 0, sizeof stable);
    power_on();
    sqlite3 *db = start();
    OK(db && ledger_begin(db) == SQLITE_OK, "a new disk");
    sqlite3_close(db);
    OK(memcmp(stable[0], "SQLite format 3", 16) == 0,
       "begins with the database");
    cuts();
    troubles();
    locks();
    return tap_end();
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * SQLite's files on the store.  Two connections of this task exclude each
 * other; that no other task opens the device is for the module lines to see
 * to (needs=).
 *
 * Left out: temporary files (they are in memory), write-ahead logging, several
 * databases at a time.
 */
#include <sqlite3.h>

#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "disk.h"
#include "store.h"

struct file {
    sqlite3_file base;
    enum store_file which;
};

static struct file *holder; /* of the lock on the database */

static enum store_file which(sqlite3_file *f)
{
    return ((struct file *)f)->which;
}

/* ERROR of the store, CODE to SQLite. */
static int result(int error, int code)
{
    if (error == 0)
        return SQLITE_OK;
    return error == STORE_FULL ? SQLITE_FULL : code;
}

/* ---- Files ---- */

static int file_lock(sqlite3_file *f, int level)
{
    (void)level;
    if (holder && holder != (struct file *)f)
        return SQLITE_BUSY;
    holder = (struct file *)f;
    return SQLITE_OK;
}

static int file_unlock(sqlite3_file *f, int level)
{
    if (level == SQLITE_LOCK_NONE && holder == (struct file *)f)
        holder = NULL;
    return SQLITE_OK;
}

static int file_check_lock(sqlite3_file *f, int *reserved)
{
    *reserved = holder && holder != (struct file *)f;
    return SQLITE_OK;
}

static int file_close(sqlite3_file *f)
{
    return file_unlock(f, SQLITE_LOCK_NONE);
}

static int file_read(sqlite3_file *f, void *data, int size, sqlite3_int64 at)
{
    uint64_t got = 0;
    int error = store_read(which(f), data, (uint64_t)size, (uint64_t)at, &got);

    if (error)
        return result(error, SQLITE_IOERR_READ);
    if (got == (uint64_t)size)
        return SQLITE_OK;
    memset((char *)data + got, 0, (size_t)size - got);
    return SQLITE_IOERR_SHORT_READ;
}

static int file_write(sqlite3_file *f, const void *data, int size,
                      sqlite3_int64 at)
{
    return result(store_write(which(f), data, (uint64_t)size, (uint64_t)at),
                  SQLITE_IOERR_WRITE);
}

static int file_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    return result(store_truncate(which(f), (uint64_t)size),
                  SQLITE_IOERR_TRUNCATE);
}

static int file_sync(sqlite3_file *f, int flags)
{
    (void)flags;
    return result(store_sync(which(f)), SQLITE_IOERR_FSYNC);
}

static int file_size(sqlite3_file *f, sqlite3_int64 *size)
{
    *size = (sqlite3_int64)store_size(which(f));
    return SQLITE_OK;
}

static int file_control(sqlite3_file *f, int op, void *argument)
{
    (void)f, (void)op, (void)argument;
    return SQLITE_NOTFOUND;
}

/* What a write may touch beside what it is for. */
static int file_sector(sqlite3_file *f)
{
    (void)f;
    return DISK_BLOCK;
}

static int file_character(sqlite3_file *f)
{
    (void)f;
    return 0;
}

static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_character,
};

/* ---- Names ---- */

static bool ends(const char *name, const char *end)
{
    size_t n = strlen(name), e = strlen(end);

    return n > e && strcmp(name + n - e, end) == 0;
}

static enum store_file by_name(const char *name)
{
    return ends(name, "-journal") ? STORE_JOURNAL : STORE_MAIN;
}

static int vfs_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *f,
                    int flags, int *out_flags)
{
    (void)vfs;
    f->pMethods = NULL;
    if (!name || !(flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_MAIN_JOURNAL)))
        return SQLITE_CANTOPEN;
    ((struct file *)f)->which =
        flags & SQLITE_OPEN_MAIN_DB ? STORE_MAIN : STORE_JOURNAL;
    if (!store_exists(which(f)) && !(flags & SQLITE_OPEN_CREATE))
        return SQLITE_CANTOPEN;
    store_create(which(f));
    f->pMethods = &methods;
    if (out_flags)
        *out_flags = flags;
    return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    (void)vfs, (void)sync;
    return result(store_delete(by_name(name)), SQLITE_IOERR_DELETE);
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *yes)
{
    (void)vfs, (void)flags;
    *yes = !ends(name, "-wal") && store_exists(by_name(name));
    return SQLITE_OK;
}

static int vfs_full_name(sqlite3_vfs *vfs, const char *name, int size,
                         char *full)
{
    (void)vfs;
    sqlite3_snprintf(size, full, "%s", name);
    return SQLITE_OK;
}

/* ---- The rest of a system ---- */

static int vfs_time(sqlite3_vfs *vfs, sqlite3_int64 *ms)
{
    static const sqlite3_int64 epoch = 24405875 * (sqlite3_int64)8640000;
    struct timeval tv;

    (void)vfs;
    gettimeofday(&tv, NULL);
    *ms = epoch + (sqlite3_int64)tv.tv_sec * 1000 + tv.tv_usec / 1000;
    return SQLITE_OK;
}

/* For what need not be guessed: rowids, the marks of a journal's pages. */
static int vfs_random(sqlite3_vfs *vfs, int size, char *data)
{
    struct timeval tv;

    (void)vfs;
    gettimeofday(&tv, NULL);
    uint64_t state = (uint64_t)tv.tv_sec * 1000000 + (uint64_t)tv.tv_usec;
    for (int i = 0; i < size; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        data[i] = (char)(state >> 56);
    }
    return size;
}

static int vfs_sleep(sqlite3_vfs *vfs, int us)
{
    (void)vfs;
    usleep((useconds_t)us);
    return us;
}

static int vfs_last_error(sqlite3_vfs *vfs, int size, char *text)
{
    (void)vfs, (void)size, (void)text;
    return 0;
}

static sqlite3_vfs vfs = {
    .iVersion = 2,
    .szOsFile = sizeof(struct file),
    .mxPathname = 64,
    .zName = "disk",
    .xOpen = vfs_open,
    .xDelete = vfs_delete,
    .xAccess = vfs_access,
    .xFullPathname = vfs_full_name,
    .xRandomness = vfs_random,
    .xSleep = vfs_sleep,
    .xGetLastError = vfs_last_error,
    .xCurrentTimeInt64 = vfs_time,
};

int sqlite3_os_init(void)
{
    return sqlite3_vfs_register(&vfs, 1);
}

int sqlite3_os_end(void)
{
    return SQLITE_OK;
}

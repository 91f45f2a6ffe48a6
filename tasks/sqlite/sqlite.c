/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * sqlite DEVICE [SCRIPT]: a database on a block device.
 *
 * First it runs the statements that device SCRIPT has, up to a byte 0 or its
 * end, once since boot, and prints their rows.  Then it serves a device of its
 * own, "sqlite": statements are written to it, a write is whole ones, and their
 * rows are read from the same handle until it has no more.  All handles have
 * one connection: a transaction is open for everybody.
 */
#define _GNU_SOURCE /* memrchr */
#include <device/userspace_driver_sdk.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <usrd/client.h>

#include "database.h"
#include "script.h"

#define ANSWER (64 * 1024u) /* bytes that a handle keeps for its reader */

struct session {
    char text[ANSWER];
    size_t size, at;
};

static const char *device, *script;
static sqlite3 *db;

/* The log takes 50 lines a second from a task. */
static void print(void *context, const char *line)
{
    static unsigned lines;

    (void)context;
    puts(line);
    if (++lines % 40 == 0)
        usrd_sleep(1000);
}

static kern_return_t sqlite_init(usrd_driver_t driver)
{
    (void)driver;
    int code = database_open(device, &db);
    if (code != SQLITE_OK) {
        printf("%s: %s\n", device, sqlite3_errstr(code));
        return D_IO_ERROR;
    }
    if (!script || usrd_incarnation() > 1)
        return KERN_SUCCESS;
    char *text = script_read(script);
    if (!text)
        return D_IO_ERROR;
    database_run(db, text, print, NULL);
    free(text);
    return KERN_SUCCESS;
}

static void sqlite_shutdown(usrd_driver_t driver)
{
    (void)driver;
    sqlite3_close_v2(db);
}

static kern_return_t sqlite_open(usrd_driver_t driver, const char *name,
                                 dev_mode_t mode, void **context)
{
    (void)driver, (void)name, (void)mode;
    *context = calloc(1, sizeof(struct session));
    return *context ? KERN_SUCCESS : D_NO_MEMORY;
}

static kern_return_t sqlite_close(usrd_driver_t driver, void *context)
{
    (void)driver;
    free(context);
    return KERN_SUCCESS;
}

static void keep(void *context, const char *line)
{
    struct session *s = context;
    size_t n = strlen(line);

    if (n + 1 <= sizeof s->text - s->size) {
        memcpy(s->text + s->size, line, n);
        s->text[s->size + n] = '\n';
        s->size += n + 1;
    } else if (s->size < sizeof s->text) {
        /* Too much: what there is room for, and no more. */
        s->size = sizeof s->text;
        memcpy(s->text + s->size - 5, "\n...\n", 5);
    }
}

static kern_return_t sqlite_write(usrd_driver_t driver, void *context,
                                  dev_mode_t mode, recnum_t recnum, void *data,
                                  vm_size_t bytes_to_write,
                                  vm_size_t *bytes_written)
{
    struct session *s = context;
    char *text = malloc(bytes_to_write + 1);

    (void)driver, (void)mode, (void)recnum;
    if (!text)
        return D_NO_MEMORY;
    memcpy(text, data, bytes_to_write);
    text[bytes_to_write] = '\0';
    s->size = s->at = 0;
    database_run(db, text, keep, s);
    free(text);
    *bytes_written = bytes_to_write;
    return KERN_SUCCESS;
}

static kern_return_t sqlite_read(usrd_driver_t driver, void *context,
                                 dev_mode_t mode, recnum_t recnum,
                                 vm_size_t bytes_wanted, void **data,
                                 vm_size_t *bytes_read)
{
    struct session *s = context;
    size_t n = s->size - s->at;

    (void)mode, (void)recnum;
    if (n > bytes_wanted) {
        n = bytes_wanted; /* whole lines, unless there is one that long */
        const char *end = memrchr(s->text + s->at, '\n', n);
        if (end)
            n = (size_t)(end + 1 - (s->text + s->at));
    }
    if (n > 0) {
        *data = usrd_malloc(driver, n);
        if (!*data)
            return D_NO_MEMORY;
        memcpy(*data, s->text + s->at, n);
    }
    s->at += n;
    *bytes_read = n;
    return KERN_SUCCESS;
}

static struct usrd_driver_callbacks callbacks = {
    .device_open = sqlite_open,
    .device_close = sqlite_close,
    .device_read = sqlite_read,
    .device_write = sqlite_write,
    .driver_init = sqlite_init,
    .driver_shutdown = sqlite_shutdown,
};

int main(int argc, char **argv)
{
    usrd_driver_t driver = usrd_driver_create("sqlite", "a database", 1, 0,
                                              USRD_CAP_CHAR_DEVICE, &callbacks);

    if (argc < 2) {
        fprintf(stderr, "sqlite DEVICE [SCRIPT]\n");
        return 1;
    }
    device = argv[1];
    script = argc > 2 ? argv[2] : NULL;
    if (usrd_driver_register(driver, mach_task_self()) != USRD_SUCCESS ||
        usrd_driver_add_device(driver, "sqlite", USRD_CAP_CHAR_DEVICE, NULL) !=
            USRD_SUCCESS)
        return 1;
    return usrd_exit_code(usrd_driver_run(driver));
}

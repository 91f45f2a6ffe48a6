/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * part DISK: the partitions of another driver's device, each as a window of it
 * (usrd_driver_add_window): partition N of the table is DISKN.  Requests go
 * from the client to the disk's driver, so nothing here is on their way, and
 * they go on when this task restarts.
 *
 * The table is read once, when this task starts; so `kill part` reads it anew.
 * Left out: partitions of partitions.
 */
#include <device/userspace_driver_sdk.h>
#include <stdio.h>
#include <string.h>
#include <usrd/client.h>

#include "../records.h"
#include "table.h"

#define TRY_FOR_MS 30000u /* to read the table */
#define PAUSE_MS 100u     /* between two attempts */
#define READS 3u          /* attempts to read a record that the disk refuses */

static struct {
    const char *disk;
    mach_port_t device;
    kern_return_t lost; /* why the disk cannot be asked any more */
} part;

/* Did the disk answer, so that asking the next record makes sense? */
static boolean_t answered(kern_return_t kr)
{
    return kr == KERN_SUCCESS || kr == D_IO_ERROR || kr == D_INVALID_RECNUM ||
           kr == D_INVALID_SIZE || kr == D_NO_MEMORY;
}

static bool read_record(const struct part_disk *disk, uint64_t record, void *to)
{
    size_t got = 0;
    kern_return_t kr;

    for (unsigned n = 0; n < READS && part.lost == KERN_SUCCESS; n++) {
        kr = usrd_read(part.device, 0, record, to, disk->record_size, &got);
        if (kr == KERN_SUCCESS)
            return got == disk->record_size;
        if (!answered(kr))
            part.lost = kr;
    }
    return false;
}

static void say(const struct part_disk *disk, const struct part_entry *entry,
                const char *why)
{
    (void)disk;
    if (entry)
        usrd_log(NULL, USRD_LOG_WARNING, "%s%u at %lu+%lu left out: %s",
                 part.disk, entry->number, (unsigned long)entry->first,
                 (unsigned long)entry->count, why);
    else
        usrd_log(NULL, USRD_LOG_WARNING, "%s: %s", part.disk, why);
}

static kern_return_t size_of_disk(struct part_disk *disk)
{
    kern_return_t kr =
        records_of(part.device, &disk->records, &disk->record_size);

    if (kr != KERN_SUCCESS)
        part.lost = kr;
    return kr;
}

/* Once: what became of the disk, not of its table. */
static kern_return_t read_table(struct part_table *table, enum part_kind *kind)
{
    struct part_disk disk = {.read = read_record, .say = say};

    part.lost = usrd_open(part.disk, D_READ, &part.device);
    if (part.lost != KERN_SUCCESS)
        return part.lost;
    if (size_of_disk(&disk) == KERN_SUCCESS)
        *kind = part_read(&disk, table);
    usrd_close(part.device);
    return part.lost;
}

/* Again while the disk may come back. */
static kern_return_t read_patiently(struct part_table *table,
                                    enum part_kind *kind)
{
    unsigned long end = usrd_now() + TRY_FOR_MS * 1000ul;
    kern_return_t kr;

    while ((kr = read_table(table, kind)) != KERN_SUCCESS) {
        if (kr == D_NO_SUCH_DEVICE || kr == KERN_NO_ACCESS ||
            usrd_now() >= end) {
            usrd_log(NULL, USRD_LOG_ERROR, "%s: %s", part.disk,
                     usrd_error_text(kr));
            return kr;
        }
        usrd_sleep(PAUSE_MS);
    }
    return KERN_SUCCESS;
}

/* Names that provides= does not have are left out, too. */
static unsigned add_all(usrd_driver_t driver, const struct part_table *table)
{
    unsigned added = 0;

    for (unsigned i = 0; i < table->n; i++) {
        const struct part_entry *e = &table->entries[i];
        char name[USRD_MAX_DEVICE_NAME];

        snprintf(name, sizeof name, "%s%u", part.disk, e->number);
        kern_return_t kr =
            usrd_driver_add_window(driver, name, part.disk, e->first, e->count);
        if (kr == USRD_SUCCESS)
            added++;
        else
            usrd_log(driver, USRD_LOG_WARNING, "%s at %lu+%lu left out: %s",
                     name, (unsigned long)e->first, (unsigned long)e->count,
                     kr == USRD_ERROR_PERMISSION_DENIED
                         ? "provides= does not have it"
                         : "kernel-ext refuses it");
    }
    return added;
}

static kern_return_t part_init(usrd_driver_t driver)
{
    static const char *const kinds[] = {
        [PART_NONE] = "no partition table",
        [PART_UNREADABLE] = "its first record cannot be read",
        [PART_MBR] = "MBR",
        [PART_GPT] = "GPT",
    };
    static struct part_table table;
    enum part_kind kind = PART_NONE;

    USRD_CHECK_RETURN(read_patiently(&table, &kind));
    unsigned added = add_all(driver, &table);
    usrd_log(driver, USRD_LOG_INFO, "%s: %s, %u partitions", part.disk,
             kinds[kind], added);
    return KERN_SUCCESS;
}

static struct usrd_driver_callbacks part_callbacks = {
    .driver_init = part_init,
};

int main(int argc, char **argv)
{
    if (argc != 2) {
        usrd_log(NULL, USRD_LOG_ERROR, "it wants one argument: a disk");
        return 1;
    }
    part.disk = argv[1];
    usrd_driver_t driver =
        usrd_driver_create(argv[0], "partitions of another device", 1, 0,
                           USRD_CAP_NONE, &part_callbacks);
    if (usrd_driver_register(driver, mach_task_self()) != USRD_SUCCESS)
        return 1;
    return usrd_exit_code(usrd_driver_run(driver));
}

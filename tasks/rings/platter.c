/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * platter [safe]: a driver of the tests, for a disk with a volatile cache.  The disk is
 * modelled in memory that outlives the driver, as a disk does: what was written
 * is in the cache, and on the medium after a flush.  Each incarnation resets the
 * device, as it must, and the cache is lost (but if it is safe).
 *
 * A request stays with the device for a while, and they are not answered in
 * the order in which they came.
 */
#include <stdlib.h>
#include <string.h>

#include <device/userspace_driver_sdk.h>
#include <usrd/ring.h>

#include "platter.h"

#define RECORD PLATTER_RECORD
#define RECORDS PLATTER_RECORDS

static char *medium, *cache;
static unsigned char *dirty; /* a byte a record of the cache */
static boolean_t safe;       /* the cache is not lost */

/* An open of the device. */
struct client {
    boolean_t lost; /* something of its own, perhaps: its next flush fails */
};

/* What the device has. */
static struct job {
    struct usrd_ring_request request;
    struct client *client;
    unsigned turns; /* until it is answered */
} jobs[PLATTER_ROOM];

static kern_return_t platter_init(usrd_driver_t driver)
{
    medium = usrd_share_alloc(driver, RECORDS * RECORD);
    cache = usrd_share_alloc(driver, RECORDS * RECORD);
    dirty = usrd_share_alloc(driver, RECORDS);
    if (!medium || !cache || !dirty)
        return D_NO_MEMORY;
    if (!safe)
        memset(dirty, 0, RECORDS); /* the reset */
    return KERN_SUCCESS;
}

static kern_return_t platter_open(usrd_driver_t driver, const char *name,
                                  dev_mode_t mode, void **context)
{
    struct client *c = usrd_malloc(driver, sizeof *c);

    (void)name, (void)mode;
    if (!c)
        return D_NO_MEMORY;
    c->lost = usrd_ring_is_older() && !safe;
    *context = c;
    return KERN_SUCCESS;
}

static kern_return_t platter_close(usrd_driver_t driver, void *context)
{
    usrd_free(driver, context, sizeof(struct client));
    return KERN_SUCCESS;
}

/* ---- The disk ---- */

static kern_return_t is_there(uint64_t record, uint64_t count)
{
    if (record > RECORDS || count > (RECORDS - record) * RECORD ||
        count % RECORD)
        return D_INVALID_RECNUM;
    return KERN_SUCCESS;
}

static void get(unsigned record, char *data, size_t count)
{
    for (; count > 0; record++, data += RECORD, count -= RECORD)
        memcpy(data, (dirty[record] ? cache : medium) + record * RECORD,
               RECORD);
}

static void put(unsigned record, const char *data, size_t count)
{
    for (; count > 0; record++, count -= RECORD) {
        if (data)
            memcpy(cache + record * RECORD, data, RECORD);
        else
            memset(cache + record * RECORD, 0, RECORD);
        dirty[record] = TRUE;
        data += data ? RECORD : 0;
    }
}

static void flush(void)
{
    for (unsigned n = 0; n < RECORDS; n++)
        if (dirty[n]) {
            memcpy(medium + n * RECORD, cache + n * RECORD, RECORD);
            dirty[n] = FALSE;
        }
}

/* ---- Requests of rings ---- */

static kern_return_t carry_out(const struct job *j)
{
    const struct usrd_ring_request *q = &j->request;

    switch (q->op) {
    case USRD_RING_READ:
        get((unsigned)q->record, q->data, q->count);
        break;
    case USRD_RING_WRITE:
    case USRD_RING_ZERO:
        put((unsigned)q->record, q->data, q->count);
        break;
    case USRD_RING_FLUSH:
        if (j->client->lost) {
            j->client->lost = FALSE;
            return D_IO_ERROR;
        }
        flush();
        break;
    case USRD_RING_DISCARD:
        break;
    }
    return KERN_SUCCESS;
}

static kern_return_t platter_ring(usrd_driver_t driver, void *context,
                                  const struct usrd_ring_request *request)
{
    static unsigned turns;
    struct job *j = jobs;

    (void)driver;
    if (request->op != USRD_RING_FLUSH)
        USRD_CHECK_RETURN(is_there(request->record, request->count));
    while (j < jobs + PLATTER_ROOM && j->client)
        j++;
    if (request->record == PLATTER_GOES) {
        usrd_ring_complete(request->id, KERN_SUCCESS, request->count);
        exit(0);
    }
    if (j == jobs + PLATTER_ROOM)
        return D_WOULD_BLOCK;
    *j = (struct job){*request, context, turns++ % 3};
    if (request->op == USRD_RING_FLUSH)
        j->turns = 0;
    else if (request->record == PLATTER_POISON)
        *(volatile int *)0 = 1;
    else if (request->record == PLATTER_NEVER)
        j->turns = ~0u;
    return KERN_SUCCESS;
}

/* Some time has passed. */
static void turn(unsigned turns)
{
    for (struct job *j = jobs; j < jobs + PLATTER_ROOM; j++) {
        if (!j->client || (j->turns == ~0u && turns != ~0u))
            continue;
        if (j->turns > turns) {
            j->turns -= turns;
            continue;
        }
        kern_return_t kr = carry_out(j);
        j->client = NULL;
        usrd_ring_complete(j->request.id, kr, j->request.count);
    }
}

static void platter_ring_end(usrd_driver_t driver)
{
    (void)driver;
    turn(1);
}

static kern_return_t platter_health(usrd_driver_t driver)
{
    (void)driver;
    turn(3);
    return KERN_SUCCESS;
}

/* ---- Messages ---- */

static kern_return_t platter_read(usrd_driver_t driver, void *context,
                                  dev_mode_t mode, recnum_t recnum,
                                  vm_size_t wanted, void **data, vm_size_t *got)
{
    (void)context, (void)mode;
    USRD_CHECK_RETURN(is_there(recnum, wanted));
    *data = usrd_malloc(driver, wanted);
    if (!*data)
        return D_NO_MEMORY;
    get((unsigned)recnum, *data, wanted);
    *got = wanted;
    return KERN_SUCCESS;
}

static kern_return_t platter_write(usrd_driver_t driver, void *context,
                                   dev_mode_t mode, recnum_t recnum, void *data,
                                   vm_size_t size, vm_size_t *written)
{
    (void)driver, (void)context, (void)mode;
    USRD_CHECK_RETURN(is_there(recnum, size));
    put((unsigned)recnum, data, size);
    *written = size;
    return KERN_SUCCESS;
}

static kern_return_t platter_set_status(usrd_driver_t driver, void *context,
                                        dev_flavor_t flavor,
                                        dev_status_t status, natural_t count)
{
    (void)context, (void)status, (void)count;
    usrd_dont_keep(driver);
    if (flavor != PLATTER_RELEASE)
        return D_INVALID_OPERATION;
    turn(~0u);
    return KERN_SUCCESS;
}

static kern_return_t platter_get_status(usrd_driver_t driver, void *context,
                                        dev_flavor_t flavor,
                                        dev_status_t status, natural_t *count)
{
    (void)driver, (void)context;
    if (flavor != DEV_GET_RECORDS || *count < DEV_GET_RECORDS_COUNT)
        return D_INVALID_OPERATION;
    status[DEV_GET_RECORDS_DEVICE_RECORDS] = RECORDS;
    status[DEV_GET_RECORDS_RECORD_SIZE] = RECORD;
    *count = DEV_GET_RECORDS_COUNT;
    return KERN_SUCCESS;
}

static struct usrd_driver_callbacks platter_callbacks = {
    .driver_init = platter_init,
    .driver_health_check = platter_health,
    .device_open = platter_open,
    .device_close = platter_close,
    .device_read = platter_read,
    .device_write = platter_write,
    .device_get_status = platter_get_status,
    .device_set_status = platter_set_status,
    .device_ring = platter_ring,
    .device_ring_end = platter_ring_end,
};

int main(int argc, char **argv)
{
    safe = argc > 1 && strcmp(argv[1], "safe") == 0;
    usrd_driver_t driver =
        usrd_driver_create("platter", "a disk with a volatile cache", 1, 0,
                           USRD_CAP_BLOCK_DEVICE, &platter_callbacks);

    if (usrd_driver_register(driver, mach_task_self()) != USRD_SUCCESS ||
        usrd_driver_add_device(driver, "platter", 0, NULL) != USRD_SUCCESS)
        return 1;
    return usrd_exit_code(usrd_driver_run(driver));
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Memory that counts against the driver's limit. */
#include <malloc.h>
#include <stdlib.h>

#include "driver.h"

static void count(usrd_driver_t driver, size_t bytes)
{
    driver->memory = bytes;
    usrd_task.usage[USRD_RESOURCE_MEMORY] = (unsigned)((bytes + 1023) / 1024);
}

/* A client's pages count as the driver's while it looks at them. */
boolean_t usrd_too_large(usrd_driver_t driver, size_t size)
{
    size_t limit = driver->limits[USRD_RESOURCE_MEMORY] * (size_t)1024;
    return limit && size > limit;
}

void *usrd_malloc(usrd_driver_t driver, size_t size)
{
    if (!usrd_is_driver(driver))
        return NULL;
    size_t limit = driver->limits[USRD_RESOURCE_MEMORY] * (size_t)1024;
    if (limit && (size > limit || driver->memory > limit - size))
        return NULL;
    void *data = malloc(size);
    if (data)
        count(driver, driver->memory + malloc_usable_size(data));
    return data;
}

/* SIZE is advice: the SDK frees what a read returned without knowing it. */
void usrd_free(usrd_driver_t driver, void *data, size_t size)
{
    (void)size;
    if (!data)
        return;
    if (usrd_is_driver(driver)) {
        size_t was = malloc_usable_size(data);
        count(driver, driver->memory > was ? driver->memory - was : 0);
    }
    free(data);
}

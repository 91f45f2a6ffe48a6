/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Reading a device as text. */
#include "script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mach/mach.h>
#include <usrd/client.h>

#define PIECE 4096u
#define MOST (1024 * 1024u)

static kern_return_t size_of(mach_port_t device, size_t *size, size_t *record)
{
    int words[DEV_GET_SIZE_COUNT];
    natural_t count = DEV_GET_SIZE_COUNT;
    kern_return_t kr = usrd_get_status(device, DEV_GET_SIZE, words, &count);

    if (kr != KERN_SUCCESS)
        return kr;
    *size = (unsigned)words[DEV_GET_SIZE_DEVICE_SIZE];
    *record = (unsigned)words[DEV_GET_SIZE_RECORD_SIZE];
    if (*record == 0 || PIECE % *record != 0)
        return D_INVALID_SIZE;
    return KERN_SUCCESS;
}

static kern_return_t fill(mach_port_t device, char *text, size_t size,
                          size_t record)
{
    size_t got;

    for (size_t at = 0; at < size; at += PIECE) {
        size_t n = size - at < PIECE ? size - at : PIECE;
        kern_return_t kr =
            usrd_read(device, 0, (recnum_t)(at / record), text + at, n, &got);
        if (kr != KERN_SUCCESS)
            return kr;
        if (got < n || memchr(text + at, '\0', n))
            return KERN_SUCCESS;
    }
    return KERN_SUCCESS;
}

static char *read_device(mach_port_t device, kern_return_t *kr)
{
    size_t size = 0, record = 0;
    char *text;

    *kr = size_of(device, &size, &record);
    if (*kr != KERN_SUCCESS)
        return NULL;
    if (size > MOST)
        size = MOST;
    text = calloc(1, size + 1);
    *kr = text ? fill(device, text, size, record) : D_NO_MEMORY;
    if (*kr == KERN_SUCCESS)
        return text;
    free(text);
    return NULL;
}

char *script_read(const char *name)
{
    mach_port_t device;
    char *text = NULL;
    kern_return_t kr = usrd_open(name, D_READ, &device);

    if (kr == KERN_SUCCESS) {
        text = read_device(device, &kr);
        usrd_close(device);
    }
    if (!text)
        printf("%s: %s\n", name, usrd_error_text(kr));
    return text;
}

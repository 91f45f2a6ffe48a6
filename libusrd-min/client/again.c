/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What follows when a driver dies with a request in hand: the rule of the
 * device's class.  A driver that merely drops a request looks dead to its
 * client, so only kernel-ext's word for it counts: the generation of the
 * driver has moved since the client last heard of it. */
#include <string.h>

#include <mach/mach.h>

#include <device/userspace_driver_types.h>
#include <usrd/client.h>

#include "../task/task.h"
#include "call.h"
#include "userspace_driver.h"

#define OPEN_MAX 32  /* that are remembered */
#define FAULTS_MAX 2 /* incarnations that a request may take with it */

static struct opened {
    mach_port_t device; /* MACH_PORT_NULL: free */
    unsigned generation, faults;
    unsigned class; /* USRD_CAP_* */
    usrd_name_t name;
} opened[OPEN_MAX];

static unsigned retries;

unsigned usrd_retries(void)
{
    return retries;
}

static struct opened *find(mach_port_t device)
{
    for (struct opened *o = opened; o < opened + OPEN_MAX; o++)
        if (o->device == device)
            return o;
    return NULL;
}

void usrd_client_opened(mach_port_t device, const char *name)
{
    struct opened *o = find(device); /* a name that was given up elsewhere */
    usrd_words_t info;

    if (!o)
        o = find(MACH_PORT_NULL);
    if (!o || strlen(name) >= sizeof o->name)
        return;
    o->device = MACH_PORT_NULL;
    if (usrd_msg_device_info(mach_task_self(), name, info) != KERN_SUCCESS)
        return;
    o->device = device;
    o->generation = info[USRD_DEVICE_GENERATION];
    o->faults = info[USRD_DEVICE_FAULTS];
    o->class = info[USRD_DEVICE_CLASS];
    strcpy(o->name, name);
}

void usrd_client_closed(mach_port_t device)
{
    struct opened *o = find(device);

    if (o)
        o->device = MACH_PORT_NULL;
}

/* Is its driver another one than when we last heard of it? */
static boolean_t moved(struct opened *o, unsigned *faults)
{
    usrd_words_t info;

    if (usrd_msg_device_info(mach_task_self(), o->name, info) != KERN_SUCCESS ||
        info[USRD_DEVICE_GENERATION] == o->generation)
        return FALSE;
    o->generation = info[USRD_DEVICE_GENERATION];
    *faults += info[USRD_DEVICE_FAULTS] != o->faults;
    o->faults = info[USRD_DEVICE_FAULTS];
    return TRUE;
}

static boolean_t again(void)
{
    retries++;
    usrd_call_resume();
    return TRUE;
}

boolean_t usrd_again(mach_port_t device, enum usrd_kind kind, unsigned *faults,
                     kern_return_t *result)
{
    struct opened *o = MACH_PORT_VALID(device) ? find(device) : NULL;

    if (!o || !moved(o, faults))
        return FALSE;
    switch (o->class) {
    case USRD_CAP_BLOCK_DEVICE:
    case USRD_CAP_STORAGE:
        break;
    case USRD_CAP_NETWORK:
        if (kind == USRD_KIND_READ)
            return again(); /* it waits for a packet, and has no part in it */
        if (kind == USRD_KIND_WRITE) {
            *result = KERN_SUCCESS; /* the wire had it */
            return FALSE;
        }
        break;
    default:
        return FALSE;
    }
    if (*faults < FAULTS_MAX)
        return again();
    *result = D_IO_ERROR;
    return FALSE;
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Every name that there can be, of tasks and of devices: all are in the module
 * lines, so the table is built at boot and nothing is searched for later.
 *
 * No Mach header here or in names.c: the host tests this file.
 */
#ifndef KX_NAMES_H
#define KX_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#define KX_MAX_NAMES_ALL 2048 /* those of all lines, instances counted */

/* Indices of tasks, and of names in a list, are kept plus one: 0 is none. */
struct kx_device {
    const char *name; /* not a copy */
    uint16_t chain;   /* the next with the same hash */
    uint16_t named;   /* the task of this name */
    uint16_t task;    /* the task that may add the device of this name, */
    uint16_t sibling; /* and its next name */
    uint16_t waiting; /* the first of the tasks that wait for the device */
    uint16_t handles; /* that are open on it */
    uint8_t extent;   /* it is a window of another (extent.c), or 0 */
    bool used;        /* the device was added, */
    unsigned number;  /* last by this incarnation, */
    unsigned kind;    /* as USRD_CAP_* class */
};

/* Enter NAME, which must stay where it is; the entry that it has already, if
 * there is one.  NULL when the table is full. */
struct kx_device *kx_name_enter(const char *name);

/* NULL when no line has it. */
struct kx_device *kx_name_find(const char *name);

/* The INDEXth of all, in the order of their entry; NULL past the last. */
struct kx_device *kx_name_at(unsigned index);
uint16_t kx_name_index(const struct kx_device *d); /* plus one */

#endif

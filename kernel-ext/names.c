/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The table of names: entries in a row, and lists of them by hash. */
#include "names.h"

#include <stddef.h>
#include <string.h>

#define HASHES 1024 /* a power of two */

static struct kx_device names[KX_MAX_NAMES_ALL];
static unsigned n_names;
static uint16_t hashes[HASHES];

/* FNV-1a. */
static unsigned hash(const char *name)
{
    unsigned h = 2166136261u;
    for (; *name; name++)
        h = (h ^ (unsigned char)*name) * 16777619u;
    return (h ^ h >> 16) % HASHES;
}

uint16_t kx_name_index(const struct kx_device *d)
{
    return (uint16_t)(d - names + 1);
}

struct kx_device *kx_name_at(unsigned index)
{
    return index < n_names ? &names[index] : NULL;
}

static struct kx_device *look(unsigned h, const char *name)
{
    for (unsigned n = hashes[h]; n; n = names[n - 1].chain)
        if (strcmp(names[n - 1].name, name) == 0)
            return &names[n - 1];
    return NULL;
}

struct kx_device *kx_name_find(const char *name)
{
    return look(hash(name), name);
}

struct kx_device *kx_name_enter(const char *name)
{
    unsigned h = hash(name);
    struct kx_device *d = look(h, name);
    if (d || n_names == KX_MAX_NAMES_ALL)
        return d;
    d = &names[n_names++];
    d->name = name;
    d->chain = hashes[h];
    hashes[h] = kx_name_index(d);
    return d;
}

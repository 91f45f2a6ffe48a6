/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * kernel-ext's port names.  The kernel chooses them (it likes to use the last
 * one freed again, for whatever comes in next, so names chosen by us would be
 * taken by others); two tables say what is at a name, and where a thing is. */
#include "kx.h"

#include "mach_port.h"

#define NAMES 32768 /* a receive right of ours has a name below */
/* A task has one thread, so this is enough, and what it left there when it is
 * killed, each message as costly as it liked, is soon thrown away. */
#define CONTROL_QUEUE 4

/* How many there are of each kind. */
static const unsigned short size[KX_P_KINDS] = {
    [KX_P_CONTROL] = KX_MAX_INCARNATIONS,
    [KX_P_SERVICE] = KX_MAX_TASKS,
    [KX_P_HANDLE] = USRD_MAX_HANDLES,
    [KX_P_NOTIFY] = USRD_MAX_HANDLES,
    [KX_P_LINE] = KX_LINES,
    [KX_P_TASK] = KX_MAX_INCARNATIONS,
    [KX_P_THREAD] = KX_MAX_INCARNATIONS,
    [KX_P_TEMPLATE] = KX_MAX_TEMPLATES,
    [KX_P_FILTER] = KX_FILTERS,
    [KX_P_PAGER] = KX_MAX_OBJECTS,
    [KX_P_MAP] = KX_MAX_MAPS,
    [KX_P_BELL] = USRD_MAX_RINGS,
    [KX_P_KEYS] = KX_KEYS,
    [KX_P_OWN] = KX_OWN_PORTS,
};
#define WIDEST 1024
_Static_assert(USRD_MAX_HANDLES <= WIDEST && KX_MAX_INCARNATIONS <= WIDEST,
               "a kind has more ports than a row");

static mach_port_t names[KX_P_KINDS][WIDEST];
static struct {
    unsigned char kind;
    unsigned short index;
} what[NAMES];

mach_port_t kx_port(enum kx_port_kind kind, unsigned index)
{
    return index < size[kind] ? names[kind][index] : MACH_PORT_NULL;
}

enum kx_port_kind kx_port_kind(mach_port_t name)
{
    return name < NAMES ? what[name].kind : KX_P_NONE;
}

unsigned kx_port_index(mach_port_t name)
{
    return name < NAMES ? what[name].index : 0;
}

void kx_port_forget(enum kx_port_kind kind, unsigned index)
{
    mach_port_t name = names[kind][index];
    if (name < NAMES && what[name].kind == kind)
        what[name].kind = KX_P_NONE;
    names[kind][index] = MACH_PORT_NULL;
}

void kx_port_is(enum kx_port_kind kind, unsigned index, mach_port_t name)
{
    kx_port_forget(kind, index);
    names[kind][index] = name;
    if (name < NAMES) {
        what[name].kind = (unsigned char)kind;
        what[name].index = (unsigned short)index;
    }
}

kern_return_t kx_port_make(enum kx_port_kind kind, unsigned index)
{
    mach_port_t name, self = mach_task_self();
    kern_return_t kr = mach_port_allocate(self, MACH_PORT_RIGHT_RECEIVE, &name);
    if (kr != KERN_SUCCESS)
        return kr;
    if (name >= NAMES) { /* somebody else's rights fill the space just now */
        mach_port_mod_refs(self, name, MACH_PORT_RIGHT_RECEIVE, -1);
        return KERN_RESOURCE_SHORTAGE;
    }
    kx_port_is(kind, index, name);
    return mach_port_set_qlimit(self, name,
                                kind == KX_P_CONTROL ? CONTROL_QUEUE
                                                     : MACH_PORT_QLIMIT_MAX);
}

kern_return_t kx_port_make_send(mach_port_t name)
{
    return mach_port_insert_right(mach_task_self(), name, name,
                                  MACH_MSG_TYPE_MAKE_SEND);
}

kern_return_t kx_port_listen(mach_port_t name)
{
    return mach_port_move_member(mach_task_self(), name, KX_OWN(KX_OWN_SET));
}

kern_return_t kx_port_ignore(mach_port_t name)
{
    return mach_port_move_member(mach_task_self(), name, MACH_PORT_NULL);
}

void kx_port_destroy(enum kx_port_kind kind, unsigned index)
{
    mach_port_t name = kx_port(kind, index);
    if (name != MACH_PORT_NULL)
        mach_port_destroy(mach_task_self(), name);
    kx_port_forget(kind, index);
}

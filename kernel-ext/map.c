/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Mapping a driver's shares into its clients.  What a client holds is not the
 * memory object but a *map port* of ours, which stands for a window into it;
 * its vm_map comes here like all its kernel calls, and goes on with the object
 * in the port's place, inside of the window.
 *
 * The mapping is the kernel's from then on.  The map port's record goes when
 * nobody holds a right to the port: notifications can be forged by those who
 * do, so the kernel is asked. */
#include "share.h"

#include "mach_port.h"
#include <mach/mig_errors.h>
#include <mach/notify.h>

#include "userspace_driver_server.h"
#include "window.h"

#define MAPS_OF_ONE (KX_MAX_MAPS / 4)
#define MASK_END (1ull << 30)

static struct map {
    const struct kx_object *object; /* NULL: free */
    struct kx_window window;
} maps[KX_MAX_MAPS];

/* ---- map ports ---- */

/* Have the port told when it has no senders; it is told at once where it has
 * none now, and never twice. */
static void watch(mach_port_t port)
{
    mach_port_t previous = MACH_PORT_NULL;
    mach_port_request_notification(mach_task_self(), port,
                                   MACH_NOTIFY_NO_SENDERS, 0, port,
                                   MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous);
    if (previous != MACH_PORT_NULL && previous != MACH_PORT_DEAD)
        mach_port_deallocate(mach_task_self(), previous);
}

static bool same(const struct kx_window *a, const struct kx_window *b)
{
    return a->first == b->first && a->size == b->size && a->access == b->access;
}

/* The record of that window, a new one if need be. */
static struct map *find(const struct kx_object *o, const struct kx_window *w)
{
    struct map *unused = NULL;
    unsigned used = 0;
    for (unsigned n = 0; n < KX_MAX_MAPS; n++) {
        struct map *m = &maps[n];
        if (m->object == o && same(&m->window, w))
            return m;
        used += m->object && m->object->owner == o->owner;
        if (!m->object && !unused)
            unused = m;
    }
    if (!unused || used >= MAPS_OF_ONE ||
        kx_port_make(KX_P_MAP, (unsigned)(unused - maps)) != KERN_SUCCESS)
        return NULL;
    unused->object = o;
    unused->window = *w;
    mach_port_t port = kx_port(KX_P_MAP, (unsigned)(unused - maps));
    kx_port_listen(port);
    watch(port);
    return unused;
}

void kx_map_message(unsigned index, mach_msg_header_t *msg)
{
    mach_port_t port = kx_port(KX_P_MAP, index);
    mach_port_status_t status;
    bool notice = msg->msgh_id == MACH_NOTIFY_NO_SENDERS;
    bool costly = kx_msg_rights(msg) > KX_RIGHTS_FEW;
    kx_reply_error(msg, MIG_BAD_ID); /* the kernel wants no answer */
    if (costly) {                    /* and more of the kind may be queued */
        kx_port_destroy(KX_P_MAP, index);
        maps[index].object = NULL;
        return;
    }
    if (!notice || mach_port_get_receive_status(mach_task_self(), port,
                                                &status) != KERN_SUCCESS)
        return;
    if (status.mps_srights) {
        watch(port);
        return;
    }
    kx_port_destroy(KX_P_MAP, index);
    maps[index].object = NULL;
}

kern_return_t kx_on_share_map(mach_port_t control, vm_offset_t address,
                              uint64_t size, int access, mach_port_t *object)
{
    struct kx_incarnation *i = &kx_incarnations[kx_port_index(control)];
    struct kx_window part;
    uint64_t offset;
    *object = MACH_PORT_NULL;
    const struct kx_object *o = kx_share_at(i->task, address, &offset);
    if (!o)
        return KERN_INVALID_ADDRESS;
    const struct kx_window whole = {0, o->size, KX_PROT_READ | KX_PROT_WRITE};
    if (!kx_window_cut(&whole, offset, size, (unsigned)access, &part))
        return KERN_INVALID_ARGUMENT;
    const struct map *m = find(o, &part);
    if (!m)
        return KERN_RESOURCE_SHORTAGE;
    *object = kx_port(KX_P_MAP, (unsigned)(m - maps));
    return KERN_SUCCESS;
}

/* ---- vm_map ---- */

/* As MIG lays it out. */
struct vm_map {
    mach_msg_header_t head;
    mach_msg_type_t address_type;
    uint64_t address;
    mach_msg_type_t size_type;
    uint64_t size;
    mach_msg_type_t mask_type;
    uint64_t mask;
    mach_msg_type_t anywhere_type;
    int anywhere, anywhere_pad;
    mach_msg_type_t object_type;
    uint64_t object;
    mach_msg_type_t offset_type;
    uint64_t offset;
    mach_msg_type_t copy_type;
    int copy, copy_pad;
    mach_msg_type_t access_type;
    int access, access_pad;
    mach_msg_type_t most_type;
    int most, most_pad;
    mach_msg_type_t inheritance_type;
    int inheritance, inheritance_pad;
};
_Static_assert(sizeof(struct vm_map) == 192, "MIG's request of vm_map");

static bool is(mach_msg_type_t type, unsigned name, unsigned bits)
{
    return type.msgt_name == name && type.msgt_size == bits &&
           type.msgt_number == 1 && type.msgt_inline && !type.msgt_longform;
}

/* The rest is checked by the kernel, which gets it as it is. */
static bool well_formed(const struct vm_map *m)
{
    return m->head.msgh_size == sizeof *m &&
           (m->head.msgh_bits & MACH_MSGH_BITS_COMPLEX) &&
           is(m->address_type, MACH_MSG_TYPE_INTEGER_64, 64) &&
           is(m->size_type, MACH_MSG_TYPE_INTEGER_64, 64) &&
           is(m->mask_type, MACH_MSG_TYPE_INTEGER_64, 64) &&
           is(m->anywhere_type, MACH_MSG_TYPE_BOOLEAN, 32) &&
           is(m->object_type, MACH_MSG_TYPE_PORT_SEND, 64) &&
           is(m->offset_type, MACH_MSG_TYPE_INTEGER_64, 64) &&
           is(m->copy_type, MACH_MSG_TYPE_BOOLEAN, 32) &&
           is(m->access_type, MACH_MSG_TYPE_INTEGER_32, 32) &&
           is(m->most_type, MACH_MSG_TYPE_INTEGER_32, 32) &&
           is(m->inheritance_type, MACH_MSG_TYPE_INTEGER_32, 32);
}

/* Alignment, as low bits.  Other masks this kernel panics at, or says on the
 * console that there is no such room. */
static bool mask_ok(uint64_t mask)
{
    return mask < MASK_END && (mask & (mask + 1)) == 0;
}

/* Put the object in the map port's place. */
static kern_return_t translate(struct kx_incarnation *i, struct vm_map *m,
                               const struct map *map)
{
    struct kx_mapping want = {.offset = m->offset,
                              .size = m->size,
                              .access = (unsigned)m->access,
                              .most = (unsigned)m->most,
                              .copy = m->copy};
    const char *wrong = kx_window_map(&map->window, &want);
    if (wrong) {
        kx_deny(i, "map name=%s", wrong);
        return KERN_PROTECTION_FAILURE;
    }
    if (!kx_memory_allows(i, m->size))
        return KERN_NO_SPACE;
    mach_port_t port = (mach_port_t)m->object;
    m->offset = want.offset;
    m->most = (int)want.most;
    m->object = kx_object_port(map->object);
    m->object_type.msgt_name = MACH_MSG_TYPE_COPY_SEND;
    kx_drop(port, MACH_PORT_RIGHT_SEND);
    return KERN_SUCCESS;
}

kern_return_t kx_map_examine(struct kx_incarnation *i, mach_msg_header_t *msg)
{
    struct vm_map *m = (struct vm_map *)msg;
    if (!well_formed(m))
        return MIG_BAD_ARGUMENTS;
    if (KX_HOLDS(MASK) && !mask_ok(m->mask))
        return KERN_INVALID_ARGUMENT;
    mach_port_t object = (mach_port_t)m->object;
    if (object == MACH_PORT_NULL) /* memory as from vm_allocate */
        return kx_memory_allows(i, m->size) ? KERN_SUCCESS : KERN_NO_SPACE;
    if (kx_port_kind(object) != KX_P_MAP) /* a pager of its own, perhaps */
        return KERN_NO_ACCESS;
    return translate(i, m, &maps[kx_port_index(object)]);
}

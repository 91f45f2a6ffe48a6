/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Memory that belongs to no driver: memory objects whose pager is kernel-ext.
 *
 * All pages of an object are supplied before anyone can touch one, and are
 * wired in the *holder*, a task that never runs.  So they stay where they are,
 * whoever maps them dies, and no fault ever waits for the pager.  The pager's
 * port is known to the kernel alone.
 *
 * No call here waits: the kernel sends memory_object_init before vm_map
 * returns, and faults pages only where they are already. */
#include "share.h"

#include "gnumach.h"
#include "mach_host.h"
#include "mach_port.h"

#define PAGE 4096ull
#define INIT 2200 /* memory_object_init */
#define ANY (VM_PROT_READ | VM_PROT_WRITE)

static struct kx_object objects[KX_MAX_OBJECTS];

static unsigned index_of(const struct kx_object *o)
{
    return (unsigned)(o - objects);
}

mach_port_t kx_object_port(const struct kx_object *o)
{
    return kx_port(KX_P_PAGER, index_of(o));
}

struct kx_object *kx_object_find(const struct kx_task *owner, unsigned share)
{
    for (unsigned n = 0; n < KX_MAX_OBJECTS; n++)
        if (objects[n].size && objects[n].owner == kx_task_index(owner) &&
            objects[n].share == share)
            return &objects[n];
    return NULL;
}

kern_return_t kx_holder(void)
{
    mach_port_t task;
    if (KX_OWN(KX_OWN_HOLDER) != MACH_PORT_NULL)
        return KERN_SUCCESS;
    kern_return_t kr = task_create(mach_task_self(), FALSE, &task);
    if (kr == KERN_SUCCESS)
        kx_port_is(KX_P_OWN, KX_OWN_HOLDER, task);
    return kr;
}

/* The kernel has announced itself with memory_object_init: the port to control
 * the object by. */
static mach_port_t control_of(const struct kx_object *o)
{
    struct {
        mach_msg_header_t head;
        mach_msg_type_t control_type;
        uint64_t control;
        mach_msg_type_t name_type;
        uint64_t name;
        mach_msg_type_t page_size_type;
        uint64_t page_size;
        char trailer[64];
    } m;
    if (mach_msg(&m.head, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, sizeof m,
                 kx_object_port(o), 0, MACH_PORT_NULL) != MACH_MSG_SUCCESS ||
        m.head.msgh_id != INIT)
        return MACH_PORT_NULL;
    kx_drop((mach_port_t)m.name, MACH_PORT_RIGHT_SEND);
    return (mach_port_t)m.control;
}

void kx_object_free(struct kx_object *o)
{
    if (o->held)
        vm_deallocate(KX_OWN(KX_OWN_HOLDER), o->held, o->size);
    kx_drop(o->control, MACH_PORT_RIGHT_SEND);
    kx_port_destroy(KX_P_PAGER, index_of(o));
    *o = (struct kx_object){0};
}

static kern_return_t make(struct kx_object *o)
{
    kern_return_t kr = kx_holder();
    if (kr == KERN_SUCCESS)
        kr = kx_port_make(KX_P_PAGER, index_of(o));
    if (kr == KERN_SUCCESS)
        kr = kx_port_make_send(kx_object_port(o));
    vm_address_t at = 0;
    if (kr == KERN_SUCCESS)
        kr = vm_map(KX_OWN(KX_OWN_HOLDER), &at, o->size, 0, TRUE,
                    kx_object_port(o), 0, FALSE, ANY, ANY, VM_INHERIT_NONE);
    if (kr != KERN_SUCCESS)
        return kr;
    o->held = at;
    o->control = control_of(o);
    if (o->control == MACH_PORT_NULL)
        return KERN_FAILURE;
    return memory_object_ready(o->control, TRUE, MEMORY_OBJECT_COPY_NONE);
}

struct kx_object *kx_object_new(const struct kx_task *owner, unsigned share,
                                uint64_t size)
{
    struct kx_object *o = NULL;
    for (unsigned n = 0; n < KX_MAX_OBJECTS && !o; n++)
        if (!objects[n].size)
            o = &objects[n];
    if (!o)
        return NULL;
    o->size = size;
    o->owner = kx_task_index(owner);
    o->share = share;
    if (make(o) == KERN_SUCCESS)
        return o;
    kx_object_free(o);
    return NULL;
}

/* Our pages at DATA, which are no longer ours, become the object's at OFFSET:
 * the same pages, where they are not wired.  By what fits into a list of pages
 * of the kernel's. */
#define SUPPLY (64 * PAGE)
kern_return_t kx_object_supply(struct kx_object *o, uint64_t offset,
                               vm_offset_t data, uint64_t size)
{
    kern_return_t kr = KERN_SUCCESS;
    uint64_t some;
    for (; size > 0 && kr == KERN_SUCCESS; size -= some) {
        some = size < SUPPLY ? size : SUPPLY;
        kr = memory_object_data_supply(o->control, offset, data,
                                       (mach_msg_type_number_t)some, TRUE,
                                       VM_PROT_NONE, FALSE, MACH_PORT_NULL);
        offset += some;
        data += some;
    }
    if (size > 0)
        vm_deallocate(mach_task_self(), data, size);
    return kr;
}

kern_return_t kx_object_zero(struct kx_object *o)
{
    vm_address_t data;
    kern_return_t kr = vm_allocate(mach_task_self(), &data, o->size, TRUE);
    if (kr != KERN_SUCCESS)
        return kr;
    return kx_object_supply(o, 0, data, o->size);
}

/* Are all pages there?  Then also the first one's physical address, and whether
 * the others follow it. */
struct kx_layout kx_object_layout(const struct kx_object *o, uint64_t offset,
                                  uint64_t size)
{
    struct kx_layout l = {.there = true, .in_a_row = true};
    rpc_phys_addr_t few[64], *pages;
    unsigned some;
    for (uint64_t at = 0; at < size; at += some * PAGE) {
        mach_msg_type_number_t n = some = size - at < sizeof few / 8 * PAGE
                                              ? (unsigned)((size - at) / PAGE)
                                              : sizeof few / 8;
        pages = few;
        if (vm_pages_phys(KX_OWN(KX_OWN_HOST), KX_OWN(KX_OWN_HOLDER),
                          o->held + offset + at, some * PAGE, &pages,
                          &n) != KERN_SUCCESS)
            return (struct kx_layout){0};
        if (at == 0)
            l.physical = pages[0];
        for (unsigned k = 0; k < n; k++) {
            l.there = l.there && pages[k];
            l.in_a_row = l.in_a_row && pages[k] == l.physical + at + k * PAGE;
        }
        if (pages != few)
            vm_deallocate(mach_task_self(), (vm_offset_t)pages,
                          n * sizeof *pages);
    }
    return l;
}

/* All pages were supplied: keep them where they are.  Wiring one that is not
 * there would wait for its pager, which is us. */
kern_return_t kx_object_seal(struct kx_object *o)
{
    if (!kx_object_layout(o, 0, o->size).there)
        return KERN_FAILURE;
    kx_drop(o->control, MACH_PORT_RIGHT_SEND);
    o->control = MACH_PORT_NULL;
    kx_port_listen(kx_object_port(o));
    return vm_wire(KX_OWN(KX_OWN_HOST), KX_OWN(KX_OWN_HOLDER), o->held, o->size,
                   ANY);
}

/* At exactly ADDRESS of I, which has nothing there. */
kern_return_t kx_object_map(const struct kx_object *o, struct kx_incarnation *i,
                            vm_address_t address, uint64_t offset,
                            uint64_t size, vm_prot_t access)
{
    return vm_map(kx_port(KX_P_TASK, kx_slot(i)), &address, size, 0, FALSE,
                  kx_object_port(o), offset, FALSE, access, access,
                  VM_INHERIT_NONE);
}

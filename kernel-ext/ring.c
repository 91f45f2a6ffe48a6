/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Rings: making one, and its memory: an object of pages in a row, wired in the
 * holder, a page of which only the client writes, one of which only the driver,
 * and the buffers. */
#include "ring.h"

#include <string.h>
#include <usrd/ring.h>

#include "share.h"
#include "userspace_driver_server.h"

#define PAGE 4096ull
#define RW (VM_PROT_READ | VM_PROT_WRITE)
_Static_assert(USRD_RING_DRIVER_AT == PAGE && USRD_RING_DATA_AT == 2 * PAGE &&
                   USRD_RING_DATA_AT + USRD_RING_BYTES <= USRD_RING_STEP,
               "the layout of a ring");

struct kx_ring kx_rings[USRD_MAX_RINGS];
unsigned kx_n_rings;

uint64_t kx_ring_address(const struct kx_ring *r)
{
    return USRD_RING_CLIENT_BASE + kx_ring_index(r) * USRD_RING_STEP;
}

uint64_t kx_ring_bytes(const struct kx_ring *r)
{
    return r->object->size - USRD_RING_DATA_AT;
}

/* The side that has it at ADDRESS writes the page at MINE and reads the one at
 * THEIRS. */
static kern_return_t map(const struct kx_ring *r, struct kx_incarnation *i,
                         vm_address_t at, unsigned mine, unsigned theirs)
{
    kern_return_t kr = kx_object_map(r->object, i, at + mine, mine, PAGE, RW);
    if (kr == KERN_SUCCESS)
        kr = kx_object_map(r->object, i, at + theirs, theirs, PAGE,
                           VM_PROT_READ);
    if (kr == KERN_SUCCESS)
        kr = kx_object_map(r->object, i, at + USRD_RING_DATA_AT,
                           USRD_RING_DATA_AT, kx_ring_bytes(r), RW);
    return kr;
}

kern_return_t kx_ring_map(struct kx_ring *r, struct kx_incarnation *driver)
{
    vm_address_t at = USRD_RING_BASE + kx_ring_index(r) * USRD_RING_STEP;
    return map(r, driver, at, USRD_RING_DRIVER_AT, USRD_RING_CLIENT_AT);
}

/* From one that runs; what a dead one has goes with it. */
static void unmap(const struct kx_ring *r, const struct kx_incarnation *i,
                  vm_address_t at)
{
    if (i->phase == KX_ALIVE)
        vm_deallocate(kx_port(KX_P_TASK, kx_slot(i)), at, r->object->size);
}

void kx_ring_unmap(struct kx_ring *r, struct kx_incarnation *driver)
{
    unmap(r, driver, USRD_RING_BASE + kx_ring_index(r) * USRD_RING_STEP);
}

/* ---- making one ---- */

static struct kx_ring *allocate(const struct kx_incarnation *client)
{
    struct kx_ring *unused = NULL;
    unsigned used = 0;
    for (struct kx_ring *r = kx_rings; r < kx_rings + USRD_MAX_RINGS; r++) {
        used += r->object && r->opener == kx_task_index(client->task);
        if (!r->object && !unused)
            unused = r;
    }
    return used < USRD_MAX_RINGS_OF_CLIENT ? unused : NULL;
}

static kern_return_t fill(struct kx_ring *r, struct kx_incarnation *client)
{
    kern_return_t kr =
        kx_object_contiguous(r->object, 0, r->object->size, &r->physical);
    if (kr == KERN_SUCCESS)
        kr = kx_object_seal(r->object);
    if (kr == KERN_SUCCESS)
        kr = map(r, client, kx_ring_address(r), USRD_RING_CLIENT_AT,
                 USRD_RING_DRIVER_AT);
    return kr == KERN_SUCCESS ? kr : KERN_RESOURCE_SHORTAGE;
}

static kern_return_t make(struct kx_incarnation *client, uint64_t bytes,
                          struct kx_ring **ring)
{
    uint64_t size = USRD_RING_DATA_AT + ((bytes + PAGE - 1) & ~(PAGE - 1));
    struct kx_ring *r = allocate(client);
    if (!r) {
        kx_deny(client, "rings");
        return KERN_RESOURCE_SHORTAGE;
    }
    if (!kx_memory_allows(client, size) ||
        !kx_room(client, kx_ring_address(r), size))
        return KERN_NO_SPACE;
    r->object = kx_object_new(client->task, KX_SHARE_RING, size);
    if (!r->object)
        return KERN_RESOURCE_SHORTAGE;
    kx_n_rings++;
    r->opener = kx_task_index(client->task);
    r->task = KX_MAX_TASKS;
    r->client = client;
    *ring = r;
    return fill(r, client);
}

static void unmake(struct kx_ring *r)
{
    unmap(r, r->client, kx_ring_address(r));
    r->client = NULL;
    kx_ring_free(r);
}

kern_return_t kx_on_ring_create(mach_port_t control, mach_port_t reply,
                                mach_msg_type_name_t reply_type,
                                const_usrd_name_t name, uint32_t mode,
                                uint32_t slots, uint64_t bytes,
                                mach_port_t doorbell, mach_port_t *handle,
                                vm_offset_t *address)
{
    struct kx_incarnation *i = &kx_incarnations[kx_port_index(control)];
    struct kx_device *d;
    struct kx_ring *r = NULL;
    uint64_t began = kx_now();
    (void)handle, (void)address; /* in the answer, which comes later */
    if (reply_type != MACH_MSG_TYPE_PORT_SEND_ONCE || slots == 0 ||
        slots > USRD_RING_SLOTS || (slots & (slots - 1)) || bytes == 0 ||
        bytes > USRD_RING_BYTES)
        return KERN_INVALID_ARGUMENT;
    if (strnlen(name, sizeof(usrd_name_t)) == sizeof(usrd_name_t))
        return D_NO_SUCH_DEVICE;
    kern_return_t kr = kx_device_find(i, name, mode, &d);
    if (kr == KERN_SUCCESS && !d)
        kr = D_INVALID_OPERATION; /* the kernel's own */
    if (kr == KERN_SUCCESS)
        kr = make(i, bytes, &r);
    kx_worked(i, began);
    struct kx_handle *h =
        kr == KERN_SUCCESS ? kx_handle_new(i, d->name, mode, reply) : NULL;
    if (kr == KERN_SUCCESS && !h)
        kr = D_NO_MEMORY;
    /* Last: what was taken of the message stays taken. */
    if (kr == KERN_SUCCESS && !kx_bell_take(r, doorbell)) {
        kx_handle_destroy(h);
        kr = KERN_INVALID_ARGUMENT;
    }
    if (kr != KERN_SUCCESS) {
        if (r)
            unmake(r);
        return kr;
    }
    r->slots = slots;
    r->handle = h;
    h->ring = r;
    h->open_id = KX_RING_CREATE;
    kx_handle_wait(h, d);
    return MIG_NO_REPLY; /* whoever answers it has REPLY */
}

/* ---- the end ---- */

void kx_ring_client_gone(struct kx_ring *r)
{
    unmap(r, r->client, kx_ring_address(r));
    kx_bell_drop(r);
    r->client = NULL;
    if (r->handle)
        kx_handle_close(r->handle);
    else
        kx_ring_free(r);
}

kern_return_t kx_on_ring_destroy(mach_port_t control, vm_offset_t address)
{
    struct kx_incarnation *i = &kx_incarnations[kx_port_index(control)];
    for (struct kx_ring *r = kx_rings; r < kx_rings + USRD_MAX_RINGS; r++) {
        bool pending = r->handle && r->handle->client;
        if (r->client != i || kx_ring_address(r) != address || pending)
            continue;
        kx_ring_client_gone(r);
        return KERN_SUCCESS;
    }
    return KERN_INVALID_ADDRESS;
}

void kx_ring_free(struct kx_ring *r)
{
    if (r->client || r->handle || r->in || r->kept)
        return;
    if (r->unquiet) {
        r->kept = true;
        kx_tlog('E', &kx_tasks[r->task], "kept", "ring=%uK by=%s",
                (unsigned)(r->object->size >> 10), kx_tasks[r->opener].name);
        return;
    }
    kx_object_free(r->object);
    *r = (struct kx_ring){0};
    kx_n_rings--;
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Valid messages, one of each kind, in the words of MIG's own stubs: those
 * are compiled with fuzz_msg() for mach_msg(), which keeps what it should
 * send while a seed is made. */
#include "fuzz.h"

#include "device.h"
#include "mach_port.h"
#include "userspace_driver.h"
#include "userspace_driver_operator.h"
#include "userspace_driver_service.h"
#include <device/device_types.h>
#include <mach/notify.h>
#include <string.h>

#define SEEDS 128
#define ROOM 640
#define PATIENCE 5000 /* ms */

/* How much of its form may vary: nothing; as much as the kernel likes, which
 * is its business; or the number of its last item, up to this. */
#define EXACT 0
#define KERNELS (-1)
#define ANY_NUMBER 0x7fffffff

static struct seed {
    enum kind kind;
    int form;
    union {
        mach_msg_header_t head;
        char bytes[ROOM];
    } message;
} seeds[SEEDS];
static unsigned n_seeds;
static bool making;

mach_msg_return_t fuzz_msg(mach_msg_header_t *msg, mach_msg_option_t option,
                           mach_msg_size_t send_size, mach_msg_size_t rcv_size,
                           mach_port_name_t rcv_name,
                           mach_msg_timeout_t timeout, mach_port_name_t notify);

mach_msg_return_t fuzz_msg(mach_msg_header_t *msg, mach_msg_option_t option,
                           mach_msg_size_t send_size, mach_msg_size_t rcv_size,
                           mach_port_name_t rcv_name,
                           mach_msg_timeout_t timeout, mach_port_name_t notify)
{
    if (!making) {
        mach_msg_return_t mr = mach_msg(
            msg, option | MACH_SEND_TIMEOUT | MACH_RCV_TIMEOUT, send_size,
            rcv_size, rcv_name, timeout ? timeout : PATIENCE, notify);
        if (mr != MACH_MSG_SUCCESS && mr != MACH_SEND_INVALID_DEST)
            fail("call %d: %x", msg->msgh_id, mr);
        return mr;
    }
    making = false;
    if (send_size > ROOM || n_seeds == SEEDS) {
        fail("no room for seed %d of %u bytes", msg->msgh_id, send_size);
        return MACH_SEND_INVALID_DEST;
    }
    struct seed *s = &seeds[n_seeds++];
    memcpy(s->message.bytes, msg, send_size);
    s->message.head.msgh_size = send_size;
    return MACH_SEND_INVALID_DEST;
}

#define SEED(its_kind, its_form, call)    \
    do {                                  \
        seeds[n_seeds].kind = (its_kind); \
        seeds[n_seeds].form = (its_form); \
        making = true;                    \
        (void)(call);                     \
        making = false;                   \
    } while (0)

static mach_port_t self;
static mach_port_t some; /* right */

static void registry(void)
{
    usrd_words_t words = {0};
    vm_offset_t address;

    SEED(FOR_CONTROL, EXACT,
         usrd_msg_register(self, "fuzz", "what it says", 0x10002, 0x202, words,
                           (vm_offset_t)words, words));
    SEED(FOR_CONTROL, EXACT, usrd_msg_unregister(self));
    SEED(FOR_CONTROL, EXACT, usrd_msg_add_device(self, "fuzz", 2));
    SEED(FOR_CONTROL, EXACT, usrd_msg_remove_device(self, "fuzz"));
    SEED(FOR_CONTROL, EXACT, usrd_msg_ready(self));
    SEED(FOR_CONTROL, EXACT, usrd_msg_heartbeat(self, 1, words));
    SEED(FOR_CONTROL, EXACT, usrd_msg_report_error(self, 5, "an error"));
    SEED(FOR_CONTROL, EXACT, usrd_msg_log(self, 3, "a line"));
    SEED(FOR_CONTROL, EXACT, usrd_msg_exit(self, 3));
    SEED(FOR_CONTROL, EXACT, usrd_msg_intr_register(self, 5));
    SEED(FOR_CONTROL, EXACT, usrd_msg_intr_unregister(self, 5));
    SEED(FOR_CONTROL, EXACT, usrd_msg_intr_done(self, 5));
    SEED(FOR_CONTROL, EXACT, usrd_msg_open_done(self, 0, 0));
    SEED(FOR_CONTROL, EXACT, usrd_msg_close_done(self, 0));
    SEED(FOR_CONTROL, EXACT,
         usrd_msg_mmio_map(self, 0xfed00000, 4096, &address));
    SEED(FOR_CONTROL, EXACT, usrd_msg_granted(self, 1, 5, 5));
    short filter[128] = {0};
    unsigned many[64] = {0};
    SEED(FOR_CONTROL, 64, usrd_msg_keep(self, 0, 1, many, 4));
    SEED(FOR_CONTROL, 64, usrd_msg_keep(self, 0, 1, many, 0));
    SEED(FOR_CONTROL, 128, usrd_msg_keep_filter(self, 0, some, 1, filter, 4));
    SEED(FOR_CONTROL, 128, usrd_msg_keep_filter(self, 0, some, 1, filter, 0));
    usrd_name_t name;
    usrd_text_t text;
    static usrd_list_t list;
    static usrd_page_t page;
    unsigned k = sizeof page;
    SEED(FOR_CONTROL, EXACT,
         usrd_msg_driver_list(self, 0, name, text, list, page, &k));
    SEED(FOR_CONTROL, EXACT, usrd_msg_device_info(self, "hello", words));
    vm_offset_t at = USRD_SHARE_BASE;
    mach_port_t object;
    SEED(FOR_CONTROL, EXACT, usrd_msg_share(self, 0, 4096, &at));
    SEED(FOR_CONTROL, EXACT, usrd_msg_share_map(self, at, 4096, 3, &object));
    mach_port_t handle;
    SEED(FOR_CONTROL, EXACT,
         usrd_msg_ring_create(self, "ramdisk", 3, 8, 4096, some, &handle, &at));
    SEED(FOR_CONTROL, EXACT,
         usrd_msg_ring_create(self, "hello", 3, 64, 9999, some, &handle, &at));
    at = USRD_RING_CLIENT_BASE;
    SEED(FOR_CONTROL, EXACT, usrd_msg_ring_destroy(self, at));
    SEED(FOR_CONTROL, EXACT, usrd_msg_add_window(self, "fuzz", "hello", 1, 2));
    /* What goes the other way. */
    const usrd_ring_words_t ring = {0};
    SEED(FOR_CONTROL, EXACT,
         usrd_service_open_ring(self, 1, 1, "hello", 0, 0, ring, some));
    SEED(FOR_CONTROL, EXACT, usrd_service_open(self, 1, 1, "hello", 0, 0));
    SEED(FOR_CONTROL, EXACT, usrd_service_close(self, 1));
    SEED(FOR_CONTROL, EXACT, usrd_service_interrupt(self, 5));
    SEED(FOR_CONTROL, EXACT, usrd_service_stop(self));
    SEED(FOR_CONTROL, EXACT, usrd_service_probe(self));
}

static void operators(void)
{
    usrd_name_t name, other;
    usrd_info_t info;
    static usrd_page_t page;
    unsigned n = 48;

    SEED(FOR_OPERATOR, EXACT, usrd_op_status(self, 0, name, other, info, &n));
    SEED(FOR_OPERATOR, EXACT, usrd_op_start(self, "nobody"));
    SEED(FOR_OPERATOR, EXACT, usrd_op_stop(self, "nobody"));
    SEED(FOR_OPERATOR, EXACT, usrd_op_restart(self, "nobody"));
    SEED(FOR_OPERATOR, EXACT, usrd_op_kill(self, "nobody"));
    SEED(FOR_OPERATOR, EXACT, usrd_op_hang(self, "nobody"));
    n = sizeof page;
    SEED(FOR_OPERATOR, EXACT, usrd_op_grants(self, "fuzz", page, &n));
    SEED(FOR_OPERATOR, EXACT, usrd_op_device(self, 0, name, other, &n));
    SEED(FOR_OPERATOR, EXACT, usrd_op_suspend(self, "nobody"));
    SEED(FOR_OPERATOR, EXACT, usrd_op_resume(self, "nobody"));
    SEED(FOR_OPERATOR, EXACT, usrd_op_log_level(self, 2));
    SEED(FOR_OPERATOR, EXACT, usrd_op_halt(self, 2, 0));
    n = 48;
    SEED(FOR_OPERATOR, EXACT, usrd_op_death(self, 0, name, other, info, &n));
    SEED(FOR_OPERATOR, EXACT, usrd_op_outages(self, info, &n));
}

static void devices(void)
{
    mach_port_t port;
    char data[128] = "fuzz";
    int words[32] = {0};
    unsigned n = 128;
    unsigned short filter[32] = {0};
    char *out;

    SEED(FOR_CONTROL, EXACT, device_open(self, D_READ, "hello", &port));
    SEED(FOR_CONTROL, EXACT, device_open(self, D_WRITE, "target", &port));
    seeds[n_seeds] = seeds[n_seeds - 1];          /* it has no stub */
    seeds[n_seeds++].message.head.msgh_id = 2806; /* device_open_new */
    SEED(FOR_HANDLE, EXACT, device_close(self));
    SEED(FOR_HANDLE, ANY_NUMBER,
         device_write(self, 0, 0, (char *)memory, 1000, words));
    SEED(FOR_HANDLE, 128,
         device_write_inband(self, 0, 0, data, sizeof data, words));
    SEED(FOR_HANDLE, EXACT, device_read(self, 0, 0, 1000, &out, &n));
    SEED(FOR_HANDLE, EXACT, device_read_inband(self, 0, 0, 100, data, &n));
    SEED(FOR_HANDLE, EXACT, device_map(self, 3, 0, 4096, &port, 0));
    SEED(FOR_HANDLE, 1024, device_set_status(self, 1, words, 32));
    n = 32;
    SEED(FOR_HANDLE, EXACT, device_get_status(self, 0, words, &n));
    SEED(FOR_HANDLE, 128,
         device_set_filter(self, some, MACH_MSG_TYPE_MAKE_SEND, 1, filter, 32));
    SEED(FOR_HANDLE, EXACT,
         device_intr_register(self, 5, 0, some, MACH_MSG_TYPE_MAKE_SEND));
    SEED(FOR_HANDLE, EXACT,
         device_intr_ack(self, some, MACH_MSG_TYPE_MAKE_SEND));
}

static void memory_calls(void)
{
    vm_address_t a = 0;
    vm_size_t size;
    vm_prot_t prot, most;
    vm_inherit_t inherit;
    boolean_t shared;
    mach_port_t port;
    vm_offset_t data;
    unsigned n;
    vm_statistics_data_t statistics;

    SEED(FOR_KERNEL, KERNELS, vm_allocate(self, &a, 8192, TRUE));
    SEED(FOR_KERNEL, KERNELS, vm_deallocate(self, a, 4096));
    SEED(FOR_KERNEL, KERNELS, vm_protect(self, a, 4096, FALSE, 3));
    SEED(FOR_KERNEL, KERNELS, vm_inherit(self, a, 4096, 1));
    SEED(FOR_KERNEL, KERNELS,
         vm_region(self, &a, &size, &prot, &most, &inherit, &shared, &port,
                   &data));
    SEED(FOR_KERNEL, KERNELS, vm_statistics(self, &statistics));
    SEED(FOR_KERNEL, KERNELS, vm_read(self, memory, 4096, &data, &n));
    SEED(FOR_KERNEL, KERNELS, vm_write(self, memory, memory, 4096));
    SEED(FOR_KERNEL, KERNELS,
         vm_map(self, &a, 4096, 0, TRUE, some, 0, FALSE, 3, 3, 1));
}

static void task_calls(void)
{
    int info[32];
    unsigned n = 32;
    mach_port_t port, *ports;

    SEED(FOR_KERNEL, KERNELS, task_info(self, TASK_BASIC_INFO, info, &n));
    SEED(FOR_KERNEL, KERNELS, thread_info(self, THREAD_BASIC_INFO, info, &n));
    SEED(FOR_KERNEL, KERNELS, task_suspend(self));
    SEED(FOR_KERNEL, KERNELS, task_create(self, TRUE, &port));
    SEED(FOR_KERNEL, KERNELS, task_threads(self, &ports, &n));
    SEED(FOR_KERNEL, KERNELS, task_get_special_port(self, 1, &port));
    SEED(FOR_KERNEL, KERNELS, task_set_special_port(self, 1, some));
    SEED(FOR_KERNEL, KERNELS, thread_create(self, &port));
}

static void port_calls(void)
{
    mach_port_t port, *names;
    mach_port_type_t *types, type;
    mach_port_urefs_t refs;
    unsigned n, k;
    mach_port_status_t status;
    mach_port_name_t name = some;

    SEED(FOR_KERNEL, KERNELS, mach_port_names(self, &names, &n, &types, &k));
    SEED(FOR_KERNEL, KERNELS, mach_port_type(self, name, &type));
    SEED(FOR_KERNEL, KERNELS, mach_port_allocate_name(self, 1, 0x5000));
    SEED(FOR_KERNEL, KERNELS, mach_port_allocate(self, 1, &name));
    SEED(FOR_KERNEL, KERNELS, mach_port_destroy(self, name));
    SEED(FOR_KERNEL, KERNELS, mach_port_deallocate(self, name));
    SEED(FOR_KERNEL, KERNELS, mach_port_get_refs(self, name, 0, &refs));
    SEED(FOR_KERNEL, KERNELS, mach_port_mod_refs(self, name, 0, 1));
    SEED(FOR_KERNEL, KERNELS, mach_port_set_qlimit(self, name, 3));
    SEED(FOR_KERNEL, KERNELS, mach_port_get_set_status(self, name, &names, &n));
    SEED(FOR_KERNEL, KERNELS, mach_port_move_member(self, name, name));
    SEED(FOR_KERNEL, KERNELS,
         mach_port_request_notification(self, name, MACH_NOTIFY_DEAD_NAME, 1,
                                        some, MACH_MSG_TYPE_MAKE_SEND_ONCE,
                                        &port));
    SEED(FOR_KERNEL, KERNELS,
         mach_port_insert_right(self, 0x5000, some, MACH_MSG_TYPE_MAKE_SEND));
    SEED(FOR_KERNEL, KERNELS,
         mach_port_get_receive_status(self, name, &status));
}

/* As the kernel tells of names and ports; there are no stubs for those. */
static void notifications(void)
{
    static const mach_msg_type_t word = {.msgt_name = MACH_MSG_TYPE_PORT_NAME,
                                         .msgt_size = 32,
                                         .msgt_number = 1,
                                         .msgt_inline = TRUE};
    static const mach_msg_type_t right = {.msgt_name =
                                              MACH_MSG_TYPE_MOVE_RECEIVE,
                                          .msgt_size = 64,
                                          .msgt_number = 1,
                                          .msgt_inline = TRUE};

    for (int id = 64; id <= 72; id++) {
        struct {
            mach_msg_header_t head;
            mach_msg_type_t type;
            uint64_t name;
        } m = {.head.msgh_id = id, .type = word, .name = some};
        if (id == MACH_NOTIFY_PORT_DESTROYED) {
            m.head.msgh_bits = MACH_MSGH_BITS_COMPLEX;
            m.type = right;
        }
        SEED(FOR_CONTROL, EXACT, fuzz_msg(&m.head, 0, sizeof m, 0, 0, 0, 0));
    }
}

void seeds_make(void)
{
    self = mach_task_self();
    some = pool_right();
    registry();
    operators();
    devices();
    memory_calls();
    task_calls();
    port_calls();
    notifications();
}

void seed_take(union message *m, enum kind kind)
{
    const struct seed *s;

    do
        s = &seeds[below(n_seeds)];
    while (s->kind != kind);
    memcpy(m->bytes, s->message.bytes, s->message.head.msgh_size);
}

void seed_take_id(union message *m, int id)
{
    for (unsigned i = 0; i < n_seeds; i++)
        if (seeds[i].message.head.msgh_id == id)
            memcpy(m->bytes, seeds[i].message.bytes,
                   seeds[i].message.head.msgh_size);
    m->head.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0);
    m->head.msgh_local_port = MACH_PORT_NULL;
}

/* ---- is it of the form that it should have? ---- */

/* The receiver sees what a right has become. */
static mach_msg_type_t as_received(mach_msg_type_t t)
{
    switch (t.msgt_name) {
    case MACH_MSG_TYPE_COPY_SEND:
    case MACH_MSG_TYPE_MAKE_SEND:
        t.msgt_name = MACH_MSG_TYPE_PORT_SEND;
        break;
    case MACH_MSG_TYPE_MAKE_SEND_ONCE:
        t.msgt_name = MACH_MSG_TYPE_PORT_SEND_ONCE;
    }
    return t;
}

static bool same_type(mach_msg_type_t a, mach_msg_type_t b, bool varies)
{
    a = as_received(a);
    b = as_received(b);
    if (varies)
        return a.msgt_name == b.msgt_name && a.msgt_size == b.msgt_size &&
               a.msgt_inline == b.msgt_inline &&
               a.msgt_longform == b.msgt_longform;
    return memcmp(&a, &b, sizeof a) == 0;
}

static bool carries(union message *m)
{
    unsigned offsets[ITEMS_MAX], n = find_items(m, offsets);

    if (!(m->head.msgh_bits & MACH_MSGH_BITS_COMPLEX))
        return false;
    for (unsigned i = 0; i < n; i++)
        if (!item_at(m, offsets[i])->msgt_inline ||
            is_right(item_at(m, offsets[i])->msgt_name))
            return true;
    return false; /* the kernel takes the bit away */
}

static bool same_form(struct seed *s, union message *m)
{
    static union message seed;
    unsigned offsets[ITEMS_MAX], n, size;

    memcpy(seed.bytes, s->message.bytes, s->message.head.msgh_size);
    if (s->form == KERNELS)
        return m->head.msgh_size == seed.head.msgh_size;
    if (carries(&seed) != carries(m) || m->head.msgh_size < 32)
        return false;
    n = find_items(&seed, offsets);
    for (unsigned i = 0; i < n; i++) {
        const mach_msg_type_t *a = item_at(&seed, offsets[i]);
        const mach_msg_type_t *b = item_at(m, offsets[i]);
        bool varies = s->form > 0 && i == n - 1;
        if (offsets[i] + 8 > m->head.msgh_size || !same_type(*a, *b, varies))
            return false;
        if (!varies)
            continue;
        if (!a->msgt_inline)
            return m->head.msgh_size == seed.head.msgh_size;
        size = offsets[i] + 8 + ((b->msgt_number * b->msgt_size / 8 + 7) & ~7u);
        return b->msgt_number <= (unsigned)s->form && m->head.msgh_size == size;
    }
    return m->head.msgh_size == seed.head.msgh_size;
}

bool seed_has_form_of(union message *m)
{
    for (unsigned i = 0; i < n_seeds; i++)
        if (seeds[i].message.head.msgh_id == m->head.msgh_id &&
            same_form(&seeds[i], m))
            return true;
    return false;
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the messages are made of: ports of every sort, memory, and open
 * devices.  A message may take any of it away, so it is made anew. */
#include "fuzz.h"

#include "mach_port.h"
#include <device/userspace_driver_sdk.h>
#include <string.h>
#include <userspace_driver.h>
#include <userspace_driver_operator.h>
#include <usrd/client.h>
#include <usrd/types.h>

#define REFS 5000 /* of a right that messages may move away */

mach_port_t target_port[TARGETS], reply_port;
vm_address_t memory;

static mach_port_t port; /* receive and send rights */
static mach_port_t gone; /* a dead name */
static mach_port_t set;
/* Names at which a call may make a right. */
static const mach_port_t free_names[] = {0x5000, 0x5001, 0x7fff};
#define FREE_NAMES (sizeof free_names / sizeof *free_names)

void pool_renew_ports(void)
{
    mach_port_t self = mach_task_self();

    if (port)
        mach_port_destroy(self, port);
    if (gone)
        mach_port_destroy(self, gone);
    if (set)
        mach_port_destroy(self, set);
    for (unsigned i = 0; i < FREE_NAMES; i++)
        mach_port_destroy(self, free_names[i]);
    if (mach_port_allocate(self, MACH_PORT_RIGHT_RECEIVE, &port) ||
        mach_port_insert_right(self, port, port, MACH_MSG_TYPE_MAKE_SEND) ||
        mach_port_mod_refs(self, port, MACH_PORT_RIGHT_SEND, REFS) ||
        mach_port_allocate(self, MACH_PORT_RIGHT_PORT_SET, &set) ||
        mach_port_allocate(self, MACH_PORT_RIGHT_DEAD_NAME, &gone) ||
        mach_port_mod_refs(self, gone, MACH_PORT_RIGHT_DEAD_NAME, REFS))
        fail("no ports to play with");
}

void pool_renew_memory(void)
{
    static bool made;

    if (made)
        vm_deallocate(mach_task_self(), memory, MEMORY);
    if (vm_allocate(mach_task_self(), &memory, MEMORY, !made))
        fail("no memory to play with");
    made = true;
}

/* Messages may move these away, or bring more of them. */
static void renew_refs(mach_port_t name)
{
    mach_port_urefs_t refs = 0;
    mach_port_t self = mach_task_self();

    if (!name)
        return;
    if (mach_port_get_refs(self, name, MACH_PORT_RIGHT_SEND, &refs) ||
        refs == 0)
        fail("right %x is gone", name);
    else if (refs != REFS)
        mach_port_mod_refs(self, name, MACH_PORT_RIGHT_SEND, REFS - (int)refs);
}

void pool_renew(void)
{
    pool_renew_ports();
    pool_renew_memory();
    renew_refs(mach_task_self());
    for (unsigned i = 0; i < TARGETS; i++)
        if (i != TO_CONTROL)
            renew_refs(target_port[i]);
}

static void open_one(enum target target, const char *name)
{
    mach_port_t device;
    kern_return_t kr = usrd_open(name, D_READ | D_WRITE, &device);

    if (kr == KERN_SUCCESS)
        target_port[target] = device;
    else if (kr != KERN_NO_ACCESS && kr != D_NO_SUCH_DEVICE)
        fail("open %s: %s", name, usrd_error_text(kr));
}

/* As many reads of the console as may wait: kernel-ext keeps them for the next
 * incarnation, so that there are always that many. */
static void read_console(void)
{
    static union message m;

    for (unsigned n = 0; target_port[TO_CONSOLE] && n < 8; n++) {
        seed_take_id(&m, 2805);
        m.head.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND,
                                          MACH_MSG_TYPE_MAKE_SEND_ONCE);
        m.head.msgh_remote_port = target_port[TO_CONSOLE];
        m.head.msgh_local_port = reply_port;
        mach_msg(&m.head, MACH_SEND_MSG | MACH_SEND_TIMEOUT, m.head.msgh_size,
                 0, MACH_PORT_NULL, 1000, MACH_PORT_NULL);
    }
}

/* A driver's handle ends when it is closed: if this one was, a new one. */
void pool_reopen(mach_port_t device)
{
    static const char *const names[TARGETS] = {
        [TO_HELLO] = "hello", [TO_TARGET] = "target"};

    mach_port_type_t type = 0;

    usrd_sleep(10); /* kernel-ext takes it away after the answer */
    mach_port_type(mach_task_self(), device, &type);
    for (unsigned i = 0; i < TARGETS; i++)
        if (target_port[i] == device && names[i] &&
            !(type & MACH_PORT_TYPE_SEND)) {
            mach_port_destroy(mach_task_self(), device);
            target_port[i] = MACH_PORT_NULL;
            open_one(i, names[i]);
            renew_refs(target_port[i]);
        }
}

/* An operator can have a handle whose driver is stopped. */
static void open_stopped(const char *name)
{
    if (!operator_)
        return;
    usrd_op_start(mach_task_self(), name);
    open_one(TO_DOWN, name);
    usrd_op_stop(mach_task_self(), name);
    usrd_sleep(100);
}

/* All the shares that one may have: they are kept, and counted once. */
static void make_shares(void)
{
    vm_offset_t at = 0;

    for (unsigned n = 0; n < USRD_MAX_SHARES; n++)
        if (usrd_msg_share(mach_task_self(), n, 4096, &at))
            fail("no share %u", n);
    usrd_msg_share_map(mach_task_self(), at, 4096, 3, &target_port[TO_MAP]);
}

void pool_make(void)
{
    reply_port = mach_reply_port();
    target_port[TO_CONTROL] = mach_task_self();
    pool_renew();
}

/* Which of them there are is said by the image. */
void pool_open(void)
{
    make_shares();
    open_one(TO_HELLO, "hello");
    open_one(TO_TARGET, "target");
    open_one(TO_CONSOLE, "console");
    open_one(TO_DISK, "rd0");
    open_stopped("victim");
    read_console();
    pool_renew();
}

unsigned pool_names(void)
{
    mach_port_t *names;
    mach_port_type_t *types;
    mach_msg_type_number_t n = 0, k = 0;

    if (mach_port_names(mach_task_self(), &names, &n, &types, &k))
        return 0;
    vm_deallocate(mach_task_self(), (vm_address_t)names, n * sizeof *names);
    vm_deallocate(mach_task_self(), (vm_address_t)types, k * sizeof *types);
    return n;
}

mach_port_t pool_right(void)
{
    switch (below(8)) {
    case 0:
        return MACH_PORT_NULL;
    case 1:
        return MACH_PORT_DEAD;
    case 2:
        return gone;
    case 3:
        return mach_task_self();
    case 4:
        return target_port[below(TARGETS)];
    default:
        return port;
    }
}

mach_port_t pool_name(void)
{
    switch (below(6)) {
    case 0:
        return free_names[below(FREE_NAMES)];
    case 1:
        return gone;
    case 2:
        return set;
    default:
        return port;
    }
}

bool pool_has(mach_port_t name)
{
    for (unsigned i = 0; i < FREE_NAMES; i++)
        if (name == free_names[i])
            return true;
    return name == gone || name == set || name == port;
}

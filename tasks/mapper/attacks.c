/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a map port must not be good for. */
#include "mapper.h"

#include <string.h>
#include <usrd/client.h>

#include "device.h"

#define PAGE 4096ul

static kern_return_t map_all(mach_port_t object, vm_offset_t offset,
                             vm_size_t size, boolean_t copy, vm_prot_t prot,
                             vm_prot_t most, vm_address_t *at)
{
    *at = 0;
    return vm_map(mach_task_self(), at, size, 0, TRUE, object, offset, copy,
                  prot, most, VM_INHERIT_NONE);
}

static kern_return_t try(mach_port_t object, vm_offset_t offset, vm_size_t size)
{
    vm_address_t at;
    return map_all(object, offset, size, FALSE, VM_PROT_READ, VM_PROT_READ,
                   &at);
}

/* The second page only: nothing around it. */
static void ranges(void)
{
    mach_port_t object;

    expect(KERN_SUCCESS,
           device_map(board, VM_PROT_READ, PAGE, PAGE, &object, 0));
    expect(KERN_SUCCESS, try(object, 0, PAGE));
    expect(KERN_SUCCESS, try(object, 0, 1));
    expect(KERN_PROTECTION_FAILURE, try(object, 0, PAGE + 1));
    expect(KERN_PROTECTION_FAILURE, try(object, 0, 2 * PAGE));
    expect(KERN_PROTECTION_FAILURE, try(object, PAGE, PAGE));
    expect(KERN_PROTECTION_FAILURE, try(object, 1, PAGE - 1));
    expect(KERN_PROTECTION_FAILURE, try(object, -PAGE, PAGE));
    expect(KERN_PROTECTION_FAILURE, try(object, -PAGE, 2 * PAGE));
    expect(KERN_PROTECTION_FAILURE, try(object, PAGE, -PAGE));
    expect(KERN_PROTECTION_FAILURE, try(object, 0, -1ul));
    expect(KERN_PROTECTION_FAILURE, try(object, 0, 0));
}

static void protections(void)
{
    mach_port_t object;
    vm_address_t at;

    expect(KERN_SUCCESS, device_map(board, VM_PROT_READ, 0, PAGE, &object, 0));
    expect(KERN_PROTECTION_FAILURE,
           map_all(object, 0, PAGE, FALSE, RW, RW, &at));
    expect(KERN_PROTECTION_FAILURE,
           map_all(object, 0, PAGE, TRUE, VM_PROT_READ, VM_PROT_READ, &at));
    expect(KERN_SUCCESS,
           map_all(object, 0, PAGE, FALSE, VM_PROT_READ, VM_PROT_ALL, &at));
    expect(KERN_PROTECTION_FAILURE,
           vm_protect(mach_task_self(), at, PAGE, FALSE, RW));
    expect(KERN_SUCCESS,
           vm_protect(mach_task_self(), at, PAGE, FALSE, VM_PROT_NONE));
    expect(KERN_SUCCESS,
           vm_protect(mach_task_self(), at, PAGE, FALSE, VM_PROT_READ));

    expect(KERN_SUCCESS, device_map(board, RW, 0, PAGE, &object, 0));
    expect(KERN_SUCCESS, map_all(object, 0, PAGE, FALSE, RW, RW, &at));
    expect(KERN_SUCCESS, vm_deallocate(mach_task_self(), at, PAGE));
}

/* Objects that are not map ports; none at all is plain memory. */
static void strangers(void)
{
    mach_port_t own = mach_reply_port();
    vm_address_t at;

    mach_port_insert_right(mach_task_self(), own, own, MACH_MSG_TYPE_MAKE_SEND);
    expect(KERN_NO_ACCESS, try(own, 0, PAGE));
    expect(KERN_NO_ACCESS, try(board, 0, PAGE));
    expect(KERN_NO_ACCESS, try(mach_task_self(), 0, PAGE));
    expect(KERN_NO_ACCESS, try(mach_host_self(), 0, PAGE));
    expect(KERN_SUCCESS, try(MACH_PORT_NULL, 0, PAGE));
    expect(KERN_NO_SPACE,
           map_all(MACH_PORT_NULL, 0, 1ul << 40, FALSE, RW, RW, &at));
}

/* Masks of an alignment: this kernel panics at most others. */
static kern_return_t try_mask(vm_address_t mask, vm_address_t *at)
{
    *at = 0;
    return vm_map(mach_task_self(), at, PAGE, mask, TRUE, MACH_PORT_NULL, 0,
                  FALSE, RW, RW, VM_INHERIT_NONE);
}

static void masks(void)
{
    vm_address_t at;

    expect(KERN_SUCCESS, try_mask(0xfffff, &at));
    ktap_ok(at % 0x100000 == 0, "it is aligned");
    expect(KERN_INVALID_ARGUMENT, try_mask(5, &at));
    expect(KERN_INVALID_ARGUMENT, try_mask(0xf0000fffff, &at));
    expect(KERN_INVALID_ARGUMENT, try_mask(-1ul, &at));
    expect(KERN_INVALID_ARGUMENT, try_mask((1ul << 46) - 1, &at));
}

/* Messages that a map port has no use for. */
static kern_return_t say(mach_port_t port, int id)
{
    struct {
        mig_reply_header_t head;
        char room[64];
    } m;

    memset(&m, 0, sizeof m);
    m.head.Head.msgh_bits =
        MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE);
    m.head.Head.msgh_remote_port = port;
    m.head.Head.msgh_local_port = mach_reply_port();
    m.head.Head.msgh_id = id;
    kern_return_t kr =
        mach_msg(&m.head.Head, MACH_SEND_MSG | MACH_RCV_MSG | MACH_RCV_TIMEOUT,
                 sizeof m.head, sizeof m, m.head.Head.msgh_local_port, 200,
                 MACH_PORT_NULL);
    if (kr != MACH_MSG_SUCCESS)
        return kr;
    return m.head.Head.msgh_id == id + 100 ? m.head.RetCode : MIG_SERVER_DIED;
}

static void messages(void)
{
    volatile unsigned *words;
    mach_port_t object;
    char data[16];
    size_t got;

    expect(KERN_SUCCESS, device_map(board, RW, 0, PAGE, &object, 0));
    expect(MIG_BAD_ID, usrd_read(object, 0, 0, data, sizeof data, &got));
    expect(MIG_BAD_ID, say(object, 2200)); /* init */
    expect(MIG_BAD_ID, say(object, 2203)); /* data_request */
    expect(MIG_BAD_ID, say(object, 4819)); /* share_map */
    expect(MIG_BAD_ID, say(object, 70));   /* no senders, */
    expect(MIG_BAD_ID, say(object, 70));   /* forged */
    mach_port_t again;
    expect(KERN_SUCCESS, device_map(board, RW, 0, PAGE, &again, 0));
    ktap_ok(again == object, "one window, one port");
    expect(KERN_SUCCESS, map(object, 0, PAGE, RW, &words));
}

void attacks(void)
{
    mach_port_t object;

    expect(D_INVALID_SIZE,
           device_map(board, VM_PROT_READ, 0, BOARD_SIZE + 1, &object, 0));
    expect(D_INVALID_SIZE,
           device_map(board, VM_PROT_READ, 1, PAGE, &object, 0));
    expect(D_INVALID_SIZE, device_map(board, VM_PROT_ALL, 0, PAGE, &object, 0));
    expect(D_INVALID_SIZE, device_map(board, 0, 0, PAGE, &object, 0));
    expect(D_INVALID_SIZE, device_map(board, VM_PROT_READ, 0, 0, &object, 0));
    ranges();
    protections();
    strangers();
    masks();
    messages();
}

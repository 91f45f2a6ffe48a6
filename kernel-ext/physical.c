/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Physical memory that is no RAM of the kernel's: tables of the firmware, and
 * registers.
 *
 * The kernel maps any page and refuses it only when it is touched, and what
 * the firmware says of where something is may be wrong.  So such a page is not
 * touched by us but by the kernel: as the body of a message to ourselves, whose
 * header is on the page before.  When it cannot be read, the message is not
 * sent. */
#include "iommu.h"

#include "device.h"
#include "mach_port.h"
#include <cpuid.h>
#include <string.h>

#define PAGE 4096ull
#define RW (VM_PROT_READ | VM_PROT_WRITE)

/* As it comes back; at boot only, so it is not among what is wired. */
struct received {
    mach_msg_header_t head;
    uint8_t page[PAGE];
    char trailer[64];
};
#define PAGES (2 * PAGE + 2 * PAGE) /* the message, and that */

static struct {
    mach_port_t port;
    vm_address_t pages; /* the message begins on the first, the second is it */
    struct received *in;
    uint64_t have; /* what is there, or ~0 */
} reader;

/* Where this processor's physical addresses end: an entry of a page table that
 * has more is a fault that the kernel does not expect. */
static uint64_t top(void)
{
    unsigned a = 0, b, c, d;
    if (!__get_cpuid(0x80000008, &a, &b, &c, &d) || (a & 0xff) > 52)
        return 1ull << 36; /* all have that */
    return 1ull << (a & 0xff);
}

static kern_return_t map(uint64_t at, vm_address_t *where, bool anywhere)
{
    mach_port_t object;
    kern_return_t kr = at >= top() ? KERN_INVALID_ADDRESS
                                   : device_map(kx_open_own("mem", KX_OWN_MEM),
                                                RW, at, PAGE, &object, 0);
    if (kr != KERN_SUCCESS)
        return kr;
    kr = vm_map(mach_task_self(), where, PAGE, 0, anywhere, object, 0, FALSE,
                RW, RW, VM_INHERIT_NONE);
    mach_port_deallocate(mach_task_self(), object);
    return kr;
}

static bool prepare(void)
{
    if (reader.port)
        return true;
    reader.have = ~0ull;
    if (vm_allocate(mach_task_self(), &reader.pages, PAGES, TRUE) !=
        KERN_SUCCESS)
        return false;
    reader.in = (struct received *)(reader.pages + 2 * PAGE);
    return mach_port_allocate(mach_task_self(), MACH_PORT_RIGHT_RECEIVE,
                              &reader.port) == KERN_SUCCESS;
}

static kern_return_t send(vm_address_t page)
{
    mach_msg_header_t *out = (mach_msg_header_t *)page - 1;
    *out = (mach_msg_header_t){
        .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_MAKE_SEND, 0),
        .msgh_size = sizeof *out + PAGE,
        .msgh_remote_port = reader.port,
    };
    return mach_msg(out, MACH_SEND_MSG | MACH_SEND_TIMEOUT, out->msgh_size, 0,
                    MACH_PORT_NULL, 0, MACH_PORT_NULL);
}

static bool take(uint64_t at)
{
    vm_address_t second = reader.pages + PAGE;
    reader.have = ~0ull;
    vm_deallocate(mach_task_self(), second, PAGE);
    kern_return_t kr = map(at, &second, false);
    if (kr == KERN_SUCCESS) {
        kr = send(second);
        vm_deallocate(mach_task_self(), second, PAGE);
    }
    vm_allocate(mach_task_self(), &second, PAGE, FALSE); /* nobody else's */
    if (kr == MACH_MSG_SUCCESS)
        kr = mach_msg(&reader.in->head, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0,
                      sizeof *reader.in, reader.port, 0, MACH_PORT_NULL);
    if (kr == MACH_MSG_SUCCESS)
        reader.have = at;
    return kr == MACH_MSG_SUCCESS;
}

bool kx_physical_read(uint64_t at, void *to, size_t bytes)
{
    if (!prepare() || at + bytes < at)
        return false;
    for (size_t some; bytes > 0; bytes -= some) {
        uint64_t page = at & ~(PAGE - 1);
        some = PAGE - (at - page) < bytes ? PAGE - (at - page) : bytes;
        if (reader.have != page && !take(page))
            return false;
        memcpy(to, reader.in->page + (at - page), some);
        to = (char *)to + some;
        at += some;
    }
    return true;
}

void kx_physical_done(void)
{
    if (!reader.port)
        return;
    vm_deallocate(mach_task_self(), reader.pages, PAGES);
    mach_port_mod_refs(mach_task_self(), reader.port, MACH_PORT_RIGHT_RECEIVE,
                       -1);
    reader.port = MACH_PORT_NULL;
}

volatile void *kx_physical_map(uint64_t at)
{
    uint8_t first;
    vm_address_t where = 0;
    if (!kx_physical_read(at, &first, 1) ||
        map(at, &where, true) != KERN_SUCCESS)
        return NULL;
    return (volatile void *)where;
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * MMIO windows.  The kernel's "mem" device makes memory objects that are not
 * bounded, so the object never leaves here: the window is mapped straight into
 * the driver, and ends with it.
 *
 * Where such an object comes and goes with incarnations the kernel loses a port
 * for most of them, for good (tests/scenarios/soak-mmio.py).  So each window
 * stays mapped in the holder, which never runs, from when it was first used: its
 * driver's next incarnation has the same object. */
#include "share.h"

#include "device.h"
#include "mach_port.h"

/* Each costs the kernel memory that is in nobody's account. */
#define WINDOWS_MAX 256
/* That are held; of others a port is lost with each incarnation. */
#define HELD_MAX 64

static struct {
    uint64_t physical, size;
} held[HELD_MAX];
static unsigned n_held;

static void hold(uint64_t physical, uint64_t size, mach_port_t object)
{
    vm_offset_t at = 0;

    for (unsigned n = 0; n < n_held; n++)
        if (held[n].physical == physical && held[n].size == size)
            return;
    if (n_held == HELD_MAX || kx_holder() != KERN_SUCCESS ||
        vm_map(KX_OWN(KX_OWN_HOLDER), &at, size, 0, TRUE, object, 0, FALSE,
               VM_PROT_READ, VM_PROT_READ, VM_INHERIT_NONE) != KERN_SUCCESS)
        return;
    held[n_held].physical = physical;
    held[n_held++].size = size;
}

kern_return_t kx_mmio_map(struct kx_incarnation *i, uint64_t physical,
                          uint64_t size, vm_offset_t *address)
{
    mach_port_t object;
    vm_offset_t at = 0;

    if (size == 0 || physical + size < physical || ((physical | size) & 0xfff))
        return KERN_INVALID_ARGUMENT;
    if (KX_HOLDS(MMIO) &&
        !kx_mmio_granted(i->task, physical, physical + size - 1)) {
        kx_deny(i, "mmio name=0x%lx", (unsigned long)physical);
        return KERN_PROTECTION_FAILURE;
    }
    if (i->windows == WINDOWS_MAX)
        return KERN_RESOURCE_SHORTAGE;
    i->windows++;
    kern_return_t kr =
        device_map(kx_open_own("mem", KX_OWN_MEM), VM_PROT_READ | VM_PROT_WRITE,
                   physical, size, &object, 0);
    if (kr != KERN_SUCCESS)
        return kr;
    kr = vm_map(kx_port(KX_P_TASK, kx_slot(i)), &at, size, 0, TRUE, object, 0,
                FALSE, VM_PROT_READ | VM_PROT_WRITE,
                VM_PROT_READ | VM_PROT_WRITE, VM_INHERIT_NONE);
    if (kr == KERN_SUCCESS)
        hold(physical, size, object);
    mach_port_deallocate(mach_task_self(), object);
    *address = at;
    return kr;
}

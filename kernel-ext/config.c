/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Configuration space, by ports 0xcf8 and 0xcfc (PCI 3.0 §3.2.2.3.2), which
 * only kernel-ext has; and what is read and written there for a function's
 * owner, within what bus.c allows. */
#include "iommu.h"
#include "pci.h"
#include "pci_regs.h"

#include "mach_i386.h"
#include <device/userspace_driver_types.h>
#include <string.h>

#include "userspace_driver_operator_server.h"
#include "userspace_driver_server.h"

#define CONFIG_ADDRESS 0xcf8
#define CONFIG_DATA 0xcfc
#define CONFIG_ENABLE 0x80000000u

/* While a task has them the kernel copies 416 bytes of bitmap at each switch to
 * it: kernel-ext gives them up when it has not needed them for a while. */
#define IDLE 100000
static mach_port_t ports;
static bool held, used;

static bool hold(bool on)
{
    if (i386_io_perm_modify(mach_task_self(), ports, on) == KERN_SUCCESS)
        held = on;
    return held == on;
}

bool kx_config_init(void)
{
    return i386_io_perm_create(KX_OWN(KX_OWN_MASTER), CONFIG_ADDRESS,
                               CONFIG_DATA + 3, &ports) == KERN_SUCCESS &&
           hold(true);
}

uint64_t kx_config_tick(uint64_t now)
{
    static uint64_t look;
    if (!held)
        return KX_NEVER;
    if (now >= look) {
        if (!used)
            hold(false);
        used = false;
        look = now + IDLE;
    }
    return look;
}

static void address(uint16_t at, unsigned offset)
{
    used = true;
    if (!held && hold(true))
        kx_timer_at(kx_now() + IDLE);
    __asm__ volatile("outl %0, %1"
                     :
                     : "a"(CONFIG_ENABLE | (uint32_t)at << 8 | (offset & 0xfc)),
                       "Nd"((uint16_t)CONFIG_ADDRESS));
}

uint32_t kx_config_read(uint16_t at, unsigned offset, unsigned width)
{
    uint32_t value;
    address(at, offset);
    __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"((uint16_t)CONFIG_DATA));
    value >>= 8 * (offset & 3);
    return width == 4 ? value : value & ((1u << 8 * width) - 1);
}

void kx_config_write(uint16_t at, unsigned offset, unsigned width,
                     uint32_t value)
{
    uint16_t port = (uint16_t)(CONFIG_DATA + (offset & 3));
    address(at, offset);
    if (width == 4)
        __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
    else if (width == 2)
        __asm__ volatile("outw %w0, %1" : : "a"(value), "Nd"(port));
    else
        __asm__ volatile("outb %b0, %1" : : "a"(value), "Nd"(port));
}

/* ---- what its owner may ask ---- */

static mach_msg_type_number_t describe(const struct kx_function *f,
                                       usrd_info_t info)
{
    memset(info, 0, sizeof(usrd_info_t));
    info[USRD_PCI_ADDRESS] = f->at;
    info[USRD_PCI_ID] = (uint32_t)f->vendor << 16 | f->device;
    info[USRD_PCI_CLASS] = f->class;
    info[USRD_PCI_LINE] = f->pin ? f->line : USRD_PCI_NO_LINE;
    for (unsigned k = 0; k < KX_BARS; k++) {
        info[USRD_PCI_BAR(k)] = f->bars[k].first;
        info[USRD_PCI_BAR_SIZE(k)] = f->bars[k].size;
        info[USRD_PCI_BAR_IO(k)] = f->bars[k].io;
    }
    info[USRD_PCI_REVISION] = kx_config_read(f->at, REVISION, 1);
    info[USRD_PCI_COMMAND] = kx_config_read(f->at, COMMAND, 2);
    return USRD_PCI_WORDS;
}

kern_return_t kx_on_pci_info(mach_port_t control, uint32_t n, usrd_info_t info,
                             mach_msg_type_number_t *count)
{
    const struct kx_function *f =
        kx_pci_of(kx_incarnations[kx_port_index(control)].task, n);
    if (!f)
        return KERN_INVALID_ARGUMENT;
    *count = describe(f, info);
    return KERN_SUCCESS;
}

kern_return_t kx_op_pci_list(mach_port_t control, uint32_t index,
                             usrd_info_t info, mach_msg_type_number_t *count,
                             usrd_name_t owner)
{
    (void)control;
    if (index >= kx_n_functions)
        return KERN_INVALID_ARGUMENT;
    const struct kx_function *f = &kx_functions[index];
    *count = describe(f, info);
    memset(owner, 0, sizeof(usrd_name_t));
    if (f->owner >= KX_OWNER_TASK)
        strncpy(owner, kx_tasks[f->owner - KX_OWNER_TASK].name,
                sizeof(usrd_name_t) - 1);
    return KERN_SUCCESS;
}

static bool in_space(uint32_t offset, uint32_t width)
{
    return (width == 1 || width == 2 || width == 4) && offset < END &&
           offset % width == 0;
}

kern_return_t kx_on_pci_read(mach_port_t control, uint32_t n, uint32_t offset,
                             uint32_t width, uint32_t *value)
{
    const struct kx_function *f =
        kx_pci_of(kx_incarnations[kx_port_index(control)].task, n);
    if (!f || !in_space(offset, width))
        return KERN_INVALID_ARGUMENT;
    *value = kx_config_read(f->at, offset, width);
    return KERN_SUCCESS;
}

kern_return_t kx_on_pci_write(mach_port_t control, uint32_t n, uint32_t offset,
                              uint32_t width, uint32_t value)
{
    struct kx_incarnation *i = &kx_incarnations[kx_port_index(control)];
    const struct kx_function *f = kx_pci_of(i->task, n);
    if (!f || !in_space(offset, width))
        return KERN_INVALID_ARGUMENT;
    if (KX_HOLDS(CONFIG) && !kx_config_allows(f->at, offset, width, value)) {
        kx_deny(i, "pci id=0x%x", offset);
        return KERN_PROTECTION_FAILURE;
    }
    kx_config_write(f->at, offset, width, value);
    return KERN_SUCCESS;
}

/* Its memory for DMA is all that a function can be told of by an honest
 * driver; without it there is nothing to master the bus for. */
kern_return_t kx_on_pci_master(mach_port_t control, uint32_t n, uint32_t on)
{
    struct kx_incarnation *i = &kx_incarnations[kx_port_index(control)];
    const struct kx_function *f = kx_pci_of(i->task, n);
    const unsigned needed = USRD_CAP_PCI | USRD_CAP_DMA;
    if (!f)
        return KERN_INVALID_ARGUMENT;
    if ((i->caps & needed) != needed) {
        kx_deny(i, "pci id=0x%x", COMMAND);
        return KERN_PROTECTION_FAILURE;
    }
    if (on && !kx_iommu_attach(i->task->functions[n]))
        return KERN_FAILURE;
    uint32_t command = kx_config_read(f->at, COMMAND, 2);
    command = on ? command | COMMAND_MASTER : command & ~COMMAND_MASTER;
    kx_config_write(f->at, COMMAND, 2, command);
    return kx_config_read(f->at, COMMAND, 2) == command ? KERN_SUCCESS
                                                        : KERN_FAILURE;
}

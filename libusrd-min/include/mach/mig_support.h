/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What MIG's stubs include: the names are MIG's. */
#ifndef USRD_MIG_SUPPORT_H
#define USRD_MIG_SUPPORT_H

#include <string.h>

#include <mach/boolean.h>
#include <mach/mach_types.h>
#include <mach/message.h>

mach_port_t mig_get_reply_port(void);
void mig_put_reply_port(mach_port_t port);
void mig_dealloc_reply_port(mach_port_t port);

vm_size_t mig_strncpy(char *to, const char *from, vm_size_t size);
void mig_allocate(vm_address_t *address, vm_size_t size);
void mig_deallocate(vm_address_t address, vm_size_t size);

#endif

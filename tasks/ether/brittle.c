/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * virtio-net as it is, but that it dies of sending a frame of 666 bytes, and of
 * receiving one of 667. */
#include "nic.h"

bool __real_net_send(unsigned id, uint64_t physical, uint32_t bytes,
                     uint64_t offload);
bool __wrap_net_send(unsigned id, uint64_t physical, uint32_t bytes,
                     uint64_t offload);
void __real_nic_received(unsigned id, uint32_t bytes, uint64_t flags);
void __wrap_nic_received(unsigned id, uint32_t bytes, uint64_t flags);

static void die_of(uint32_t bytes, uint32_t deadly)
{
    if (bytes == deadly)
        __builtin_trap();
}

bool __wrap_net_send(unsigned id, uint64_t physical, uint32_t bytes,
                     uint64_t offload)
{
    die_of(bytes, 666);
    return __real_net_send(id, physical, bytes, offload);
}

void __wrap_nic_received(unsigned id, uint32_t bytes, uint64_t flags)
{
    die_of(bytes, 667);
    __real_nic_received(id, bytes, flags);
}

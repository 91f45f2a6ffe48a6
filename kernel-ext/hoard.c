/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Memory of the kernel's that a task has by its ports: their own, and that of
 * the messages which lie in their queues.  No figure of the kernel's has it,
 * and to list the names of a task that has a million would take long.  The
 * kernel gives names from 1 on, so what some of them are, taken by chance from
 * each power of two, says about how many there are, and how many messages. */
#include "kx.h"

#include "mach_port.h"

#define LEAST 3 /* powers of two; what is below is not worth the question */
#define MOST 21
#define FEW 7 /* below that power a name counts for more of what it has */
#define PORTS_A_PAGE 24 /* a port and its name are 170 bytes */

static uint32_t chance(void)
{
    static uint32_t x;
    x ^= (uint32_t)kx_now() | 1;
    x ^= x << 13;
    x ^= x >> 17;
    return x ^= x << 5;
}

/* But where rights have names that were chosen: those of handles. */
static mach_port_t some_name(uint32_t first)
{
    const uint32_t chosen = USRD_HANDLE_NAMES * USRD_MAX_HANDLES;
    if (first == USRD_PORT_HANDLE(0))
        return first + chosen + chance() % (first - chosen);
    return first + chance() % first;
}

struct kx_hoard kx_hoard(struct kx_incarnation *i)
{
    struct kx_hoard h = {0};
    mach_port_t task = kx_port(KX_P_TASK, kx_slot(i));

    for (unsigned power = LEAST; power < MOST; power++) {
        uint32_t first = 1u << power, found = 0, messages = 0;
        unsigned asked = power < FEW ? 4 : 2;
        for (unsigned n = 0; n < asked; n++) {
            mach_port_status_t status;
            kern_return_t kr =
                mach_port_get_receive_status(task, some_name(first), &status);
            found += kr == KERN_SUCCESS || kr == KERN_INVALID_RIGHT;
            if (kr == KERN_SUCCESS)
                messages += status.mps_msgcount;
        }
        h.pages += (uint64_t)first * found / asked / PORTS_A_PAGE;
        h.messages += (uint64_t)first * messages / asked;
    }
    return h;
}

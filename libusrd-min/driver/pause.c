/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * When the driver may not take another request, because it has as many as
 * io-ops= or the table of defer.c allows, or has moved more than bandwidth=
 * allows, the loop goes on with its service port alone: interrupts, probes,
 * opens and closes, stop.  Requests stay in their handles' queues.
 *
 * A port that is in a set cannot be received from by itself, so the service
 * port leaves the set for that time. */
#include "driver.h"

/* What was not used for so long is lost: twice what the kernel's clock lets a
 * wait be too long, so that the average is exact. */
#define CREDIT_NS 40000000ul
/* How often clients are looked for that no longer wait for an answer. */
#define SWEEP_MS 500

boolean_t usrd_paused USRD_HOT;

static boolean_t alone;    /* the service port is out of the set */
static unsigned long paid; /* ns: when all that was moved is paid for */

/* BYTES were moved.  However many they are: what is too much is paid for by
 * the pause after it. */
void usrd_charge(vm_size_t bytes)
{
    unsigned long now = usrd_now() * 1000;
    unsigned limit = usrd_the_driver.limits[USRD_RESOURCE_BANDWIDTH];

    if (paid + CREDIT_NS < now)
        paid = now - CREDIT_NS;
    paid += bytes * 1000000000ul / (limit * 1024ul);
    if (paid > now)
        usrd_paused = TRUE;
}

unsigned usrd_debt(void)
{
    unsigned long now = usrd_now() * 1000;

    return paid > now ? (unsigned)((paid - now + 999999) / 1000000) : 0;
}

mach_port_t usrd_pause(mach_msg_option_t *option, unsigned *ms)
{
    static unsigned long swept; /* us */
    boolean_t full = usrd_ops_full();

    if (full && usrd_now() - swept > SWEEP_MS * 1000ul) {
        swept = usrd_now();
        usrd_ops_sweep();
        full = usrd_ops_full();
    }
    *ms = usrd_debt();
    boolean_t pause = full || *ms > 0;
    if (full && (*ms == 0 || *ms > SWEEP_MS))
        *ms = SWEEP_MS;
    if (pause != alone &&
        mach_port_move_member(mach_task_self(), USRD_PORT_SERVICE,
                              pause ? MACH_PORT_NULL : USRD_PORT_SET) ==
            KERN_SUCCESS)
        alone = pause;
    if (*ms > 0)
        *option |= MACH_RCV_TIMEOUT;
    usrd_paused = pause || alone;
    return alone ? USRD_PORT_SERVICE : USRD_PORT_SET;
}

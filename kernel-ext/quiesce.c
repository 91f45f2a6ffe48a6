/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A dead driver's devices stop: they master the bus no more and assert no
 * line, before anything that they know of is used again.
 *
 * That is enough for the next incarnation, which has the same memory, and
 * resets its device before it asks for bus mastering.  Where memory may go to
 * somebody else (rings of dead clients), or a function did not stop, the task
 * settles first (KX_SETTLING): each function that can is reset, and all get
 * KX_RESET_US.  What a function that does not stop then may still write to,
 * its task's dma= and rings, is nobody else's as long as the machine runs. */
#include "iommu.h"
#include "pci.h"
#include "pci_regs.h"
#include "reset.h"

static struct kx_settings settings[KX_MAX_FUNCTIONS];

bool kx_pci_quiesce(const struct kx_task *t)
{
    bool quiet = true;
    for (unsigned n = 0; n < t->words.n_pci && KX_HOLDS(QUIESCE); n++) {
        kx_intx_off(t->functions[n]);
        quiet &= kx_function_stop(kx_functions[t->functions[n]].at);
    }
    /* Then, so that what was under way is no fault. */
    return kx_iommu_detach(t) && quiet;
}

bool kx_pci_there(const struct kx_task *t)
{
    for (unsigned n = 0; n < t->words.n_pci; n++)
        if (kx_config_read(kx_functions[t->functions[n]].at, VENDOR, 2) ==
            0xffff)
            return false;
    return true;
}

bool kx_pci_resets(const struct kx_task *t)
{
    for (unsigned n = 0; t->words.dma && n < t->words.n_pci; n++)
        if (kx_reset_there(kx_functions[t->functions[n]].at))
            return KX_HOLDS(QUIESCE);
    return false;
}

/* A task that is down starts again when the operator likes, and until then
 * clients of it may go, and their rings. */
static const char *why(const struct kx_task *t, bool quiet)
{
    if (!quiet)
        return "unquiet";
    if (t->verdict == KX_GIVE_UP || t->verdict == KX_REST)
        return "down";
    return kx_rings_orphaned(t) ? "rings" : NULL;
}

bool kx_pci_settles(const struct kx_task *t, bool quiet)
{
    return KX_HOLDS(SETTLE) && t->words.n_pci &&
           (!quiet || (why(t, quiet) && kx_pci_resets(t)));
}

static unsigned reset(const struct kx_task *t)
{
    unsigned count = 0;
    for (unsigned n = 0; n < t->words.n_pci; n++) {
        unsigned k = t->functions[n];
        if (!kx_reset_there(kx_functions[k].at))
            continue;
        count++;
        kx_reset_begin(kx_functions[k].at, &settings[k]);
    }
    return count;
}

void kx_pci_settle(struct kx_task *t)
{
    const char *reason = why(t, kx_pci_quiesce(t));
    kx_log_death(t);
    unsigned count = reset(t);
    /* It may be quiet by now. */
    kx_tlog('I', t, "reset", "functions=%u why=%s", count,
            reason ? reason : "unquiet");
    kx_arm(t, kx_now() + KX_RESET_US);
}

static bool stopped(const struct kx_task *t)
{
    bool quiet = true;
    for (unsigned n = 0; n < t->words.n_pci; n++) {
        unsigned k = t->functions[n];
        uint16_t at = kx_functions[k].at;
        quiet &= kx_reset_there(at) ? kx_reset_end(at, &settings[k])
                                    : kx_function_stop(at);
    }
    return quiet;
}

void kx_pci_settled(struct kx_task *t)
{
    bool quiet = stopped(t);
    t->deadline = 0;
    kx_rings_over(t, quiet);
    if (!quiet) {
        t->unquiet = true;
        t->cause = KX_CAUSE_UNQUIET;
        t->verdict = KX_GIVE_UP;
        kx_tlog('E', t, "unquiet", "functions=%u pinned=%luK", t->words.n_pci,
                (unsigned long)(t->words.dma >> 10));
    }
    kx_event(t, KX_EV_DEATH_NOW + (enum kx_event)t->verdict);
}

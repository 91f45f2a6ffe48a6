/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * After a death: start again, when, and when not any more. */
#include "policy.h"
#include "holds.h"

#include <stdio.h>

const char *kx_cause_text(enum kx_cause cause, int code, char *buf, size_t size)
{
    static const char *const text[KX_CAUSES] = {
        [KX_CAUSE_NONE] = "none",
        [KX_CAUSE_BAD_ACCESS] = "exception:bad-access",
        [KX_CAUSE_BAD_INSTRUCTION] = "exception:bad-instruction",
        [KX_CAUSE_ARITHMETIC] = "exception:arithmetic",
        [KX_CAUSE_EMULATION] = "exception:emulation",
        [KX_CAUSE_SOFTWARE] = "exception:software",
        [KX_CAUSE_BREAKPOINT] = "exception:breakpoint",
        [KX_CAUSE_ABORT] = "exception:abort",
        [KX_CAUSE_VANISHED] = "vanished",
        [KX_CAUSE_HANG_SPINNING] = "hang:spinning",
        [KX_CAUSE_HANG_BLOCKED] = "hang:blocked",
        [KX_CAUSE_LATE] = "late",
        [KX_CAUSE_LIMIT_MEMORY] = "limit:memory",
        [KX_CAUSE_LIMIT_TIMEOUT] = "limit:timeout",
        [KX_CAUSE_ERRORS] = "errors",
        [KX_CAUSE_PORT] = "port",
        [KX_CAUSE_REFUSED] = "refused",
        [KX_CAUSE_IRQ] = "irq",
        [KX_CAUSE_DMA_FAULT] = "dma-fault",
        [KX_CAUSE_COMPLAINT] = "complaint",
        [KX_CAUSE_OPERATOR] = "operator",
        [KX_CAUSE_UNQUIET] = "unquiet",
        [KX_CAUSE_STARVED] = "starved",
    };

    if (cause == KX_CAUSE_EXIT)
        snprintf(buf, size, "exit:%d", code);
    else
        snprintf(buf, size, "%s", text[cause]);
    return buf;
}

/* Deaths of the window that ends at NOW. */
static unsigned recent(const struct kx_words *w, const struct kx_history *h,
                       uint64_t now)
{
    unsigned n = 0;

    for (unsigned i = 0; i < h->n_deaths; i++)
        if (now - h->deaths[i] < w->start_limit_window)
            n++;
    return n;
}

static void remember(struct kx_history *h, uint64_t now)
{
    h->deaths[h->next] = now;
    h->next = (h->next + 1) % KX_MAX_STARTS;
    if (h->n_deaths < KX_MAX_STARTS)
        h->n_deaths++;
}

/* 0, then restart-delay, doubling up to restart-max-delay. */
static uint64_t delay_after(const struct kx_words *w, unsigned streak)
{
    uint64_t delay = w->restart_delay;

    if (streak < 2)
        return 0;
    for (unsigned i = 2; i < streak && delay < w->restart_max_delay; i++) {
        if (delay == 0)
            return 0;
        delay *= 2;
    }
    return delay < w->restart_max_delay ? delay : w->restart_max_delay;
}

enum kx_verdict kx_policy(const struct kx_words *w, struct kx_history *h,
                          enum kx_cause cause, int code, uint64_t now,
                          uint64_t ready, bool answers, uint64_t *delay,
                          unsigned *try_)
{
    unsigned tries = recent(w, h, now);

    *delay = 0;
    *try_ = tries;
    h->served |= ready != 0;
    if (cause == KX_CAUSE_EXIT && code == 0)
        return KX_REST;
    if (cause == KX_CAUSE_EXIT && code == KX_EXIT_ABSENT &&
        !(answers && h->served))
        return KX_GIVE_UP;
    if (w->restart == KX_RESTART_NO)
        return cause == KX_CAUSE_OPERATOR ? KX_REST : KX_GIVE_UP;
    if (cause == KX_CAUSE_STARVED)
        return KX_RESTART_NOW;

    if (ready != 0 && now > ready && now - ready > w->restart_max_delay)
        h->streak = 0;
    h->streak++;
    remember(h, now);
    if (w->start_limit == 0) {
        *try_ = h->streak;
    } else {
        *try_ = tries + 1;
        if (KX_HOLDS(START_LIMIT) && *try_ > w->start_limit)
            return KX_GIVE_UP;
    }
    *delay = delay_after(w, h->streak);
    return *delay == 0 ? KX_RESTART_NOW : KX_RESTART_LATER;
}

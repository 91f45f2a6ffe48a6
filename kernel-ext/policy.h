/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * After a death: start again, when, and when not any more.
 *
 * No Mach header here or in policy.c: the host tests this file.
 */
#ifndef KX_POLICY_H
#define KX_POLICY_H

#include "words.h"

/* The closed list of causes; the text is in docs/log.md. */
enum kx_cause {
    KX_CAUSE_NONE,
    KX_CAUSE_BAD_ACCESS,
    KX_CAUSE_BAD_INSTRUCTION,
    KX_CAUSE_ARITHMETIC,
    KX_CAUSE_EMULATION,
    KX_CAUSE_SOFTWARE,
    KX_CAUSE_BREAKPOINT,
    KX_CAUSE_ABORT,
    KX_CAUSE_EXIT, /* with a code */
    KX_CAUSE_VANISHED,
    KX_CAUSE_HANG_SPINNING,
    KX_CAUSE_HANG_BLOCKED,
    KX_CAUSE_LATE,
    KX_CAUSE_LIMIT_MEMORY,
    KX_CAUSE_LIMIT_TIMEOUT,
    KX_CAUSE_ERRORS,
    KX_CAUSE_PORT,
    KX_CAUSE_REFUSED,
    KX_CAUSE_IRQ,
    KX_CAUSE_DMA_FAULT, /* its function strayed */
    KX_CAUSE_COMPLAINT, /* a client's, of who complains= allows it */
    KX_CAUSE_OPERATOR,  /* killed or restarted by the operator */
    KX_CAUSE_UNQUIET,   /* its device would not stop */
    KX_CAUSE_STARVED,   /* does not count against the task */
    KX_CAUSES
};

/* "exit:3", "hang:spinning": into BUF, which is returned. */
const char *kx_cause_text(enum kx_cause cause, int code, char *buf,
                          size_t size);

enum kx_verdict {
    KX_RESTART_NOW,
    KX_RESTART_LATER, /* after *delay */
    KX_GIVE_UP, /* failed: start limit, exit 69, or restart=no after a failure */
    KX_REST,    /* stopped: a clean exit, or restart=no after exit(0) */
};

#define KX_EXIT_ABSENT 69 /* the device is not there: EX_UNAVAILABLE */
#define KX_MAX_STARTS 64  /* the largest start-limit= that a line may ask for */

/* What the policy remembers of one task.  Zero at boot and after the
 * operator's start. */
struct kx_history {
    uint64_t deaths[KX_MAX_STARTS]; /* times of those that count, a ring */
    unsigned n_deaths, next;
    unsigned streak; /* deaths since the last good service: sets the delay */
    bool served;     /* an incarnation was ready */
};

/* The death at NOW of an incarnation that became ready at READY (0: never),
 * times in microseconds.
 *
 * exit(0) rests and exit(69) gives up under any restart=, so that always is
 * what on-failure is; but exit(69) is a failure like others of a task that has
 * been ready, unless its PCI function is gone (ANSWERS: it has none, or it is
 * there): what it read may have been a lie.  With restart=no an operator's
 * kill rests and every other end gives up.  The first death of a streak
 * restarts at once, the next ones after restart-delay, doubling up to
 * restart-max-delay; an incarnation that served for longer than that ends the
 * streak.  More than start-limit=N deaths within its window give up.  A starved
 * task restarts at once, and nothing is counted.
 *
 * *TRY is which of the N this was (without a limit: which of the streak),
 * *DELAY in microseconds. */
enum kx_verdict kx_policy(const struct kx_words *w, struct kx_history *h,
                          enum kx_cause cause, int code, uint64_t now,
                          uint64_t ready, bool answers, uint64_t *delay,
                          unsigned *try_);

#endif

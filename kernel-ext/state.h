/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What happens to a task: one table, (state x event) -> (action, next state).
 *
 * No Mach header here or in state.c: the host tests every cell.
 */
#ifndef KX_STATE_H
#define KX_STATE_H

enum kx_state {
    KX_WAITING,  /* for the names in needs= */
    KX_STARTING, /* an incarnation runs and is not ready yet */
    KX_READY,
    KX_STOPPING,   /* told to stop; its end is the operator's wish */
    KX_RESTARTING, /* told to stop, to be started again */
    KX_SETTLING,   /* dead; its devices are given time to stop */
    KX_BACKOFF,    /* dead; the restart delay runs */
    KX_FAILED,     /* given up */
    KX_STOPPED,    /* by the operator, or a clean exit */
    KX_STATES
};

enum kx_event {
    KX_EV_NEEDS_MET,    /* every name in needs= is registered and ready */
    KX_EV_READY,        /* the incarnation announced itself ready */
    KX_EV_DEATH_NOW,    /* it is over; policy: start the next at once */
    KX_EV_DEATH_LATER,  /* ... after the restart delay */
    KX_EV_DEATH_FAIL,   /* ... not any more */
    KX_EV_DEATH_REST,   /* ... it had finished */
    KX_EV_DEATH_SETTLE, /* ... when its devices have stopped */
    KX_EV_TIMER,        /* the deadline of the state has passed */
    KX_EV_START,        /* the operator's commands */
    KX_EV_STOP,
    KX_EV_RESTART,
    KX_EV_KILL,
    KX_EVENTS
};

enum kx_action {
    KX_DO_NOTHING,
    KX_DO_REFUSE,   /* a command that makes no sense in this state */
    KX_DO_SPAWN,    /* run the next incarnation */
    KX_DO_ANNOUNCE, /* clients may have it: log, open, replay */
    KX_DO_DELAY,    /* log the back-off and arm its timer */
    KX_DO_GIVE_UP,  /* answer clients with D_DEVICE_DOWN */
    KX_DO_REST,     /* the same, without blame */
    KX_DO_SETTLE,   /* reset its devices, arm the timer */
    KX_DO_SETTLED,  /* if they have stopped, the death goes on */
    KX_DO_ASK_STOP, /* tell the driver to stop, arm stop-timeout */
    KX_DO_KILL,     /* end the incarnation: cause operator */
    KX_DO_LATE,     /* end the incarnation: cause late */
    KX_DO_CHECK,    /* the watchdog: look closer, perhaps end it */
    KX_ACTIONS
};

struct kx_cell {
    unsigned char action; /* enum kx_action */
    unsigned char next;   /* enum kx_state */
};

extern const struct kx_cell kx_table[KX_STATES][KX_EVENTS];

const char *kx_state_name(enum kx_state state);

#endif

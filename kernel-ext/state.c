/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The state table.  A row is a state, a column an event, in the order of
 * their enumerations.  A death in KX_STOPPING or KX_RESTARTING is what the
 * operator asked for, whatever policy says of it; in a state without an
 * incarnation it cannot come, and changes nothing; but for KX_SETTLING, where
 * it is what the death before was held back with. */
#include "state.h"

/* clang-format off */
#define NOTHING(s) { KX_DO_NOTHING, s }
#define REFUSE(s) { KX_DO_REFUSE, s }
#define SPAWN { KX_DO_SPAWN, KX_STARTING }
#define READY { KX_DO_ANNOUNCE, KX_READY }
#define DELAY { KX_DO_DELAY, KX_BACKOFF }
#define GIVE_UP { KX_DO_GIVE_UP, KX_FAILED }
#define SETTLE { KX_DO_SETTLE, KX_SETTLING }
#define REST { KX_DO_REST, KX_STOPPED }
#define ASK(s) { KX_DO_ASK_STOP, s }
#define KILL(s) { KX_DO_KILL, s }

const struct kx_cell kx_table[KX_STATES][KX_EVENTS] = {
    [KX_WAITING] = {
        SPAWN, NOTHING(KX_WAITING),
        NOTHING(KX_WAITING), NOTHING(KX_WAITING),
        NOTHING(KX_WAITING), NOTHING(KX_WAITING),
        NOTHING(KX_WAITING),
        NOTHING(KX_WAITING),
        REFUSE(KX_WAITING), REST, REFUSE(KX_WAITING), REFUSE(KX_WAITING),
    },
    [KX_STARTING] = {
        NOTHING(KX_STARTING), READY,
        SPAWN, DELAY, GIVE_UP, REST, SETTLE,
        { KX_DO_LATE, KX_STARTING },
        REFUSE(KX_STARTING), KILL(KX_STOPPING), KILL(KX_RESTARTING),
        KILL(KX_STARTING),
    },
    [KX_READY] = {
        NOTHING(KX_READY), NOTHING(KX_READY),
        SPAWN, DELAY, GIVE_UP, REST, SETTLE,
        { KX_DO_CHECK, KX_READY },
        REFUSE(KX_READY), ASK(KX_STOPPING), ASK(KX_RESTARTING),
        KILL(KX_READY),
    },
    [KX_STOPPING] = {
        NOTHING(KX_STOPPING), NOTHING(KX_STOPPING),
        REST, REST, REST, REST, SETTLE,
        KILL(KX_STOPPING),
        NOTHING(KX_RESTARTING), NOTHING(KX_STOPPING), NOTHING(KX_RESTARTING),
        KILL(KX_STOPPING),
    },
    [KX_RESTARTING] = {
        NOTHING(KX_RESTARTING), NOTHING(KX_RESTARTING),
        SPAWN, SPAWN, SPAWN, SPAWN, SETTLE,
        KILL(KX_RESTARTING),
        NOTHING(KX_RESTARTING), NOTHING(KX_STOPPING), NOTHING(KX_RESTARTING),
        KILL(KX_RESTARTING),
    },
    [KX_SETTLING] = {
        NOTHING(KX_SETTLING), NOTHING(KX_SETTLING),
        SPAWN, DELAY, GIVE_UP, REST, NOTHING(KX_SETTLING),
        { KX_DO_SETTLED, KX_SETTLING },
        REFUSE(KX_SETTLING), REFUSE(KX_SETTLING), REFUSE(KX_SETTLING),
        REFUSE(KX_SETTLING),
    },
    [KX_BACKOFF] = {
        NOTHING(KX_BACKOFF), NOTHING(KX_BACKOFF),
        NOTHING(KX_BACKOFF), NOTHING(KX_BACKOFF),
        NOTHING(KX_BACKOFF), NOTHING(KX_BACKOFF),
        NOTHING(KX_BACKOFF),
        SPAWN,
        SPAWN, REST, SPAWN, REFUSE(KX_BACKOFF),
    },
    [KX_FAILED] = {
        NOTHING(KX_FAILED), NOTHING(KX_FAILED),
        NOTHING(KX_FAILED), NOTHING(KX_FAILED),
        NOTHING(KX_FAILED), NOTHING(KX_FAILED),
        NOTHING(KX_FAILED),
        NOTHING(KX_FAILED),
        SPAWN, REFUSE(KX_FAILED), SPAWN, REFUSE(KX_FAILED),
    },
    [KX_STOPPED] = {
        NOTHING(KX_STOPPED), NOTHING(KX_STOPPED),
        NOTHING(KX_STOPPED), NOTHING(KX_STOPPED),
        NOTHING(KX_STOPPED), NOTHING(KX_STOPPED),
        NOTHING(KX_STOPPED),
        NOTHING(KX_STOPPED),
        SPAWN, REFUSE(KX_STOPPED), SPAWN, REFUSE(KX_STOPPED),
    },
};
/* clang-format on */

const char *kx_state_name(enum kx_state state)
{
    static const char *const names[KX_STATES] = {
        [KX_WAITING] = "waiting",     [KX_STARTING] = "starting",
        [KX_READY] = "ready",         [KX_STOPPING] = "stopping",
        [KX_RESTARTING] = "stopping", [KX_SETTLING] = "settling",
        [KX_BACKOFF] = "backoff",     [KX_FAILED] = "failed",
        [KX_STOPPED] = "stopped",
    };
    return state < KX_STATES ? names[state] : "?";
}

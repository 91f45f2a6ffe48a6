/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Every cell of the state table.  What is wanted is written here a second
 * time, as rules in words rather than as a table. */
#include "state.h"

#include "tap.h"

static const char *const events[KX_EVENTS] = {
    "needs-met",  "ready",      "death-now",    "death-later",
    "death-fail", "death-rest", "death-settle", "timer",
    "start",      "stop",       "restart",      "kill"};

static bool has_incarnation(int s)
{
    return s == KX_STARTING || s == KX_READY || s == KX_STOPPING ||
           s == KX_RESTARTING;
}

static bool is_death(int e)
{
    return e >= KX_EV_DEATH_NOW && e <= KX_EV_DEATH_SETTLE;
}

static struct kx_cell cell(int action, int next)
{
    return (struct kx_cell){(unsigned char)action, (unsigned char)next};
}

/* A death, by what policy said of it; the operator's wish comes first. */
static struct kx_cell after_death(int s, int e)
{
    if (e == KX_EV_DEATH_SETTLE && has_incarnation(s))
        return cell(KX_DO_SETTLE, KX_SETTLING);
    if (e == KX_EV_DEATH_SETTLE || (!has_incarnation(s) && s != KX_SETTLING))
        return cell(KX_DO_NOTHING, s);
    if (s == KX_STOPPING)
        return cell(KX_DO_REST, KX_STOPPED);
    if (s == KX_RESTARTING || e == KX_EV_DEATH_NOW)
        return cell(KX_DO_SPAWN, KX_STARTING);
    if (e == KX_EV_DEATH_LATER)
        return cell(KX_DO_DELAY, KX_BACKOFF);
    if (e == KX_EV_DEATH_FAIL)
        return cell(KX_DO_GIVE_UP, KX_FAILED);
    return cell(KX_DO_REST, KX_STOPPED);
}

static struct kx_cell after_timer(int s)
{
    switch (s) {
    case KX_STARTING:
        return cell(KX_DO_LATE, s);
    case KX_READY:
        return cell(KX_DO_CHECK, s);
    case KX_STOPPING: /* it did not stop when it was told */
    case KX_RESTARTING:
        return cell(KX_DO_KILL, s);
    case KX_SETTLING:
        return cell(KX_DO_SETTLED, s);
    case KX_BACKOFF:
        return cell(KX_DO_SPAWN, KX_STARTING);
    default:
        return cell(KX_DO_NOTHING, s);
    }
}

static struct kx_cell after_start(int s)
{
    if (s == KX_STOPPING)
        return cell(KX_DO_NOTHING, KX_RESTARTING);
    if (s == KX_RESTARTING)
        return cell(KX_DO_NOTHING, s);
    if (s == KX_BACKOFF || s == KX_FAILED || s == KX_STOPPED)
        return cell(KX_DO_SPAWN, KX_STARTING);
    return cell(KX_DO_REFUSE, s); /* it runs, or waits for its turn */
}

static struct kx_cell after_stop(int s)
{
    switch (s) {
    case KX_STARTING: /* it cannot be told yet */
        return cell(KX_DO_KILL, KX_STOPPING);
    case KX_READY:
        return cell(KX_DO_ASK_STOP, KX_STOPPING);
    case KX_STOPPING:
    case KX_RESTARTING:
        return cell(KX_DO_NOTHING, KX_STOPPING);
    case KX_WAITING:
    case KX_BACKOFF:
        return cell(KX_DO_REST, KX_STOPPED);
    default:
        return cell(KX_DO_REFUSE, s);
    }
}

static struct kx_cell after_restart(int s)
{
    if (s == KX_STARTING)
        return cell(KX_DO_KILL, KX_RESTARTING);
    if (s == KX_READY)
        return cell(KX_DO_ASK_STOP, KX_RESTARTING);
    return after_start(s);
}

static struct kx_cell want(int s, int e)
{
    if (is_death(e))
        return after_death(s, e);
    switch (e) {
    case KX_EV_NEEDS_MET:
        return s == KX_WAITING ? cell(KX_DO_SPAWN, KX_STARTING)
                               : cell(KX_DO_NOTHING, s);
    case KX_EV_READY:
        return s == KX_STARTING ? cell(KX_DO_ANNOUNCE, KX_READY)
                                : cell(KX_DO_NOTHING, s);
    case KX_EV_TIMER:
        return after_timer(s);
    case KX_EV_START:
        return after_start(s);
    case KX_EV_STOP:
        return after_stop(s);
    case KX_EV_RESTART:
        return after_restart(s);
    default: /* kill: whatever runs; the state is that of the next death */
        return cell(has_incarnation(s) ? KX_DO_KILL : KX_DO_REFUSE, s);
    }
}

static void check_cells(void)
{
    for (int s = 0; s < KX_STATES; s++)
        for (int e = 0; e < KX_EVENTS; e++) {
            struct kx_cell got = kx_table[s][e], must = want(s, e);

            if (!OK(got.action == must.action && got.next == must.next,
                    "%s (%d) x %s", kx_state_name((enum kx_state)s), s,
                    events[e]))
                printf("# got action %d state %d, want %d and %d\n", got.action,
                       got.next, must.action, must.next);
        }
}

/* Rules that hold for any such table. */
static void check_rules(void)
{
    unsigned refused_moves = 0, spawns_elsewhere = 0, twins = 0, traps = 0;

    for (int s = 0; s < KX_STATES; s++) {
        bool leaves = false;

        for (int e = 0; e < KX_EVENTS; e++) {
            struct kx_cell c = kx_table[s][e];

            refused_moves += c.action == KX_DO_REFUSE && c.next != s;
            spawns_elsewhere +=
                (c.action == KX_DO_SPAWN) !=
                    (c.next == KX_STARTING && s != KX_STARTING) &&
                !(s == KX_STARTING && c.action == KX_DO_SPAWN);
            twins +=
                c.action == KX_DO_SPAWN && has_incarnation(s) && !is_death(e);
            leaves |= c.next != s;
        }
        traps += !leaves;
    }
    EQ(refused_moves, 0, "a refused command changes no state");
    EQ(spawns_elsewhere, 0, "starting is entered by a spawn and only so");
    EQ(twins, 0, "nothing is spawned while an incarnation lives");
    EQ(traps, 0, "each state can be left");
}

static void check_names(void)
{
    STR(kx_state_name(KX_WAITING), "waiting", "waiting");
    STR(kx_state_name(KX_STARTING), "starting", "starting");
    STR(kx_state_name(KX_READY), "ready", "ready");
    STR(kx_state_name(KX_STOPPING), "stopping", "stopping");
    STR(kx_state_name(KX_RESTARTING), "stopping", "restarting");
    STR(kx_state_name(KX_SETTLING), "settling", "settling");
    STR(kx_state_name(KX_BACKOFF), "backoff", "backoff");
    STR(kx_state_name(KX_FAILED), "failed", "failed");
    STR(kx_state_name(KX_STOPPED), "stopped", "stopped");
    STR(kx_state_name(KX_STATES), "?", "no state");
}

int main(void)
{
    check_cells();
    check_rules();
    check_names();
    return tap_end();
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Every cause under every restart=, back-off, decay and the start limit. */
#include "policy.h"

#include "tap.h"

#define S 1000000ull
#define MS 1000ull

static struct kx_words w;
static struct kx_history h;
static uint64_t delay;
static unsigned try_;

static void reset(void)
{
    memset(&h, 0, sizeof h);
    w = (struct kx_words){
        .restart = KX_RESTART_ON_FAILURE,
        .restart_delay = 10 * MS,
        .restart_max_delay = 10 * S,
        .start_limit = 5,
        .start_limit_window = 10 * S,
    };
}

static enum kx_verdict die(uint64_t now, uint64_t ready)
{
    return kx_policy(&w, &h, KX_CAUSE_BAD_ACCESS, 0, now, ready, false, &delay,
                     &try_);
}

static void check_causes(void)
{
    static const enum kx_restart ways[] = {KX_RESTART_NO, KX_RESTART_ON_FAILURE,
                                           KX_RESTART_ALWAYS};

    for (unsigned r = 0; r < 3; r++)
        for (unsigned cause = 1; cause < KX_CAUSES; cause++) {
            bool no = ways[r] == KX_RESTART_NO;
            enum kx_verdict want = no ? KX_GIVE_UP : KX_RESTART_NOW;
            char text[32];

            if (cause == KX_CAUSE_OPERATOR && no)
                want = KX_REST;
            reset();
            w.restart = ways[r];
            OK(kx_policy(&w, &h, (enum kx_cause)cause, 1, S, S / 2, false,
                         &delay, &try_) == want,
               "restart=%s after %s",
               (const char *[]){"no", "on-failure", "always"}[r],
               kx_cause_text((enum kx_cause)cause, 1, text, sizeof text));
            EQ(h.n_deaths, !no && cause != KX_CAUSE_STARVED,
               "counted, if it restarts and was not starved");
        }
    for (unsigned r = 0; r < 3; r++) {
        reset();
        w.restart = ways[r];
        OK(kx_policy(&w, &h, KX_CAUSE_EXIT, 0, S, 0, true, &delay, &try_) ==
               KX_REST,
           "exit 0 rests");
        OK(kx_policy(&w, &h, KX_CAUSE_EXIT, 69, S, 0, true, &delay, &try_) ==
               KX_GIVE_UP,
           "exit 69 gives up");
        EQ(h.n_deaths, 0, "neither is counted");
    }
    reset();
    die(S, S / 2);
    OK(kx_policy(&w, &h, KX_CAUSE_EXIT, 69, 2 * S, 0, false, &delay, &try_) ==
           KX_GIVE_UP,
       "exit 69 of one that was ready gives up, too");
    reset();
    die(S, S / 2);
    OK(kx_policy(&w, &h, KX_CAUSE_EXIT, 69, 2 * S, 0, true, &delay, &try_) ==
           KX_RESTART_LATER,
       "but not where its device answers");
    EQ(h.n_deaths, 2, "and that counts");
}

static void check_backoff(void)
{
    static const uint64_t want[] = {0,   10,   20,   40,   80,    160,   320,
                                    640, 1280, 2560, 5120, 10000, 10000, 10000};
    uint64_t now = S;

    reset();
    w.start_limit = 0;
    for (unsigned i = 0; i < sizeof want / sizeof *want; i++) {
        enum kx_verdict v = die(now, 0);

        OK(delay == want[i] * MS &&
               v == (want[i] == 0 ? KX_RESTART_NOW : KX_RESTART_LATER),
           "death %u: %u ms", i + 1, (unsigned)want[i]);
        EQ(try_, i + 1, "without a limit, try counts the streak");
        now += delay + MS;
    }
    for (unsigned i = 0; i < 200; i++)
        die(now += S, 0);
    EQ(delay, 10 * S, "two hundred deaths later: still the maximum");

    die(now + 10 * S, now);
    EQ(delay, 10 * S, "ten seconds of service do not end the streak");
    OK(die(now + 30 * S, now + 19 * S) == KX_RESTART_NOW,
       "more than restart-max-delay of service does");
    die(now + 31 * S, now + 30 * S);
    EQ(delay, 10 * MS, "and the delay starts afresh");

    reset();
    w.start_limit = 0;
    w.restart_delay = 0;
    for (unsigned i = 0; i < 100; i++)
        if (die(S + i, 0) != KX_RESTART_NOW)
            OK(false, "restart-delay=0 waited at death %u", i);
    EQ(delay, 0, "restart-delay=0 never waits");

    reset();
    w.restart_delay = w.restart_max_delay = 15 * MS;
    die(S, 0);
    die(S + 1, 0);
    die(S + 2, 0);
    EQ(delay, 15 * MS, "delay and maximum alike");
}

static void check_limit(void)
{
    uint64_t now = 100 * S;

    reset();
    for (unsigned i = 1; i <= 5; i++) {
        OK(die(now += MS, 0) != KX_GIVE_UP, "death %u of 5", i);
        EQ(try_, i, "is its number");
    }
    OK(die(now += MS, 0) == KX_GIVE_UP, "the sixth within 10 s gives up");

    reset();
    for (unsigned i = 0; i < 100; i++)
        if (die(now += 2 * S, 0) == KX_GIVE_UP)
            OK(false, "death %u: five in 10 s are not too many", i);
    EQ(try_, 5, "one every two seconds goes on for ever");

    reset();
    for (unsigned i = 0; i < 5; i++)
        die(now + i, 0);
    OK(die(now + 10 * S - 1, 0) == KX_GIVE_UP, "just inside the window");
    reset();
    for (unsigned i = 0; i < 5; i++)
        die(now + i, 0);
    OK(die(now + 10 * S, 0) != KX_GIVE_UP, "just outside");

    reset();
    w.start_limit = 1;
    OK(die(S, 0) == KX_RESTART_NOW, "start-limit=1: one restart");
    OK(die(S + 1, 0) == KX_GIVE_UP, "not two");

    reset();
    w.start_limit = KX_MAX_STARTS;
    w.restart_delay = 0;
    for (unsigned i = 1; i <= KX_MAX_STARTS; i++)
        if (die(S + i, 0) == KX_GIVE_UP)
            OK(false, "death %u of 64 gave up", i);
    OK(die(S + 100, 0) == KX_GIVE_UP, "the largest limit holds, too");

    reset();
    for (unsigned i = 0; i < 50; i++)
        if (kx_policy(&w, &h, KX_CAUSE_STARVED, 0, S + i, 0, false, &delay,
                      &try_) != KX_RESTART_NOW)
            OK(false, "starved %u times", i);
    EQ(h.n_deaths, 0, "being starved does not count");
    EQ(h.streak, 0, "nor delay");
}

static void check_text(void)
{
    char buf[64], tiny[5];
    const char *texts[KX_CAUSES];
    static char all[KX_CAUSES][64];

    STR(kx_cause_text(KX_CAUSE_EXIT, 3, buf, sizeof buf), "exit:3", "exit:3");
    STR(kx_cause_text(KX_CAUSE_EXIT, -1, buf, sizeof buf), "exit:-1",
        "a negative code");
    STR(kx_cause_text(KX_CAUSE_HANG_SPINNING, 0, buf, sizeof buf),
        "hang:spinning", "hang:spinning");
    STR(kx_cause_text(KX_CAUSE_LIMIT_TIMEOUT, 0, buf, sizeof buf),
        "limit:timeout", "limit:timeout");
    STR(kx_cause_text(KX_CAUSE_ABORT, 0, buf, sizeof buf), "exception:abort",
        "abort");
    STR(kx_cause_text(KX_CAUSE_VANISHED, 0, tiny, sizeof tiny), "vani",
        "cut to the buffer");
    for (int i = 0; i < KX_CAUSES; i++) {
        texts[i] = kx_cause_text((enum kx_cause)i, 0, all[i], sizeof all[i]);
        for (int j = 0; j < i; j++)
            if (strcmp(texts[i], texts[j]) == 0)
                OK(false, "two causes are called %s", texts[i]);
        OK(texts[i][0] != '\0' && strcmp(texts[i], "(null)") != 0,
           "cause %d is %s", i, texts[i]);
    }
}

int main(void)
{
    check_causes();
    check_backoff();
    check_limit();
    check_text();
    return tap_end();
}

/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The protocol of <usrd/ring.h>: a client, a driver that dies at any step and
 * has successors, and between them memory as x86 has it (TSO): what a processor
 * stores waits in a buffer, and the other sees it later, but in order.  A fence
 * waits until the buffer is empty.
 *
 * A step (atomic) is a load, with the stores into the buffer that come after it
 * until the next: nobody sees when a store goes into the buffer.  Loads are one
 * step where nothing that they load can change between them.  README.md says
 * what is proved, which line of libusrd-min/ring each step is, and what each -D
 * takes out. */

#ifndef SLOTS
#define SLOTS 2
#endif
#ifndef REQUESTS /* that the client makes in all */
#define REQUESTS 3
#endif
#ifndef KILLS /* deaths of drivers; the next one lives */
#define KILLS 1
#endif
#ifndef BUFFER /* stores that a processor holds back */
#define BUFFER 4
#endif

#ifdef SHORT_ORDER
#define ANSWERS SLOTS
#else
#define ANSWERS (2 * SLOTS)
#endif
#define ALL ((1 << SLOTS) - 1)
#define BIT(s) (1 << (s))
#define BEGUN 1
#define POISON 4

/* ---- The pages: what the other side loads ---- */

#define C_POSTED 0
#define C_NAPS 1
#define C_ORDER 2
#define C_TURN (C_ORDER + SLOTS)
#define C_WHAT (C_TURN + SLOTS) /* op, record, count, offset */
#define D_EPOCH (C_WHAT + SLOTS)
#define D_DONE (D_EPOCH + 1)
#define D_NAPS (D_DONE + 1)
#define D_ORDER (D_NAPS + 1)
#define D_TURN (D_ORDER + ANSWERS)
#define D_RESULT (D_TURN + SLOTS) /* result, count */
#define WORDS (D_RESULT + SLOTS)

byte mem[WORDS + 1];
chan client_buffer = [BUFFER] of { byte, byte, byte, byte };
chan driver_buffer = [BUFFER] of { byte, byte, byte, byte };

/* Two stores, one after the other; the first may be none.  Nobody loads what the
 * first stores before he has loaded what the second does, so they are seen
 * together. */
#define NONE WORDS, 0

active proctype Memory()
{
    byte first, what, at, value;
end:
    do
    :: d_step {
        client_buffer?first, what, at, value;
        mem[first] = what;
        mem[at] = value;
        mem[WORDS] = 0;
        first = 0;
        what = 0;
        at = 0;
        value = 0
    }
    :: d_step {
        driver_buffer?first, what, at, value;
        mem[first] = what;
        mem[at] = value;
        mem[WORDS] = 0;
        first = 0;
        what = 0;
        at = 0;
        value = 0
    }
    od
}

#ifdef NO_FENCE_POST
#define FENCE_POST true
#else
#define FENCE_POST empty(client_buffer)
#endif
#ifdef NO_FENCE_CLIENT_NAP
#define FENCE_CLIENT_NAP true
#else
#define FENCE_CLIENT_NAP empty(client_buffer)
#endif
#ifdef NO_FENCE_ANSWER
#define FENCE_ANSWER true
#else
#define FENCE_ANSWER empty(driver_buffer)
#endif
#ifdef NO_FENCE_DRIVER_NAP
#define FENCE_DRIVER_NAP true
#else
#define FENCE_DRIVER_NAP empty(driver_buffer)
#endif

/* ---- The kernel: messages that are queued ---- */

bool bell_client, bell_driver;

/* ---- What is claimed ---- */

#define IO_ERROR 99
#ifdef WIRE
#define IS_WRITE(request) ((request) % 2)
#define KILLER(request) (IS_WRITE(request) && deaths[request] >= 1)
#define MAY_FAIL(request) (IS_WRITE(request) && guilt) /* of anybody */
#else
#define KILLER(request) (deaths[request] >= 2)
#define MAY_FAIL(request) KILLER(request)
#endif
bool guilt; /* a driver, of itself */
bool collected[REQUESTS + 1]; /* by the number of the request */
bool ran[REQUESTS + 1];
byte deaths[REQUESTS + 1]; /* of themselves, of drivers that had begun it */
byte in_hand[SLOTS];       /* the number of the request, 0: none */
byte seen;                 /* the client's own */

/* ---- Naps ---- */

/* Awake is 0.  A nap has a number that was not the last one's, and for which
 * the other side has not rung: instead of 2^31 of them, as many as differ. */
byte c_rung, d_rung;

inline new_nap(last, rung)
{
    if
    :: last != 1 && rung != 1 -> last = 1
    :: else ->
        if
        :: last != 3 && rung != 3 -> last = 3
        :: else -> last = 5
        fi
    fi
}

/* ---- libusrd-min/ring/client.c ---- */

#ifdef CLIENT_MAY_DIE
#define CLIENT_DIES \
    if              \
    :: goto dead    \
    :: true         \
    fi
#else
#define CLIENT_DIES skip
#endif

inline c_post()
{
    atomic {
        s = 0;
        do
        :: flying & BIT(s) -> s++
        :: else -> break
        od;
        assert(in_hand[s] == 0);
        flying = flying | BIT(s);
        requests++;
        asked[s] = requests;
        c_turn[s]++;
#ifdef POSTED_FIRST
        client_buffer!C_ORDER + (requests - 1) % SLOTS, s, C_POSTED, requests;
        CLIENT_DIES;
#endif
        client_buffer!C_WHAT + s, requests, C_TURN + s, c_turn[s];
        CLIENT_DIES;
#ifndef POSTED_FIRST
        client_buffer!C_ORDER + (requests - 1) % SLOTS, s, C_POSTED, requests;
        CLIENT_DIES;
#endif
        c_news = true;
        s = 0
    }
}

#define IS_ANSWERED ((flying & BIT(s)) && mem[D_TURN + s] == c_turn[s])

inline c_look_at_all()
{
    atomic { seen = mem[D_DONE]; s = 0 }
    do
    :: atomic {
        s < SLOTS ->
            if
            :: IS_ANSWERED -> found = found | BIT(s)
            :: else
            fi;
            s++
        }
    :: atomic { s == SLOTS -> s = 0; break }
    od
}

inline c_look_at_order()
{
    atomic {
        n = mem[D_DONE] - seen;
#ifndef SHORT_ORDER
        assert(n <= ANSWERS)
#endif
    }
    if
    :: n > ANSWERS -> c_look_at_all()
    :: else ->
        do
        :: atomic {
            n > 0 && found == 0 ->
                s = mem[D_ORDER + seen % ANSWERS];
                seen++;
                n--;
                if
                :: IS_ANSWERED -> found = BIT(s)
                :: else
                fi
            }
        :: atomic { n == 0 || found != 0 -> break }
        od
    fi;
    atomic { n = 0; s = 0 }
}

/* GOT: there was one. */
inline c_collect()
{
    if
    :: atomic { mem[D_EPOCH] != c_epoch -> c_epoch = mem[D_EPOCH] }
#ifndef NO_RESCAN
        c_look_at_all()
#endif
    :: else
    fi;
    if
    :: found == 0 -> c_look_at_order()
    :: else
    fi;
    atomic {
        got = found != 0;
        if
        :: got ->
            s = 0;
            do
            :: found & BIT(s) -> break
            :: else -> s++
            od;
            found = found & ~BIT(s);
            flying = flying & ~BIT(s);
            n = mem[D_RESULT + s];
            s = asked[s];
            assert(!collected[s]);
            collected[s] = true;
            assert((n == s && ran[s]) || (n == IO_ERROR && MAY_FAIL(s)));
            s = 0;
            n = 0
        :: else
        fi
    }
}

inline c_ring()
{
    if
    :: atomic {
        c_news && FENCE_POST -> c_news = false;
            n = mem[D_NAPS];
            if
            :: n == 0 || n == c_rung -> n = 0
            :: else -> c_rung = n
            fi
        }
        atomic {
            if
            :: n != 0 -> bell_driver = true; CLIENT_DIES
            :: else
            fi;
            n = 0
        }
    :: !c_news
    fi
}

/* GOT: it may sleep. */
inline c_nap()
{
    atomic {
        new_nap(c_naps, d_rung);
        client_buffer!NONE, C_NAPS, c_naps;
        CLIENT_DIES
    }
    atomic {
        FENCE_CLIENT_NAP -> got = found == 0 && mem[D_DONE] == seen
    }
    got = got && mem[D_EPOCH] == c_epoch
}

active proctype Client()
{
    byte s, n, requests, asked[SLOTS], c_turn[SLOTS];
    byte flying, found, c_naps, c_epoch;
    bool c_news, got;
    xs client_buffer;

    do
    :: requests < REQUESTS && flying != ALL -> c_post()
#ifdef SUBMIT
    :: c_news -> c_ring()
#endif
    :: flying == 0 && requests == REQUESTS -> break
    :: flying != 0 ->
        c_ring();
        c_collect();
        if
        :: got
        :: !got && requests < REQUESTS && flying != ALL -> c_post()
        :: !got ->
            c_nap();
            atomic {
                if
                :: got && bell_client -> bell_client = false
                :: !got
                fi;
                got = false;
                client_buffer!NONE, C_NAPS, 0;
                CLIENT_DIES
            }
        fi
    od;
dead:
    skip
}

/* ---- libusrd-min/ring/driver.c ---- */

/* After each store: a death anywhere between two of them is the same as one
 * after the first.  When its successor starts is anybody's guess. */
#define DIES                                      \
    if                                            \
    :: kills < KILLS -> blamed = true; goto died  \
    :: KILLS > 1 && kills < KILLS -> goto died    \
    :: true                                       \
    fi

inline d_count()
{
    driver_buffer!D_ORDER + d_done % ANSWERS, s, D_DONE, d_done + 1;
    d_done++;
    DIES
}

inline d_give(result)
{
#ifdef DONE_FIRST
    d_count();
#endif
#ifdef ANSWER_TURN_FIRST
    driver_buffer!NONE, D_TURN + s, d_held[s];
    driver_buffer!NONE, D_RESULT + s, result;
#else
    driver_buffer!D_RESULT + s, result, D_TURN + s, d_held[s];
#endif
    d_turn[s] = d_held[s];
    in_hand[s] = 0;
    DIES;
#ifndef DONE_FIRST
#ifndef SHORT_ORDER
    assert(d_done - seen < ANSWERS); /* nothing unseen is overwritten */
#endif
    d_count();
#endif
    d_news = true
}

#ifdef NO_HELD
#define HELD (mem[C_TURN + s] != d_turn[s])
#else
#define HELD (mem[C_TURN + s] == d_held[s] && d_held[s] != d_turn[s])
#endif

inline d_take_over()
{
#ifdef WIRE
    d_tries[s] = 0;
    DIES;
    if
#ifndef SENT_AGAIN
    :: blamed && IS_WRITE(mem[C_WHAT + s]) -> d_give(IO_ERROR)
#endif
    :: else -> again = again | BIT(s)
    fi
#else
    if
    :: d_tries[s] & BEGUN && blamed -> d_tries[s]++
    :: d_tries[s] & BEGUN && !blamed -> d_tries[s]--
    :: else
    fi;
    DIES;
    if
    :: d_tries[s] < POISON -> again = again | BIT(s)
    :: else -> d_give(IO_ERROR)
    fi
#endif
}

/* Their count is none, or counts what came by its turn: go by the turns. */
inline d_look_at_all()
{
    d_taken = mem[C_POSTED];
    s = 0;
    do
    :: s == SLOTS -> break
    :: else ->
        if
        :: !(hand & BIT(s)) && mem[C_TURN + s] != d_turn[s] ->
            again = again | BIT(s)
        :: else
        fi;
        s++
    od;
    s = 0
}

inline d_attach()
{
    atomic { driver_buffer!NONE, D_NAPS, 0; DIES }
#ifndef NO_SCAN
    do
    :: atomic {
        s < SLOTS ->
            if
            :: HELD -> d_take_over()
#ifndef NO_TURNS
            :: !HELD && mem[C_TURN + s] != d_turn[s] ->
                n = d_taken;
                do
                :: n == mem[C_POSTED] -> again = again | BIT(s); break
                :: n != mem[C_POSTED] && mem[C_ORDER + n % SLOTS] == s -> break
                :: else -> n++
                od;
                n = 0
            :: !HELD && mem[C_TURN + s] == d_turn[s]
#else
            :: else
#endif
            fi;
            s++
        }
    :: atomic { s == SLOTS -> s = 0; break }
    od;
#endif
    atomic {
        driver_buffer!NONE, D_EPOCH, kills;
        DIES;
        blamed = false;
#ifndef NO_RING_AT_RESTART
        d_news = true
#endif
    }
}

inline d_begin()
{
    n = mem[C_TURN + s];
    what = mem[C_WHAT + s];
    assert(!(hand & BIT(s)) && n != d_turn[s]);
    assert(!KILLER(what));
    if
    :: n == d_held[s] ->
        d_tries[s] = d_tries[s] | BEGUN;
        in_hand[s] = what
    :: else -> d_tries[s] = BEGUN
    fi;
    DIES;
    d_held[s] = n;
    in_hand[s] = what;
    hand = hand | BIT(s);
    n = 0;
    what = 0;
    DIES
}

/* GOT: there was one. */
inline d_take()
{
    atomic {
        n = mem[C_POSTED] - d_taken;
        got = true;
        if
        :: n > SLOTS -> d_look_at_all(); DIES
        :: n <= SLOTS && again != 0 ->
            s = 0;
            do
            :: again & BIT(s) -> break
            :: else -> s++
            od;
            again = again & ~BIT(s);
            d_begin()
        :: n <= SLOTS && again == 0 && n > 0 ->
            s = mem[C_ORDER + d_taken % SLOTS];
#ifdef HELD_AFTER_TAKEN
            d_taken++;
            DIES;
            d_begin()
#else
            if
            :: hand & BIT(s) || mem[C_TURN + s] == d_turn[s] /* it came by turn */
            :: else -> d_begin()
#ifdef PASSES_OVER
            :: kills < KILLS -> d_taken++; goto died /* a broken one */
#endif
            fi;
            d_taken++;
            DIES
#endif
        :: else -> got = false
        fi;
        s = 0
    }
}

/* The device is done with one of them. */
inline d_answer()
{
    s = 0;
    do
    :: hand & BIT(s) -> break
    :: hand >> (s + 1) != 0 -> s++
    od;
    what = in_hand[s];
    hand = hand & ~BIT(s);
    ran[what] = true;
    d_give(what);
    what = 0;
    s = 0
}

inline d_ring()
{
    if
    :: atomic {
        d_news && FENCE_ANSWER -> d_news = false;
            n = mem[C_NAPS];
            if
            :: n == 0 || n == d_rung -> n = 0
            :: else -> d_rung = n
            fi
        }
        atomic {
            if
            :: n != 0 -> bell_client = true; DIES
            :: else
            fi;
            n = 0
        }
    :: !d_news
    fi
}

/* GOT: it may sleep. */
inline d_nap()
{
    atomic {
#ifdef NAPS_AGAIN
        if
        :: napped -> new_nap(d_naps, c_rung)
        :: else -> d_naps = 1; napped = true
        fi;
#else
        new_nap(d_naps, c_rung);
#endif
        driver_buffer!NONE, D_NAPS, d_naps;
        DIES
    }
    atomic {
        FENCE_DRIVER_NAP -> got = again == 0 && mem[C_POSTED] == d_taken
    }
}

active proctype Driver()
{
    byte s, n, what, hand, again;
    bool d_news, got, napped;

    /* What its successor finds. */
    byte d_taken, d_done, d_naps, d_turn[SLOTS], d_held[SLOTS], d_tries[SLOTS];
    byte kills;
    bool blamed;
    xs driver_buffer;

    goto serve; /* the client has its ring when the first has it */
start:
    d_attach();
serve:
    do
    :: d_take();
        if
        :: got /* and the next */
        :: atomic { hand != 0 -> d_answer() }
#ifdef SUBMIT
        :: d_news -> d_ring()
#endif
        :: !got ->
            d_ring();
            d_nap();
            if
            :: got ->
end:
                atomic {
                    if
                    :: bell_driver -> bell_driver = false
                    :: hand != 0 -> what = 1 /* its device's interrupt */
                    fi
                }
            :: else
            fi;
            atomic {
                got = false;
                driver_buffer!NONE, D_NAPS, 0;
                DIES;
                if
                :: what == 1 -> d_answer()
                :: else
                fi
            }
        fi
    od;

died:
    /* Nothing of it is on its way, its device is quiet. */
    atomic {
        empty(driver_buffer);
        guilt = guilt || blamed;
        s = 0;
        do
        :: s == SLOTS -> break
        :: else ->
            if
            :: in_hand[s] != 0 && blamed -> deaths[in_hand[s]]++
            :: else
            fi;
            in_hand[s] = 0;
            s++
        od;
        s = 0;
        n = 0;
        what = 0;
        hand = 0;
        again = 0;
        d_rung = 0;
        d_news = false;
        got = false;
        napped = false;
        kills++
    }
    goto start
}

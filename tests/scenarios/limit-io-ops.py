#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""io-ops=: so many operations at a time, of all clients; the others wait, and
none is lost.  One who sends faster than that is told so at his own time-out."""
from harness import Scenario, witness

CLIENTS, WRITES = 6, 10
DONE = rf' slow#1 log text="taken={CLIENTS * WRITES} answered=(\d+) ' \
       r'most=(\d+) wrong=(\d+)"'

s = Scenario('', seconds=20)


def many(words):
    """Many clients that write, each write in a time of its own: how many
    operations there were at a time."""
    with s.boot(f'{witness.TASKS}task slow {words}\n'
                f'task rush=build/tasks/slow/rush instances={CLIENTS} '
                f'needs=slow restart=no -- writes {WRITES} 100',
                f'many-{words}') as m:
        found = m.expect_all(DONE, *[
            rf' rush\.{n}#1 log text="answered={WRITES} of {WRITES} '
            for n in range(1, CLIENTS + 1)])
        done = found[0]
        s.check(int(done[1]) == CLIENTS * WRITES and done[3] == '0',
                f'{words}: each of {done[1]} was answered, once')
        witness.unharmed(s, m)
        return int(done[2])


def flood(words):
    """One client that sends 12 without waiting: how many there was room for,
    and what a call after them met."""
    with s.boot(f'{witness.TASKS}task slow {words}\n'
                'task rush=build/tasks/slow/rush needs=slow restart=no '
                '-- flood 12 500', f'flood-{words}') as m:
        sent = m.expect(r' rush#1 log text="sent=(\d+) refused=(\d+) '
                        r'answered=\1"')
        call = m.expect(r' rush#1 log text="a call of 100 ms: (\w+)"')
        witness.unharmed(s, m)
        return int(sent[1]), call[1]


limited, free = many('io-ops=2'), many('-io-ops')
s.check(limited == 2, f'at most {limited} at a time with io-ops=2')
s.check(free == CLIENTS, f'and {free} without')
limited, free = flood('io-ops=2'), flood('-io-ops')
s.check(limited == (4, 'MACH_SEND_TIMED_OUT'),
        f'2 are taken and 2 wait; the next has {limited[1]}',
        f'{limited[0]} were sent')
s.check(free == (12, 'success'), f'without, {free[0]} are sent and '
        f'the next has {free[1]}')
witness.undisturbed(s)
s.done()

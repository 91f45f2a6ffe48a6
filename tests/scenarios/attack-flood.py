#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Thirty thousand messages to kernel-ext, as fast as it goes: it listens to so
many of one task in a while, and then not before the while is over, but where
that guard is taken out.  A fast machine: so many take a slow one longer."""
from harness import Scenario, witness

AT = r'\[ *([0-9.]+)\] .* hostile#1 log text="ok '


def took(m):
    """The attack, in milliseconds of the guest's time."""
    begun, done = m.expect(f'{AT}1 '), m.expect(rf'{AT}\d+ - 30000 messages')
    return round(1000 * (float(done[1]) - float(begun[1])))


s = Scenario(f'{witness.TASKS}task hostile -- flood\n', 90, icount=1)
with s.boot() as m:
    held = took(m)
    m.expect(r' hostile#1 stopped cause=exit:0')
    s.check(any(' hostile#1 deny what=flood ' in line for line in m.lines),
            'the log has what=flood')
    witness.unharmed(s, m)
with s.boot(name='without', without='flood') as m:
    free = took(m)
s.check(held >= 600 and free < held // 2,
        f'they took {held} ms; without the guard {free} ms')
s.forbid(r' hostile#1 log text="not ok', 'kernel-ext goes on answering')
witness.undisturbed(s)
s.done()

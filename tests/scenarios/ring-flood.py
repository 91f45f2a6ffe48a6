#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""While a client makes and destroys large rings as fast as it can, others are
served; but where that guard is taken out, one waits for half a second or more."""
from harness import Scenario, witness

s = Scenario(f'{witness.TASKS}task anvil\ntask hammer -- flood\n',
             seconds=40)
with s.boot() as m:
    found = m.expect(r' hammer#1 log text="?made=(\d+)')
    s.check(int(found[1]) > 10, f'{found[1]} were made')
    witness.unharmed(s, m, late=200_000)
with s.boot(name='without', without='flood') as m:
    m.expect(r' hammer#1 log text="?made=')
    late = int(m.expect(witness.REPORT)[2])
s.check(late > 500_000, f'without the guard one ran {late} us late')
witness.undisturbed(s)
s.done()
